//! `lint`: the problems of documents.

use std::path::PathBuf;

use anyhow::Context as _;
use oas_document::{Rule, Severity};

use crate::config::Config;
use crate::outcome::Outcome;
use crate::terminal::{self, plural};
use crate::workspace::{self, Read};

/// Show the problems of documents: place, problem, why it matters, and what to write instead
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exits with 1 if there is an error among the problems; warnings and notes do not change the exit status."
)]
pub(crate) struct Arguments {
    /// Documents to check [default: those in openapi/codegen.toml]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show what a rule of the reader, the linter, the generator or the differ means
    #[arg(long, value_name = "RULE", exclusive = true)]
    explain: Option<String>,
}

pub(super) fn run(arguments: &Arguments, program: &str) -> anyhow::Result<Outcome> {
    if let Some(rule) = &arguments.explain {
        return explain(rule, program);
    }
    let mut files = arguments.files.clone();
    let root = workspace::root().ok();
    if files.is_empty() {
        let root = workspace::root()?;
        files = Config::read(&root)?
            .document
            .into_iter()
            .map(|entry| root.join(entry.spec))
            .collect();
    }
    let mut all = Vec::new();
    for file in &files {
        let shown = workspace::shown(file, root.as_deref());
        match workspace::read(file, &shown)? {
            Read::Document(document) => {
                all.extend(oas_document::lint(&document));
                // What the generator would warn of belongs to the same picture.
                match oas_codegen::model(&document) {
                    Ok((_, diagnostics)) | Err(diagnostics) => all.extend(diagnostics),
                }
            }
            Read::Refused(diagnostics) => all.extend(diagnostics),
        }
    }
    oas_document::sort_and_dedup(&mut all);
    terminal::complain_of(&all);
    let count = |severity, what| {
        let found = all.iter().filter(|found| found.severity == severity);
        plural(found.count(), what)
    };
    terminal::print_line(&format!(
        "{} checked: {}, {}, {}",
        plural(files.len(), "document"),
        count(Severity::Error, "error"),
        count(Severity::Warning, "warning"),
        count(Severity::Note, "note"),
    ))?;
    let has_errors = all.iter().any(|found| found.severity == Severity::Error);
    Ok(Outcome::of(!has_errors))
}

/// Shows what a rule means, of whichever crate.
pub(super) fn explain(id: &str, program: &str) -> anyhow::Result<Outcome> {
    let mut rules = oas_document::RULES.iter().chain(oas_codegen::RULES);
    let explanation = rules.find(|rule| rule.id == id).map(Rule::explanation);
    let explanation = explanation.or_else(|| oas_diff::rule(id).map(oas_diff::Rule::explanation));
    let explanation = explanation.with_context(|| {
        let id = id.escape_debug();
        format!("there is no rule `{id}`\nDiagnostics have theirs in brackets; `{program} diff --rules` lists those of the differ.")
    })?;
    terminal::print(&explanation.to_string())?;
    Ok(Outcome::Success)
}
