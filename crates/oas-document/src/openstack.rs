//! Actions as OpenStack's documents have them, read as a group of operations.
//!
//! An operation of which the body is a `oneOf` with `x-openstack: {discriminator: action}` is as many operations as there are branches:
//! each branch has the key that selects it as `x-openstack: {action-name: …}`. The document gets the group that `x-operations` would
//! have; views read that, and leave out the one operation.
//!
//! Several branches of one action are its bodies in several microversions (`min-ver`, `max-ver`), which a header field selects: the value of
//! the key is any of theirs. An example of the body is one of the action whose key it has; one that has none of the keys is
//! left to the first action, where it is found to be invalid.
//!
//! What a made operation contains is shared with the written one, so that it keeps its place.

use std::collections::HashSet;

use crate::{
    Document, Node,
    made::{New, object},
    openapi::{MERGED_OPERATIONS, Method, OPERATION_GROUPS},
};

/// The extension of OpenStack; in a group, the mark of one that is made.
const EXTENSION: &str = "x-openstack";
/// The fields that a merged operation has of its own: names and texts.
const TEXTS: [&str; 4] = ["operationId", "summary", "description", "tags"];

/// Whether a method of a path item is a group that is made of the operation under it.
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

/// An operation of several actions.
pub(crate) struct Actions {
    pub(crate) path_item: u32,
    pub(crate) method: Box<str>,
    pub(crate) operation: u32,
    pub(crate) selected: Selected,
    pub(crate) names: Vec<Box<str>>,
    /// Whether the operations made of it get an `operationId` each.
    pub(crate) has_ids: bool,
}

/// The part of a request that selects an action.
pub(crate) enum Selected {
    /// A key of the body.
    Body { body: u32, contents: Vec<Content> },
    /// The value of a parameter, which the operation has itself.
    Parameter {
        location: &'static str,
        name: Box<str>,
    },
}

/// A media type of the body, and its schema for each action.
pub(crate) struct Content {
    pub(crate) name: Box<str>,
    pub(crate) media_type: u32,
    pub(crate) branches: Vec<Branch>,
}

/// The branch of an action.
pub(crate) struct Branch {
    schema: u32,
    /// Where there are several, in several microversions: the schemas of the value of the key.
    versions: Vec<u32>,
}

impl Branch {
    pub(crate) fn of(action: &str, branches: &[Node<'_>]) -> Option<Self> {
        let versions = match branches {
            [_] => Vec::new(),
            several => {
                let value = |branch: &Node<'_>| {
                    let schema = branch.resolve().ok()?;
                    Some(schema.get("properties")?.get(action)?.id)
                };
                several.iter().map(value).collect::<Option<_>>()?
            }
        };
        let schema = branches.first()?.id;
        Some(Self { schema, versions })
    }

    fn content(&self, action: &str) -> New {
        if self.versions.is_empty() {
            return New::Shared(self.schema);
        }
        let values = self.versions.iter().map(|id| New::Shared(*id)).collect();
        let value = object([("anyOf", New::Array(values))]);
        object([
            ("type", New::Text("object".into())),
            ("required", New::Array(vec![New::Text(action.into())])),
            ("properties", New::Object(vec![(action.into(), value)])),
        ])
    }
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

    pub(crate) fn add_group(&mut self, actions: &Actions) {
        let (place, name) = match &actions.selected {
            Selected::Body { .. } => ("body", None),
            Selected::Parameter { location, name } => (*location, Some(name)),
        };
        let name = name.map(|name| ("name", New::Text(name.clone())));
        let group = object(
            [("in", New::Text(place.into()))]
                .into_iter()
                .chain(name)
                .chain([
                    (EXTENSION, New::True),
                    ("operations", New::Object(self.operations(actions))),
                ]),
        );
        let item = self.node(actions.path_item);
        let like = actions.operation;
        match item.get(OPERATION_GROUPS).map(|groups| groups.id) {
            Some(groups) => self.append(groups, &actions.method, group, like),
            None => {
                let groups = New::Object(vec![(actions.method.clone(), group)]);
                self.append(actions.path_item, OPERATION_GROUPS, groups, like);
            }
        }
    }

