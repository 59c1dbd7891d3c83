//! Converts schemas: the keywords that all versions share. [`newer`] and [`older`] convert the others.

mod newer;
mod older;

use oas_document::{
    Content, Node, Version,
    object_model::{FieldType, Object, is_extension},
};

use crate::{
    map::{Map, plain},
    objects::Exporter,
    rules,
};

impl<'d> Exporter<'d> {
    /// Converts a schema.
    pub(crate) fn schema(&mut self, node: Node<'d>) -> Content {
        if let Some(admits) = node.as_bool() {
            return match (self.version, admits) {
                (Version::V3_0, true) => Content::Map(Vec::new()),
                (Version::V3_0, false) => crate::map::one("not", Content::Map(Vec::new())),
                _ => plain(node),
            };
        }
        if !node.is_object() {
            return plain(node);
        }
        if self.references.is_adopting(node)
            && let Some((target, _)) = self.target(node)
        {
            return self.schema(target);
        }
        let mut map = Map::default();
        for (key, value) in node.entries() {
            match key {
                "$ref" if value.as_str().is_some() => {
                    let Some((target, written)) = self.target(node) else {
                        return plain(node);
                    };
                    let pointer = self
                        .references
                        .pointer(node, written, target, Object::Schema);
                    map.set(key, pointer.as_str());
                }
                _ if !self.counts(node, key) => {
                    let message = format!("`{key}` beside `$ref` is left out");
                    self.report(rules::IGNORED_BESIDE_REFERENCE, value, message);
                }
                _ => {
                    let ty = Object::Schema.type_of(key).unwrap_or(FieldType::Any);
                    let value = self.value(value, ty);
                    map.set(key, value);
                }
            }
        }
        match self.version {
            Version::V3_0 => older::convert(self, node, &mut map),
            _ => newer::convert(self, node, &mut map),
        }
        map.into()
    }

    /// Returns whether a keyword of a schema object is exported. One that is ignored at its place must not become
    /// effective.
    ///
    /// Texts beside a reference of 3.0 are kept: their authors wrote them for readers.
    fn counts(&self, schema: Node<'d>, key: &str) -> bool {
        let ignored = schema.reference().is_some() && self.document.version() == Version::V3_0;
        !ignored
            || self.version == Version::V3_0
            || matches!(key, "title" | "description" | "externalDocs")
            || is_extension(key)
    }

    /// Reports that a keyword cannot be expressed.
    fn lost(&mut self, schema: Node<'d>, keyword: &str, instead: &str) {
        let at = schema.get(keyword).unwrap_or(schema);
        let version = self.version;
        let message = format!("OpenAPI {version} has no `{keyword}`; {instead}");
        self.report(rules::CONSTRAINT_NOT_IN_VERSION, at, message);
    }
}
