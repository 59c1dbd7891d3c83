//! What samples are made of, one thing a test.

use oas_document::schema::Schema;
use oas_document::{Direction, Document, openapi};
use oas_samples::{Extent, Origin, Reason, Sampler};
use oas_schema::{Format, Types};
use serde_json::{Value, json};

fn document(schema: &str) -> Document {
    let text = format!(
        "openapi: 3.1.2\ncomponents:\n  schemas:\n    S: {schema}\n    Child: {{ required: [name], properties: {{ name: {{ type: string }}, more: {{ $ref: '#/components/schemas/Child' }} }} }}\n"
    );
    Document::parse("test.yaml", &text).expect("the document is well-formed")
}

fn root(document: &Document) -> Schema<'_> {
    Schema::of(
        document
            .node_at("/components/schemas/S")
            .expect("the schema"),
    )
}

/// The samples of a schema, in a request.
fn samples(schema: &str) -> Vec<(Origin, Value)> {
    let document = document(schema);
    let samples = Sampler::default().samples(&root(&document), Direction::Request);
    let samples = samples.expect("there are samples").into_iter();
    samples
        .map(|sample| (sample.origin, sample.value))
        .collect()
}

fn first(schema: &str) -> Value {
    samples(schema).swap_remove(0).1
}

/// Keyword and pointer of the invalid samples.
fn invalid(schema: &str) -> Vec<(&'static str, String)> {
    let document = document(schema);
    let mut sampler = Sampler::default();
    let sample = sampler
        .sample(&root(&document), Direction::Request)
        .expect("there is a sample");
    let invalid = sampler
        .invalid(&root(&document), &sample, Direction::Request)
        .into_iter();
    invalid
        .map(|sample| (sample.keyword, sample.pointer))
        .collect()
}

fn reason(schema: &str) -> (Reason, String) {
    let document = document(schema);
    let problem = Sampler::default()
        .samples(&root(&document), Direction::Request)
        .expect_err("there is no sample");
    (problem.reason, problem.node.pointer())
}

#[test]
fn documented_examples_come_first_and_only_if_they_are_valid() {
    let found = samples("{ type: integer, maximum: 9, examples: [7, 12, 5] }");
    assert_eq!(
        found,
        [
            (Origin::Documented, json!(7)),
            (Origin::Documented, json!(5)),
            (Origin::Full, json!(1)),
        ]
    );
}

#[test]
fn a_minimal_value_has_what_is_required_and_a_full_one_everything() {
    let found = samples(
        "{ required: [a], properties: { a: { type: array, items: { type: string } }, b: { $ref: '#/components/schemas/Child' } } }",
    );
    let deepest = json!({ "name": "text" });
    let child = json!({ "name": "text", "more": { "name": "text", "more": deepest } });
    let full = json!({ "a": ["text"], "b": { "name": "text", "more": child } });
    assert_eq!(found[0], (Origin::Full, full));
    assert_eq!(found[1], (Origin::Minimal, json!({ "a": [] })));
}

#[test]
fn properties_of_the_other_direction_are_left_out() {
    let document = document(
        "{ required: [in, out], properties: { in: { type: string, writeOnly: true }, out: { type: string, readOnly: true } } }",
    );
    let mut sampler = Sampler::default();
    let request = sampler.sample(&root(&document), Direction::Request);
    assert_eq!(request, Ok(json!({ "in": "text" })));
    let response = sampler.sample(&root(&document), Direction::Response);
    assert_eq!(response, Ok(json!({ "out": "text" })));
}

#[test]
fn numbers_meet_their_bounds_and_steps() {
    assert_eq!(first("{ type: integer, minimum: 5 }"), 6);
    assert_eq!(first("{ type: integer, minimum: 5, maximum: 5 }"), 5);
    assert_eq!(
        first("{ type: integer, exclusiveMinimum: -3, maximum: 0 }"),
        -2
    );
    assert_eq!(
        first("{ type: number, exclusiveMinimum: 0, exclusiveMaximum: 1 }"),
        0.5
    );
    assert_eq!(first("{ type: integer, minimum: 10, multipleOf: 7 }"), 14);
    assert_eq!(
        first("{ type: integer, minimum: 9223372036854775807 }"),
        i64::MAX
    );
}

