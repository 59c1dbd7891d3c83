//! Compares the single pass with two passes: validating a text, and decoding it if it is valid.

use std::collections::BTreeMap;
use std::fmt::Debug;

use oas_schema::{
    Format, Number, Pattern, Property, Schema, Static, Types, decode_request, decode_string,
};
use proptest::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::model::{models, values};

/// Validates and decodes a text in two passes.
fn two_passes<T: DeserializeOwned>(schema: &'static Schema, text: &str) -> Option<T> {
    let is_valid = schema.check(text).is_empty();
    is_valid.then(|| serde_json::from_str(text).ok()).flatten()
}

/// Tests that one pass and two passes accept the same texts, and decode them to the same values.
fn agree<T: DeserializeOwned + Debug + PartialEq>(schema: &'static Schema, text: &str) -> bool {
    let two = two_passes::<T>(schema, text);
    assert_eq!(
        decode_request::<Static, T>(&(), schema, text),
        two,
        "{text} as {} against {schema:?}: {:?}",
        std::any::type_name::<T>(),
        schema.check(text),
    );
    two.is_some()
}

fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(json: D) -> Result<Option<T>, D::Error> {
    T::deserialize(json).map(Some)
}

/// A type of every kind that generated code reads, and some more.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Typed {
    a: Option<i64>,
    #[serde(deserialize_with = "some")]
    b: Option<Option<Vec<Option<String>>>>,
    c: Option<Box<Self>>,
    d: f64,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Flattened {
    a: Option<bool>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Flag(bool),
    Number(f64),
    List(Vec<Self>),
    Object(BTreeMap<String, Self>),
    Text(String),
    Null(()),
}

#[derive(Debug, PartialEq, Deserialize)]
struct Wrapped(Option<Value>);

#[derive(Debug, PartialEq, Deserialize)]
enum Word {
    #[serde(rename = "a")]
    A,
    #[serde(rename = "aa")]
    Double,
}

#[derive(Debug, Deserialize)]
struct Raw(Box<RawValue>);

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

/// Encodes a value in one of many equivalent ways, or with a duplicate member.
fn written(value: &Value, choices: &mut impl Iterator<Item = u8>) -> String {
    let mut choice = || choices.next().unwrap_or_default();
    let blank = [" ", "", "", "\n"][usize::from(choice() % 4)];
    match value {
        Value::Number(number) => match (number.as_i64(), choice() % 8) {
            (Some(integer), 0) => format!("{integer}.0"),
            (Some(integer), 1) => format!("{integer}e0"),
            (Some(integer), 2) => format!("{integer}00000000000000000000000"),
            (Some(integer), 3) => format!("{integer}{}", u64::MAX),
            _ => number.to_string(),
        },
        Value::String(text) if choice() % 4 == 0 => {
            let escaped = text
                .chars()
                .map(|each| format!("\\u{:04x}", u32::from(each)));
            format!("\"{}\"", escaped.collect::<String>())
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| written(item, choices)).collect();
            format!("[{}{blank}]", items.join(","))
        }
        Value::Object(members) => {
            let mut parts = Vec::new();
            for (name, value) in members {
                let times = if choices.next().unwrap_or_default() < 20 {
                    2
                } else {
                    1
                };
                for _ in 0..times {
                    let name = written(&Value::from(name.as_str()), choices);
                    parts.push(format!("{name}{blank}:{}", written(value, choices)));
                }
            }
            format!("{{{}{blank}}}", parts.join(","))
        }
        scalar => format!("{blank}{scalar}"),
    }
}

/// Returns whether a text contains a number that one pass leaves to two: one of more than 64 bits.
fn is_left_to_two(text: &str) -> bool {
    text.split(|each: char| !each.is_ascii_digit())
        .any(|digits| digits.len() > 18)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_pass_does_what_two_passes_do(
        model in models(),
        value in values(),
        choices in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let schema = model.table();
        let text = written(&value, &mut choices.into_iter());
        if is_left_to_two(&text) {
            let one = decode_request::<Static, Value>(&(), schema, &text);
            prop_assert!(one.is_none() || one == two_passes::<Value>(schema, &text), "{}", text);
            return Ok(());
        }
        agree::<Value>(schema, &text);
        agree::<IgnoredAny>(schema, &text);
        agree::<Raw>(schema, &text);
        agree::<Typed>(schema, &text);
        agree::<Option<Typed>>(schema, &text);
        agree::<Flattened>(schema, &text);
        agree::<Untagged>(schema, &text);
        agree::<Wrapped>(schema, &text);
        // A variant that is written as an object is left to two passes.
        if !text.contains('{') {
            agree::<Word>(schema, &text);
            agree::<Vec<Option<Word>>>(schema, &text);
        }
        agree::<Vec<Value>>(schema, &text);
        agree::<(Value, Value)>(schema, &text);
        agree::<f32>(schema, &text);
        agree::<u8>(schema, &text);
        agree::<i128>(schema, &text);
        agree::<char>(schema, &text);
        agree::<String>(schema, &text);
        if let Value::String(string) = &value {
            match decode_string::<Static, String>(&(), schema, None, string) {
                // Left to the JSON text.
                Err(found) if found.is_empty() => prop_assert!(model.sets_aside(), "{}", text),
                one => {
                    let found = one.as_ref().map_or_else(Clone::clone, |_| Vec::new());
                    prop_assert_eq!(found, schema.check(&text), "{}", text);
                    prop_assert_eq!(one.ok(), two_passes::<String>(schema, &text), "{}", text);
                }
            }
        }
    }
}

