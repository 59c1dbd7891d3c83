//! Texts, examples and extensions: what no program notices.

use oas_document::{Node, object_model::Object, same_value};

use crate::{
    change::{Change, changed, matched},
    coverage,
    rule::{Rule, table},
    severity::Effect,
};

/// Extensions that have a meaning here and are compared elsewhere.
const KNOWN: &[&str] = &["x-sunset", "x-stability-level", "x-extensible-enum"];

/// Whether two things that may be absent differ.
pub(crate) fn differ(base: Option<Node<'_>>, head: Option<Node<'_>>) -> bool {
    match (base, head) {
        (Some(base), Some(head)) => !same_value(base, head),
        (None, None) => false,
        _ => true,
    }
}

/// The extensions of an object.
pub(crate) fn extensions(node: Node<'_>) -> impl Iterator<Item = (&str, Node<'_>)> {
    node.entries()
        .filter(|(key, _)| key.starts_with("x-") && !KNOWN.contains(key))
}

/// The change of a field that only documents.
pub(crate) fn field<'d>(
    rule: &'static Rule,
    (base, head): (Node<'d>, Node<'d>),
    field: &str,
) -> Option<Change<'d>> {
    let sides = (base.get(field), head.get(field));
    differ(sides.0, sides.1).then(|| {
        let what = changed(field, sides.0, sides.1);
        Change::new(rule, Effect::None, sides, (head, head), what)
    })
}

/// The changes of all fields of an object that only document, and of its extensions.
pub(crate) fn fields<'d>(objects: (Node<'d>, Node<'d>), object: Object) -> Vec<Change<'d>> {
    let fields = coverage::documentation(object);
    let mut changes: Vec<Change<'d>> = fields
        .filter_map(|(name, rule)| field(rule, objects, name))
        .collect();
    let extensions = matched(extensions(objects.0), extensions(objects.1));
    for (key, _, _) in extensions {
        changes.extend(field(&table::EXTENSION_CHANGED, objects, key));
    }
    changes
}
