//! Tests the findings of the generator: one small document for each rule, and its rendered report.

use std::{collections::BTreeSet, fs, path::Path};

use oas_codegen::{Diagnostic, Document, RULES, Settings, generate};
use oas_document::object_model::Citation;

/// Returns the findings in a document, whether or not anything was generated.
fn findings(document: &Document, name: &str) -> Vec<Diagnostic> {
    match generate(document, &Settings::new(name, "api.yaml")) {
        Ok(output) => output.diagnostics,
        Err(diagnostics) => diagnostics,
    }
}

#[test]
fn every_rule_finds_what_it_is_for() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings");
    let mut shown = BTreeSet::new();
    for entry in fs::read_dir(&folder).expect("the folder of documents") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let id = path.file_stem().and_then(|id| id.to_str()).expect("a name");
        let text = fs::read_to_string(&path).expect("a document");
        let document = Document::parse(&format!("{id}.yaml"), &text).expect("a document");
        let found = findings(&document, "api");
        assert!(
            found.iter().any(|finding| finding.code == id),
            "{id} is not reported"
        );
        shown.extend(found.iter().map(|finding| finding.code));
        let rendered: Vec<_> = found.iter().map(ToString::to_string).collect();
        insta::with_settings!({ snapshot_path => "../findings", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(id, rendered.join("\n\n"));
        });
    }
    let empty = Document::parse(
        "api.yaml",
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n",
    );
    shown.extend(
        findings(&empty.expect("a document"), "1")
            .iter()
            .map(|finding| finding.code),
    );
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(rules.len(), RULES.len(), "an id is used twice");
    let missing: Vec<_> = rules.difference(&shown).collect();
    // A defect of the generator has no document, and others are made by tests.
    let elsewhere = [
        &"internal-error",
        &"invalid-schema-setting",
        &"too-many-fields",
    ];
    assert_eq!(missing, elsewhere, "every rule has a document");
    // A fact that the linter knows has its rule, no matter who finds it.
    let linted: BTreeSet<_> = oas_document::RULES.iter().map(|rule| rule.id).collect();
    assert!(rules.is_disjoint(&linted), "a fact has two rules");
    let others: Vec<_> = shown.difference(&rules).collect();
    assert!(others.iter().all(|id| linted.contains(**id)), "{others:?}");
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