static HEX: Pattern = Pattern::new("^[0-9a-f]{4}$");
static KEY: Schema = Schema::string().pattern(&HEX);
static CAT: Schema = Schema::object(&[Property::required("lives", &Schema::int32())]);
static DOG: Schema =
    Schema::object(&[Property::optional("loud", &Schema::boolean())]).deny_additional_properties();
static PET: Schema = Schema::object(&[Property::required("kind", &Schema::string())])
    .discriminator("kind", &[("cat", &CAT), ("dog", &DOG)]);
static TREE: Schema = Schema::object(&[
    Property::required("key", &KEY),
    Property::optional("pet", &PET),
    Property::optional("size", &Schema::int64().minimum(Number::Integer(0))),
    Property::optional("when", &Schema::string().format(Format::Date)),
    Property::optional("children", &Schema::array(&TREE).max_items(3)),
    Property::required("secret", &Schema::string()).read_only(),
]);

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Tree {
    key: String,
    pet: Option<Value>,
    size: Option<i64>,
    when: Option<String>,
    children: Vec<Self>,
}

/// Tests texts that a table of several kinds of keywords accepts, and texts that it rejects.
#[test]
fn one_pass_applies_every_keyword() {
    let accepted = [
        r#"{"key": "c0de"}"#,
        r#"{"key": "c0de", "size": 9223372036854775807, "unknown": [1, {"a": null}]}"#,
        r#"{"key": "c0de", "pet": {"kind": "cat", "lives": 9}, "when": "2017-11-14"}"#,
        r#"{"key": "\u0063\u0030de", "children": [{"key": "0000", "children": []}]}"#,
    ];
    for text in accepted {
        assert!(agree::<Tree>(&TREE, text), "{text}");
    }
    let rejected = [
        "",
        "{",
        "{}",
        "[]",
        "null",
        r#"{"key": "c0de"} x"#,
        r#"{"key": "code"}"#,
        r#"{"key": "c0de", "key": "c0de"}"#,
        r#"{"key": "c0de", "unknown": 1, "unknown": 1}"#,
        r#"{"key": "c0de", "size": -1}"#,
        r#"{"key": "c0de", "size": null}"#,
        r#"{"key": "c0de", "size": 9223372036854775808}"#,
        r#"{"key": "c0de", "pet": {"kind": "cat"}}"#,
        r#"{"key": "c0de", "pet": {"kind": "cow"}}"#,
        r#"{"key": "c0de", "when": "2017-13-14"}"#,
        r#"{"key": "c0de", "children": [{"key": "c0de"}, {}]}"#,
        r#"{"key": "c0de", "children": [1]}"#,
    ];
    for text in rejected {
        assert!(!agree::<Tree>(&TREE, text), "{text}");
    }
}

/// Tests values that are nested as deep as the check allows, and deeper ones.
#[test]
fn one_pass_is_as_deep_as_the_check() {
    static NEST: Schema = Schema::array(&NEST);
    for depth in [1, 63, 64, 65, 66, 127, 128, 200] {
        let text = "[".repeat(depth) + &"]".repeat(depth);
        agree::<Value>(&NEST, &text);
        agree::<IgnoredAny>(&NEST, &text);
        agree::<IgnoredAny>(&Schema::ANY, &text);
    }
}

/// Tests that a number which was rounded is left to the check, which parses its text.
#[test]
fn one_pass_accepts_no_number_that_was_rounded() {
    static WIDE: Schema =
        Schema::of(Types::INTEGER).maximum(Number::Integer(18_446_744_073_709_551_616));
    let decode = |text| decode_request::<Static, f64>(&(), &WIDE, text);
    assert_eq!(decode("7"), Some(7.0));
    assert_eq!(decode("18446744073709551617"), None);
    assert_eq!(WIDE.check("18446744073709551617").len(), 1);
}
