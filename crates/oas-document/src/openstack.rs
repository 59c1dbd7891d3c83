//! Actions as OpenStack's documents have them, read as a group of operations.
//!
//! An operation of which the body is a `oneOf` with `x-openstack: {discriminator: action}` is as many operations as there are branches:
//! each branch has the key that selects it as `x-openstack: {action-name: …}`. The document gets the group that `x-operations` would
//! have; views read that, and leave out the one operation.
//!
//! Several branches of one action are its bodies in several microversions (`min-ver`, `max-ver`), which a header field selects: the value of
//! the key is any of theirs. An example of the body is one of the action whose key it has; one that has none of the keys is
//! left to the first action, where it is found to be invalid.

use std::collections::HashSet;

use crate::{
    Document, Node,
    actions::{Actions, EXTENSION, by_key, has_no_group},
    openapi::{Method, OPERATION_GROUPS},
};

/// Returns whether a method of a path item is a group that is made of the operation under it.
pub(crate) fn is_made(path_item: Node<'_>, method: &str) -> bool {
    let groups = path_item.get(OPERATION_GROUPS);
    groups
        .and_then(|groups| groups.get(method))
        .is_some_and(is_made_group)
}

/// Returns whether `group`, a value of `x-operations`, is not written in the document but derived from an operation in
/// the form of OpenStack.
///
/// ```
/// use oas_document::{Document, openapi};
///
/// let text = "
/// openapi: 3.1.0
/// paths:
///   /servers/{id}/action:
///     post:
///       operationId: servers/id/action
///       requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Actions'}}}}
///       responses: {'202': {description: It has begun.}}
/// components:
///   schemas:
///     Actions:
///       oneOf:
///         - {type: object, required: [reboot], properties: {reboot: {type: object}}, x-openstack: {action-name: reboot}}
///         - {type: object, required: [lock], properties: {lock: {}}, x-openstack: {action-name: lock}}
///       x-openstack: {discriminator: action}
/// ";
/// let document = Document::parse("servers.yaml", text).unwrap();
/// let operations = openapi::operations(&document);
/// assert_eq!(operations[0].title(), "POST /servers/{id}/action reboot");
/// assert_eq!(operations[1].id(), Some("servers/id/action-lock"));
/// assert!(openapi::is_made_group(operations[0].selector.unwrap().group));
/// ```
#[must_use]
pub fn is_made_group(group: Node<'_>) -> bool {
    group.get(EXTENSION).and_then(Node::as_bool) == Some(true)
}

impl Document {
    /// Adds the groups that OpenStack's operations of several actions are; returns whether there are any.
    pub(crate) fn add_actions(&mut self) -> bool {
        let mut seen = HashSet::new();
        let paths = self.root().get("paths").into_iter().flat_map(Node::entries);
        let items = paths.filter_map(|(_, item)| item.resolve().ok());
        let operations = items.filter(|item| seen.insert(item.id)).flat_map(|item| {
            let methods = item
                .entries()
                .filter(|(field, _)| Method::from_field(field).is_some());
            methods.map(move |(method, operation)| (item, method, operation))
        });
        let found =
            operations.filter_map(|(item, method, operation)| actions(item, method, operation));
        let found: Vec<Actions> = found.collect();
        for actions in &found {
            self.add_group(actions);
        }
        !found.is_empty()
    }
}

/// Returns the actions of an operation; `None` where it is not of OpenStack's form in all media types, or has a group already.
fn actions(path_item: Node<'_>, method: &str, operation: Node<'_>) -> Option<Actions> {
    let (selected, names) = by_key(operation, |union| {
        let discriminator = union.get(EXTENSION)?.get("discriminator")?.as_str()?;
        let branches = union.get("oneOf")?.items();
        let named = branches.map(|branch| Some((action(branch)?, branch)));
        named
            .collect::<Option<_>>()
            .filter(|_| discriminator == "action")
    })?;
    has_no_group(path_item, method).then(|| Actions {
        path_item: path_item.id,
        method: method.into(),
        operation: operation.id,
        selected,
        names,
        has_ids: true,
    })
}

/// Returns the name of the action that a branch is: as it is given, else its only property.
fn action(branch: Node<'_>) -> Option<&str> {
    let schema = branch.resolve().ok()?;
    let given = schema
        .get(EXTENSION)
        .and_then(|extension| extension.get("action-name"));
    if let Some(name) = given.and_then(Node::as_str) {
        return Some(name);
    }
    let mut properties = schema.get("properties")?.entries();
    let (only, _) = properties.next()?;
    properties.next().is_none().then_some(only)
}
