//! Tests that a document and its export accept the same values, valid and invalid in one place, by the validation
//! tables of both.

use std::thread;

use oas_document::{
    Direction, Document, Node, Severity, Validator, Version, openapi::MediaKind, schema::Schema,
};
use oas_samples::Sampler;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{corpus, documents, exported};

/// Returns values of all types, for schemas that samples do not cover.
fn pool() -> Vec<Value> {
    let values = json!([
        null, true, false, 0, 1, 2, 3, 5, -1, 1.5, "", "a", "abc", "abcdef", [], [1], ["a"], ["a", 1], [1, "a", null], [null], [1, 2, 3],
        {}, {"a": 1}, {"a": "a"}, {"a": null}, {"b": 1}, {"a": 1, "b": "b"}, {"a": "a", "b": 1, "x": 1}, {"x": "x"}, {"x": 1}, {"c": {}},
        {"a": {"a": 1}}, {"a": [1]}, {"a": 1, "b": 2, "c": 3, "x": 4},
    ]);
    match values {
        Value::Array(values) => values,
        _ => unreachable!("it is an array"),
    }
}

/// The schemas of a document, with their samples and tables.
#[derive(Default)]
struct Judge<'d> {
    sampler: Sampler<'d>,
    validator: Validator<'d>,
}

impl<'d> Judge<'d> {
    /// Returns valid values of a schema, and some that are invalid in one place.
    fn samples(&mut self, schema: &Schema<'d>, direction: Direction) -> Vec<Value> {
        let valid = self.sampler.samples(schema, direction).unwrap_or_default();
        let mut values: Vec<Value> = valid.into_iter().map(|sample| sample.value).collect();
        if let Some(value) = values.first().cloned() {
            let invalid = self.sampler.invalid(schema, &value, direction);
            values.extend(invalid.into_iter().map(|sample| sample.value));
        }
        values
    }

    fn admits(&mut self, schema: &Schema<'d>, value: &Value, direction: Direction) -> bool {
        self.validator.validate(schema, value, direction).is_empty()
    }
}

/// Returns a value that two schemas judge differently, and whether the first accepts it.
fn disagreement<'a, 'b>(
    (one, judge): (&Schema<'a>, &mut Judge<'a>),
    (other, second): (&Schema<'b>, &mut Judge<'b>),
    judged: &mut usize,
) -> Option<(Value, bool)> {
    for direction in [Direction::Request, Direction::Response] {
        let mut values = pool();
        values.extend(judge.samples(one, direction));
        values.extend(second.samples(other, direction));
        for value in values {
            *judged += 1;
            let admits = judge.admits(one, &value, direction);
            if admits != second.admits(other, &value, direction) {
                return Some((value, admits));
            }
        }
    }
    None
}

/// Returns the pointers of the schemas among the components and in bodies and parameters outside of groups, which an
/// export leaves in place.
fn pointers(document: &Document) -> Vec<String> {
    let is_schema = |pointer: &str| {
        let component = pointer
            .strip_prefix("/components/schemas/")
            .is_some_and(|name| !name.contains('/'));
        let used = pointer.ends_with("/schema")
            && !pointer.contains("/x-")
            && !pointer.contains("/example");
        component || used
    };
    // A body of bytes is not a JSON value, regardless of its schema.
    let is_bytes = |node: &Node<'_>| {
        let media = node.parent().and_then(Node::key);
        media.is_some_and(|media| media.contains('/') && MediaKind::of(media) == MediaKind::Bytes)
    };
    let nodes = document
        .nodes()
        .filter(|node| node.file() == document.root().file() && !is_bytes(node));
    let nodes = nodes.map(|node| node.pointer());
    nodes.filter(|pointer| is_schema(pointer)).collect()
}

#[test]
fn documents_and_their_exports_accept_the_same_values() {
    let (schemas, judged) = accept_the_same(documents());
    assert!(
        schemas > 500 && judged > 50_000,
        "{judged} values of {schemas} pairs of schemas"
    );
}

#[test]
fn documents_of_others_and_their_exports_accept_the_same_values() {
    let (schemas, judged) = accept_the_same(corpus(6_000));
    println!("{judged} values of {schemas} pairs of schemas");
}

