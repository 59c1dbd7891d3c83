//! Exports the objects of a document, one by one: converts their content, and the fields that a version does not have.

use std::collections::HashMap;

use oas_document::{
    Content, Diagnostic, Diagnostics, Direction, Document, Node, Rule, Validator, Version,
    object_model::{FieldType, Object, is_annotation},
    openapi::{MediaKind, Operation},
    schema::Schema,
};
use serde_json::Value;

use crate::{
    map::{Map, one, plain},
    operations,
    references::References,
    rules,
};

/// The state of an export.
pub(crate) struct Exporter<'d> {
    pub(crate) document: &'d Document,
    /// The version of the result.
    pub(crate) version: Version,
    pub(crate) found: Diagnostics,
    pub(crate) references: References<'d>,
    /// The operations of each group.
    pub(crate) groups: HashMap<Node<'d>, Vec<Operation<'d>>>,
    /// The `operationId` of the operation that a group is merged to.
    pub(crate) merged_ids: HashMap<Node<'d>, String>,
    validator: Validator<'d>,
}

impl<'d> Exporter<'d> {
    pub(crate) fn new(document: &'d Document, version: Version) -> Self {
        let groups = operations::groups(document);
        Self {
            document,
            version,
            found: Diagnostics::default(),
            references: References::new(document, version),
            merged_ids: operations::merged_ids(document, &groups),
            groups,
            validator: Validator::default(),
        }
    }

    /// Resets everything except the places that move.
    pub(crate) fn begin_again(&mut self) {
        self.found = Diagnostics::default();
        self.references = self.references.again(self.document, self.version);
    }

    /// Returns whether a schema of the document admits null.
    pub(crate) fn admits_null(&mut self, schema: Node<'d>) -> bool {
        let schema = Schema::of(schema);
        let found = self
            .validator
            .validate(&schema, &Value::Null, Direction::Request);
        found.is_empty()
    }

    /// Returns whether references in the result lead to places that were moved.
    pub(crate) fn has_moved_targets(&self) -> bool {
        self.references.has_moved_targets()
    }

    pub(crate) fn report(&mut self, rule: Rule, at: Node<'d>, message: impl Into<String>) {
        self.found
            .push(Diagnostic::of_rule(rule, at, message).at_key());
    }

    /// Converts the whole document.
    pub(crate) fn document(&mut self) -> Content {
        let root = self.object(self.document.root(), Object::OpenApi);
        let mut root = Map::of(root);
        let mut components = root
            .get("components")
            .cloned()
            .map_or_else(Map::default, Map::of);
        while let Some(lifted) = self.references.next() {
            let value = self.object(lifted.target, lifted.object);
            let section = components.get(lifted.section).cloned();
            let mut section = section.map_or_else(Map::default, Map::of);
            section.set(&lifted.name, value);
            components.set(lifted.section, section);
        }
        if !components.is_empty() {
            root.set("components", components);
        }
        root.into()
    }

    /// Converts the value of a field.
    pub(crate) fn value(&mut self, node: Node<'d>, ty: FieldType) -> Content {
        match ty {
            FieldType::One(Object::Schema) if node.is_array() => {
                // `items` as an array, of drafts before 2020-12.
                Content::List(node.items().map(|item| self.schema(item)).collect())
            }
            FieldType::One(object) => self.object(node, object),
            FieldType::List(object) if node.is_array() => {
                Content::List(node.items().map(|item| self.object(item, object)).collect())
            }
            FieldType::Map(object) if node.is_object() => {
                let entries = node.entries();
                let entries =
                    entries.map(|(key, value)| (key.to_owned(), self.object(value, object)));
                entries.collect::<Map>().into()
            }
            FieldType::SchemaOrBoolean if node.as_bool().is_none() => self.schema(node),
            _ => plain(node),
        }
    }

