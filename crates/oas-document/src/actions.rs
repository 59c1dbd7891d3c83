//! Makes the group of operations, as `x-operations` would have it, that one operation of several actions is.
//!
//! What a made operation contains is shared with the written one, so that it keeps its place.

use crate::{
    Document, Node,
    grouped::grouped,
    made::{NewValue, object},
    openapi::{MERGED_OPERATIONS, OPERATION_GROUPS},
};

/// The extension of OpenStack; in a group, the mark of one that is made.
pub(crate) const EXTENSION: &str = "x-openstack";
/// The fields that a merged operation has of its own: names and texts.
const TEXTS: [&str; 4] = ["operationId", "summary", "description", "tags"];

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

    fn content(&self, action: &str) -> NewValue {
        if self.versions.is_empty() {
            return NewValue::Shared(self.schema);
        }
        let values = self
            .versions
            .iter()
            .map(|id| NewValue::Shared(*id))
            .collect();
        let value = object([("anyOf", NewValue::Array(values))]);
        object([
            ("type", NewValue::Text("object".into())),
            (
                "required",
                NewValue::Array(vec![NewValue::Text(action.into())]),
            ),
            ("properties", NewValue::Object(vec![(action.into(), value)])),
        ])
    }
}

/// The part of a request that selects an action, and the names of the actions.
pub(crate) type Split = (Selected, Vec<Box<str>>);

/// Splits an operation by the keys of its body. `branches` has the branches of a schema, each with the key that it requires; several
/// branches of one key are its versions. Returns `None` unless all media types have the same keys.
pub(crate) fn by_key<'d>(
    operation: Node<'d>,
    branches: impl Fn(Node<'d>) -> Option<Vec<(&'d str, Node<'d>)>>,
) -> Option<Split> {
    let body = operation.get("requestBody")?.resolve().ok()?;
    let mut contents = Vec::new();
    let mut names: Option<Vec<&str>> = None;
    for (name, media_type) in body.get("content")?.entries() {
        let media_type = media_type.resolve().ok()?;
        let branches = branches(media_type.get("schema")?.resolve().ok()?)?;
        let groups = grouped(branches.into_iter());
        let keys: Vec<&str> = groups.keys().copied().collect();
        contents.push(Content {
            name: name.into(),
            media_type: media_type.id,
            branches: groups
                .iter()
                .map(|(key, same)| Branch::of(key, same))
                .collect::<Option<_>>()?,
        });
        if names.get_or_insert_with(|| keys.clone()) != &keys {
            return None;
        }
    }
    let names = names.filter(|names| !names.is_empty())?;
    let selected = Selected::Body {
        body: body.id,
        contents,
    };
    Some((selected, names.into_iter().map(Box::from).collect()))
}

/// Returns whether a path item has no group of operations for a method.
pub(crate) fn has_no_group(path_item: Node<'_>, method: &str) -> bool {
    path_item
        .get(OPERATION_GROUPS)
        .is_none_or(|groups| groups.get(method).is_none())
}

impl Document {
    pub(crate) fn add_group(&mut self, actions: &Actions) {
        let (place, name) = match &actions.selected {
            Selected::Body { .. } => ("body", None),
            Selected::Parameter { location, name } => (*location, Some(name)),
        };
        let name = name.map(|name| ("name", NewValue::Text(name.clone())));
        let group = object(
            [("in", NewValue::Text(place.into()))]
                .into_iter()
                .chain(name)
                .chain([
                    (EXTENSION, NewValue::True),
                    ("operations", NewValue::Object(self.operations(actions))),
                ]),
        );
        let item = self.node(actions.path_item);
        let like = actions.operation;
        match item.get(OPERATION_GROUPS).map(|groups| groups.id) {
            Some(groups) => self.append(groups, &actions.method, group, like),
            None => {
                let groups = NewValue::Object(vec![(actions.method.clone(), group)]);
                self.append(actions.path_item, OPERATION_GROUPS, groups, like);
            }
        }
    }

