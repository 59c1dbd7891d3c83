//! Finds what of a schema limits bytes: their number, which is checked, and everything else, which is not.

use std::collections::HashSet;

use oas_document::Node;
use oas_document::schema::{EffectiveSchema, Union};

use crate::model::Bounds;

/// Returns the keywords of a schema, other than its limits, that can reject bytes.
pub(super) fn unread_of_bytes<'d>(schema: &EffectiveSchema<'d>) -> Vec<Node<'d>> {
    let mut unread = unread_outside_unions(schema);
    let unions = schema.one_of.iter().chain(&schema.any_of);
    let unions = unions.filter(|union| can_reject_bytes(union));
    unread.extend(unions.map(|union| union.node));
    unread
}

fn unread_outside_unions<'d>(schema: &EffectiveSchema<'d>) -> Vec<Node<'d>> {
    let mut unread = schema.value_nodes.clone();
    unread.extend(schema.patterns.iter().map(|pattern| pattern.node));
    unread.extend(schema.not.iter().filter_map(|not| not.written().first()));
    let conditions = schema.conditionals.iter();
    unread.extend(conditions.map(|condition| condition.node));
    unread
}

/// Returns whether a branch of a union, or of the unions within it, can reject bytes. Unions can contain themselves, and are nested as
/// deeply as a document makes them.
fn can_reject_bytes<'d>(union: &Union<'d>) -> bool {
    let mut seen = HashSet::from([union.node]);
    let mut pending = vec![union.clone()];
    while let Some(union) = pending.pop() {
        for branch in &union.branches {
            let effective = branch.schema.effective();
            let size = Bounds::of_bytes(&effective.limits);
            if size.is_limited() || !unread_outside_unions(&effective).is_empty() {
                return true;
            }
            let inner = effective.one_of.into_iter().chain(effective.any_of);
            pending.extend(inner.filter(|union| seen.insert(union.node)));
        }
    }
    false
}