#[test]
fn texts_meet_formats_patterns_and_lengths() {
    assert_eq!(first("{ type: string, format: date }"), "2024-02-29");
    assert_eq!(
        first("{ type: string, minLength: 6, maxLength: 6 }"),
        "textaa"
    );
    assert_eq!(first("{ type: string, maxLength: 2 }"), "te");
    assert_eq!(
        first("{ type: string, pattern: '^[A-Z]{2}-\\d{3}$' }"),
        "AA-111"
    );
    assert_eq!(
        first("{ type: string, pattern: '^arn:', minLength: 8 }"),
        json!("arn:aaaa")
    );
    assert_eq!(
        first("{ type: string, pattern: '[.]png$', minLength: 8 }"),
        json!("aaaa.png")
    );
    assert_eq!(
        first("{ type: string, pattern: '^[a-z]+$', minLength: 4 }"),
        "aaaaa"
    );
    assert_eq!(
        first("{ type: string, not: { enum: [text] } }"),
        "Text1!text"
    );
}

#[test]
fn texts_have_what_look_around_asks_for() {
    for (pattern, text) in [
        (
            r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[!?])[A-Za-z\d!?]{8,}$",
            "Text1!text",
        ),
        (
            r"^(?=.*[A-Z])(?=(.*\d){3})(?=.*[#$]).{12,20}$",
            "Aa0!Bb1@Cc2#",
        ),
        (r"^(?=.*\d)(?=.*[A-Z])[A-Z0-9]{6}$", "A0B1C2"),
        (r"^(?=.*[a-z])(?=.*\d)(?=.*[#$])[a-z\d#$]+$", "a0#b1"),
        (r"^(?!admin$)[a-z-]+(?<!-)$", "a"),
    ] {
        assert_eq!(
            first(&format!("{{ type: string, pattern: '{pattern}' }}")),
            text
        );
    }
}

#[test]
fn alternatives_are_combined_with_what_is_beside_them() {
    let choice = "{ required: [id], properties: { id: { type: integer } }, oneOf: [{ required: [a], properties: { a: { const: x } } }, { required: [b] }] }";
    assert_eq!(first(choice), json!({ "id": 1, "a": "x" }));
    let two = "{ type: object, allOf: [{ oneOf: [{ required: [a] }, { required: [b] }] }, { anyOf: [{ required: [c] }, { required: [d] }] }] }";
    assert_eq!(first(two), json!({ "a": "text", "c": "text" }));
    // Each branch admits what the other one requires: the full value would fit both.
    let overlapping = "{ properties: { a: { type: string }, b: { type: string } }, oneOf: [{ required: [a] }, { required: [b] }] }";
    assert_eq!(first(overlapping), json!({ "a": "text" }));
}

#[test]
fn conditions_and_dependencies_are_met() {
    let condition = "{ properties: { kind: { const: file } }, if: { properties: { kind: { const: file } }, required: [kind] }, then: { required: [path], properties: { path: { type: string } } } }";
    assert_eq!(first(condition), json!({ "kind": "file", "path": "text" }));
    let dependent =
        "{ properties: { card: { type: string } }, dependentRequired: { card: [address] } }";
    assert_eq!(
        first(dependent),
        json!({ "card": "text", "address": "text" })
    );
    let schemas = "{ properties: { card: { type: string } }, dependentSchemas: { card: { required: [code], properties: { code: { type: integer } } } } }";
    assert_eq!(first(schemas), json!({ "card": "text", "code": 1 }));
}

