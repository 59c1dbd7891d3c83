//! `contentSchema`: texts that are JSON.

use oas_schema::{Number, Property, Schema, Static, decode_string};
use serde_json::json;

static SIZED: Schema = Schema::object(&[Property::required(
    "size",
    &Schema::integer().minimum(Number::Integer(1)),
)]);
static TEXT: Schema = Schema::string().content(&SIZED);
/// A text within a text.
static ENVELOPE: Schema = Schema::object(&[Property::optional("inner", &OUTER)]);
static OUTER: Schema = Schema::string().content(&ENVELOPE);

fn violations(schema: &'static Schema, text: &str) -> Vec<String> {
    let found = schema.check(&json!(text).to_string());
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn a_text_is_checked_as_json() {
    assert_eq!(violations(&TEXT, r#"{"size": 1}"#), [""; 0]);
    assert_eq!(
        violations(&TEXT, r#"{"size": 0}"#),
        ["as JSON, /size: must be at least 1"]
    );
    assert_eq!(
        violations(&TEXT, "[]"),
        ["as JSON: expected object, found array"]
    );
    let malformed = violations(&TEXT, "{");
    assert!(malformed[0].starts_with("is not JSON: "), "{malformed:?}");
    // Only strings have a content.
    let any: &Schema = const { &Schema::any().content(&SIZED) };
    assert!(any.check("7").is_empty());
}

#[test]
fn one_pass_checks_it_too() {
    let decode = |text| decode_string::<Static, String>(&(), &TEXT, None, text);
    assert!(decode(r#"{"size": 1}"#).is_ok());
    assert!(decode(r#"{"size": 0}"#).is_err());
}

#[test]
fn texts_within_texts_end() {
    let mut text = "{}".to_owned();
    for _ in 0..8 {
        text = json!({ "inner": text }).to_string();
    }
    assert_eq!(violations(&OUTER, &text), [""; 0]);
    let broken = json!({ "inner": json!({"inner": "["}).to_string() }).to_string();
    let found = violations(&OUTER, &broken);
    assert!(
        found[0].starts_with("as JSON, /inner: as JSON, /inner: is not JSON"),
        "{found:?}"
    );
}
