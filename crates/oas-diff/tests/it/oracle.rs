//! Random pairs of schemas against brute force: a value that only one side admits must be reflected in the verdict.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::both_ways;

/// Whether a schema of the kind generated here admits a value; written plainly, as an independent judge.
fn admits(schema: &Value, value: &Value) -> bool {
    if let Some(branches) = schema["anyOf"].as_array() {
        return branches.iter().any(|branch| admits(branch, value));
    }
    if let Some(parts) = schema["allOf"].as_array()
        && !parts.iter().all(|part| admits(part, value))
    {
        return false;
    }
    if let Some(values) = schema["enum"].as_array()
        && !values.contains(value)
    {
        return false;
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => vec!["null", "boolean", "number", "string", "array", "object"],
    };
    let kind = match value {
        Value::Null => types.contains(&"null"),
        Value::Bool(_) => types.contains(&"boolean"),
        Value::Number(number) => {
            types.contains(&"number")
                || (types.contains(&"integer") && number.as_f64().unwrap().fract() == 0.0)
        }
        Value::String(_) => types.contains(&"string"),
        Value::Array(_) => types.contains(&"array"),
        Value::Object(_) => types.contains(&"object"),
    };
    let limit = |keyword: &str| schema[keyword].as_f64();
    kind && match value {
        Value::Number(number) => {
            let number = number.as_f64().unwrap();
            limit("minimum").is_none_or(|min| number >= min)
                && limit("exclusiveMinimum").is_none_or(|min| number > min)
                && limit("maximum").is_none_or(|max| number <= max)
                && limit("multipleOf").is_none_or(|step| (number / step).fract() == 0.0)
        }
        Value::String(text) => {
            let length = text.chars().count() as f64;
            limit("minLength").is_none_or(|min| length >= min)
                && limit("maxLength").is_none_or(|max| length <= max)
        }
        Value::Array(items) => {
            let count = items.len() as f64;
            limit("minItems").is_none_or(|min| count >= min)
                && limit("maxItems").is_none_or(|max| count <= max)
                && items.iter().all(|item| {
                    schema
                        .get("items")
                        .is_none_or(|schema| admits(schema, item))
                })
        }
        Value::Object(fields) => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            required
                .iter()
                .all(|name| fields.contains_key(name.as_str().unwrap()))
                && fields
                    .iter()
                    .all(|(name, value)| match schema["properties"].get(name) {
                        Some(property) => admits(property, value),
                        None => schema["additionalProperties"] != json!(false),
                    })
        }
        _ => true,
    }
}

fn scalar() -> impl Strategy<Value = Value> {
    let bound = || prop::option::of(0..4i64);
    prop_oneof![
        Just(json!({})),
        Just(json!({"type": ["string", "null"]})),
        Just(json!({"type": "boolean"})),
        Just(json!({"type": ["integer", "string"]})),
        prop::sample::subsequence(vec![json!("a"), json!("b"), json!(1), json!(null)], 1..4)
            .prop_map(|values| json!({"enum": values})),
        (
            bound(),
            bound(),
            prop::sample::select(vec!["integer", "number"]),
            prop::option::of(1..4i64)
        )
            .prop_map(|(min, max, kind, step)| {
                let mut schema = json!({"type": kind});
                min.into_iter()
                    .for_each(|min| schema["minimum"] = json!(min));
                max.into_iter()
                    .for_each(|max| schema["maximum"] = json!(max));
                step.into_iter()
                    .for_each(|step| schema["multipleOf"] = json!(step));
                schema
            }),
        bound().prop_map(|min| json!({"type": "integer", "exclusiveMinimum": min.unwrap_or(1)})),
        (bound(), bound()).prop_map(|(min, max)| {
            let mut schema = json!({"type": "string"});
            min.into_iter()
                .for_each(|min| schema["minLength"] = json!(min));
            max.into_iter()
                .for_each(|max| schema["maxLength"] = json!(max));
            schema
        }),
    ]
}

fn schema() -> impl Strategy<Value = Value> {
    // Objects are closed: what an open object means for a property that comes or goes is a convention, not a set.
    let object = (prop::collection::btree_map("[ab]", scalar(), 0..3), prop::bool::ANY).prop_map(|(fields, required)| {
        let names: Vec<String> = if required { fields.keys().cloned().collect() } else { Vec::new() };
        json!({"type": "object", "properties": fields, "required": names, "additionalProperties": false})
    });
    let array = (scalar(), prop::option::of(0..3i64)).prop_map(|(items, max)| {
        let mut schema = json!({"type": "array", "items": items});
        max.into_iter()
            .for_each(|max| schema["maxItems"] = json!(max));
        schema
    });
    let simple = prop_oneof![4 => scalar(), 2 => object, 1 => array].boxed();
    prop_oneof![
        6 => simple.clone(),
        2 => prop::collection::vec(simple.clone(), 1..4).prop_map(|branches| json!({"anyOf": branches})),
        1 => (scalar(), scalar()).prop_map(|(one, other)| json!({"allOf": [one, other]})),
    ]
}

fn samples() -> Vec<Value> {
    let scalars = [
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(2),
        json!(3),
        json!(6),
        json!(-1),
        json!(0.5),
    ];
    let texts = ["", "a", "b", "xy", "xyz", "wxyz"].map(|text| json!(text));
    let scalars: Vec<Value> = scalars.into_iter().chain(texts).collect();
    let mut all = scalars.clone();
    all.extend([json!([]), json!({})]);
    for value in &scalars {
        all.extend([
            json!([value]),
            json!([value, value]),
            json!({"a": value}),
            json!({"b": value}),
        ]);
        all.extend(scalars.iter().map(|other| json!({"a": value, "b": other})));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_value_that_only_one_side_admits_is_reflected(base in schema(), head in schema()) {
        let (request, response) = both_ways("3.1.0", &base.to_string(), &head.to_string());
        let noticed = |verdict: &str| verdict == "breaking" || verdict == "warning";
        for value in samples() {
            match (admits(&base, &value), admits(&head, &value)) {
                (true, false) => prop_assert!(noticed(&request), "{} was accepted: {}", value, request),
                (false, true) => prop_assert!(noticed(&response), "{} was not promised: {}", value, response),
                _ => {}
            }
        }
        if base == head {
            prop_assert_eq!(request, "none");
        }
    }
}
