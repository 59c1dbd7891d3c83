//! Lists the items that are generated from a document, in the form that a comparison requires.

use std::collections::HashSet;

use oas_codegen::ItemKind;
use oas_diff::{CodeItem, CodeKind, GeneratedCode};
use oas_document::{Document, Node, schema::Schema};

/// Returns the public items of the crates of a document; `None` if they cannot be generated.
pub(crate) fn of(document: &Document) -> Option<GeneratedCode> {
    if is_entangled(document) {
        return None;
    }
    let items = oas_codegen::inventory(document).ok()?.items.into_iter();
    let items = items.filter_map(|item| {
        let kind = match item.kind {
            ItemKind::Type => CodeKind::Type,
            ItemKind::Field => CodeKind::Field,
            ItemKind::Variant => CodeKind::Variant,
            ItemKind::Trait => CodeKind::Trait,
            ItemKind::Method => CodeKind::Method,
            ItemKind::Argument => CodeKind::Argument,
            ItemKind::Success => CodeKind::Success,
            ItemKind::Failure => CodeKind::Failure,
            _ => return None,
        };
        Some(CodeItem {
            kind,
            owner: item.owner,
            name: item.name,
            ty: item.ty,
            required: item.required,
            places: item.pointers,
        })
    });
    Some(GeneratedCode {
        items: items.collect(),
    })
}

/// Returns whether components that include one another result in so many merged schemas that the number of their types
/// is unbounded.
fn is_entangled(document: &Document) -> bool {
    const MANY_PARTS: usize = 16;
    const MANY_SCHEMAS: usize = 100;
    let components = document.node_at("/components/schemas").into_iter();
    let mut pending: Vec<Schema<'_>> = components
        .flat_map(Node::entries)
        .map(|(_, node)| Schema::of(node))
        .collect();
    let mut seen = HashSet::new();
    let mut entangled = 0;
    while let Some(schema) = pending.pop() {
        if !seen.insert(schema.clone()) {
            continue;
        }
        entangled += usize::from(schema.nodes().len() > MANY_PARTS);
        if entangled > MANY_SCHEMAS {
            return true;
        }
        let effective = schema.effective();
        pending.extend(
            effective
                .properties
                .into_iter()
                .map(|property| property.schema),
        );
        pending.extend(effective.items);
    }
    false
}

#[cfg(test)]
mod tests {
    use oas_diff::{Date, Options, Profile, Report};

    use super::*;

    /// Compares the items of two documents that differ in the responses of an operation.
    fn compare(base: &str, head: &str) -> Report {
        let read = |responses: &str| {
            let text = format!(
                "openapi: 3.0.4\ninfo: {{title: T, version: 1.0.0}}\npaths: {{/a: {{get: {{operationId: get, responses: {{{responses}}}}}}}}}\n"
            );
            Document::parse("a.yaml", &text).expect("a document")
        };
        let (base, head) = (read(base), read(head));
        let code = |document: &Document| of(document).expect("code");
        let options = Options::new(Date::from_unix_days(20_000)).with_profile(Profile::Codegen);
        oas_diff::diff_with_code((&base, &code(&base)), (&head, &code(&head)), &options)
    }

    #[test]
    fn a_failure_that_is_gone_breaks_whoever_matches_it_and_one_more_does_not() {
        let text = "content: {text/plain: {schema: {type: string}}}";
        let two = format!(
            "'200': {{description: ok}}, '404': {{description: none, {text}}}, '409': {{description: busy}}"
        );
        let three = format!("{two}, '410': {{description: gone}}");
        assert_eq!(compare(&two, &three).verdict.name(), "compatible");
        let report = compare(&three, &two);
        assert_eq!(report.verdict.name(), "breaking");
        let rust = report
            .findings
            .iter()
            .find_map(|finding| finding.rust.as_deref());
        assert!(
            rust.is_some_and(|rust| rust.contains("`GetFailure::Gone` disappears")),
            "{rust:?}"
        );
    }
}