    /// Converts an object of the standard.
    pub(crate) fn object(&mut self, node: Node<'d>, object: Object) -> Content {
        if object == Object::Schema {
            return self.schema(node);
        }
        if !node.is_object() {
            return plain(node);
        }
        if object == Object::PathItem {
            return self.path_item(node).into();
        }
        if node.reference().is_some() && object.may_be_reference(Version::V3_2) {
            return self.reference(node, object);
        }
        let mut map = self.fields(node, object);
        self.adjust(&mut map, node, object);
        map.into()
    }

    /// Converts the fields of an object; those that the version does not have become extensions.
    pub(crate) fn fields(&mut self, node: Node<'d>, object: Object) -> Map {
        let mut map = Map::default();
        for (key, value) in node.entries() {
            let field = object.field(key);
            if field.is_none_or(|field| field.exists_in(self.version)) {
                let ty = object.type_of(key);
                let value = match ty {
                    Some(ty) => self.value(value, ty),
                    None => plain(value),
                };
                map.set(key, value);
            } else if object == Object::Components {
                self.inlined_components(key, value);
            } else if let Some((key, value)) = older_field(node, key, value) {
                map.set(key, value);
            } else if object == Object::Encoding && self.version == Version::V3_0 {
                let message = format!(
                    "OpenAPI 3.0 has no `{key}` here, nor extensions; the export is without it"
                );
                self.report(rules::FIELD_NOT_IN_VERSION, value, message);
            } else {
                let name = format!("x-{}", key.trim_start_matches('$'));
                let ty = object.type_of(key).unwrap_or(FieldType::Any);
                let content = self.value(value, ty);
                map.set(&name, content);
                self.references.note_gone(value);
                let rule = match is_for_readers(object, key) {
                    true => rules::DOCUMENTATION_NOT_IN_VERSION,
                    false => rules::FIELD_NOT_IN_VERSION,
                };
                let version = self.version;
                self.report(
                    rule,
                    value,
                    format!("OpenAPI {version} has no `{key}` here; the export has it as `{name}`"),
                );
            }
        }
        map
    }

    /// Marks components of a kind that the version does not have as inlined at their references.
    fn inlined_components(&mut self, section: &str, components: Node<'d>) {
        for (name, component) in components.entries() {
            if !self.references.is_referred_to(component) {
                let version = self.version;
                let message = format!(
                    "OpenAPI {version} has no `{section}` among the components, and nothing refers to `{name}`; the export is without it"
                );
                self.report(rules::FIELD_NOT_IN_VERSION, component, message);
            }
        }
    }

    /// Converts what a version requires of an object, and constructs that versions encode differently.
    fn adjust(&mut self, map: &mut Map, node: Node<'d>, object: Object) {
        match object {
            Object::OpenApi => self.root(map),
            Object::Operation => self.operation(map, node),
            Object::Response if self.version < Version::V3_2 && !map.has("description") => {
                let summary = map.text("x-summary").unwrap_or_default().to_owned();
                map.set_first("description", summary.as_str());
            }
            Object::MediaType => self.media_type(map, node),
            Object::Parameter | Object::Header
                if self.version < Version::V3_2 && map.text("style") == Some("cookie") =>
            {
                map.set("style", "form");
                let at = node.get("style").unwrap_or(node);
                let message =
                    "the style `cookie` does not exist; `form` percent-encodes what it does not";
                self.report(rules::FIELD_NOT_IN_VERSION, at, message);
            }
            Object::Components if self.version == Version::V3_0 => {
                self.client_certificates(map, node)
            }
            Object::SecurityRequirement if self.version == Version::V3_0 => {
                let schemes = self.document.node_at("/components/securitySchemes");
                let is_certificate = |name: &str| {
                    let scheme = schemes.and_then(|schemes| schemes.get(name)?.resolve().ok());
                    scheme.is_some_and(is_client_certificate)
                };
                map.split_off(is_certificate);
            }
            Object::Link => self.link(map, node),
            Object::Discriminator => self.mapping(map, node),
            _ => {}
        }
    }