/// Compares what documents and their exports accept, and returns how many pairs of schemas judged how many values.
///
/// There are some 100,000 values, so that the versions are compared at the same time.
#[track_caller]
fn accept_the_same(documents: Vec<(String, Document)>) -> (usize, usize) {
    let found: Vec<Comparison> = thread::scope(|scope| {
        let all = Version::ALL.map(|version| {
            let documents = &documents;
            scope.spawn(move || Comparison::of(documents, version))
        });
        let found = all.into_iter().map(|thread| thread.join());
        found.collect::<Result<_, _>>().unwrap()
    });
    let wrong: Vec<&str> = found
        .iter()
        .flat_map(|it| &it.wrong)
        .map(|it| &**it)
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let schemas = found.iter().map(|it| it.schemas).sum();
    (schemas, found.iter().map(|it| it.judged).sum())
}

/// What documents and their exports to a version accept.
#[derive(Default)]
struct Comparison {
    /// The pairs of schemas.
    schemas: usize,
    /// The values that they judged.
    judged: usize,
    wrong: Vec<String>,
}

impl Comparison {
    fn of(documents: &[(String, Document)], version: Version) -> Self {
        let mut comparison = Self::default();
        for (name, document) in documents {
            comparison.add(name, document, version);
        }
        comparison
    }

    fn add(&mut self, name: &str, document: &Document, version: Version) {
        let (head, exported) = exported(document, version);
        let (mut first, mut second) = (Judge::default(), Judge::default());
        let widened = exported
            .findings
            .iter()
            .any(|finding| finding.code == "constraint-not-in-version");
        for pointer in pointers(document) {
            let (Some(one), Some(other)) = (document.node_at(&pointer), head.node_at(&pointer))
            else {
                continue;
            };
            self.schemas += 1;
            let (one, other) = (Schema::of(one), Schema::of(other));
            match disagreement((&one, &mut first), (&other, &mut second), &mut self.judged) {
                Some((_, false)) if widened => {}
                // `contentEncoding` annotates (JSON Schema 2020-12 Validation §8.3), and `format: byte` is validated.
                Some((value, true))
                    if version == Version::V3_0 && value.pointer("/icon") == Some(&json!("!")) => {}
                Some((value, admits)) => self.wrong.push(format!(
                    "{name}{pointer} to {version}: {value} was {admits}"
                )),
                None => {}
            }
        }
    }
}

fn scalar() -> impl Strategy<Value = Value> {
    let number = || 0..4i64;
    prop_oneof![
        Just(json!({"type": "string"})),
        Just(json!({"type": ["string", "null"]})),
        Just(json!({"type": "null"})),
        Just(json!({"type": ["integer", "string", "null"]})),
        Just(json!({"type": ["integer", "array"]})),
        Just(json!(true)),
        Just(json!(false)),
        Just(json!({"$ref": "#/components/schemas/Other"})),
        Just(
            json!({"$ref": "#/components/schemas/Other", "required": ["b"], "description": "It."})
        ),
        Just(json!({"const": 1})),
        Just(json!({"const": "a", "enum": ["a", "abc"]})),
        Just(json!({"enum": [null, "a", 1]})),
        Just(json!({"type": ["string", "null"], "enum": ["a"]})),
        Just(json!({"type": ["string", "null"], "enum": ["a", null]})),
        Just(json!({"type": "null", "enum": ["a", null]})),
        number().prop_map(|least| json!({"exclusiveMinimum": least, "minimum": 1})),
        number().prop_map(|most| json!({"type": "number", "exclusiveMaximum": most, "maximum": 2})),
        number().prop_map(
            |most| json!({"type": ["string", "integer"], "maxLength": most, "examples": ["a", 1]})
        ),
    ]
}

