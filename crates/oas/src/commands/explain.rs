//! Implements `explain`, which explains a rule.

use std::fmt::Write as _;

use crate::examples;
use crate::rules;
use crate::terminal;
use crate::verdict::Verdict;

/// Show what a rule of the reader, the linter, the generator or the differ means
///
/// Diagnostics have the name of their rule in brackets, changes after their mark.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The name of the rule
    #[arg(value_parser = rules::Name, hide_possible_values = true)]
    rule: String,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Verdict> {
    explain(&arguments.rule)
}

pub(super) fn explain(rule: &str) -> anyhow::Result<Verdict> {
    let mut text = rules::explanation(rule)?.to_string();
    if let Some(example) = examples::of(rule) {
        text.push_str(&example.text());
    }
    if let Some(pair) = oas_diff::rule(rule).and_then(oas_diff::Rule::pair) {
        text.push_str(&pair.to_string());
    }
    terminal::print(&text)?;
    Ok(Verdict::Success)
}

/// Lists the rules about documents, a line each.
pub(super) fn list() -> anyhow::Result<Verdict> {
    let width = rules::of_documents().map(|rule| rule.id.len()).max();
    let mut all: Vec<_> = rules::of_documents().collect();
    all.sort_by_key(|rule| rule.id);
    let mut out = String::new();
    for rule in all {
        let _ = writeln!(
            out,
            "{:width$}  {:7}  {}",
            rule.id,
            rule.severity.name(),
            rule.title,
            width = width.unwrap_or_default(),
        );
    }
    terminal::print(&out)?;
    Ok(Verdict::Success)
}
