//! Compares validation on random schemas and values with another implementation of JSON Schema: both must agree on each
//! value.
//!
//! `PROPTEST_CASES` sets the number of schemas.

use jsonschema::Draft;
use oas_document::{
    Direction, Document,
    schema::{Additional, Schema, SchemaTables},
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Map, Value, json};

const NAMES: [&str; 5] = ["a", "b", "c", "a1", "xyz"];

const TYPES: [&str; 7] = [
    "null", "boolean", "object", "array", "number", "string", "integer",
];

/// Generates a value from a domain so small that schemas and values match often.
fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            vec((select(&NAMES[..]), inner), 0..4).prop_map(object),
        ]
    })
}

fn scalar() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!(false),
        json!(true),
        json!(-1),
        json!(0),
        json!(1),
        json!(2),
        json!(3),
        json!(1.0),
        json!(1.5),
        json!(0.1),
        json!(1e20),
        json!(-9223372036854775808_i64),
        json!(18446744073709551615_u64),
        json!(""),
        json!("a"),
        json!("ab"),
        json!("abc"),
        json!("\u{1f600}"),
        json!("1"),
    ])
}

fn object(members: Vec<(&str, Value)>) -> Value {
    members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect::<Map<_, _>>()
        .into()
}

/// Generates a schema with a handful of keywords, of any kind and beside one another.
fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        6 => vec(plain_keyword(), 0..3).prop_map(object),
        1 => any::<bool>().prop_map(Value::Bool),
        2 => select(vec![json!({"$ref": "#/$defs/A"}), json!({"$ref": "#/$defs/B"})]),
    ];
    leaf.prop_recursive(3, 32, 4, |inner| {
        vec(prop_oneof![plain_keyword(), applicator(inner)], 1..5).prop_map(object)
    })
}

/// Generates a keyword whose value is not a schema.
fn plain_keyword() -> impl Strategy<Value = (&'static str, Value)> {
    let names = || vec(select(&NAMES[..]), 0..3).prop_map(unique);
    prop_oneof![
        select(&TYPES[..]).prop_map(|name| ("type", json!(name))),
        vec(select(&TYPES[..]), 1..4).prop_map(|names| ("type", unique(names))),
        vec(value(), 1..4).prop_map(|values| ("enum", unique_values(values))),
        value().prop_map(|value| ("const", value)),
        (
            select(vec![
                "minimum",
                "maximum",
                "exclusiveMinimum",
                "exclusiveMaximum"
            ]),
            select(vec![
                json!(-1),
                json!(0),
                json!(1),
                json!(1.5),
                json!(2.0),
                json!(1e20)
            ])
        ),
        select(vec![json!(1), json!(2), json!(0.5), json!(0.1)])
            .prop_map(|number| ("multipleOf", number)),
        (
            select(vec![
                "minLength",
                "maxLength",
                "minItems",
                "maxItems",
                "minProperties",
                "maxProperties"
            ]),
            (0..3).prop_map(|limit| json!(limit))
        ),
        select(vec!["^a", "b$", "^[ab]+$", ".", "^.$", "1", "^(a|xyz)"])
            .prop_map(|pattern| ("pattern", json!(pattern))),
        names().prop_map(|names| ("required", names)),
        (select(&NAMES[..]), names())
            .prop_map(|(name, names)| ("dependentRequired", json!({name: names}))),
        any::<bool>().prop_map(|unique| ("uniqueItems", json!(unique))),
    ]
}

/// Generates a keyword that contains schemas.
fn applicator(inner: BoxedStrategy<Value>) -> impl Strategy<Value = (&'static str, Value)> {
    let named = || vec((select(&NAMES[..]), inner.clone()), 0..3).prop_map(object);
    let list = || vec(inner.clone(), 1..4).prop_map(Value::Array);
    prop_oneof![
        named().prop_map(|schemas| ("properties", schemas)),
        named().prop_map(|schemas| ("dependentSchemas", schemas)),
        vec((select(vec!["^a", "b", "1$"]), inner.clone()), 1..3)
            .prop_map(|schemas| ("patternProperties", object(schemas))),
        (
            select(vec![
                "additionalProperties",
                "propertyNames",
                "unevaluatedProperties",
                "items",
                "contains",
                "unevaluatedItems",
                "not",
                "if",
                "then",
                "else",
            ]),
            inner.clone()
        ),
        list().prop_map(|schemas| ("prefixItems", schemas)),
        (
            select(vec!["minContains", "maxContains"]),
            (0..3).prop_map(|limit| json!(limit))
        ),
        (select(vec!["allOf", "anyOf", "oneOf"]), list()),
        select(vec!["#/$defs/A", "#/$defs/B"]).prop_map(|reference| ("$ref", json!(reference))),
    ]
}