/// Generates schemas of 3.1 with the keywords that 3.0 does not have.
fn schema() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 12, 3, |inner| {
        let list = || prop::collection::vec(inner.clone(), 1..3);
        let fields = prop::collection::btree_map("[abx]", inner.clone(), 0..3);
        prop_oneof![
            list().prop_map(|all| json!({"allOf": all})),
            list().prop_map(|all| json!({"anyOf": all, "description": "Any."})),
            inner.clone().prop_map(|one| json!({"anyOf": [one, {"type": "null"}]})),
            inner.clone().prop_map(|one| json!({"not": one})),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(condition, then, otherwise)| json!({"if": condition, "then": then, "else": otherwise})),
            (fields.clone(), inner.clone()).prop_map(|(fields, others)| json!({"type": "object", "properties": fields, "additionalProperties": others})),
            fields.clone().prop_map(|fields| json!({"type": ["object", "null"], "properties": fields, "unevaluatedProperties": false})),
            fields.prop_map(|fields| json!({"dependentSchemas": fields, "dependentRequired": {"a": ["b"], "x": []}})),
            inner.clone().prop_map(|items| json!({"type": "array", "items": items, "minItems": 1})),
            inner.clone().prop_map(|item| json!({"contains": item})),
            inner.clone().prop_map(|item| json!({"contains": item, "minContains": 0})),
            (inner.clone(), list()).prop_map(|(definition, all)| json!({
                "$defs": {"D": definition}, "anyOf": all, "allOf": [{"$ref": "#/components/schemas/A/$defs/D"}],
            })),
        ]
    })
}

/// Merges objects: of keywords that several have, the first counts.
fn merged(objects: Vec<Value>) -> Value {
    let mut all = serde_json::Map::new();
    for (key, value) in objects
        .into_iter()
        .filter_map(|object| match object {
            Value::Object(members) => Some(members),
            _ => None,
        })
        .flatten()
    {
        all.entry(key).or_insert(value);
    }
    Value::Object(all)
}

/// Generates schemas of 3.1 whose keywords are beside each other in many ways.
fn mixed() -> impl Strategy<Value = Value> {
    let types = || {
        let names = [
            "string", "integer", "number", "boolean", "array", "object", "null",
        ];
        prop::sample::subsequence(names.to_vec(), 1..4).prop_map(|types| json!({ "type": types }))
    };
    let leaf = prop_oneof![types(), scalar().prop_filter("an object", Value::is_object)];
    leaf.prop_recursive(3, 14, 3, move |inner| {
        let list = || prop::collection::vec(inner.clone(), 1..4);
        let part = prop_oneof![
            3 => types(),
            1 => Just(json!({"enum": ["a", 1, null]})),
            1 => Just(json!({"enum": ["a", 1]})),
            1 => Just(json!({"const": null})),
            2 => list().prop_map(|all| json!({"oneOf": all})),
            2 => list().prop_map(|all| json!({"anyOf": all})),
            1 => list().prop_map(|all| json!({"allOf": all})),
            1 => inner.clone().prop_map(|one| json!({"not": one})),
            1 => (inner.clone(), inner.clone()).prop_map(|(one, then)| json!({"if": one, "then": then})),
            1 => Just(json!({"$ref": "#/components/schemas/Other"})),
            1 => Just(json!({"$ref": "#/components/schemas/Null"})),
            1 => inner.clone().prop_map(|one| json!({"items": one})),
            1 => inner.clone().prop_map(|one| json!({"properties": {"a": one}, "required": ["b"]})),
            1 => inner.clone().prop_map(|one| json!({"contains": one})),
            1 => Just(json!({"dependentRequired": {"a": ["b"]}})),
            1 => Just(json!({"minLength": 2, "maximum": 2, "uniqueItems": true, "minProperties": 1})),
        ];
        prop::collection::vec(part, 1..4).prop_map(merged)
    })
}

/// Generates schemas of 3.0.
fn of_3_0() -> impl Strategy<Value = Value> {
    let ty = || {
        let names = vec!["string", "integer", "number", "boolean", "object"];
        (prop::sample::select(names), any::<bool>()).prop_map(|(ty, nullable)| match nullable {
            true => json!({"type": ty, "nullable": true}),
            false => json!({"type": ty}),
        })
    };
    let leaf = prop_oneof![
        4 => ty(),
        1 => Just(json!({})),
        1 => Just(json!({"nullable": true})),
        1 => Just(json!({"type": "string", "enum": ["a", null], "nullable": true})),
        1 => Just(json!({"type": "string", "enum": ["a"], "nullable": true})),
        1 => Just(json!({"type": "string", "enum": ["a", null]})),
        1 => Just(json!({"$ref": "#/components/schemas/Other"})),
        1 => Just(json!({"$ref": "#/components/schemas/Null"})),
        1 => Just(json!({"type": "number", "minimum": 1, "exclusiveMinimum": true, "maximum": 3, "exclusiveMaximum": false})),
    ];
    leaf.prop_recursive(3, 14, 3, move |inner| {
        let list = || prop::collection::vec(inner.clone(), 1..4);
        let part = prop_oneof![
            2 => ty(),
            2 => Just(json!({"nullable": true})),
            2 => list().prop_map(|all| json!({"oneOf": all})),
            2 => list().prop_map(|all| json!({"anyOf": all})),
            2 => list().prop_map(|all| json!({"allOf": all})),
            1 => inner.clone().prop_map(|one| json!({"not": one})),
            1 => inner.clone().prop_map(|one| json!({"type": "array", "items": one})),
            1 => inner.clone().prop_map(|one| json!({"properties": {"a": one}, "required": ["b"]})),
            1 => inner.clone().prop_map(|one| json!({"type": "object", "additionalProperties": one})),
        ];
        prop::collection::vec(part, 1..4).prop_map(merged)
    })
}

