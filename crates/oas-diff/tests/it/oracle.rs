//! Compares verdicts on random pairs of schemas with an independent oracle: a value that one side admits and the other
//! rejects must be reflected in the verdict.
//!
//! Values are generated for both schemas, and made invalid in one place each; the validation of servers decides which side
//! admits them. `OAS_DIFF_PAIRS` sets how many pairs are tried and `OAS_DIFF_SEED` from which seed, which a failure prints.

use oas_document::{Direction, schema::Schema};
use oas_samples::Sampler;
use proptest::{
    prelude::*,
    test_runner::{RngSeed, TestRunner},
};
use serde_json::{Value, json};

use crate::{both_ways, compare, document, with_schemas};

fn scalar() -> impl Strategy<Value = Value> {
    let bound = || prop::option::of(0..4i64);
    let values = vec![json!("a"), json!("b"), json!(1), json!(null), json!(true)];
    let listed = prop::sample::subsequence(values, 1..4);
    prop_oneof![
        1 => Just(json!({})),
        1 => Just(json!({"type": ["string", "null"]})),
        1 => Just(json!({"type": "boolean"})),
        1 => Just(json!({"type": "boolean", "enum": [true, false]})),
        1 => Just(json!({"type": ["integer", "string"]})),
        2 => listed.clone().prop_map(|values| json!({"enum": values})),
        // The same as a choice of values; without null, which several branches may admit by convention.
        2 => listed.prop_map(|values| {
            let values = values.iter().filter(|value| !value.is_null());
            let mut branches: Vec<Value> = values.map(|value| json!({"const": value})).collect();
            branches.push(json!({"const": "xyz"}));
            json!({"oneOf": branches})
        }),
        2 => (
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
        1 => prop::sample::select(vec!["int8", "uint8", "int32", "uint32"])
            .prop_map(|format| json!({"type": "integer", "format": format})),
        1 => bound().prop_map(|min| json!({"type": "integer", "exclusiveMinimum": min.unwrap_or(1)})),
        1 => (bound(), bound()).prop_map(|(min, max)| {
            let mut schema = json!({"type": "string"});
            min.into_iter()
                .for_each(|min| schema["minLength"] = json!(min));
            max.into_iter()
                .for_each(|max| schema["maxLength"] = json!(max));
            schema
        }),
        1 => prop::sample::select(vec!["^a", "^[ab]+$", "b$", "^[a-z]{2}$"])
            .prop_map(|pattern| json!({"type": "string", "pattern": pattern})),
        1 => prop::sample::select(vec!["a", "b", "xy"])
            .prop_map(|text| json!({"type": "string", "enum": [text, "wxyz"], "minLength": 2})),
    ]
}

/// Generates objects whose properties beside the listed ones are described or excluded: the meaning of an open object for a
/// property that is added or removed is a convention, not a set.
fn object() -> impl Strategy<Value = Value> {
    let others = prop_oneof![
        2 => Just(json!(false)),
        1 => scalar().prop_filter("described", |schema| *schema != json!({})),
    ];
    let fields = prop::collection::btree_map("[abx]", scalar(), 0..3);
    let required = prop::sample::subsequence(vec!["a", "b", "x"], 0..3);
    let pattern = prop::option::of(scalar());
    (fields, required, others, pattern).prop_map(|(fields, required, others, pattern)| {
        let mut schema = json!({
            "type": "object", "properties": fields, "required": required, "additionalProperties": others,
        });
        if let Some(pattern) = pattern {
            schema["patternProperties"] = json!({"^x": pattern});
        }
        schema
    })
}

/// Objects that a property distinguishes.
fn tagged() -> impl Strategy<Value = Value> {
    let branch = |tag: &'static str| {
        scalar().prop_map(move |schema| {
            json!({
                "type": "object", "required": ["kind"], "additionalProperties": false,
                "properties": {"kind": {"const": tag}, "a": schema},
            })
        })
    };
    let branches = (branch("one"), branch("two"), branch("three"));
    (
        branches,
        prop::sample::subsequence(vec![0, 1, 2], 1..=3),
        prop::bool::ANY,
    )
        .prop_map(|((one, two, three), kept, reversed)| {
            let all = [one, two, three];
            let mut branches: Vec<&Value> = kept.iter().map(|at: &usize| &all[*at]).collect();
            if reversed {
                branches.reverse();
            }
            json!({"oneOf": branches})
        })
}