fn unique(names: Vec<&str>) -> Value {
    let mut unique: Vec<&str> = Vec::new();
    for name in names {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    json!(unique)
}

fn unique_values(values: Vec<Value>) -> Value {
    let mut unique = Vec::new();
    for value in values {
        if !unique.contains(&value) {
            unique.push(value);
        }
    }
    Value::Array(unique)
}

/// Returns the schema with definitions that it may refer to; their own references end below a property or an item.
fn with_definitions(schema: Value, a: Value, b: Value) -> Value {
    let mut whole = match schema {
        Value::Object(members) => members,
        boolean => Map::from_iter([("allOf".to_owned(), json!([boolean]))]),
    };
    let within = |schema: Value| json!({"properties": {"a": schema.clone()}, "items": schema});
    whole.insert("$defs".to_owned(), json!({"A": within(a), "B": within(b)}));
    Value::Object(whole)
}

/// Generates a schema of unions that admit null in several ways, which are read as "X or null" where they are that.
fn union(targets: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        2 => Just(json!({"type": "null"})),
        1 => Just(json!({"const": null})),
        1 => Just(json!({"type": "null", "enum": ["a", null]})),
        1 => Just(json!({"enum": ["a", null]})),
        2 => vec(select(&TYPES[..]), 1..3).prop_map(|names| json!({"type": unique(names)})),
        1 => any::<bool>().prop_map(Value::Bool),
        2 => select(targets).prop_map(|target| json!({"$ref": target})),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        let list = vec(inner, 1..4);
        let keyword = select(vec!["oneOf", "oneOf", "anyOf", "allOf"]);
        let unions = vec((keyword, list.prop_map(Value::Array)), 1..3);
        let types = prop::option::weighted(0.2, vec(select(&TYPES[..]), 1..4).prop_map(unique));
        (unions, types).prop_map(|(mut keywords, types)| {
            keywords.extend(types.map(|types| ("type", types)));
            object(keywords)
        })
    })
}

/// Generates an `allOf` of objects that restrict properties by name, by pattern, and all others.
fn names() -> impl Strategy<Value = Value> {
    let property = || {
        prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            select(&TYPES[..]).prop_map(|name| json!({"type": name})),
            select(vec![json!(0), json!(2)]).prop_map(|least| json!({"minimum": least})),
        ]
    };
    let keyword = prop_oneof![
        3 => vec((select(&NAMES[..2]), property()), 0..2)
            .prop_map(|schemas| ("properties", object(schemas))),
        3 => vec((select(vec!["^a", "b", "1$"]), property()), 0..2)
            .prop_map(|schemas| ("patternProperties", object(schemas))),
        2 => property().prop_map(|schema| ("additionalProperties", schema)),
    ];
    let parts = vec(vec(keyword, 0..3).prop_map(object), 1..4);
    (parts, prop::option::weighted(0.3, property())).prop_map(|(parts, unevaluated)| {
        let mut all = vec![("allOf", Value::Array(parts))];
        all.extend(unevaluated.map(|schema| ("unevaluatedProperties", schema)));
        object(all)
    })
}

/// Reads a schema as a file beside a document of 3.1.
fn read(schema: &Value) -> Result<Document, TestCaseError> {
    let root = json!({
        "openapi": "3.1.1",
        "info": {"title": "Second opinion", "version": "1"},
        "components": {"schemas": {"S": {"$ref": "schema.json"}}},
    });
    let document = Document::load("root.json", &|path: &str| match path {
        "root.json" => Ok(root.to_string()),
        _ => Ok(schema.to_string()),
    });
    document.map_err(|errors| TestCaseError::fail(errors[0].to_string()))
}

/// Compares what both implementations return for each of the values.
fn agree(schema: &Value, values: Vec<Value>) -> Result<(), TestCaseError> {
    let other = jsonschema::options().with_draft(Draft::Draft202012);
    let other = other.build(schema);
    let other = other.map_err(|error| TestCaseError::reject(error.to_string()))?;
    let document = read(schema)?;
    let node = document.node_at("/components/schemas/S");
    let node = node.expect("the schema is there");
    let mut tables = SchemaTables::default();
    let table = tables.schema(node);
    for value in values {
        let text = value.to_string();
        let found = tables.tables().check(table, &text, Direction::Strict);
        let violation = found.first().map(|violation| &violation.message);
        prop_assert_eq!(
            found.is_empty(),
            other.is_valid(&value),
            "{} against {}: {:?}",
            value,
            schema,
            violation
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn another_implementation_agrees(
        schema in (schema(), schema(), schema()).prop_map(|(schema, a, b)| with_definitions(schema, a, b)),
        values in vec(value(), 12),
    ) {
        agree(&schema, values)?;
    }

    #[test]
    fn another_implementation_agrees_on_unions_with_null(
        (schema, a, b) in (union(&["#/$defs/A", "#/$defs/B"]), union(&["#/$defs/B"]), union(&["#/$defs/C"])),
    ) {
        let definitions = json!({"A": {"oneOf": [a, {"type": "null"}]}, "B": b, "C": {"type": "null"}});
        let schema = json!({"$defs": definitions, "oneOf": [schema, {"const": null}]});
        agree(&schema, vec![json!(null), json!("a"), json!(1), json!({})])?;
    }

    #[test]
    fn another_implementation_agrees_on_the_schemas_of_properties(schema in names()) {
        let other = jsonschema::options().with_draft(Draft::Draft202012).build(&schema);
        let other = other.map_err(|error| TestCaseError::reject(error.to_string()))?;
        let document = read(&schema)?;
        let whole = Schema::of(document.node_at("/components/schemas/S").expect("the schema is there"));
        let effective = whole.effective();
        let mut tables = SchemaTables::default();
        for name in NAMES {
            let own = effective.property(name).map(|property| Additional::Schema(property.schema.clone()));
            let own = own.unwrap_or_else(|| effective.unlisted_property(name));
            for value in [json!(null), json!(1), json!(2), json!("x"), json!([])] {
                let is_valid = match &own {
                    Additional::Any => true,
                    Additional::Denied(_) => false,
                    Additional::Schema(own) => {
                        let table = tables.schema_of(own);
                        tables.tables().check(table, &value.to_string(), Direction::Strict).is_empty()
                    }
                };
                let expected = other.is_valid(&json!({name: value}));
                prop_assert_eq!(is_valid, expected, "{}: {} against {}", name, value, schema);
            }
        }
    }
}
