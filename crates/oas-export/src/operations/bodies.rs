//! Merges the bodies of requests and responses.

use oas_document::{
    Content, Node,
    object_model::Object,
    openapi::{MediaType, Operation, SelectorPlace},
    schema::Additional,
};

use crate::{
    map::{Map, one, plain},
    objects::Exporter,
    operations::{listed, named},
    rules,
};

impl<'d> Exporter<'d> {
    /// Returns the request body: one of the objects by key, or else any of the bodies.
    pub(super) fn merged_body(
        &mut self,
        operations: &[Operation<'d>],
        place: SelectorPlace<'d>,
    ) -> Option<Content> {
        let bodies: Vec<_> = operations
            .iter()
            .map(|operation| (operation, operation.request_body()))
            .collect();
        let present = bodies
            .iter()
            .filter_map(|(operation, body)| Some((*operation, (*body)?)));
        let present: Vec<_> = present.collect();
        let (_, first) = present.first()?;
        let by_key = place == SelectorPlace::BodyKey;
        let raws: Vec<Node<'d>> = present.iter().map(|(_, body)| body.node).collect();
        let everywhere = present.len() == operations.len();
        if everywhere && raws.iter().all(|raw| *raw == first.node) {
            return Some(self.object(first.raw, Object::RequestBody));
        }
        let selecting = match place {
            SelectorPlace::BodyKey => None,
            SelectorPlace::Header(name) => Some(("header field", name)),
            SelectorPlace::Query(name) => Some(("query parameter", name)),
            // Whatever else selects an operation is not tied to its body either.
            _ => Some(("selector in", "x-operations")),
        };
        if let Some((part, name)) = selecting {
            let message = format!(
                "which body belongs to which value of the {part} `{name}` cannot be expressed; the exported operation admits the bodies of {} with the value of any",
                named(present.iter().map(|(operation, _)| *operation))
            );
            self.report(rules::WIDENED_OPERATIONS, first.raw, message);
        }
        let mut contents = Vec::new();
        for (operation, body) in &present {
            let value = operation.selector.map_or("", |selector| selector.value);
            contents.extend(body.content().into_iter().map(|media| (value, media)));
        }
        let keys: Vec<&str> = operations
            .iter()
            .filter_map(|operation| operation.selector)
            .map(|selector| selector.value)
            .collect();
        let content = self.merged_content(&contents, by_key.then_some(&keys));
        let mut map = Map::default();
        map.set("content", content);
        if everywhere && present.iter().all(|(_, body)| body.is_required()) {
            map.set("required", true);
        }
        Some(map.into())
    }

    /// Returns the content of several bodies, each with the value that selects its operation. An object contains
    /// exactly one of `keys`.
    pub(super) fn merged_content(
        &mut self,
        contents: &[(&str, MediaType<'d>)],
        keys: Option<&Vec<&str>>,
    ) -> Content {
        let mut names: Vec<&str> = Vec::new();
        for (_, media) in contents {
            if !names.contains(&media.name) {
                names.push(media.name);
            }
        }
        let merged = names.into_iter().map(|name| {
            let of_name = contents.iter().filter(|(_, media)| media.name == name);
            let of_name: Vec<_> = of_name.copied().collect();
            (name.to_owned(), self.merged_media_type(&of_name, keys))
        });
        merged.collect::<Map>().into()
    }

    fn merged_media_type(
        &mut self,
        all: &[(&str, MediaType<'d>)],
        keys: Option<&Vec<&str>>,
    ) -> Content {
        let [(_, first), others @ ..] = all else {
            return Content::Map(Vec::new());
        };
        let mut map = Map::of(self.object(first.node, Object::MediaType));
        if others.iter().all(|(_, other)| other.node == first.node) && keys.is_none() {
            return map.into();
        }
        for (_, other) in others {
            for (key, value) in Map::of(self.object(other.node, Object::MediaType)) {
                match (map.get(&key), key.as_str()) {
                    (None, _) => map.set(&key, value),
                    (Some(known), "encoding") => {
                        let mut known = Map::of(known.clone());
                        known.extend(Map::of(value));
                        map.set(&key, known);
                    }
                    (Some(_), "schema" | "itemSchema" | "example" | "examples") => {}
                    (Some(known), _) if *known == value => {}
                    (Some(_), _) => {
                        let at = other.node.get(&key).unwrap_or(other.node);
                        let values = all.iter().map(|(value, _)| *value);
                        let message = format!(
                            "{} have different `{key}`; the exported operation has the first",
                            listed(values)
                        );
                        self.report(rules::WIDENED_OPERATIONS, at, message);
                    }
                }
            }
        }
        for field in ["schema", "itemSchema"] {
            let schemas: Vec<Node<'d>> = all
                .iter()
                .filter_map(|(_, media)| media.node.get(field))
                .collect();
            let name = match map.has(field) {
                true => field.to_owned(),
                false => format!("x-{field}"),
            };
            if schemas.len() < all.len() {
                // A body without a schema accepts everything.
                map.remove(&name);
            } else if map.has(&name) {
                let schema = match keys.filter(|_| field == "schema") {
                    Some(keys) => self.one_of(all, keys),
                    None => self.any_of(&schemas),
                };
                map.set(&name, schema);
            }
        }
        self.merged_examples(all, &mut map);
        map.into()
    }

    /// Returns the `oneOf` of the objects by key. If an object allows additional properties, having exactly one of the
    /// keys is a condition of its own.
    fn one_of(&mut self, all: &[(&str, MediaType<'d>)], keys: &[&str]) -> Content {
        let mut is_open = false;
        let mut branches: Vec<Content> = Vec::new();
        for (key, media) in all {
            let Some(node) = media.schema_node() else {
                continue;
            };
            if let Some(schema) = media.schema() {
                let effective = schema.effective();
                let admits = |other: &&&str| {
                    !matches!(effective.unlisted_property(other), Additional::Denied(_))
                        || effective.property(other).is_some()
                };
                is_open |= keys
                    .iter()
                    .filter(|other| *other != key)
                    .any(|other| admits(&other));
            }
            let mut branch = self.schema(node);
            if let Content::Map(entries) = &branch
                && node.reference().is_none()
                && !entries.iter().any(|(name, _)| name == "title")
            {
                let mut named = Map::of(branch);
                named.set_first("title", *key);
                branch = named.into();
            }
            branches.push(branch);
        }
        let mut schema = Map::of(one("oneOf", Content::List(branches)));
        if is_open && keys.len() > 1 {
            let required = |key: &&str| one("required", Content::List(vec![(*key).into()]));
            schema.and(one(
                "oneOf",
                Content::List(keys.iter().map(required).collect()),
            ));
        }
        schema.into()
    }

    /// Returns the examples of all media types, by the values that select the operations.
    fn merged_examples(&mut self, all: &[(&str, MediaType<'d>)], map: &mut Map) {
        map.remove("example");
        map.remove("examples");
        let mut examples = Map::default();
        for (value, media) in all {
            if let Some(example) = media.node.get("example") {
                examples.set(value, one("value", plain(example)));
            }
            let named = media
                .node
                .get("examples")
                .into_iter()
                .flat_map(Node::entries);
            for (name, example) in named {
                let example = self.object(example, Object::Example);
                examples.set(&format!("{value}-{name}"), example);
            }
        }
        if !examples.is_empty() {
            map.set("examples", examples);
        }
    }
}
