//! Converts the constructs of 3.0 to those of JSON Schema 2020-12 (OpenAPI 3.1.2, Schema Object).

use oas_document::{Content, Node, Version, schema::Schema};

use super::is_annotation;
use crate::{
    map::{Map, flag, null, one, text},
    objects::Exporter,
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
        encoding(map);
    }
    let nullable = map.remove("nullable").as_ref().and_then(flag) == Some(true);
    // Some generators of 3.0 emit null as `{type: string, enum: [a, null]}`.
    let lists_null = || {
        let mut values = schema.get("enum").into_iter().flat_map(Node::items);
        is_3_0 && schema.get("type").is_some() && values.any(Node::is_null)
    };
    if nullable || lists_null() {
        admit_null(exporter, schema, map);
    } else if has_nullable_branches(schema) {
        // By the standard, several branches that accept null reject it together; their authors mean that all accept it.
        wrap(exporter, schema, map);
    }
}

fn is_null(value: &Content) -> bool {
    matches!(value, Content::Literal(literal) if literal == "null")
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
fn encoding(map: &mut Map) {
    match map.text("format") {
        Some("byte") if !map.has("contentEncoding") => {
            map.replace("format", "contentEncoding", "base64");
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
        return;
    }
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

/// Returns whether several branches of `oneOf` are `nullable`.
fn has_nullable_branches(schema: Node<'_>) -> bool {
    let branches = schema.get("oneOf").into_iter().flat_map(Node::items);
    let nullable = branches.filter(|branch| {
        let target = branch.resolve().ok();
        target.and_then(|target| target.get("nullable")?.as_bool()) == Some(true)
    });
    nullable.count() > 1
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
