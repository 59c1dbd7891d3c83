//! Tests the findings of the linter: one small document for each rule, and its rendered findings.

use std::{collections::BTreeSet, fs, path::Path};

use oas_document::{Document, RULES, lint, object_model::Citation, openapi, schema::Schema};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Renders the findings of every document of a folder, one snapshot a document.
fn documents(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let mut documents: Vec<_> = fs::read_dir(folder)
        .expect("the folder of documents")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension != "snap")
        })
        .map(|path| {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .expect("a name")
                .to_owned();
            (name, fs::read_to_string(&path).expect("a document"))
        })
        .collect();
    documents.sort();
    documents
}

#[test]
fn every_rule_finds_what_it_is_for() {
    let mut shown = BTreeSet::new();
    for (name, text) in documents("lint") {
        let document =
            Document::parse(&name, &text).unwrap_or_else(|errors| panic!("{}", errors[0]));
        let found = lint(&document);
        let (code, _) = name.split_once('.').unwrap();
        assert!(
            found.iter().any(|finding| finding.code == code),
            "{name} does not show its rule"
        );
        assert!(
            found
                .iter()
                .all(|finding| !finding.note.is_empty() && !finding.help.is_empty()),
            "{name}"
        );
        shown.insert(code.to_owned());
        let rendered: Vec<_> = found.iter().map(ToString::to_string).collect();
        insta::with_settings!({ snapshot_path => "../lint", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.trim_end_matches(".yaml"), rendered.join("\n\n"));
        });
    }
    // Documents that cannot be read have no findings of the linter.
    for (name, text) in documents("read") {
        let found = match Document::parse(&name, &text) {
            Ok(document) => document.diagnostics().to_vec(),
            Err(errors) => errors,
        };
        shown.extend(found.iter().map(|finding| finding.code.to_owned()));
    }
    let unreadable = Document::load("x.yaml", &|_: &str| Err("no such file".to_owned()));
    shown.extend(
        unreadable
            .unwrap_err()
            .iter()
            .map(|finding| finding.code.to_owned()),
    );
    let rejected = Document::parse("chain.yaml", &crate::load::chain(3_000)).unwrap_err();
    shown.extend(rejected.iter().map(|finding| finding.code.to_owned()));
    let rejected = Document::parse("repeated.yaml", &crate::load::repeated(10_001, 1)).unwrap_err();
    shown.extend(rejected.iter().map(|finding| finding.code.to_owned()));
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(rules.len(), RULES.len(), "an id is used twice");
    let missing: Vec<_> = rules.difference(&shown).collect();
    // A document of that length would take longer than all other tests.
    assert_eq!(missing, ["too-long"], "every rule has a document");
    assert!(shown.is_subset(&rules));
}

#[test]
fn every_rule_cites_a_field_that_exists() {
    for rule in RULES {
        if let Citation::Field(object, name) = rule.citation {
            assert!(
                object.field(name).is_some(),
                "{} cites {}",
                rule.id,
                rule.citation
            );
        }
    }
}

/// Replaces the value at the `nth` place of a document, counted in document order.
fn replace(value: &mut Value, nth: &mut usize, with: &Value) {
    if *nth == 0 {
        *value = with.clone();
    }
    *nth = nth.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, nth, with)),
        Value::Object(entries) => entries
            .values_mut()
            .for_each(|item| replace(item, nth, with)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Tests that a wrong value anywhere is a finding, or none, but never a panic, neither here nor in the views.
    #[test]
    fn wrong_values_anywhere_are_survived(places in prop::collection::vec((0usize..450, 0usize..12), 1..6)) {
        let values = json!([
            null, true, -1, "#", "", [], {}, [{}], {"$ref": "#"}, {"$ref": "#/components/schemas/Book"}, {"a": {"$ref": 7}},
            {"allOf": [{"$ref": "#/components/schemas/Common"}], "oneOf": {}, "required": 1, "properties": []},
        ]);
        let mut text: Value = Document::parse("clean.yaml", include_str!("../clean.yaml")).unwrap().root().to_json();
        for (place, value) in places {
            replace(&mut text, &mut { place }, &values[value]);
        }
        if let Ok(document) = Document::parse("x.json", &text.to_string()) {
            for finding in lint(&document) {
                prop_assert!(!finding.to_string().is_empty());
            }
            for operation in openapi::operations(&document) {
                let _ = (operation.parameters(), operation.responses(), operation.callbacks(), operation.security());
            }
            for node in document.nodes() {
                let effective = Schema::of(node).effective();
                prop_assert!(effective.properties.iter().all(|property| !property.nodes.is_empty()));
            }
        }
    }
}

#[test]
fn a_document_without_problems_has_no_findings() {
    let text = include_str!("../clean.yaml");
    let document = Document::parse("clean.yaml", text).unwrap();
    let found: Vec<_> = lint(&document).iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

/// Tests references that lack a part of the pointer, which is the place of a component.
#[test]
fn what_a_reference_means_is_recognized() {
    for (reference, help) in [
        (
            "#components/schemas/Pet",
            "did you mean `#/components/schemas/Pet`?",
        ),
        (
            "#components/schemas/Pett",
            "did you mean `#/components/schemas/Pet`?",
        ),
        ("#Pet", "did you mean `#/components/schemas/Pet`?"),
        (
            "#components/schemas/Shop",
            "correct the reference, or add `Shop` to /components/schemas",
        ),
        ("#Shop", "correct the reference, or add the definition"),
    ] {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: Pets, version: 1.0.0}}\ncomponents:\n  schemas:\n    Pet: {{type: string}}\n    Owner: {{$ref: '{reference}'}}\n"
        );
        let document = Document::parse("pets.yaml", &text).expect("a document");
        let found = lint(&document);
        let finding = found
            .iter()
            .find(|finding| finding.code == "unresolved-reference");
        let finding = finding.unwrap_or_else(|| panic!("{reference}"));
        assert_eq!(finding.help, help, "{reference}");
    }
}
