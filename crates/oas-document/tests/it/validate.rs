//! Tests instance validation: valid values, invalid values, and the violations.

use oas_document::{
    Direction, Document, Validator,
    object_model::{Keyword, Object},
    schema::Schema,
    validate,
};
use serde_json::{Value, json};

fn document(version: &str, schemas: &str) -> Document {
    let indented: String = schemas
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    let text = format!("openapi: {version}\ncomponents:\n  schemas:\n{indented}");
    Document::parse("s.yaml", &text).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

fn violations(schema: &str, value: &Value) -> Vec<String> {
    let document = document("3.1.0", &format!("{schema}\nEnd: {{}}"));
    let schema = Schema::of(
        document
            .node_at("/components/schemas/S")
            .expect("a schema named S"),
    );
    let found = validate(&schema, value);
    found
        .iter()
        .map(|violation| format!("{}: {}", violation.instance_pointer, violation.message))
        .collect()
}

#[test]
fn a_long_list_of_values_is_cut_between_two_of_them() {
    let values = |count| -> Vec<String> { (0..count).map(|i| format!("{i:090}")).collect() };
    let schema = format!("S: {{enum: {}}}", json!(values(5)));
    let shown: Vec<String> = values(2).iter().map(|value| format!("{value:?}")).collect();
    let message = format!(": must be one of {}, …", shown.join(", "));
    assert_eq!(violations(&schema, &json!("x")), [message]);
}

/// Tests each keyword with a schema, a valid value, an invalid value, and its violations.
#[test]
fn each_keyword_lets_through_and_rejects() {
    let cases = [
        (
            "S: {type: integer}",
            json!(0.0),
            json!(0.5),
            ": expected integer, found number",
        ),
        (
            "S: {type: [string, 'null']}",
            json!(null),
            json!(1),
            ": expected string or null, found integer",
        ),
        (
            "S: {type: object}",
            json!({}),
            json!(null),
            ": expected object, found null",
        ),
        (
            "S: {enum: [1, {a: [2]}]}",
            json!({"a": [2.0]}),
            json!({"a": [3]}),
            ": must be one of 1, {\"a\":[2]}",
        ),
        ("S: {const: a}", json!("a"), json!("b"), ": must be \"a\""),
        (
            "S: {multipleOf: 0.01}",
            json!(4.02),
            json!(4.025),
            ": must be a multiple of 0.01",
        ),
        (
            "S: {minimum: 9007199254740993}",
            json!(9007199254740993u64),
            json!(9007199254740992u64),
            ": must be at least 9007199254740993",
        ),
        (
            "S: {minimum: 1, exclusiveMinimum: true}",
            json!(1.5),
            json!(1),
            ": must be more than 1",
        ),
        (
            "S: {exclusiveMaximum: 1}",
            json!(0),
            json!(1),
            ": must be less than 1",
        ),
        (
            "S: {format: int32}",
            json!(2147483647),
            json!(2147483648u64),
            ": must be a 32-bit integer",
        ),
        // A fraction is reported once.
        (
            "S: {type: integer, format: int64}",
            json!(7),
            json!(0.5),
            ": expected integer, found number",
        ),
        (
            "S: {type: number, format: int64}",
            json!(7),
            json!(0.5),
            ": must be a 64-bit integer",
        ),
        (
            "S: {format: date}",
            json!("2024-02-29"),
            json!("2023-02-29"),
            ": must be a date such as 2017-11-14",
        ),
        (
            "S: {pattern: '^[0-9a-f]{4}$'}",
            json!("00ff"),
            json!("00fg"),
            ": must match ^[0-9a-f]{4}$",
        ),
        ("S: {pattern: '(?!no)'}", json!("no"), json!(""), ""),
        (
            "S: {minLength: 1}",
            json!("\u{1f600}"),
            json!(""),
            ": must have at least 1 character",
        ),
        (
            "S: {maxLength: 1}",
            json!("\u{1f600}"),
            json!("ab"),
            ": must have at most 1 character",
        ),
        (
            "S: {minItems: 1}",
            json!([1]),
            json!([]),
            ": must have at least 1 item",
        ),
        (
            "S: {maxItems: 2}",
            json!([1, 2]),
            json!([1, 2, 3]),
            ": must have at most 2 items",
        ),
        (
            "S: {minProperties: 2}",
            json!({"a": 1, "b": 2}),
            json!({}),
            ": must have at least 2 properties",
        ),
        (
            "S: {maxProperties: 0}",
            json!({}),
            json!({"a": 1}),
            ": must have at most 0 properties",
        ),
        (
            "S: {uniqueItems: true}",
            json!([1, "1", true]),
            json!([1, 2, 1.0]),
            "/2: repeats an earlier item",
        ),
        (
            "S: {items: {type: string}}",
            json!(["a"]),
            json!(["a", 1]),
            "/1: expected string, found integer",
        ),
        (
            "S: {prefixItems: [{type: string}], items: false}",
            json!(["a"]),
            json!(["a", 1]),
            "/1: expected nothing, found integer",
        ),
        (
            "S: {contains: {type: string}, maxContains: 1}",
            json!([1, "a"]),
            json!(["a", "b"]),
            ": must contain at most 1 item of a kind",
        ),
        (
            "S: {contains: {type: string}, minContains: 2}",
            json!(["a", 1, "b"]),
            json!(["a", 1]),
            ": must contain at least 2 items of a kind",
        ),
        (
            "S: {prefixItems: [{}], unevaluatedItems: {type: string}}",
            json!([1, "a"]),
            json!([1, 2]),
            "/1: expected string, found integer",
        ),
        (
            "S: {required: [a/b]}",
            json!({"a/b": 1}),
            json!({}),
            "/a~1b: is required",
        ),
        (
            "S: {properties: {a/b: {type: string}}}",
            json!({"a/b": "c"}),
            json!({"a/b": 1}),
            "/a~1b: expected string, found integer",
        ),
        (
            "S: {properties: {a: {}}, additionalProperties: false}",
            json!({"a": 1}),
            json!({"b": 1}),
            "/b: is not a property of this object",
        ),
        (
            "S: {patternProperties: {'^n': {type: 'null'}}, additionalProperties: {type: string}}",
            json!({"n": null, "s": ""}),
            json!({"s": 1}),
            "/s: expected string, found integer",
        ),
        (
            "S: {propertyNames: {maxLength: 1}}",
            json!({"a": 1}),
            json!({"ab": 1}),
            "/ab: has a name that is not allowed",
        ),
        (
            "S: {dependentRequired: {a: [b]}}",
            json!({"b": 1}),
            json!({"a": 1}),
            "/b: is required beside a",
        ),
        (
            "S: {dependentSchemas: {a: {required: [b]}}}",
            json!({}),
            json!({"a": 1}),
            "/b: is required",
        ),
        (
            "S: {not: {type: string}}",
            json!(1),
            json!("a"),
            ": matches what is not allowed",
        ),
        (
            "S: {if: {type: string}, then: {maxLength: 1}, else: {minimum: 5}}",
            json!("a"),
            json!(4),
            ": must be at least 5",
        ),
        (
            "S: {allOf: [{minimum: 1}, {maximum: 2}]}",
            json!(1),
            json!(3),
            ": must be at most 2",
        ),
        (
            "S: {anyOf: [{type: string}, {minimum: 3}]}",
            json!(3),
            json!(2),
            ": must be at least 3",
        ),
        (
            "S: {anyOf: [{minimum: 3}, {multipleOf: 2}]}",
            json!(2),
            json!(1),
            ": matches none of 2 alternatives",
        ),
        (
            "S: {oneOf: [{minimum: 3}, {multipleOf: 2}]}",
            json!(2),
            json!(4),
            ": must match exactly one of 2 alternatives, matches 2",
        ),
        (
            "S: {oneOf: [{type: 'null'}, {type: object, required: [a]}]}",
            json!(null),
            json!({}),
            "/a: is required",
        ),
        (
            "S: {oneOf: [{oneOf: [{type: object}, {type: 'null'}]}, {const: null}]}",
            json!({}),
            json!(null),
            ": must match exactly one of 2 alternatives, matches 2",
        ),
        (
            "S: {oneOf: [{type: string}, {type: object, required: [a]}]}",
            json!("b"),
            json!({}),
            "/a: is required",
        ),
        (
            "S: {allOf: [{properties: {a: {}}}], oneOf: [{required: [b], properties: {b: {}}}, {required: [c], properties: {c: {}}}], unevaluatedProperties: false}",
            json!({"a": 1, "b": 2}),
            json!({"b": 1, "d": 2}),
            "/d: is not a property of this object",
        ),
    ];
    let rejecting = Object::Schema.fields().iter().filter(|field| {
        let kind = field.kind.expect("a keyword has a kind");
        matches!(kind, Keyword::Assertion | Keyword::Applicator)
    });
    for field in rejecting {
        let written = format!("{}:", field.name);
        let is_tested = cases.iter().any(|(schema, ..)| schema.contains(&written));
        assert!(is_tested, "{} is in none of the schemas", field.name);
    }
    for (schema, fits, not, messages) in cases {
        assert_eq!(
            violations(schema, &fits),
            Vec::<String>::new(),
            "{schema} {fits}"
        );
        let expected: Vec<&str> = messages.split_terminator('\n').collect();
        assert_eq!(violations(schema, &not), expected, "{schema} {not}");
    }
}

#[test]
fn a_violation_points_at_value_and_keyword() {
    let document = document(
        "3.0.3",
        "S: {properties: {list: {type: array, items: {$ref: '#/components/schemas/Item'}}}}\nItem: {type: string}",
    );
    let schema = Schema::of(document.node_at("/components/schemas/S").unwrap());
    let found = validate(&schema, &json!({"list": ["a", 2]}));
    assert_eq!(found[0].instance_pointer, "/list/1");
    assert_eq!(found[0].schema.pointer(), "/components/schemas/Item/type");
}

#[test]
fn directions_excuse_what_travels_the_other_way() {
    let document = document(
        "3.0.3",
        "S:\n  required: [id, secret]\n  properties: {id: {readOnly: true}, secret: {allOf: [{$ref: '#/components/schemas/W'}]}}\nW: {writeOnly: true}",
    );
    let schema = Schema::of(document.node_at("/components/schemas/S").unwrap());
    let missing = |direction| {
        let found = Validator::default().validate(&schema, &json!({}), direction);
        found
            .iter()
            .map(|violation| format!("{} {}", violation.instance_pointer, violation.message))
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert_eq!(
        missing(Direction::Strict),
        "/id is required; /secret is required"
    );
    assert_eq!(missing(Direction::Request), "/secret is required");
    assert_eq!(missing(Direction::Response), "/id is required");
    assert_eq!(missing(Direction::Either), "");
}

#[test]
fn recursion_ends() {
    let document = document(
        "3.1.0",
        "S: {anyOf: [{$ref: '#/components/schemas/S'}, {$ref: '#/components/schemas/T'}]}
T: {oneOf: [{$ref: '#/components/schemas/S'}, {$ref: '#/components/schemas/T'}, {not: {$ref: '#/components/schemas/S'}}]}
Tree: {type: object, properties: {left: {$ref: '#/components/schemas/Tree'}, value: {type: integer}}, additionalProperties: false}",
    );
    let of = |name: &str| {
        Schema::of(
            document
                .node_at(&format!("/components/schemas/{name}"))
                .unwrap(),
        )
    };
    let _ = validate(&of("S"), &json!({"a": [1, 2, {"b": null}]}));
    let mut tree = json!({"value": "x"});
    for _ in 0..100 {
        tree = json!({"left": tree});
    }
    let found = validate(&of("Tree"), &tree);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].instance_pointer,
        format!("{}/value", "/left".repeat(100))
    );
}

#[test]
fn a_pattern_that_cannot_be_run_is_no_fault_of_the_value() {
    for schema in [
        "S: {pattern: '*a'}",
        "S: {patternProperties: {'*a': {type: string}}, additionalProperties: false}",
    ] {
        for value in [json!("b"), json!({ "a": 1 })] {
            assert_eq!(violations(schema, &value), Vec::<String>::new(), "{schema}");
        }
    }
}
