//! Implements `lint`, which reports the problems of documents.

use std::path::PathBuf;

use oas_document::{Diagnostic, Document};

use crate::commands::explain;
use crate::config::Config;
use crate::parallel;
use crate::progress;
use crate::report::{self, Extent, Format, Lint, Outputs};
use crate::review::{Denied, Review};
use crate::rules;
use crate::terminal;
use crate::verdict::Verdict;
use crate::workspace::{self, Read};

/// Show the problems of documents: place, problem, why it matters, and what to write instead
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exits with 1 if there is an error among the problems; warnings and notes change the exit status only where they are denied.\nopenapi/review.toml gives rules other levels and lists findings to ignore, each with a reason."
)]
pub(crate) struct Arguments {
    /// Documents to check, `-` for standard input [default: those in openapi/codegen.toml]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to write the findings; may be repeated
    #[arg(
        long = "format",
        value_name = "FORMAT",
        default_value = "text",
        value_enum
    )]
    formats: Vec<Format>,
    #[command(flatten)]
    outputs: Outputs,
    /// Show all findings instead of 20 per rule
    #[arg(long)]
    all: bool,
    /// Also fail on warnings (`warnings`), or on warnings and notes (`notes`)
    #[arg(long, value_name = "SEVERITY", value_enum)]
    deny: Option<Denied>,
    /// File with rule levels and ignored findings [default: openapi/review.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    review: Option<PathBuf>,
    /// Explain a rule, by its name
    #[arg(long, value_name = "RULE", exclusive = true, value_parser = rules::Name, hide_possible_values = true)]
    explain: Option<String>,
    /// List all rules except those of `diff`: about documents, exports, servers (`verify`) and settings
    #[arg(long, exclusive = true)]
    rules: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Verdict> {
    if let Some(rule) = &arguments.explain {
        return explain::explain(rule);
    }
    if arguments.rules {
        return explain::list();
    }
    let root = workspace::root().ok();
    let review = Review::read(arguments.review.as_deref(), root.as_deref())?;
    let files = arguments.files()?;
    let (mut documents, mut all, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
    for file in &files {
        let shown = workspace::display_path(file, root.as_deref());
        let found = progress::during(&format!("checking {shown}"), || {
            anyhow::Ok(match workspace::read_present(file, &shown)? {
                (Read::Document(document), missing) => (problems(&document, missing), false),
                (Read::Rejected(diagnostics), _) => (diagnostics, true),
            })
        });
        let (found, is_rejected) = found?;
        match is_rejected {
            true => unreadable.extend(found),
            false => all.extend(found),
        }
        documents.push(shown);
    }
    oas_document::sort_and_dedup(&mut all);
    let mut judged = review.lint.judge(all);
    // To ignore the reason why a document cannot be read does not make it readable.
    judged.found.extend(unreadable);
    oas_document::sort_and_dedup(&mut judged.found);
    if !arguments.files.is_empty() {
        // Decisions about other documents are not reported as stale then.
        judged.stale.clear();
    }
    let report = Lint {
        command: "oas lint",
        documents,
        judged,
        denied: arguments.deny.or(review.lint.deny),
    };
    let extent = match arguments.all {
        true => Extent::All,
        false => Extent::Capped,
    };
    let render = |format, color| report.render(format, extent, color);
    arguments.outputs.write(&arguments.formats, render)?;
    if !arguments.formats.contains(&Format::Text) {
        let summary = report::summary(&report.judged);
        let documents = terminal::plural(files.len(), "document");
        terminal::complain(&format!("{documents} checked: {summary}"));
    }
    Ok(Verdict::of(!report.failed()))
}

impl Arguments {
    /// Returns the named documents, or those of the workspace.
    fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        if !self.files.is_empty() {
            return Ok(self.files.clone());
        }
        let root = workspace::root()?;
        let entries = Config::read_with_documents(&root)?.document.into_iter();
        Ok(entries.map(|entry| root.join(entry.spec)).collect())
    }
}

/// Returns the findings of the linter and the generator about a document, which are reported together, with those about files that are
/// missing.
pub(super) fn problems(document: &Document, missing: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if !missing.is_empty() {
        return report::beside_missing(document, missing);
    }
    let (mut all, of_generator) = parallel::both(
        || oas_document::lint(document),
        || match oas_codegen::model(document) {
            Ok((_, diagnostics)) | Err(diagnostics) => diagnostics,
        },
    );
    all.extend(of_generator);
    all
}
