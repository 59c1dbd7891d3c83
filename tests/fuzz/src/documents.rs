//! Fuzzes the reader, the linter, the generator and the differ.

use std::fmt::Write as _;

use oas_codegen::Settings;
use oas_diff::{Date, Options, Profile};
use oas_document::{Diagnostic, Document, Node};

/// Longest document: what is quadratic by nature is slow for long ones, and teaches nothing more.
const MAX_LEN: usize = 20_000;
/// The separator between the two documents of a pair.
const BETWEEN: &str = "\n=====\n";

fn text(data: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(data).ok()?;
    (text.len() <= MAX_LEN).then_some(text)
}

/// Parses a document as JSON or YAML, by its first character.
fn parse(text: &str) -> Result<Document, Vec<Diagnostic>> {
    let name = match text.trim_start().starts_with('{') {
        true => "a.json",
        false => "a.yaml",
    };
    Document::parse(name, text)
}

/// Findings have places of the text, and can be shown.
fn shown(found: &[Diagnostic], text: &str) {
    // YAML ends lines with a carriage return, too.
    let lines = text.split(['\n', '\r']).count();
    let mut out = String::new();
    for finding in found {
        assert!(finding.place.line <= lines, "{finding:?}");
        let _ = write!(out, "{}", finding.styled(false));
        let visible = |character: char| character == '\n' || !character.is_control();
        assert!(out.chars().all(visible), "{out:?}");
        out.clear();
    }
}

/// Returns whether a value contains nothing that parsers of JSON may differ about: long numbers, deep nesting.
fn is_plain(node: Node<'_>, depth: usize) -> bool {
    let is_short = node
        .as_number()
        .is_none_or(|number| number.to_string().len() < 15);
    depth < 100
        && is_short
        && node.entries().all(|(_, node)| is_plain(node, depth + 1))
        && node.items().all(|node| is_plain(node, depth + 1))
}

/// Reads YAML and JSON. What is read as JSON is JSON to serde_json, with the same value.
pub(crate) fn read(data: &[u8]) {
    let Some(text) = text(data) else { return };
    for name in ["a.yaml", "a.json"] {
        match Document::parse(name, text) {
            Ok(document) => {
                let root = document.root();
                let _ = root.place();
                if name == "a.json" && is_plain(root, 0) {
                    let other: serde_json::Value = serde_json::from_str(text)
                        .unwrap_or_else(|error| panic!("serde_json: {error}: {text:?}"));
                    assert_eq!(root.to_json(), other, "{text:?}");
                }
            }
            Err(found) => {
                assert!(!found.is_empty(), "{text:?}");
                shown(&found, text);
            }
        }
    }
}

/// Lints a document.
pub(crate) fn lint(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Ok(document) = parse(text) {
        shown(&oas_document::lint(&document), text);
    }
}

/// Generates crates, whose files parse as Rust.
pub(crate) fn generate(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(document) = parse(text) else { return };
    match oas_codegen::generate(&document, &Settings::new("fuzz", "a.yaml")) {
        Ok(output) => {
            shown(&output.diagnostics, text);
            for (path, code) in &output.files {
                if path.ends_with(".rs")
                    && let Err(error) = syn::parse_file(code)
                {
                    panic!("{path}: {error}\n{code}");
                }
            }
        }
        Err(found) => {
            assert!(!found.is_empty());
            shown(&found, text);
        }
    }
}

/// Compares documents: a document has no differences from itself, and without findings in one direction, there are none
/// in the other.
pub(crate) fn diff(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (before, after) = text.split_once(BETWEEN).unwrap_or((text, text));
    if before.len() + after.len() > MAX_LEN {
        return;
    }
    let (Ok(before), Ok(after)) = (parse(before), parse(after)) else {
        return;
    };
    for profile in [Profile::Wire, Profile::Codegen] {
        let options = Options::new(Date::from_unix_days(20_000)).with_profile(profile);
        let count = |base: &Document, head: &Document| {
            let report = oas_diff::diff(base, head, &options);
            let _ = oas_diff::text(&report, false);
            report.findings.len()
        };
        assert_eq!(count(&before, &before), 0, "a document differs from itself");
        assert_eq!(count(&after, &after), 0, "a document differs from itself");
        let (there, back) = (count(&before, &after), count(&after, &before));
        assert_eq!(
            there == 0,
            back == 0,
            "{there} findings there and {back} back"
        );
    }
}
