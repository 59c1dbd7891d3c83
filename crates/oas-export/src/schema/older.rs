//! Converts the keywords that 3.1 adopts from JSON Schema 2020-12 to those of 3.0 (OpenAPI 3.0.4, Schema Object).
//!
//! Keywords with an equivalent combination of others are replaced by those. Of the rest, 3.0 can express a part at
//! most; an export that accepts additional values has a finding.

use oas_document::{
    Content, Decimal, Node, Version,
    object_model::{Object, is_annotation},
    openapi::MediaKind,
};

use crate::{
    map::{Map, flag, is_null, null, one, text},
    objects::Exporter,
    rules,
};

pub(super) fn convert<'d>(exporter: &mut Exporter<'d>, schema: Node<'d>, map: &mut Map) {
    Older {
        exporter,
        schema,
        map,
    }
    .convert();
}

struct Older<'e, 'd> {
    exporter: &'e mut Exporter<'d>,
    schema: Node<'d>,
    map: &'e mut Map,
}

fn list(items: impl IntoIterator<Item = Content>) -> Content {
    Content::List(items.into_iter().collect())
}

fn not(schema: impl Into<Content>) -> Content {
    one("not", schema)
}

impl<'d> Older<'_, 'd> {
    fn convert(&mut self) {
        self.definitions();
        self.dynamic_reference();
        self.constant();
        self.bound("exclusiveMinimum", "minimum", |exclusive, bound| {
            exclusive >= bound
        });
        self.bound("exclusiveMaximum", "maximum", |exclusive, bound| {
            exclusive <= bound
        });
        self.examples();
        self.encoding();
        self.condition();
        self.dependencies();
        self.contains();
        self.property_names();
        self.properties_by_pattern();
        self.unevaluated(
            "unevaluatedProperties",
            "additionalProperties",
            &["patternProperties"],
        );
        self.unevaluated("unevaluatedItems", "items", &["prefixItems", "contains"]);
        self.items_by_position();
        self.types();
        self.null_in_enum();
        if self.choice_rejects_null() {
            self.map.and(not(one("enum", list([null()]))));
        } else {
            self.nullable_branch();
        }
        self.reference();
        if self.map.text("type") == Some("array") && !self.map.has("items") {
            self.map.set("items", Content::Map(Vec::new()));
        }
    }

    fn lost(&mut self, keyword: &str, instead: &str) {
        self.exporter.lost(self.schema, keyword, instead);
    }

    /// Removes a keyword, and returns its value, to be replaced by an equivalent.
    fn take(&mut self, keyword: &str) -> Option<Content> {
        let value = self.map.remove(keyword)?;
        self.exporter.references.note_opened(self.schema);
        Some(value)
    }

    /// Converts definitions that other schemas refer to into components; names of schemas are not required then.
    fn definitions(&mut self) {
        for keyword in ["$defs", "definitions"] {
            if self.map.remove(keyword).is_none() {
                continue;
            }
            let definitions = self.schema.get(keyword);
            for (name, definition) in definitions.into_iter().flat_map(Node::entries) {
                self.exporter.references.note_gone(definition);
                if !self.exporter.references.is_referred_to(definition) {
                    let message = format!(
                        "nothing refers to `{name}`, and OpenAPI 3.0 has no `{keyword}`; the export is without it"
                    );
                    self.exporter
                        .report(rules::DOCUMENTATION_NOT_IN_VERSION, definition, message);
                }
            }
        }
        for keyword in ["$id", "$schema", "$anchor", "$dynamicAnchor", "$vocabulary"] {
            self.map.remove(keyword);
        }
        if let Some(comment) = self.map.get("$comment").cloned() {
            self.map.replace("$comment", "x-comment", comment);
        }
    }

    /// Converts `$dynamicRef` to `$ref`.
    fn dynamic_reference(&mut self) {
        let Some(Content::Text(reference)) = self.map.remove("$dynamicRef") else {
            return;
        };
        let written = self
            .schema
            .get("$dynamicRef")
            .and_then(Node::as_str)
            .unwrap_or_default();
        let Ok(target) = self.schema.follow(written) else {
            self.lost(
                "$dynamicRef",
                "the reference leads to nothing, and is left out",
            );
            return;
        };
        let pointer =
            self.exporter
                .references
                .pointer(self.schema, &reference, target, Object::Schema);
        self.map.and(one("$ref", pointer.as_str()));
    }

    /// Converts siblings of a `$ref`, which only 3.1 evaluates.
    fn reference(&mut self) {
        if self.map.has("$ref")
            && self.map.keys().count() > 1
            && !self.is_of_3_0()
            && let Some(reference) = self.map.remove("$ref")
        {
            self.map.and(one("$ref", reference));
        }
        // A reference without siblings needs no wrapper.
        let alone = match self.map.get("allOf") {
            Some(Content::List(members)) if self.map.keys().count() == 1 && members.len() == 1 => {
                members.first().cloned()
            }
            _ => None,
        };
        if let Some(member) = alone.filter(|_| self.schema.get("$dynamicRef").is_some()) {
            *self.map = Map::of(member);
        }
    }

    fn constant(&mut self) {
        let Some(value) = self.map.get("const").cloned() else {
            return;
        };
        let values = list([value]);
        if self.map.has("enum") {
            self.map.remove("const");
            self.map.and(one("enum", values));
        } else {
            self.map.replace("const", "enum", values);
        }
    }

    /// Converts `exclusiveMinimum: 0` to `minimum: 0` with `exclusiveMinimum: true`, unless `minimum` is tighter.
    fn bound(
        &mut self,
        exclusive: &str,
        inclusive: &str,
        is_tighter: fn(&Decimal, &Decimal) -> bool,
    ) {
        let number = |keyword| self.schema.get(keyword).and_then(Decimal::of);
        let Some(value) = number(exclusive) else {
            return;
        };
        let Some(written) = self.map.get(exclusive).cloned() else {
            return;
        };
        match number(inclusive) {
            Some(bound) if !is_tighter(&value, &bound) => {
                self.map.remove(exclusive);
            }
            Some(_) => {
                self.map.set(inclusive, written);
                self.map.set_after(inclusive, exclusive, true);
            }
            None => {
                self.map.replace(exclusive, inclusive, written);
                self.map.set_after(inclusive, exclusive, true);
            }
        }
    }

    fn examples(&mut self) {
        let Some(Content::List(examples)) = self.map.get("examples").cloned() else {
            return;
        };
        let is_kept = examples.len() == 1 && !self.map.has("example");
        match examples.first() {
            Some(first) if !self.map.has("example") => {
                self.map.replace("examples", "example", first.clone())
            }
            _ => {
                self.map.remove("examples");
            }
        }
        if !is_kept && !examples.is_empty() {
            self.map.set("x-examples", Content::List(examples));
            self.moved(
                "examples",
                "the first is `example`, and all are in `x-examples`",
            );
        }
    }

    /// Reports that an annotation has become an extension.
    fn moved(&mut self, keyword: &str, instead: &str) {
        let at = self.schema.get(keyword).unwrap_or(self.schema);
        let message = format!("OpenAPI 3.0 has no `{keyword}`; {instead}");
        self.exporter
            .report(rules::DOCUMENTATION_NOT_IN_VERSION, at, message);
    }

    fn encoding(&mut self) {
        let media = self.map.text("contentMediaType").map(str::to_owned);
        let is_bytes = media
            .as_deref()
            .is_some_and(|media| MediaKind::of(media) == MediaKind::Bytes);
        let format = match self.map.text("contentEncoding") {
            Some("base64") => Some(("contentEncoding", "byte")),
            Some("base64url") => Some(("contentEncoding", "base64url")),
            None if is_bytes => Some(("contentMediaType", "binary")),
            _ => None,
        };
        if let Some((keyword, format)) = format.filter(|_| !self.map.has("format")) {
            self.map.replace(keyword, "format", format);
            if keyword == "contentMediaType" && media.as_deref() == Some("application/octet-stream")
            {
                return;
            }
        }
        for keyword in ["contentEncoding", "contentMediaType", "contentSchema"] {
            if let Some(value) = self.map.get(keyword).cloned() {
                let name = format!("x-{keyword}");
                self.map.replace(keyword, &name, value);
                let instead = format!("the export has it as `{name}`");
                match keyword {
                    // The others annotate; by it, a text of JSON is validated.
                    "contentSchema" => self.lost(keyword, &instead),
                    _ => self.moved(keyword, &instead),
                }
            }
        }
        if media.is_some()
            && self.map.text("format") == Some("binary")
            && !self.map.has("x-contentMediaType")
        {
            self.map
                .set("x-contentMediaType", media.unwrap_or_default().as_str());
            self.moved(
                "contentMediaType",
                "the export has it as `x-contentMediaType`",
            );
        }
    }

    /// Converts `if` and `then` to `anyOf` of `not` and `then`.
    fn condition(&mut self) {
        let (then, otherwise) = (self.take("then"), self.take("else"));
        let Some(condition) = self.take("if") else {
            return;
        };
        if let Some(then) = then {
            self.map
                .and(one("anyOf", list([not(condition.clone()), then])));
        }
        if let Some(otherwise) = otherwise {
            self.map.and(one("anyOf", list([condition, otherwise])));
        }
    }

    fn dependencies(&mut self) {
        if let Some(Content::Map(entries)) = self.take("dependentRequired") {
            for (name, names) in entries {
                let absent = not(one("required", list([name.as_str().into()])));
                if matches!(&names, Content::List(names) if !names.is_empty()) {
                    self.map
                        .and(one("anyOf", list([absent, one("required", names)])));
                }
            }
        }
        if let Some(Content::Map(entries)) = self.take("dependentSchemas") {
            for (name, schema) in entries {
                let object = [
                    ("type", "object".into()),
                    ("required", list([name.as_str().into()])),
                ];
                self.map
                    .and(one("anyOf", list([not(Content::map(object)), schema])));
            }
        }
    }

    /// Converts `contains`: some item is valid if not all items are invalid.
    fn contains(&mut self) {
        let count = |keyword: &str| {
            let limit = self.schema.get(keyword).and_then(Decimal::of);
            limit.and_then(|limit| limit.to_u64())
        };
        let (least, most) = (count("minContains").unwrap_or(1), count("maxContains"));
        let has = self.map.has("contains");
        for (keyword, is_lost) in [("minContains", least > 1), ("maxContains", most.is_some())] {
            if self.map.remove(keyword).is_some() && has && is_lost {
                self.lost(keyword, "the export admits any number from one on");
            }
        }
        let Some(schema) = self.take("contains") else {
            return;
        };
        if least > 0 {
            let items = [("type", "array".into()), ("items", not(schema))];
            self.map.and(not(Content::map(items)));
        }
    }

    fn property_names(&mut self) {
        if self.take("propertyNames").is_some() {
            self.lost("propertyNames", "the export admits properties of any name");
        }
    }

    /// Converts `patternProperties` to additional properties, because 3.0 has no patterns of names.
    fn properties_by_pattern(&mut self) {
        let Some(Content::Map(patterns)) = self.take("patternProperties") else {
            return;
        };
        self.lost(
            "patternProperties",
            "the export admits their values under any other name",
        );
        let mut branches: Vec<Content> = patterns.into_iter().map(|(_, schema)| schema).collect();
        match self.map.get("additionalProperties") {
            None => return,
            Some(additional) if flag(additional) == Some(true) => return,
            Some(additional) if flag(additional) == Some(false) => {}
            Some(additional) => branches.push(additional.clone()),
        }
        let all = match branches.len() {
            1 => branches.remove(0),
            _ => one("anyOf", Content::List(branches)),
        };
        self.map.set("additionalProperties", all);
    }

    /// Converts an unevaluated keyword to its additional counterpart, if only the keywords beside it evaluate.
    fn unevaluated(&mut self, keyword: &str, beside: &str, others: &[&str]) {
        const APPLICATORS: [&str; 8] = [
            "$ref",
            "$dynamicRef",
            "allOf",
            "anyOf",
            "oneOf",
            "if",
            "dependentSchemas",
            "not",
        ];
        let evaluates = |key: &&str| self.schema.get(key).is_some();
        let is_plain = !APPLICATORS.iter().chain(others).any(evaluates);
        let Some(value) = self.take(keyword) else {
            return;
        };
        if self.schema.get(beside).is_some() || flag(&value) == Some(true) {
            return;
        }
        if is_plain && (beside == "additionalProperties" || flag(&value).is_none()) {
            self.map.set(beside, value);
        } else {
            self.lost(keyword, "the export admits what is left over");
        }
    }

    fn items_by_position(&mut self) {
        let Some(Content::List(mut branches)) = self.take("prefixItems") else {
            return;
        };
        self.lost("prefixItems", "the export admits the items in any order");
        match self.schema.get("items") {
            None => {
                self.map.remove("items");
                return;
            }
            Some(items) if items.as_bool() == Some(false) => {
                let number = branches.len();
                let limit = self.schema.get("maxItems").and_then(Decimal::of);
                if limit
                    .and_then(|limit| limit.to_u64())
                    .is_none_or(|limit| limit > number as u64)
                {
                    self.map
                        .set("maxItems", Content::Literal(number.to_string()));
                }
                self.map.remove("items");
            }
            Some(_) => branches.extend(self.map.remove("items")),
        }
        self.map.set("items", one("anyOf", Content::List(branches)));
    }

    /// Converts a list of types to a single type, and null to `nullable`.
    fn types(&mut self) {
        let types: Vec<String> = match self.map.get("type") {
            Some(Content::List(types)) => {
                types.iter().filter_map(text).map(str::to_owned).collect()
            }
            Some(Content::Text(ty)) if ty == "null" => vec![ty.clone()],
            Some(Content::Literal(literal)) if literal == "null" => vec![literal.clone()],
            _ => return,
        };
        let (nulls, others): (Vec<&str>, Vec<&str>) = types
            .iter()
            .map(String::as_str)
            .partition(|ty| *ty == "null");
        let mut values = match self.map.get("enum") {
            Some(Content::List(values)) => Some(values.iter()),
            _ => None,
        };
        let admits_null =
            !nulls.is_empty() && values.as_mut().is_none_or(|values| values.any(is_null));
        match others.as_slice() {
            [] if self.map.has("enum") => {
                self.map.remove("type");
                self.map.and(one("enum", list([null()])));
            }
            [] => self.map.replace("type", "enum", list([null()])),
            [only] => {
                self.map.set("type", *only);
                // With `nullable`, null is valid whatever else the schema demands.
                if admits_null && self.exporter.admits_null(self.schema) {
                    self.map.set_after("type", "nullable", true);
                }
            }
            several => {
                let branch = |ty: &&str| {
                    let mut branch = Map::of(one("type", *ty));
                    if *ty == "array" {
                        branch.set("items", Content::Map(Vec::new()));
                    }
                    if admits_null {
                        branch.set("nullable", true);
                    }
                    branch.into()
                };
                let union = list(several.iter().map(branch));
                if self.map.has("anyOf") {
                    self.map.remove("type");
                    self.map.and(one("anyOf", union));
                } else {
                    self.map.replace("type", "anyOf", union);
                }
            }
        }
    }

    /// Removes a null that the `type` beside it excludes: documents of 3.0 that list it there mean that it is valid.
    fn null_in_enum(&mut self) {
        let is_nullable = self.map.get("nullable").and_then(flag) == Some(true);
        if self.is_of_3_0() || is_nullable || self.map.text("type").is_none() {
            return;
        }
        if let Some(Content::List(values)) = self.map.get_mut("enum") {
            values.retain(|value| !is_null(value));
            if values.is_empty() {
                self.map.remove("enum");
                self.map.and(not(Content::Map(Vec::new())));
            }
        }
    }

    /// Returns whether null is rejected because several branches of `oneOf` admit it. Documents of 3.0 with several nullable branches mean that
    /// it is valid.
    fn choice_rejects_null(&mut self) -> bool {
        let is_nullable = self.map.get("nullable").and_then(flag) == Some(true);
        if self.is_of_3_0() || self.map.text("type").is_some() && !is_nullable {
            return false;
        }
        let branches = self.schema.get("oneOf").into_iter().flat_map(Node::items);
        let admitting = branches.filter(|branch| self.exporter.admits_null(*branch));
        admitting.take(2).count() == 2 && !self.exporter.admits_null(self.schema)
    }

    fn is_of_3_0(&self) -> bool {
        self.exporter.document.version() == Version::V3_0
    }

    /// Converts `anyOf: [{type: string}, {type: 'null'}]` to `type: string` with `nullable: true`.
    fn nullable_branch(&mut self) {
        for keyword in ["oneOf", "anyOf"] {
            let Some(Content::List(branches)) = self.map.get(keyword) else {
                continue;
            };
            let only_null = one("enum", list([null()]));
            let [one_branch, other] = branches.as_slice() else {
                continue;
            };
            let branch = match (*one_branch == only_null, *other == only_null) {
                (false, true) => one_branch,
                (true, false) => other,
                _ => continue,
            };
            let mut inner = Map::of(branch.clone());
            let is_apart = inner.keys().all(|key| !self.map.has(key));
            if inner.text("type").is_none() || !is_apart || self.map.has("discriminator") {
                continue;
            }
            let composed = ["allOf", "anyOf", "oneOf", "not"];
            if composed.iter().any(|keyword| inner.has(keyword))
                || self
                    .map
                    .keys()
                    .any(|key| key != keyword && !is_annotation(key))
            {
                continue;
            }
            inner.set_after("type", "nullable", true);
            if let Some(Content::List(values)) = inner.get_mut("enum")
                && !values.iter().any(is_null)
            {
                values.push(null());
            }
            self.map.remove(keyword);
            self.map.extend(inner);
            self.exporter.references.note_opened(self.schema);
            return;
        }
    }
}
