//! Tests the generated types with the documented response example, and with the unusual values of the page.

use std::error::Error as _;

use serde_json::{Value, json};
use workspace_tests::{json, spec};
use zstack_types::{ErrorCode, RecoverImageRequest, RecoverImageResponse};

fn decode(value: &Value) -> serde_json::Result<RecoverImageResponse> {
    // Through text, as it comes from the wire.
    serde_json::from_str(&value.to_string())
}

fn error_code(value: Value) -> ErrorCode {
    serde_json::from_str(&value.to_string()).unwrap()
}

/// Decodes the example with another `id` in its first reference.
fn with_id(id: &str) -> serde_json::Result<RecoverImageResponse> {
    let text = spec::response_example().to_string();
    assert!(text.contains(r#""id":0.0"#), "{text}");
    serde_json::from_str(&text.replace(r#""id":0.0"#, &format!(r#""id":{id}"#)))
}

#[test]
fn the_example_as_a_value() {
    insta::assert_debug_snapshot!("example_value", decode(&spec::response_example()).unwrap());
}

#[test]
fn the_example_encoded_again() {
    let example = spec::response_example();
    let encoded = serde_json::to_value(decode(&example).unwrap()).unwrap();
    assert!(json::same(&encoded, &example), "{encoded}");
    let text = serde_json::to_string_pretty(&decode(&example).unwrap()).unwrap();
    insta::assert_snapshot!("example_encoded", text);
}

#[test]
fn the_request_example_encoded_again() {
    let example = spec::request_example();
    let value: RecoverImageRequest = serde_json::from_str(&example.to_string()).unwrap();
    assert_eq!(serde_json::to_value(value).unwrap(), example);
}

#[test]
fn integers_as_json_has_them() {
    for (written, id) in [
        ("0.0", 0),
        ("0", 0),
        ("-0.0", 0),
        ("7e0", 7),
        ("9007199254740993", 9_007_199_254_740_993),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
    ] {
        let decoded = with_id(written).unwrap_or_else(|error| panic!("{written}: {error}"));
        let inventory = decoded.inventory;
        assert_eq!(inventory.backup_storage_refs[0].id, Some(id), "{written}");
    }
    for written in ["0.5", "9223372036854775808", "1e30", "\"0\"", "true", "[]"] {
        assert!(with_id(written).is_err(), "{written}");
    }
}

#[test]
fn unknown_fields_are_ignored() {
    let mut example = spec::response_example();
    let expected = decode(&example).unwrap();
    example["later"] = json!({"a": 1});
    example["inventory"]["later"] = json!(null);
    assert_eq!(decode(&example).unwrap(), expected);
}

#[test]
fn null_and_absent_stay_apart() {
    for (value, error) in [(json!({}), None), (json!({"error": null}), Some(None))] {
        let mut example = spec::response_example();
        example
            .as_object_mut()
            .unwrap()
            .extend(value.as_object().unwrap().clone());
        let decoded = decode(&example).unwrap();
        assert_eq!(decoded.error, error);
        let encoded = serde_json::to_value(decoded).unwrap();
        assert_eq!(encoded.get("error"), value.get("error"));
    }
}

#[test]
fn every_nullable_field_of_an_error_keeps_null() {
    for value in [
        json!({"code": "c"}),
        json!({"code": "c", "elaboration": null, "opaque": null, "cause": null}),
        json!({"code": "c", "elaboration": "e", "opaque": {"a": [null, {"b": 0.5}]}}),
    ] {
        assert_eq!(
            serde_json::to_value(error_code(value.clone())).unwrap(),
            value
        );
    }
}

#[test]
fn what_is_not_nullable_rejects_null_where_it_is_required() {
    assert!(serde_json::from_value::<ErrorCode>(json!({"code": null})).is_err());
    assert!(serde_json::from_value::<ErrorCode>(json!({})).is_err());
    assert!(decode(&json!({"inventory": null})).is_err());
}

#[test]
fn causes_are_sources() {
    let error = error_code(json!({"code": "a", "cause": {"code": "b", "cause": {"code": "c"}}}));
    let mut texts = Vec::new();
    let mut next: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = next {
        texts.push(error.to_string());
        next = error.source();
    }
    assert_eq!(texts, ["a", "b", "c"]);
    assert!(ErrorCode::new("a").cause(None).source().is_none());
}

#[test]
fn nesting_has_an_end() {
    let depth = 10_000;
    let text = format!(
        "{}{}",
        r#"{"code":"c","cause":"#.repeat(depth),
        "null".to_owned() + &"}".repeat(depth)
    );
    assert!(serde_json::from_str::<ErrorCode>(&text).is_err());
}