    /// The operations, by the names of the actions.
    fn operations(&self, actions: &Actions) -> Vec<(Box<str>, New)> {
        let operation = self.node(actions.operation);
        let own = operation.get(MERGED_OPERATIONS);
        let own_of = |action: &str| own.and_then(|own| own.get(action));
        let is_own = |key: &str| {
            actions
                .names
                .iter()
                .filter_map(|name| own_of(name))
                .any(|own| own.get(key).is_some())
        };
        let names = actions.names.iter().enumerate();
        let made = names.map(|(at, action)| {
            let mut body = None;
            let mut described = None;
            if let Selected::Body { body: of, contents } = &actions.selected {
                body = Some(self.body(*of, contents, actions, at));
                let branch = contents
                    .first()
                    .and_then(|content| content.branches.get(at));
                described = branch.and_then(|branch| self.node(branch.schema).resolve().ok());
            }
            let text = |field| {
                described
                    .and_then(|schema| schema.get(field))
                    .filter(|text| text.as_str().is_some())
            };
            let mut entries: Vec<(Box<str>, New)> = Vec::new();
            for (key, value) in operation.entries() {
                let new = match key {
                    _ if key == MERGED_OPERATIONS || is_own(key) => continue,
                    // Those of the merged operation are made of theirs.
                    _ if own.is_some() && TEXTS.contains(&key) => continue,
                    "requestBody" if body.is_some() => continue,
                    "parameters" => self.without_selector(value, &actions.selected),
                    "operationId" if actions.has_ids => {
                        let id = value.as_str().unwrap_or_default();
                        New::Text(format!("{id}-{action}").into())
                    }
                    "summary" => {
                        text("title").map_or(New::Shared(value.id), |title| New::Shared(title.id))
                    }
                    "description" => text("description")
                        .map_or(New::Shared(value.id), |text| New::Shared(text.id)),
                    _ => New::Shared(value.id),
                };
                entries.push((key.into(), new));
            }
            for (field, keyword) in [("summary", "title"), ("description", "description")] {
                if operation.get(field).is_none() && own.is_none() {
                    entries.extend(text(keyword).map(|text| (field.into(), New::Shared(text.id))));
                }
            }
            entries.extend(
                own_of(action)
                    .map(|own| shared(own, &[]))
                    .unwrap_or_default(),
            );
            entries.extend(body.map(|body| ("requestBody".into(), body)));
            (action.clone(), New::Object(entries))
        });
        made.collect()
    }

    /// Returns the body of an action.
    fn body(&self, body: u32, contents: &[Content], actions: &Actions, at: usize) -> New {
        let action = actions.names.get(at).map_or("", |name| name);
        let contents = contents.iter().map(|content| {
            let media_type = self.node(content.media_type);
            let mut entries = shared(media_type, &["schema", "example", "examples"]);
            let branch = content.branches.get(at);
            entries.extend(branch.map(|branch| ("schema".into(), branch.content(action))));
            entries.extend(self.examples(media_type, actions, at));
            (content.name.clone(), New::Object(entries))
        });
        let contents = contents.collect();
        let mut body = shared(self.node(body), &["content", "required"]);
        body.push(("required".into(), New::True));
        body.push(("content".into(), New::Object(contents)));
        New::Object(body)
    }

    /// Returns parameters without the one that selects the action.
    fn without_selector(&self, parameters: Node<'_>, selected: &Selected) -> New {
        let Selected::Parameter { location, name } = selected else {
            return New::Shared(parameters.id);
        };
        let others = parameters
            .items()
            .filter(|parameter| !is_selector(*parameter, location, name));
        New::Array(others.map(|parameter| New::Shared(parameter.id)).collect())
    }