    fn root(&mut self, map: &mut Map) {
        if self.document.version() != self.version {
            map.set("openapi", self.version.release());
        }
        if self.version == Version::V3_0 && !map.has("paths") {
            map.replace("paths", "paths", Content::Map(Vec::new()));
        }
    }

    /// Adds the responses that 3.0 requires.
    pub(crate) fn require_responses(&self, map: &mut Map) {
        if self.version == Version::V3_0 && !map.has("responses") {
            map.set("responses", one("default", one("description", "")));
        }
    }

    fn operation(&mut self, map: &mut Map, node: Node<'d>) {
        self.require_responses(map);
        if self.version < Version::V3_2 {
            self.query_strings(map, node);
        }
    }

    /// Converts parameters `in: querystring`, which contain the whole query.
    pub(crate) fn query_strings(&mut self, map: &mut Map, node: Node<'d>) {
        let list = node.get("parameters").into_iter().flat_map(Node::items);
        let is_whole = |parameter: Node<'d>| {
            let target = parameter.resolve().ok();
            target.and_then(|target| target.get("in")?.as_str()) == Some("querystring")
        };
        let whole: Vec<(usize, Node<'d>)> = list
            .enumerate()
            .filter(|(_, node)| is_whole(*node))
            .collect();
        for (_, parameter) in &whole {
            let version = self.version;
            let message = format!(
                "OpenAPI {version} has no parameters `in: querystring`; the export has it in `x-parameters`"
            );
            self.report(rules::FIELD_NOT_IN_VERSION, *parameter, message);
        }
        if whole.is_empty() {
            return;
        }
        if let Some(Content::List(parameters)) = map.remove("parameters") {
            let parameters = parameters.into_iter().enumerate();
            let (taken, kept): (Vec<_>, Vec<_>) =
                parameters.partition(|(at, _)| whole.iter().any(|(place, _)| place == at));
            let list = |parameters: Vec<(usize, Content)>| {
                Content::List(
                    parameters
                        .into_iter()
                        .map(|(_, parameter)| parameter)
                        .collect(),
                )
            };
            if !kept.is_empty() {
                map.set("parameters", list(kept));
            }
            map.set("x-parameters", list(taken));
        }
    }

    /// Converts a body of bytes, which is `type: string` with `format: binary` in 3.0, and a schema without a type
    /// since (OpenAPI 3.1.2, Data Type Format).
    fn media_type(&mut self, map: &mut Map, node: Node<'d>) {
        let is_bytes = node
            .key()
            .is_some_and(|name| name.contains('/') && MediaKind::of(name) == MediaKind::Bytes);
        let Some(schema) = node
            .get("schema")
            .filter(|schema| is_bytes && schema.is_object())
        else {
            return;
        };
        let is = |key: &str, value: &str| schema.get(key).and_then(Node::as_str) == Some(value);
        let restricts = schema
            .entries()
            .filter(|(key, _)| !is_annotation(key))
            .count();
        let Some(Content::Map(_)) = map.get("schema") else {
            return;
        };
        let mut written = map.remove("schema").map_or_else(Map::default, Map::of);
        if self.version == Version::V3_0 {
            if restricts == 0 {
                written.set_first("format", "binary");
                written.set_first("type", "string");
            }
        } else if restricts == 2 && is("type", "string") && is("format", "binary") {
            written.split_off(|key| matches!(key, "type" | "format" | "contentMediaType"));
        }
        map.set("schema", written);
    }