#[test]
fn maps_and_arrays_have_an_entry() {
    assert_eq!(
        first("{ additionalProperties: { type: boolean } }"),
        json!({ "key1": true })
    );
    assert_eq!(
        first("{ additionalProperties: { type: integer }, propertyNames: { pattern: '^x-' } }"),
        json!({ "x-": 1 })
    );
    assert_eq!(
        first(
            "{ patternProperties: { '^n[0-9]$': { type: null } }, additionalProperties: false, minProperties: 1 }"
        ),
        json!({ "n1": null })
    );
    assert_eq!(
        first("{ type: array, items: { enum: [b, a, c] }, uniqueItems: true, minItems: 3 }"),
        json!(["b", "a", "c"])
    );
    assert_eq!(
        first("{ type: array, contains: { const: 4 }, minContains: 2 }"),
        json!([4, 4])
    );
}

#[test]
fn a_discriminator_names_the_branch() {
    let text = "\
openapi: 3.0.4
components:
  schemas:
    S: { oneOf: [{ $ref: '#/components/schemas/Cat' }], discriminator: { propertyName: kind, mapping: { tom: '#/components/schemas/Cat' } } }
    Cat: { required: [kind], properties: { kind: { type: string } } }
";
    let document = Document::parse("test.yaml", text).expect("the document is well-formed");
    let sample = Sampler::default().sample(&root(&document), Direction::Response);
    assert_eq!(sample, Ok(json!({ "kind": "tom" })));
}

/// What extends a schema with a discriminator has the value of the mapping, or else its name.
#[test]
fn a_discriminator_names_what_extends_its_schema() {
    let text = "\
openapi: 3.0.4
components:
  schemas:
    Animal: { required: [kind], properties: { kind: { type: string } }, discriminator: { propertyName: kind, mapping: { bird: Bird, owl: Owl } } }
    Fish: { allOf: [{ $ref: '#/components/schemas/Animal' }] }
    Bird: { allOf: [{ $ref: '#/components/schemas/Animal' }] }
    Owl: { allOf: [{ $ref: '#/components/schemas/Bird' }] }
    Pond: { properties: { fish: { $ref: '#/components/schemas/Fish' }, other: { allOf: [{ $ref: '#/components/schemas/Animal' }] } } }
";
    let document = Document::parse("test.yaml", text).expect("the document is well-formed");
    let sample = |name: &str| {
        let node = document.node_at(&format!("/components/schemas/{name}"));
        let schema = Schema::of(node.expect("the schema is there"));
        Sampler::default().sample(&schema, Direction::Response)
    };
    for (name, kind) in [
        ("Animal", "bird"),
        ("Fish", "Fish"),
        ("Bird", "bird"),
        ("Owl", "owl"),
    ] {
        assert_eq!(sample(name), Ok(json!({ "kind": kind })), "{name}");
    }
    let pond = json!({ "fish": { "kind": "Fish" }, "other": { "kind": "bird" } });
    assert_eq!(sample("Pond"), Ok(pond));
}

#[test]
fn each_constraint_is_broken_at_its_place() {
    let object = "{ required: [name], additionalProperties: false, properties: { name: { type: string, minLength: 2, maxLength: 4 }, tags: { type: array, minItems: 1, uniqueItems: true, items: { enum: [a, b] } } } }";
    let at = |keyword, pointer: &str| (keyword, pointer.to_owned());
    assert_eq!(
        invalid(object),
        [
            at("required", "/name"),
            at("additionalProperties", "/undocumented"),
            at("type", "/name"),
            at("minLength", "/name"),
            at("maxLength", "/name"),
            at("type", "/tags"),
            at("minItems", "/tags"),
            at("uniqueItems", "/tags/1"),
            at("type", "/tags/0"),
            at("enum", "/tags/0"),
        ]
    );
    assert_eq!(
        invalid("{ type: integer, minimum: 0, exclusiveMaximum: 10 }"),
        [at("type", ""), at("minimum", ""), at("maximum", ""),]
    );
    assert_eq!(
        invalid("{ type: integer, multipleOf: 2 }"),
        [at("type", ""), at("multipleOf", "")]
    );
    // A change that breaks another keyword besides does not show that this one is checked.
    assert_eq!(
        invalid("{ type: string, minLength: 2, maxLength: 3, pattern: '^[A-Z]*$' }"),
        [
            at("type", ""),
            at("minLength", ""),
            at("maxLength", ""),
            at("pattern", ""),
        ]
    );
    assert_eq!(
        invalid("{ type: array, maxItems: 2, uniqueItems: true, items: { type: string } }"),
        [
            at("type", ""),
            at("maxItems", ""),
            at("uniqueItems", "/1"),
            at("type", "/0"),
        ]
    );
    assert_eq!(
        invalid(
            "{ additionalProperties: { type: integer }, minProperties: 1, maxProperties: 2, propertyNames: { pattern: '^[a-z0-9]+$' } }"
        ),
        [
            at("propertyNames", "/!"),
            at("minProperties", ""),
            at("maxProperties", ""),
        ]
    );
}

