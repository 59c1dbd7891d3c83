//! Converts the constructs of 3.0 to those of JSON Schema 2020-12 (OpenAPI 3.1.2, Schema Object).

use oas_document::{Content, Node, Version, object_model::is_annotation, schema::Schema};

use crate::{
    map::{Map, flag, is_null, null, one, text},
    objects::Exporter,
    rules,
};

pub(super) fn convert<'d>(exporter: &mut Exporter<'d>, schema: Node<'d>, map: &mut Map) {
    // An unquoted `type: null` of YAML is parsed as null.
    if map.get("type").is_some_and(is_null) {
        map.set("type", "null");
    }
    exclusive(map, "exclusiveMinimum", "minimum");
    exclusive(map, "exclusiveMaximum", "maximum");
    if !map.has("examples")
        && let Some(example) = map.get("example").cloned()
    {
        map.replace("example", "examples", Content::List(vec![example]));
    }
    let is_3_0 = exporter.document.version() == Version::V3_0;
    if is_3_0 && map.text("type") == Some("string") {
        encoding(exporter, schema, map);
    }
    let nullable = map.remove("nullable").as_ref().and_then(flag) == Some(true);
    // Some generators of 3.0 emit null as `{type: string, enum: [a, null]}`.
    let lists_null = || {
        let mut values = schema.get("enum").into_iter().flat_map(Node::items);
        is_3_0 && schema.get("type").is_some() && values.any(Node::is_null)
    };
    if nullable {
        admit_null(exporter, schema, map);
        return;
    }
    if lists_null() {
        add_null(map);
    }
    if choice_admits_null(exporter, schema) {
        let is_of_choice = |key: &str| matches!(key, "oneOf" | "discriminator");
        let choice = map.split_off(is_of_choice);
        let admitting = Content::List(vec![choice.into(), one("type", "null")]);
        let is_alone = map.keys().all(is_annotation);
        if is_alone {
            map.set("anyOf", admitting);
        } else {
            map.and(one("anyOf", admitting));
        }
        exporter.references.note_opened(schema);
    }
}

/// Converts `exclusiveMinimum: true` beside `minimum: 0` to `exclusiveMinimum: 0`.
fn exclusive(map: &mut Map, exclusive: &str, bound: &str) {
    let Some(is_exclusive) = map.get(exclusive).and_then(flag) else {
        return;
    };
    map.remove(exclusive);
    if is_exclusive && let Some(value) = map.get(bound).cloned() {
        map.replace(bound, exclusive, value);
    }
}

/// Converts `format: byte` and `format: binary` (OpenAPI 3.1.2, Working with Binary Data).
fn encoding<'d>(exporter: &mut Exporter<'d>, schema: Node<'d>, map: &mut Map) {
    match map.text("format") {
        Some("byte") if !map.has("contentEncoding") => {
            map.replace("format", "contentEncoding", "base64");
            // JSON Schema 2020-12 Validation, section 8.3.
            let version = exporter.version;
            let message = format!(
                "OpenAPI {version} has `contentEncoding` for `format: byte`, which annotates a text; the export admits texts that are not Base64"
            );
            let at = schema.get("format").unwrap_or(schema);
            exporter.report(rules::CONSTRAINT_NOT_IN_VERSION, at, message);
        }
        Some("binary") if !map.has("contentMediaType") => {
            map.replace("format", "contentMediaType", "application/octet-stream");
        }
        _ => {}
    }
}

/// The keywords that constrain null as well.
const WHOLE: [&str; 8] = [
    "$ref",
    "$dynamicRef",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "const",
    "if",
];

fn admit_null<'d>(exporter: &mut Exporter<'d>, schema: Node<'d>, map: &mut Map) {
    if WHOLE.iter().any(|keyword| map.has(keyword)) {
        wrap(exporter, schema, map);
    } else {
        add_null(map);
    }
}

/// Adds null to the types and to the values of a schema.
fn add_null(map: &mut Map) {
    match map.get("type").cloned() {
        Some(Content::Text(ty)) if ty != "null" => {
            map.set(
                "type",
                Content::List(vec![ty.as_str().into(), "null".into()]),
            );
        }
        Some(Content::List(mut types)) if !types.iter().any(|ty| text(ty) == Some("null")) => {
            types.push("null".into());
            map.set("type", Content::List(types));
        }
        _ => {}
    }
    if let Some(Content::List(values)) = map.get_mut("enum")
        && !values.iter().any(is_null)
    {
        values.push(null());
    }
}

/// Returns whether null is valid although more than one branch of `oneOf` admits it: documents of 3.0 with several nullable branches mean
/// that it is.
fn choice_admits_null<'d>(exporter: &mut Exporter<'d>, schema: Node<'d>) -> bool {
    let branches = schema.get("oneOf").into_iter().flat_map(Node::items);
    let admitting = branches.filter(|branch| exporter.admits_null(*branch));
    admitting.take(2).count() == 2 && exporter.admits_null(schema)
}

/// Wraps the keywords so that null is valid beside the values that they accept.
fn wrap<'d>(exporter: &mut Exporter<'d>, schema: Node<'d>, map: &mut Map) {
    let null = one("type", "null");
    let keywords = |map: &Map| map.keys().filter(|key| !is_annotation(key)).count();
    let only = |keyword: &str| map.has(keyword) && keywords(map) == 1;
    let admits_null = |branch: Node<'_>| Schema::of(branch).types().has_null();
    let mut branches = schema.get("oneOf").into_iter().flat_map(Node::items);
    let union = match () {
        () if only("anyOf") => Some("anyOf"),
        () if only("oneOf") && !branches.any(admits_null) => Some("oneOf"),
        () => None,
    };
    if let Some(Content::List(branches)) = union.and_then(|keyword| map.get_mut(keyword)) {
        branches.push(null);
        return;
    }
    let mut inner = map.split_off(|key| !is_annotation(key));
    let inner = match inner.get("allOf") {
        // Converts `allOf: [X], nullable: true` to X or null.
        Some(Content::List(members)) if members.len() == 1 && inner.keys().count() == 1 => inner
            .remove("allOf")
            .and_then(first)
            .unwrap_or(Content::Map(Vec::new())),
        _ => inner.into(),
    };
    map.set("anyOf", Content::List(vec![inner, null]));
    exporter.references.note_opened(schema);
}

fn first(list: Content) -> Option<Content> {
    match list {
        Content::List(items) => items.into_iter().next(),
        _ => None,
    }
}
