//! Writes pages that an editor opens: explanations of rules, and changes.

use std::fmt::Write as _;
use std::path::PathBuf;

use oas_diff::Report;
use oas_document::Explanation;

use crate::examples;
use crate::rules;

pub(super) struct Pages {
    folder: PathBuf,
}

impl Pages {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Returns the page of a rule, which is written on first use.
    pub(super) fn explanation(&self, rule: &str) -> Option<PathBuf> {
        let explanation = rules::explanation(rule).ok()?;
        let path = self.folder.join(format!("{}.md", explanation.id));
        if !path.exists() {
            std::fs::write(&path, markdown(&explanation)).ok()?;
        }
        Some(path)
    }

    /// Writes a page about changes.
    pub(super) fn changes(&self, report: &Report) -> Option<PathBuf> {
        let path = self.folder.join("changes.md");
        std::fs::write(&path, oas_diff::markdown(report)).ok()?;
        Some(path)
    }
}

fn markdown(explanation: &Explanation) -> String {
    let mut page = format!("# {}\n\n{}.\n", explanation.id, capital(&explanation.title));
    let mut line = |label: &str, text: &str| {
        if !text.is_empty() {
            let _ = write!(page, "\n- **{label}**: {text}");
        }
    };
    line("why", explanation.reason);
    line("help", &explanation.help);
    for (label, text) in &explanation.facts {
        line(label, text);
    }
    line("reference", &explanation.citation.to_string());
    page.push('\n');
    if let Some(example) = examples::of(explanation.id) {
        page.push_str(&example.markdown());
    }
    page
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