fn schema() -> impl Strategy<Value = Value> {
    let array = (scalar(), prop::option::of(0..3i64)).prop_map(|(items, max)| {
        let mut schema = json!({"type": "array", "items": items});
        max.into_iter()
            .for_each(|max| schema["maxItems"] = json!(max));
        schema
    });
    let simple = prop_oneof![4 => scalar(), 3 => object(), 1 => array].boxed();
    prop_oneof![
        6 => simple.clone(),
        2 => tagged(),
        2 => prop::collection::vec(simple.clone(), 1..4).prop_map(|branches| json!({"anyOf": branches})),
        1 => (scalar(), scalar()).prop_map(|(one, other)| json!({"allOf": [one, other]})),
        1 => (object(), prop::collection::vec(scalar(), 1..3)).prop_map(|(mut object, branches)| {
            object["anyOf"] = json!(branches);
            object
        }),
    ]
}

/// Pairs of schemas that have nothing to do with each other, and pairs of which the second is the first with a part replaced.
fn pair() -> impl Strategy<Value = (Value, Value)> {
    let edited = (schema(), scalar(), any::<prop::sample::Index>()).prop_map(|(base, part, at)| {
        let mut pointers = Vec::new();
        schemas(&base, String::new(), &mut pointers);
        let mut head = base.clone();
        let pointer: &String = at.get(&pointers);
        *head.pointer_mut(pointer).unwrap() = part;
        (base, head)
    });
    prop_oneof![1 => (schema(), schema()), 1 => edited]
}

/// Pointers of a schema and the schemas in it.
fn schemas(schema: &Value, at: String, out: &mut Vec<String>) {
    for key in ["properties", "patternProperties"] {
        for (name, inner) in schema[key].as_object().into_iter().flatten() {
            schemas(inner, format!("{at}/{key}/{name}"), out);
        }
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        for (index, inner) in schema[key].as_array().into_iter().flatten().enumerate() {
            schemas(inner, format!("{at}/{key}/{index}"), out);
        }
    }
    if schema["items"].is_object() {
        schemas(&schema["items"], format!("{at}/items"), out);
    }
    out.push(at);
}

/// Returns values that are tried with every pair.
fn pool() -> Vec<Value> {
    let scalars = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(2),
        json!(3),
        json!(6),
        json!(-1),
        json!(0.5),
        json!(200),
        json!(70_000),
    ];
    let texts = ["", "a", "b", "ab", "xy", "xyz", "wxyz"].map(|text| json!(text));
    let scalars: Vec<Value> = scalars.into_iter().chain(texts).collect();
    let mut all = scalars.clone();
    all.extend([json!([]), json!({})]);
    for value in &scalars {
        all.extend([json!([value]), json!([value, value])]);
        all.extend(["a", "b", "x", "xx", "other"].map(|name| json!({name: value})));
        all.extend(["one", "two", "three"].map(|tag| json!({"kind": tag, "a": value})));
    }
    all
}

const SCHEMA: &str = "/paths/~1things/post/requestBody/content/application~1json/schema";

fn holds(base: &Value, head: &Value) -> Result<(), TestCaseError> {
    let documents = [base, head].map(|schema| {
        document(
            "judged.yaml",
            &with_schemas("3.1.0", &schema.to_string(), "{}"),
        )
    });
    let [one, other] = documents.each_ref().map(|document| {
        (
            Sampler::default(),
            Schema::of(document.node_at(SCHEMA).unwrap()),
        )
    });
    let mut sides = [one, other];
    let mut values = pool();
    for (sampler, schema) in &mut sides {
        let samples = sampler
            .samples(schema, Direction::Strict)
            .unwrap_or_default();
        for sample in samples {
            let broken = sampler.invalid(schema, &sample.value, Direction::Strict);
            values.extend(broken.into_iter().map(|broken| broken.value));
            values.push(sample.value);
        }
    }
    let (request, response) = both_ways("3.1.0", &base.to_string(), &head.to_string());
    let noticed = |verdict: &str| verdict == "breaking" || verdict == "warning";
    for value in values {
        let [before, after] = sides
            .each_mut()
            .map(|(sampler, schema)| sampler.admits(schema, &value, Direction::Strict));
        match (before, after) {
            (true, false) => {
                prop_assert!(noticed(&request), "{} was accepted: {}", value, request);
            }
            (false, true) => {
                prop_assert!(
                    noticed(&response),
                    "{} was not promised: {}",
                    value,
                    response
                );
            }
            _ => {}
        }
    }
    if base == head {
        prop_assert_eq!(request, "none");
    }
    Ok(())
}

