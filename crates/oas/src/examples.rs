//! Contains, for each rule, a part of a document that violates it, and one that does not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use oas_diff::ExamplePlace;
use serde::Deserialize;

/// The examples, by the names of their rules.
const EXAMPLES: &str = include_str!("examples.toml");

/// The example of a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    /// The place of the part in a document.
    #[serde(rename = "in")]
    place: ExamplePlace,
    openapi: Option<String>,
    wrong: String,
    right: String,
}

/// Parses all examples.
fn all() -> Result<BTreeMap<String, Example>, toml::de::Error> {
    toml::from_str(EXAMPLES)
}

/// Returns the example of a rule, if it has one.
pub(crate) fn of(rule: &str) -> Option<Example> {
    // A test reads them all.
    all().ok()?.remove(rule)
}

impl Example {
    /// Formats both parts as Markdown.
    pub(crate) fn markdown(&self) -> String {
        let place = self.place.describe(self.openapi.as_deref());
        let parts = [("Wrong", &self.wrong), ("Right", &self.right)];
        let parts = parts.map(|(label, part)| {
            format!("\n## {label}{place}\n\n```yaml\n{}\n```\n", part.trim_end())
        });
        parts.concat()
    }

    /// Formats both parts for a terminal.
    pub(crate) fn text(&self) -> String {
        let place = self.place.describe(self.openapi.as_deref());
        let mut out = String::new();
        for (label, part) in [("wrong", &self.wrong), ("right", &self.right)] {
            let _ = writeln!(out, "\n  {label}{place}:\n");
            for line in part.lines() {
                let _ = writeln!(out, "      {line}");
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oas_document::{Diagnostic, Document};

    use super::*;
    use crate::rules;

    /// Rules that no small part of a document shows: of files, of limits, and of what is not a fault of the document.
    const WITHOUT: [&str; 9] = [
        "alias-expansion",
        "internal-error",
        "invalid-crate-name",
        "invalid-schema-setting",
        "nesting-too-deep",
        "too-long",
        "too-many-fields",
        "too-many-inclusions",
        "unreadable",
    ];

    fn document(example: &Example, part: &str) -> String {
        let version = example.openapi.as_deref().unwrap_or("3.0.4");
        let head = format!("openapi: {version}\ninfo: {{title: Pets, version: 1.0.0}}\n");
        let indented =
            |by: &str| -> String { part.lines().map(|line| format!("{by}{line}\n")).collect() };
        match example.place {
            ExamplePlace::Document => part.to_owned(),
            ExamplePlace::Root => format!("{head}{part}"),
            ExamplePlace::Operation => {
                format!("{head}paths:\n  /pets:\n    get:\n{}", indented("      "))
            }
            ExamplePlace::Schema => format!(
                "{head}paths: {{}}\ncomponents:\n  schemas:\n    Pet:\n{}",
                indented("      ")
            ),
            other => panic!("{other:?}"),
        }
    }

    fn found(text: &str) -> Vec<Diagnostic> {
        let name = if text.starts_with('{') {
            "pets.json"
        } else {
            "pets.yaml"
        };
        let document = match Document::parse(name, text) {
            Ok(document) => document,
            Err(found) => return found,
        };
        let mut found = oas_document::lint(&document);
        let settings = oas_codegen::Settings::new("pets", name);
        found.extend(match oas_codegen::generate(&document, &settings) {
            Ok(output) => output.diagnostics,
            Err(diagnostics) => diagnostics,
        });
        for version in oas_document::Version::ALL {
            found.extend(oas_export::export(&document, version).findings);
        }
        found
    }

    #[test]
    fn every_rule_has_a_part_that_breaks_it_and_one_that_does_not() {
        let shown = |found: &[Diagnostic]| -> String {
            let lines = found.iter().map(|found| found.headline(false).to_string());
            lines.collect::<Vec<_>>().join("; ")
        };
        let examples = all().expect("the examples");
        let mut problems = Vec::new();
        for (rule, example) in &examples {
            let wrong = found(&document(example, &example.wrong));
            if wrong.iter().all(|found| found.code != rule) {
                problems.push(format!("{rule} is not found: {}", shown(&wrong)));
            }
            let right = found(&document(example, &example.right));
            if right
                .iter()
                .any(|found| found.code == rule || found.is_error())
            {
                problems.push(format!("{rule} is not right: {}", shown(&right)));
            }
        }
        assert_eq!(problems, [""; 0]);
        let rules: BTreeSet<&str> = rules::of_documents().map(|rule| rule.id).collect();
        let with: BTreeSet<&str> = examples.keys().map(String::as_str).collect();
        let without: Vec<&str> = rules.difference(&with).copied().collect();
        assert_eq!(without, WITHOUT);
        assert!(with.is_subset(&rules));
    }
}
