//! The keywords that apply to numbers, strings, arrays and objects alone.

use std::collections::HashSet;

use super::{
    Direction,
    check::{Check, Keyword, Path},
    format,
};
use crate::{
    Decimal, Instance, Node,
    schema::{Schema, declared_types},
};

impl<'d> Check<'_, 'd> {
    pub(super) fn number(&mut self, word: Keyword<'d>, value: Instance<'_>, path: &Path<'_>) {
        let Keyword {
            object,
            key,
            keyword,
        } = word;
        let Some(number) = value.number() else { return };
        if key == "format" {
            // A fraction where the type is integer is told once.
            let is_told = object
                .get("type")
                .is_some_and(|types| !declared_types(types, object).is_superset(value.types()));
            if let Some(format) = keyword
                .as_str()
                .filter(|format| !is_told && !format::fits_number(format, &number))
            {
                self.report(keyword, path, format!("is not within `{format}`"));
            }
            return;
        }
        let Some(limit) = Decimal::of(keyword) else {
            return;
        };
        let flag = |name| object.get(name).and_then(Node::as_bool) == Some(true);
        let (fits, what) = match key {
            "minimum" if flag("exclusiveMinimum") => (number > limit, "more than"),
            "minimum" => (number >= limit, "at least"),
            "exclusiveMinimum" => (number > limit, "more than"),
            "maximum" if flag("exclusiveMaximum") => (number < limit, "less than"),
            "maximum" => (number <= limit, "at most"),
            "exclusiveMaximum" => (number < limit, "less than"),
            "multipleOf" => (number.is_multiple_of(&limit), "a multiple of"),
            _ => return,
        };
        if !fits {
            self.report(keyword, path, format!("must be {what} {limit}"));
        }
    }

    pub(super) fn text(&mut self, word: Keyword<'d>, value: Instance<'_>, path: &Path<'_>) {
        let Keyword { key, keyword, .. } = word;
        let Some(text) = value.as_str() else { return };
        match key {
            "pattern" => {
                if let Some(pattern) = keyword.as_str()
                    && !self.validator.matches(pattern, text)
                {
                    self.report(keyword, path, format!("must match `{pattern}`"));
                }
            }
            "format" => {
                if let Some(format) = keyword.as_str()
                    && !format::fits_text(format, text)
                {
                    self.report(keyword, path, format!("is not of the format `{format}`"));
                }
            }
            "minLength" | "maxLength" => {
                self.count(key, keyword, text.chars().count(), "character", path);
            }
            _ => {}
        }
    }

    /// `min…` and `max…` of characters, items and properties.
    fn count(&mut self, key: &str, keyword: Node<'d>, count: usize, of: &str, path: &Path<'_>) {
        let Some(limit) = Decimal::of(keyword).and_then(|limit| limit.to_u64()) else {
            return;
        };
        let (fits, what) = match key.starts_with("min") {
            true => (count as u64 >= limit, "at least"),
            false => (count as u64 <= limit, "at most"),
        };
        if !fits {
            let plural = match limit {
                1 => "",
                _ if of == "property" => "ies",
                _ => "s",
            };
            let of = if plural == "ies" { "propert" } else { of };
            self.report(
                keyword,
                path,
                format!("must have {what} {limit} {of}{plural}, has {count}"),
            );
        }
    }

    pub(super) fn array(&mut self, word: Keyword<'d>, value: Instance<'_>, path: &Path<'_>) {
        let Keyword {
            object,
            key,
            keyword,
        } = word;
        match key {
            "items" if !keyword.is_array() => {
                let prefix = object
                    .get("prefixItems")
                    .map_or(0, |prefix| prefix.items().len());
                let schema = self.validator.schema_of(keyword);
                for (index, item) in value.items().into_iter().enumerate().skip(prefix) {
                    self.schema(&schema, item, &Path::Index(path, index));
                }
            }
            "prefixItems" | "items" => {
                for (index, (item, schema)) in
                    value.items().into_iter().zip(keyword.items()).enumerate()
                {
                    let schema = self.validator.schema_of(schema);
                    self.schema(&schema, item, &Path::Index(path, index));
                }
            }
            "minItems" | "maxItems" => self.count(key, keyword, value.items().len(), "item", path),
            "uniqueItems" if keyword.as_bool() == Some(true) => {
                // Each pair is compared, so that there must be an end to the items.
                let mut items = value.items();
                items.truncate(1000);
                let repeated = items
                    .iter()
                    .enumerate()
                    .find(|(at, item)| items.iter().take(*at).any(|e| e.same(**item)));
                if let Some((index, _)) = repeated {
                    self.report(
                        keyword,
                        &Path::Index(path, index),
                        "is there twice, and items must be unique",
                    );
                }
            }
            "contains" => {
                let schema = self.validator.schema_of(keyword);
                let items = value.items();
                let count = items
                    .iter()
                    .filter(|item| self.holds(&schema, **item, path))
                    .count() as u64;
                let limit = |name| {
                    object
                        .get(name)
                        .and_then(Decimal::of)
                        .and_then(|limit| limit.to_u64())
                };
                let (min, max) = (
                    limit("minContains").unwrap_or(1),
                    limit("maxContains").unwrap_or(u64::MAX),
                );
                if count < min || count > max {
                    self.report(
                        keyword,
                        path,
                        format!("has {count} items that `contains` describes"),
                    );
                }
            }
            _ => {}
        }
    }

    pub(super) fn object(
        &mut self,
        schema: &Schema<'d>,
        word: Keyword<'d>,
        value: Instance<'_>,
        path: &Path<'_>,
    ) {
        let Keyword {
            object,
            key,
            keyword,
        } = word;
        match key {
            "properties" => {
                for (name, item) in value.entries() {
                    if let Some(property) = keyword.get(name) {
                        let property = self.validator.schema_of(property);
                        self.schema(&property, item, &Path::Key(path, name));
                    }
                }
            }
            "patternProperties" => {
                for (pattern, property) in keyword.entries() {
                    let property = self.validator.schema_of(property);
                    for (name, item) in value.entries() {
                        if self.validator.matches(pattern, name) {
                            self.schema(&property, item, &Path::Key(path, name));
                        }
                    }
                }
            }
            "additionalProperties" if keyword.as_bool() != Some(true) => {
                let additional = self.validator.schema_of(keyword);
                for (name, item) in value.entries() {
                    if !self.names(object, name) {
                        self.other_property(&additional, keyword, item, &Path::Key(path, name));
                    }
                }
            }
            "unevaluatedProperties" if keyword.as_bool() != Some(true) => {
                let additional = self.validator.schema_of(keyword);
                for (name, item) in value.entries() {
                    if !self.evaluates(schema, name, value, path) {
                        self.other_property(&additional, keyword, item, &Path::Key(path, name));
                    }
                }
            }
            "required" => {
                for item in keyword.items() {
                    if let Some(name) = item.as_str()
                        && value.get(name).is_none()
                        && !self.may_be_absent(schema, name)
                    {
                        self.report(item, path, format!("the property `{name}` is missing"));
                    }
                }
            }
            "propertyNames" => {
                let names = self.validator.schema_of(keyword);
                for (name, _) in value.entries() {
                    let text = serde_json::Value::from(name);
                    self.schema(&names, Instance::Json(&text), &Path::Key(path, name));
                }
            }
            "minProperties" | "maxProperties" => {
                self.count(key, keyword, value.entries().len(), "property", path)
            }
            "dependentRequired" => {
                for (name, demanded) in keyword
                    .entries()
                    .filter(|(name, _)| value.get(name).is_some())
                {
                    for item in demanded.items() {
                        if let Some(missing) =
                            item.as_str().filter(|missing| value.get(missing).is_none())
                        {
                            self.report(
                                item,
                                path,
                                format!("`{name}` demands the property `{missing}`"),
                            );
                        }
                    }
                }
            }
            "dependentSchemas" => {
                for (_, demanded) in keyword
                    .entries()
                    .filter(|(name, _)| value.get(name).is_some())
                {
                    let demanded = self.validator.schema_of(demanded);
                    self.schema(&demanded, value, path);
                }
            }
            _ => {}
        }
    }

    fn other_property(
        &mut self,
        schema: &Schema<'d>,
        keyword: Node<'d>,
        item: Instance<'_>,
        path: &Path<'_>,
    ) {
        if keyword.as_bool() == Some(false) {
            self.report(
                keyword,
                path,
                "is not among the properties, and no others may be there",
            );
        } else {
            self.schema(schema, item, path);
        }
    }

    /// Whether an object names a property itself, in `properties` or by a pattern.
    fn names(&mut self, object: Node<'d>, name: &str) -> bool {
        let listed = object
            .get("properties")
            .is_some_and(|properties| properties.get(name).is_some());
        let mut patterns = object
            .get("patternProperties")
            .into_iter()
            .flat_map(Node::entries);
        listed || patterns.any(|(pattern, _)| self.validator.matches(pattern, name))
    }

    /// Whether some part of a schema, or a branch that fits, looks at a property (JSON Schema 2020-12 §11.3).
    fn evaluates(
        &mut self,
        schema: &Schema<'d>,
        name: &str,
        value: Instance<'_>,
        path: &Path<'_>,
    ) -> bool {
        let mut pending = vec![schema.clone()];
        let mut seen = HashSet::new();
        while let Some(schema) = pending.pop() {
            if !seen.insert(schema.clone()) {
                continue;
            }
            for object in schema.nodes() {
                if self.names(*object, name) || object.get("additionalProperties").is_some() {
                    return true;
                }
                for branch in in_place(*object, value) {
                    let branch = self.validator.schema_of(branch);
                    if self.holds(&branch, value, path) {
                        pending.push(branch);
                    }
                }
            }
        }
        false
    }

    /// Whether a required property may be absent because it only travels the other way.
    fn may_be_absent(&mut self, schema: &Schema<'d>, name: &str) -> bool {
        let keywords: &[&str] = match self.direction {
            Direction::Strict => return false,
            Direction::Request => &["readOnly"],
            Direction::Response => &["writeOnly"],
            Direction::Either => &["readOnly", "writeOnly"],
        };
        schema.parts().iter().any(|part| {
            let property = part
                .node
                .get("properties")
                .and_then(|properties| properties.get(name));
            property.is_some_and(|property| {
                let property = self.validator.schema_of(property);
                keywords.iter().any(|keyword| {
                    property
                        .keyword(keyword)
                        .iter()
                        .any(|flag| flag.as_bool() == Some(true))
                })
            })
        })
    }
}

/// The schemas that an object applies to the value itself, under conditions.
fn in_place<'d>(object: Node<'d>, value: Instance<'_>) -> Vec<Node<'d>> {
    let unions = ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(|key| object.get(key))
        .flat_map(Node::items);
    let conditions = ["if", "then", "else"]
        .into_iter()
        .filter_map(|key| object.get(key));
    let dependent = object
        .get("dependentSchemas")
        .into_iter()
        .flat_map(Node::entries);
    let dependent = dependent
        .filter(|(name, _)| value.get(name).is_some())
        .map(|(_, schema)| schema);
    unions.chain(conditions).chain(dependent).collect()
}