#[test]
fn a_value_that_only_one_side_admits_is_reflected() {
    let (seed, mut runner) = runner();
    let outcome = runner.run(&pair(), |(base, head)| holds(&base, &head));
    if let Err(failure) = outcome {
        panic!("OAS_DIFF_SEED={seed}: {failure}");
    }
}

/// Returns a runner of the configured number of cases, and its seed.
fn runner() -> (u64, TestRunner) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let seed = number("OAS_DIFF_SEED").unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.unwrap().as_secs()
    });
    let cases = number("OAS_DIFF_PAIRS").unwrap_or(200) as u32;
    let runner = TestRunner::new(ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    (seed, runner)
}

/// Expressions over a few letters.
fn pattern() -> impl Strategy<Value = String> {
    let atom = prop::sample::select(vec![
        "a", "b", "0", "[ab]", "[^a]", "[a-z]", r"\d", r"\w", ".", "ä", r"\b", "(?!b)",
    ]);
    let leaf = atom.prop_map(str::to_owned);
    let inner = leaf.prop_recursive(3, 8, 3, |inner| {
        let repeated = prop::sample::select(vec!["*", "+", "?", "{2}", "{1,3}"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| parts.concat()),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("(?:{one}|{other})")),
            (inner, repeated).prop_map(|(inner, times)| format!("(?:{inner}){times}")),
        ]
    });
    let anchor = |text: &'static str| prop::sample::select(vec![text, text, ""]);
    (anchor("^"), inner, anchor("$"))
        .prop_map(|(start, inner, end)| format!("{start}(?:{inner}){end}"))
}

/// Returns all texts of up to four of a few letters.
fn texts() -> Vec<String> {
    let letters = ["a", "b", "0", "ä", " "];
    let mut all = vec![String::new()];
    let mut from = 0;
    for _ in 0..4 {
        let to = all.len();
        for at in from..to {
            let longer = letters.map(|letter| format!("{}{letter}", all[at]));
            all.extend(longer);
        }
        from = to;
    }
    all
}

#[test]
fn a_text_that_only_one_pattern_matches_is_reflected() {
    let texts = texts();
    let (seed, mut runner) = runner();
    let outcome = runner.run(&(pattern(), pattern()), |(base, head)| {
        let [one, other] = [&base, &head].map(|source| oas_schema::Pattern::from(source.clone()));
        prop_assume!(one.error().is_none() && other.error().is_none());
        let schema = |pattern: &str| json!({"type": "string", "pattern": pattern}).to_string();
        let report = compare(
            &with_schemas("3.1.0", &schema(&base), "{}"),
            &with_schemas("3.1.0", &schema(&head), "{}"),
        );
        let narrowed = texts
            .iter()
            .find(|text| one.matches(text) && !other.matches(text));
        let verdict = report.verdict.name();
        if let Some(text) = narrowed {
            prop_assert!(
                ["breaking", "warning"].contains(&verdict),
                "{:?}: {}",
                text,
                verdict
            );
        }
        // The example in a message is correct.
        for finding in &report.findings {
            for part in finding.message.split("; ").skip(1) {
                let (shown, fate) = part.split_once("\" ").unwrap();
                let text: String = serde_json::from_str(&format!("{shown}\"")).unwrap();
                let gone = fate == "no longer matches";
                prop_assert_eq!((one.matches(&text), other.matches(&text)), (gone, !gone));
            }
        }
        // Without look-ahead, everything is decided.
        let decided = ![&base, &head].iter().any(|text| text.contains("(?!"));
        prop_assert!(!decided || verdict != "warning", "undecided");
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("OAS_DIFF_SEED={seed}: {failure}");
    }
}