    /// Returns the examples of a media type that are those of an action.
    fn examples(&self, media_type: Node<'_>, actions: &Actions, at: usize) -> Vec<(Box<str>, New)> {
        let is_of_action = |value: Node<'_>| {
            let mut names = actions.names.iter();
            let named = names.position(|name| value.get(name).is_some());
            named.unwrap_or_default() == at
        };
        let mut found = Vec::new();
        if let Some(example) = media_type
            .get("example")
            .filter(|value| is_of_action(*value))
        {
            found.push(("example".into(), New::Shared(example.id)));
        }
        let examples = media_type
            .get("examples")
            .into_iter()
            .flat_map(Node::entries);
        let of_action = examples.filter(|(_, example)| {
            let example = example.resolve().unwrap_or(*example);
            let value = example.get("value").or_else(|| example.get("dataValue"));
            is_of_action(value.unwrap_or(example))
        });
        let of_action: Vec<(Box<str>, New)> = of_action
            .map(|(name, example)| (name.into(), New::Shared(example.id)))
            .collect();
        if !of_action.is_empty() {
            found.push(("examples".into(), New::Object(of_action)));
        }
        found
    }
}

/// Returns the entries of an object but those with one of these keys.
fn shared(node: Node<'_>, but: &[&str]) -> Vec<(Box<str>, New)> {
    let entries = node.entries().filter(|(key, _)| !but.contains(key));
    entries
        .map(|(key, value)| (key.into(), New::Shared(value.id)))
        .collect()
}

/// Returns whether a parameter is the one of this name in this part of requests.
pub(crate) fn is_selector(parameter: Node<'_>, location: &str, name: &str) -> bool {
    let parameter = parameter.resolve().unwrap_or(parameter);
    let text = |key| parameter.get(key).and_then(Node::as_str);
    text("in") == Some(location) && text("name") == Some(name)
}

/// The actions of an operation; `None` where it is not of OpenStack's form in all media types, or has a group already.
fn actions(path_item: Node<'_>, method: &str, operation: Node<'_>) -> Option<Actions> {
    let body = operation.get("requestBody")?.resolve().ok()?;
    let mut contents = Vec::new();
    let mut names: Option<Vec<&str>> = None;
    for (name, media_type) in body.get("content")?.entries() {
        let media_type = media_type.resolve().ok()?;
        let union = media_type.get("schema")?.resolve().ok()?;
        let discriminator = union.get(EXTENSION)?.get("discriminator")?.as_str()?;
        let branches: Vec<Node<'_>> = union.get("oneOf")?.items().collect();
        let found: Option<Vec<&str>> = branches.iter().map(|branch| action(*branch)).collect();
        let found = found.filter(|found| !found.is_empty() && discriminator == "action")?;
        let mut seen = HashSet::new();
        let distinct: Vec<&str> = found
            .iter()
            .copied()
            .filter(|name| seen.insert(*name))
            .collect();
        let of = |name: &&str| {
            let pairs = found.iter().zip(&branches);
            let same = pairs.filter(|(action, _)| *action == name);
            let same: Vec<Node<'_>> = same.map(|(_, branch)| *branch).collect();
            Branch::of(name, &same)
        };
        let branches = distinct.iter().map(of).collect::<Option<_>>()?;
        if names.get_or_insert_with(|| distinct.clone()) != &distinct {
            return None;
        }
        contents.push(Content {
            name: name.into(),
            media_type: media_type.id,
            branches,
        });
    }
    let names = names?;
    let is_free = path_item
        .get(OPERATION_GROUPS)
        .is_none_or(|groups| groups.get(method).is_none());
    is_free.then(|| Actions {
        path_item: path_item.id,
        method: method.into(),
        operation: operation.id,
        selected: Selected::Body {
            body: body.id,
            contents,
        },
        names: names.into_iter().map(Box::from).collect(),
        has_ids: true,
    })
}

/// The name of the action that a branch is: as it is given, else its only property.
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
