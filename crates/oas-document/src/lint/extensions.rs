//! The extensions that code generation gives a meaning: their names, places and values.

use super::{Lint, rules, structure};
use crate::{Diagnostic, Node, object_model::Object, openapi::EXTENSIONS, suggest::nearest};

/// A field of an object that is called `x-…`.
pub(super) fn check<'d>(lint: &mut Lint<'d>, key: &str, value: Node<'d>, object: Object) {
    if let Some(known) = EXTENSIONS.iter().find(|known| known.name == key) {
        if known.object == object {
            structure::check_type(lint, value, known.ty, &format!("`{key}`"));
        } else {
            let what = format!("`{key}` has no meaning in {}", object.name());
            let finding = Diagnostic::of_rule(rules::MISPLACED_EXTENSION, value, what);
            lint.add(
                finding
                    .fix(format!("write it in {}", known.object.name()))
                    .at_key(),
            );
        }
        return;
    }
    // An extension of somebody else may have a similar name elsewhere.
    let here = EXTENSIONS.iter().filter(|known| known.object == object);
    if let Some(near) = nearest(key, here.map(|known| known.name)) {
        let what = format!("`{key}` is no extension that code generation knows");
        let finding = Diagnostic::of_rule(rules::MISSPELLED_EXTENSION, value, what);
        lint.add(finding.fix(format!("did you mean `{near}`?")).at_key());
    }
}