fn document(version: &str, schema: &Value) -> Document {
    let nullable = match version {
        "3.0.4" => json!({"type": "string", "nullable": true}),
        _ => json!({"type": ["string", "null"]}),
    };
    let text = json!({
        "openapi": version, "info": {"title": "T", "version": "1"}, "paths": {},
        "components": {"schemas": {
            "A": schema, "Null": nullable.clone(),
            "Other": {"type": "object", "properties": {"a": nullable}},
        }},
    });
    Document::parse("random.json", &text.to_string()).expect("it is a document")
}

/// Returns whether all definitions of a document decide which values are valid: those that refer to themselves do not.
fn is_decided(document: &Document) -> bool {
    let findings = oas_document::lint(document);
    findings
        .iter()
        .all(|finding| !finding.is_error() || finding.code == "never-valid")
}

/// Returns a value that a document and its exports to these versions, one after another, judge differently.
fn changed(first: &Document, versions: &[Version]) -> Option<String> {
    let mut newest = None;
    for version in versions {
        let (next, exported) = exported(newest.as_ref().unwrap_or(first), *version);
        if exported
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Warning)
        {
            return None;
        }
        let (mut one, mut other) = (Judge::default(), Judge::default());
        let found = disagreement(
            (&schema_of(first), &mut one),
            (&schema_of(&next), &mut other),
            &mut 0,
        );
        if let Some((value, admits)) = found {
            let (before, after) = (first.root(), next.root());
            return Some(format!(
                "to {version}: {value} was {admits}\n{}\n{}",
                before.to_json_text(),
                after.to_json_text()
            ));
        }
        newest = Some(next);
    }
    None
}

fn schema_of(document: &Document) -> Schema<'_> {
    Schema::of(
        document
            .node_at("/components/schemas/A")
            .expect("the schema is there"),
    )
}

/// Returns the settings of the property tests; `PROPTEST_CASES` sets how many schemas are tried.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok();
    let cases = cases.and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(128),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    /// Tests that converting down to 3.0 and up again preserves the set of valid values.
    #[test]
    fn conversions_change_no_value(schema in schema()) {
        let newer = document("3.1.2", &schema);
        prop_assume!(is_decided(&newer));
        let (_, down) = exported(&newer, Version::V3_0);
        prop_assert!(down.findings.iter().all(|finding| finding.severity >= Severity::Note), "{:?}", down.findings);
        let found = changed(&newer, &[Version::V3_0, Version::V3_2]);
        prop_assert!(found.is_none(), "{}", found.unwrap_or_default());
    }

    /// Tests the same of keywords that are beside each other.
    #[test]
    fn keywords_beside_each_other_change_no_value(schema in mixed()) {
        for version in ["3.1.2", "3.2.0"] {
            let newer = document(version, &schema);
            prop_assume!(is_decided(&newer));
            let found = changed(&newer, &[Version::V3_0, Version::V3_1, Version::V3_0]);
            prop_assert!(found.is_none(), "{}", found.unwrap_or_default());
        }
    }

    /// Tests that converting up from 3.0 and down again preserves the set of valid values.
    #[test]
    fn conversions_from_3_0_change_no_value(schema in of_3_0()) {
        let older = document("3.0.4", &schema);
        prop_assume!(is_decided(&older));
        for newer in [Version::V3_1, Version::V3_2] {
            let found = changed(&older, &[newer, Version::V3_0]);
            prop_assert!(found.is_none(), "{}", found.unwrap_or_default());
        }
    }
}
