//! Fuzzes the decoding of servers and clients.

use jsonschema::Draft;
use oas_document::schema::SchemaTables;
use oas_document::{Direction, Document};
use oas_schema::{Owned, check_value, decode_request};
use serde_json::Value;

/// Keywords whose meaning is the same to every implementation.
const KEYWORDS: [&str; 35] = [
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "uniqueItems",
    "required",
    "dependentRequired",
    "properties",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "items",
    "prefixItems",
    "contains",
    "minContains",
    "maxContains",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "unevaluatedProperties",
];

/// Returns whether a schema contains nothing that implementations may differ about: other keywords, patterns that are
/// not plain, numbers that no float represents.
fn is_schema(schema: &Value) -> bool {
    let schemas = |value: &Value| {
        value
            .as_array()
            .is_some_and(|all| all.iter().all(is_schema))
    };
    let Value::Object(members) = schema else {
        return schema.is_boolean();
    };
    members
        .iter()
        .all(|(keyword, value)| match keyword.as_str() {
            "properties" | "dependentSchemas" => value
                .as_object()
                .is_some_and(|named| named.values().all(is_schema)),
            "patternProperties" => value.as_object().is_some_and(|named| {
                let is_plain = |name: &String| {
                    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
                };
                named.keys().all(is_plain) && named.values().all(is_schema)
            }),
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => schemas(value),
            "additionalProperties"
            | "propertyNames"
            | "items"
            | "contains"
            | "not"
            | "if"
            | "then"
            | "else"
            | "unevaluatedProperties" => is_schema(value),
            "enum" => value.is_array() && is_value(value),
            keyword => KEYWORDS.contains(&keyword) && is_value(value),
        })
}

/// Returns whether all numbers of a value are the same for every parser.
fn is_value(value: &Value) -> bool {
    match value {
        // With an exponent, one calculates with the digits, and another with the nearest floating-point number.
        Value::Number(number) => {
            let text = number.to_string();
            text.len() < 8 && !text.contains('e')
        }
        Value::Array(items) => items.iter().all(is_value),
        Value::Object(members) => members.values().all(is_value),
        _ => true,
    }
}

/// Checks a value against a schema: in one pass, by the walk, and by the crate `jsonschema`, which agree. The input is a schema
/// on the first line, and the value on the rest.
pub(crate) fn server(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Some((schema, text)) = text.split_once('\n') else {
        return;
    };
    let Ok(schema) = serde_json::from_str::<Value>(schema) else {
        return;
    };
    if schema.to_string().len() > 2_000 || text.len() > 2_000 || !is_schema(&schema) {
        return;
    }
    let document = serde_json::json!({
        "openapi": "3.1.1",
        "info": { "title": "t", "version": "1" },
        "components": { "schemas": { "S": schema } },
    });
    let Ok(document) = Document::parse("a.json", &document.to_string()) else {
        return;
    };
    // An invalid value of a keyword has no meaning.
    if oas_document::lint(&document)
        .iter()
        .any(|found| found.is_error())
    {
        return;
    }
    let Some(node) = document.node_at("/components/schemas/S") else {
        return;
    };
    let mut tables = SchemaTables::default();
    let id = tables.schema(node);
    let tables = tables.tables();
    let found = check_value::<Owned>(tables, id, Direction::Request, None, text);
    let decoded = decode_request::<Owned, Value>(tables, id, text);
    assert!(
        decoded.is_none() || found.is_empty(),
        "one pass admits {text:?}, and the walk does not: {schema}: {}",
        found[0]
    );
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        assert!(decoded.is_none(), "{text:?} is decoded, and no JSON");
        return;
    };
    if !is_value(&value) {
        return;
    }
    let Ok(other) = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .build(&schema)
    else {
        return;
    };
    let strict = tables.check(id, &value.to_string(), Direction::Strict);
    assert_eq!(
        strict.is_empty(),
        other.is_valid(&value),
        "{value} against {schema}: {:?}",
        strict.first().map(ToString::to_string)
    );
}

/// Decodes a response of a server; the decoded value is encoded and decoded to the same value.
pub(crate) fn client(data: &[u8]) {
    type Response = zstack_types::RecoverImageResponse;
    if let Ok(response) = serde_json::from_slice::<Response>(data) {
        let text = serde_json::to_string(&response).expect("what was decoded is encoded");
        let again = serde_json::from_str::<Response>(&text);
        assert_eq!(again.ok().as_ref(), Some(&response), "{text}");
    }
    let _ = serde_json::from_slice::<zstack_types::ErrorEnvelope>(data);
}