#[test]
fn an_invalid_value_has_no_invalid_samples() {
    let document = document("{ type: integer, maximum: 3 }");
    let found = Sampler::default().invalid(&root(&document), &json!(4), Direction::Request);
    assert_eq!(found, []);
}

#[test]
fn what_has_no_sample_has_a_reason_and_a_place() {
    let at = |pointer: &str| format!("/components/schemas/S{pointer}");
    assert_eq!(reason("false"), (Reason::Contradiction, at("")));
    assert_eq!(
        reason(
            "{ required: [a], properties: { a: { allOf: [{ type: string }, { type: integer }] } } }"
        ),
        (Reason::Contradiction, at("/properties/a/allOf/0"))
    );
    assert_eq!(
        reason("{ required: [s], properties: { s: { $ref: '#/components/schemas/S' } } }").0,
        Reason::TooDeep
    );
    assert_eq!(
        reason("{ type: string, minLength: 100000 }"),
        (Reason::TooLarge, at("/minLength"))
    );
    assert_eq!(
        reason("{ type: array, minItems: 1000 }"),
        (Reason::TooLarge, at("/minItems"))
    );
    let (reason, pointer) = reason("{ type: integer, minimum: 4, maximum: 3 }");
    assert!(matches!(reason, Reason::Invalid(_)), "{reason:?}");
    assert_eq!(pointer, at("/minimum"));
}

#[test]
fn an_extent_bounds_what_is_optional() {
    let document = document(
        "{ properties: { a: { type: string }, b: { type: string }, c: { $ref: '#/components/schemas/Child' } } }",
    );
    let mut sampler = Sampler::default();
    let mut make = |depth, properties| {
        let extent = Extent {
            depth,
            properties,
            ..Extent::FULL
        };
        sampler
            .generate(&root(&document), Direction::Request, extent)
            .expect("there is a sample")
    };
    assert_eq!(make(1, 2), json!({ "a": "text", "b": "text" }));
    assert_eq!(
        make(1, 9),
        json!({ "a": "text", "b": "text", "c": { "name": "text" } })
    );
    assert_eq!(make(0, 9), json!({}));
}

#[test]
fn a_text_of_each_format_is_known() {
    for format in Format::ALL
        .iter()
        .filter(|format| format.types() == Types::STRING)
    {
        let sample = first(&format!("{{ type: string, format: {} }}", format.name()));
        let text = sample.as_str().expect("the schema demands a string");
        assert!(format.matches(text), "{format:?}: {text}");
    }
}

#[test]
fn a_header_has_the_example_of_its_content() {
    let text = "
openapi: 3.1.2
paths:
  /notes:
    get:
      responses:
        '200':
          headers: { X-Page: { content: { application/json: { schema: { type: object }, example: { next: 2 } } } } }
";
    let document = Document::parse("notes.yaml", text).expect("the document is well-formed");
    let headers = openapi::operations(&document)[0].responses()[0].headers();
    let text = Sampler::default().header_text(&headers[0], Direction::Response);
    assert_eq!(text.as_deref(), Some(r#"{"next":2}"#));
}
