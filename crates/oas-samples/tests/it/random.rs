//! Random schemas: a sampler keeps its promises for each of them.

use oas_document::Document;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::check;

const NAMES: [&str; 4] = ["a", "b", "c", "d~/e"];
const PATTERNS: [&str; 8] = [
    "^[a-f]{2,4}$",
    "\\d+",
    "^(x|yz)*$",
    "^\\w+@\\w+\\.com$",
    "\\bword\\b",
    "^(?=.*\\d)[a-z0-9]{8}$",
    "(",
    "^$",
];

fn keywords() -> impl Strategy<Value = Value> {
    let number = (-6_i32..12).prop_map(Value::from);
    let count = (0_u32..4).prop_map(Value::from);
    let ty = prop::sample::select(vec![
        "string", "integer", "number", "boolean", "null", "array", "object",
    ]);
    let flags = any::<bool>().prop_map(Value::from);
    let leaf = prop_oneof![
        (
            ty.clone(),
            prop::sample::select(vec!["minimum", "maximum", "exclusiveMinimum", "multipleOf"]),
            number
        )
            .prop_map(|(ty, key, value)| json!({ "type": ty, key: value })),
        (
            ty.clone(),
            prop::sample::select(vec![
                "minLength",
                "maxLength",
                "minItems",
                "maxItems",
                "minProperties",
                "maxProperties"
            ]),
            count
        )
            .prop_map(|(ty, key, value)| json!({ "type": ty, key: value })),
        prop::sample::select(&PATTERNS[..])
            .prop_map(|pattern| json!({ "type": "string", "pattern": pattern })),
        prop::sample::select(vec!["date-time", "uuid", "ipv6", "email", "unheard-of"])
            .prop_map(|format| json!({ "format": format })),
        prop::sample::subsequence(
            vec![
                json!(1),
                json!("x"),
                json!(null),
                json!([2]),
                json!({ "a": 1 })
            ],
            1..3
        )
        .prop_map(|values| json!({ "enum": values })),
        (ty, flags).prop_map(
            |(ty, flag)| json!({ "type": [ty, "null"], "uniqueItems": flag, "readOnly": flag })
        ),
        Just(json!({ "$ref": "#/components/schemas/S" })),
        Just(json!(false)),
        Just(json!({})),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        let named = prop::collection::btree_map(prop::sample::select(&NAMES[..]), inner.clone(), 0..4);
        let required = prop::sample::subsequence(&NAMES[..], 0..3);
        prop_oneof![
            (named.clone(), required, inner.clone()).prop_map(|(properties, required, other)| json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": other })),
            (inner.clone(), several.clone(), 0_u32..3).prop_map(|(items, prefix, least)| json!({ "type": "array", "items": items, "prefixItems": prefix, "minItems": least })),
            (inner.clone(), inner.clone()).prop_map(|(contains, items)| json!({ "contains": contains, "items": items, "uniqueItems": true })),
            (prop::sample::select(vec!["allOf", "oneOf", "anyOf"]), several).prop_map(|(key, branches)| json!({ key: branches })),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(condition, then, otherwise)| json!({ "if": condition, "then": then, "else": otherwise })),
            (inner.clone(), named).prop_map(|(not, dependent)| json!({ "not": not, "dependentSchemas": dependent, "properties": { "a": true } })),
            (inner.clone(), inner).prop_map(|(names, value)| json!({ "propertyNames": names, "patternProperties": { "^x": value }, "minProperties": 1 })),
        ]
    })
}

fn document(schemas: &[Value]) -> Document {
    let named = schemas.iter().enumerate();
    let mut schemas: Map<String, Value> = named
        .map(|(index, schema)| (format!("S{index}"), schema.clone()))
        .collect();
    let first = schemas.get("S0").cloned().unwrap_or_default();
    schemas.insert("S".to_owned(), first);
    let text = json!({ "openapi": "3.1.2", "components": { "schemas": schemas } });
    Document::parse("random.json", &text.to_string()).expect("JSON is read")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn samples_of_random_schemas_are_what_they_are_called(schemas in prop::collection::vec(keywords(), 1..4)) {
        let document = document(&schemas);
        let (first, problems) = check(&document);
        // Nothing that a sampler remembers, nor the order of hash maps, changes what it makes.
        prop_assert_eq!((first, problems), check(&document));
    }
}
