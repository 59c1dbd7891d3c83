//! Implements `explain`, which explains a rule.

use std::fmt::Write as _;

use crate::examples;
use crate::rules;
use crate::terminal;
use crate::verdict::Verdict;

/// Explain a rule, by its name
///
/// Diagnostics show the name in brackets, `diff` after the severity.
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

/// Lists the rules of all findings but those of the differ, a line each.
pub(super) fn list() -> anyhow::Result<Verdict> {
    let mut all: Vec<_> = rules::of_findings().collect();
    let width = all.iter().map(|rule| rule.id.len()).max();
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