    /// Returns the operations, by the names of the actions.
    fn operations(&self, actions: &Actions) -> Vec<(Box<str>, NewValue)> {
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
            let mut entries: Vec<(Box<str>, NewValue)> = Vec::new();
            for (key, value) in operation.entries() {
                let new = match key {
                    _ if key == MERGED_OPERATIONS || is_own(key) => continue,
                    // Those of the merged operation are made of theirs.
                    _ if own.is_some() && TEXTS.contains(&key) => continue,
                    "requestBody" if body.is_some() => continue,
                    "parameters" => self.without_selector(value, &actions.selected),
                    "operationId" if actions.has_ids => {
                        let id = value.as_str().unwrap_or_default();
                        NewValue::Text(format!("{id}-{action}").into())
                    }
                    "summary" => text("title").map_or(NewValue::Shared(value.id), |title| {
                        NewValue::Shared(title.id)
                    }),
                    "description" => text("description")
                        .map_or(NewValue::Shared(value.id), |text| NewValue::Shared(text.id)),
                    _ => NewValue::Shared(value.id),
                };
                entries.push((key.into(), new));
            }
            for (field, keyword) in [("summary", "title"), ("description", "description")] {
                if operation.get(field).is_none() && own.is_none() {
                    entries.extend(
                        text(keyword).map(|text| (field.into(), NewValue::Shared(text.id))),
                    );
                }
            }
            entries.extend(
                own_of(action)
                    .map(|own| shared(own, &[]))
                    .unwrap_or_default(),
            );
            entries.extend(body.map(|body| ("requestBody".into(), body)));
            (action.clone(), NewValue::Object(entries))
        });
        made.collect()
    }

    /// Returns the body of an action.
    fn body(&self, body: u32, contents: &[Content], actions: &Actions, at: usize) -> NewValue {
        let action = actions.names.get(at).map_or("", |name| name);
        let contents = contents.iter().map(|content| {
            let media_type = self.node(content.media_type);
            let mut entries = shared(media_type, &["schema", "example", "examples"]);
            let branch = content.branches.get(at);
            entries.extend(branch.map(|branch| ("schema".into(), branch.content(action))));
            entries.extend(self.examples(media_type, actions, at));
            (content.name.clone(), NewValue::Object(entries))
        });
        let contents = contents.collect();
        let mut body = shared(self.node(body), &["content", "required"]);
        body.push(("required".into(), NewValue::True));
        body.push(("content".into(), NewValue::Object(contents)));
        NewValue::Object(body)
    }

    /// Returns parameters without the one that selects the action.
    fn without_selector(&self, parameters: Node<'_>, selected: &Selected) -> NewValue {
        let Selected::Parameter { location, name } = selected else {
            return NewValue::Shared(parameters.id);
        };
        let others = parameters
            .items()
            .filter(|parameter| !is_selector(*parameter, location, name));
        NewValue::Array(
            others
                .map(|parameter| NewValue::Shared(parameter.id))
                .collect(),
        )
    }

    /// Returns the examples of a media type that are those of an action.
    fn examples(
        &self,
        media_type: Node<'_>,
        actions: &Actions,
        at: usize,
    ) -> Vec<(Box<str>, NewValue)> {
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
            found.push(("example".into(), NewValue::Shared(example.id)));
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
        let of_action: Vec<(Box<str>, NewValue)> = of_action
            .map(|(name, example)| (name.into(), NewValue::Shared(example.id)))
            .collect();
        if !of_action.is_empty() {
            found.push(("examples".into(), NewValue::Object(of_action)));
        }
        found
    }
}

/// Returns the entries of an object but those with one of these keys.
fn shared(node: Node<'_>, but: &[&str]) -> Vec<(Box<str>, NewValue)> {
    let entries = node.entries().filter(|(key, _)| !but.contains(key));
    entries
        .map(|(key, value)| (key.into(), NewValue::Shared(value.id)))
        .collect()
}

/// Returns whether a parameter is the one of this name in this part of requests.
pub(crate) fn is_selector(parameter: Node<'_>, location: &str, name: &str) -> bool {
    let parameter = parameter.resolve().unwrap_or(parameter);
    let text = |key| parameter.get(key).and_then(Node::as_str);
    text("in") == Some(location) && text("name") == Some(name)
}
