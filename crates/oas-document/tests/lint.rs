//! What the linter says: one small document for each rule, and what is rendered for it.

use std::{collections::BTreeSet, fs, path::Path};

use oas_document::{Document, RULES, lint};

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
                .all(|finding| !finding.why.is_empty() && !finding.fix.is_empty()),
            "{name}"
        );
        shown.insert(code.to_owned());
        let rendered: Vec<_> = found.iter().map(ToString::to_string).collect();
        insta::with_settings!({ snapshot_path => "lint", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.trim_end_matches(".yaml"), rendered.join("\n\n"));
        });
    }
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.code.to_owned()).collect();
    assert_eq!(shown, rules, "every rule has a document");
}

#[test]
fn a_document_without_problems_has_no_findings() {
    let text = include_str!("clean.yaml");
    let document = Document::parse("clean.yaml", text).unwrap();
    let found: Vec<_> = lint(&document).iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
