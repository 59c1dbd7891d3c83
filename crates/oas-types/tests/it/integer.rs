use std::collections::BTreeMap;

use oas_types::integer;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, PartialEq)]
struct Sizes {
    #[serde(deserialize_with = "integer::deserialize")]
    one: i64,
    #[serde(default, deserialize_with = "integer::deserialize")]
    optional: Option<u8>,
    #[serde(default, deserialize_with = "integer::deserialize_some")]
    nullable: Option<Option<i32>>,
    #[serde(default, deserialize_with = "integer::deserialize")]
    nested: BTreeMap<String, Vec<Option<i64>>>,
}

fn read(json: &str) -> Result<Sizes, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

proptest! {
    #[test]
    fn every_integer_is_read_as_it_is(value: i64) {
        let read = read(&format!(r#"{{"one": {value}}}"#)).unwrap();
        prop_assert_eq!(read.one, value);
    }

    // Beyond that, serde_json without `float_roundtrip` can parse the float next to it.
    #[test]
    fn a_fraction_of_zero_changes_nothing(value in -900_000_000_000_000i64..900_000_000_000_000) {
        let read = read(&format!(r#"{{"one": {value}.0}}"#)).unwrap();
        prop_assert_eq!(read.one, value);
    }

    #[test]
    fn no_other_fraction_is_an_integer(value in -1000i64..1000, fraction in 1u8..100) {
        let json = format!(r#"{{"one": {value}.{fraction:02}}}"#);
        prop_assert!(read(&json).is_err());
    }
}

#[test]
fn absence_and_null_stay_apart() {
    let sizes = read(r#"{"one": 1e1}"#).unwrap();
    assert_eq!((sizes.optional, sizes.nullable), (None, None));
    let sizes = read(r#"{"one": 1, "optional": null, "nullable": null}"#).unwrap();
    assert_eq!((sizes.optional, sizes.nullable), (None, Some(None)));
    let sizes = read(r#"{"one": 1, "optional": 255.0, "nullable": -1.0}"#).unwrap();
    assert_eq!(
        (sizes.optional, sizes.nullable),
        (Some(255), Some(Some(-1)))
    );
}

#[test]
fn integers_are_found_in_maps_and_lists() {
    let sizes = read(r#"{"one": 1, "nested": {"a": [1.0, null], "b": []}}"#).unwrap();
    let expected = [
        ("a".to_owned(), vec![Some(1), None]),
        ("b".to_owned(), vec![]),
    ];
    assert_eq!(sizes.nested, BTreeMap::from(expected));
}

#[test]
fn errors_name_the_reason() {
    for (json, reason) in [
        (
            r#"{"one": 1.5}"#,
            "invalid value: floating point `1.5`, expected an integer",
        ),
        (
            r#"{"one": "1"}"#,
            "invalid type: string \"1\", expected an integer",
        ),
        (
            r#"{"one": 1, "optional": 256}"#,
            "the integer 256 is out of range",
        ),
        (
            r#"{"one": 1e19}"#,
            "the integer 10000000000000000000 is out of range",
        ),
        (r#"{"one": 1e20}"#, "expected an integer"),
    ] {
        let error = read(json).unwrap_err();
        assert!(error.contains(reason), "{json}: {error}");
    }
}

#[test]
fn integers_of_more_than_64_bits_keep_every_digit() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Wide {
        #[serde(deserialize_with = "integer::deserialize")]
        numbers: Vec<i128>,
    }

    let text = format!(r#"{{"numbers":[{},{},1,-5]}}"#, i128::MAX, i128::MIN);
    let wide: Wide = serde_json::from_str(&text).unwrap();
    assert_eq!(wide.numbers, [i128::MAX, i128::MIN, 1, -5]);
    assert_eq!(serde_json::to_string(&wide).unwrap(), text);
    // As unions read it.
    let value = serde_json::json!({ "numbers": [u64::MAX, 5.0] });
    let wide: Wide = serde_json::from_value(value).unwrap();
    assert_eq!(wide.numbers, [i128::from(u64::MAX), 5]);
}
