//! Compares references that are redirected to another component, while neither component changed its name: the edit is at the
//! reference, and the differences between the components are its effect.

use oas_document::{Document, Node, openapi, schema::Schema};

use super::{ComparedPair, Pairs, Serialization};
use crate::{
    change::{Change, Effects},
    rule::{SeverityPolicy, table},
    severity::Effect,
};

/// Differences that a message shows.
const MAX_DISPLAYED: usize = 3;

/// The two references, in the base and the head document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Redirection<'d> {
    base: Node<'d>,
    head: Node<'d>,
}

/// Returns the component of schemas that a schema refers to.
fn component<'d>(schema: &Schema<'d>) -> Option<(Node<'d>, &'d str)> {
    let [written] = schema.written() else {
        return None;
    };
    let (_, name) = written.reference()?.split_once("#/components/schemas/")?;
    let alone = written.entries().len() == 1;
    (alone && !name.contains('/')).then_some((*written, name))
}

/// Returns whether a reference was redirected to another component: the old one still exists, or the new one existed before.
/// A component that is removed while another is added counts as renamed.
pub(super) fn of<'d>(base: &Schema<'d>, head: &Schema<'d>) -> Option<Redirection<'d>> {
    let ((base, old), (head, new)) = (component(base)?, component(head)?);
    let has = |document: &Document, name: &str| {
        let schemas = openapi::components(document.root(), "schemas");
        schemas.is_some_and(|schemas| schemas.get(name).is_some())
    };
    let redirected = old != new && (has(head.document(), old) || has(base.document(), new));
    redirected.then_some(Redirection { base, head })
}

/// Returns one change for all differences between the components.
pub(super) fn compare<'d>(
    pairs: &mut Pairs<'_, 'd>,
    (base, head): (&Schema<'d>, &Schema<'d>),
    serialization: Serialization,
    Redirection {
        base: old,
        head: new,
    }: Redirection<'d>,
) -> ComparedPair<'d> {
    let Some(inner) = pairs.pair_at(base, head, serialization, None) else {
        return ComparedPair::default();
    };
    let mut effects = Effects::NONE;
    let mut differences = Vec::new();
    let mut more = false;
    let mut documents = false;
    pairs.depth += 1;
    pairs.walk(inner, &mut |meeting| {
        let rule = meeting.change.rule;
        documents |= rule.severity == SeverityPolicy::Docs;
        let counts = rule.profile == crate::Profile::Wire && rule.severity != SeverityPolicy::Docs;
        if counts {
            effects = effects.worse(meeting.mitigated_effects());
            let route = meeting.route.to_string();
            let separator = if route.is_empty() { "" } else { ": " };
            let difference = format!(
                "{}{separator}{}",
                route.trim_start(),
                meeting.change.message
            );
            match differences.len() < MAX_DISPLAYED {
                true => differences.push(difference),
                false => more = true,
            }
        }
        true
    });
    pairs.depth -= 1;
    let name = |node: Node<'d>| super::choice::component(node).unwrap_or_default();
    let mut message = format!("refers to {} instead of {}", name(new), name(old));
    if !differences.is_empty() {
        message.push_str(&format!(" ({}", differences.join("; ")));
        message.push_str(if more { "; …)" } else { ")" });
    }
    let place = new.parent().unwrap_or(new);
    let sides = (old.get("$ref"), new.get("$ref"));
    let change =
        |rule, effects: Effects| Change::new(rule, effects, sides, (new, place), message.clone());
    let mut changes = vec![change(&table::FIELD_TYPE, Effect::None.into())];
    if !differences.is_empty() {
        changes.push(change(&table::REFERENCE, effects));
    } else if documents {
        changes.push(change(&table::DOCS_CHANGED, Effects::NONE));
    }
    ComparedPair {
        changes,
        edges: Vec::new(),
    }
}