    /// Removes schemes `mutualTLS` in 3.0, which does not define them; they require nothing within a request.
    fn client_certificates(&mut self, map: &mut Map, node: Node<'d>) {
        let schemes = node
            .get("securitySchemes")
            .into_iter()
            .flat_map(Node::entries);
        let found: Vec<(&str, Node<'d>)> = schemes
            .filter(|(_, scheme)| scheme.resolve().is_ok_and(is_client_certificate))
            .collect();
        if found.is_empty() {
            return;
        }
        for (_, scheme) in &found {
            let message = "OpenAPI 3.0 has no `mutualTLS`; the export has the scheme in `x-securitySchemes`, and no operation demands it";
            self.report(rules::FIELD_NOT_IN_VERSION, *scheme, message);
            self.references.note_gone(*scheme);
        }
        let mut schemes = map
            .remove("securitySchemes")
            .map_or_else(Map::default, Map::of);
        let taken = schemes.split_off(|name| found.iter().any(|(known, _)| *known == name));
        if !schemes.is_empty() {
            map.set("securitySchemes", schemes);
        }
        map.set("x-securitySchemes", taken);
    }

    /// Converts a link to a merged operation to one to the result of merging.
    fn link(&mut self, map: &mut Map, node: Node<'d>) {
        let id = node.get("operationId").and_then(Node::as_str);
        let target = node
            .get("operationRef")
            .and_then(Node::as_str)
            .and_then(|text| node.follow(text).ok());
        let mut groups = self.groups.iter();
        let group = groups.find(|(_, operations)| {
            let mut operations = operations.iter();
            operations.any(|operation| {
                id.is_some() && operation.id() == id || Some(operation.node) == target
            })
        });
        if let Some(merged) = group.and_then(|(group, _)| self.merged_ids.get(group)) {
            let field = if id.is_some() {
                "operationId"
            } else {
                "operationRef"
            };
            map.replace(field, "operationId", merged.as_str());
        }
    }

    /// Converts references in the mapping of a discriminator.
    fn mapping(&mut self, map: &mut Map, node: Node<'d>) {
        let in_root = self.document.root().file() == node.file();
        let schemas = self.document.node_at("/components/schemas");
        let Some(mapping) = node.get("mapping") else {
            return;
        };
        let mut written = Map::default();
        for (value, entry) in mapping.entries() {
            let reference = entry.as_str().unwrap_or_default();
            let is_name =
                in_root && schemas.is_some_and(|schemas| schemas.get(reference).is_some());
            let named = || {
                let schemas = node.file_root().get("components")?.get("schemas")?;
                schemas.get(reference)
            };
            let target = match is_name {
                true => None,
                false => named().or_else(|| node.follow(reference).ok()),
            };
            match target {
                Some(target) => {
                    let pointer = self
                        .references
                        .pointer(node, reference, target, Object::Schema);
                    written.set(value, pointer.as_str());
                }
                None => written.set(value, plain(entry)),
            }
        }
        map.set("mapping", written);
    }
}

/// Returns whether a field is for people only, or for tools that no request depends on.
fn is_for_readers(object: Object, field: &str) -> bool {
    matches!(
        (object, field),
        (Object::OpenApi, "jsonSchemaDialect" | "$self")
            | (Object::Info, "summary")
            | (Object::License, "identifier")
            | (Object::Server, "name")
            | (Object::Tag | Object::Response, _)
            | (Object::SecurityScheme, "deprecated" | "oauth2MetadataUrl")
            | (Object::Example, _)
            | (Object::Xml, _)
    )
}

fn is_client_certificate(scheme: Node<'_>) -> bool {
    scheme.get("type").and_then(Node::as_str) == Some("mutualTLS")
}

/// Returns the field of older versions with the meaning of one of 3.2 at the same place.
fn older_field(node: Node<'_>, key: &str, value: Node<'_>) -> Option<(&'static str, Content)> {
    let has = |field: &str| node.get(field).is_some();
    let is_array = || {
        let ty = node.parent().and_then(|schema| schema.get("type"));
        ty.and_then(Node::as_str) == Some("array")
    };
    match (key, value.as_str()) {
        ("dataValue", _) if !has("value") => Some(("value", plain(value))),
        ("serializedValue", _) if !has("value") && !has("dataValue") => {
            Some(("value", plain(value)))
        }
        ("nodeType", Some("attribute")) => Some(("attribute", true.into())),
        ("nodeType", Some("element")) if is_array() => Some(("wrapped", true.into())),
        _ => None,
    }
}
