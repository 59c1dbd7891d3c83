//! Findings of the linter, for people and for machines.

mod github;
mod json;
mod junit;
mod sarif;
mod text;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::bail;
use oas_document::{Diagnostic, Document};

use crate::output_file;
use crate::review::{Denied, Judged, Review};
use crate::terminal;

/// A format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For a terminal
    Text,
    /// For programs
    Json,
    /// Workflow commands that become annotations on GitHub
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit's XML, for the test reports of CI systems
    Junit,
}

/// Judges the findings of the linter and of the generator about a document by the decisions of the workspace.
///
/// What the workspace denies besides errors is for `lint` to fail: a document with warnings can be generated.
pub(crate) fn judge(mut all: Vec<Diagnostic>, root: Option<&Path>) -> anyhow::Result<Judged> {
    oas_document::sort_and_dedup(&mut all);
    Ok(Review::read(None, root)?.lint.judge(all))
}

/// Returns the findings about a document of which files are missing. Nothing can be generated without them, and who uses a component is
/// not known.
pub(crate) fn beside_missing(document: &Document, missing: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place = |finding: &Diagnostic| (finding.place.file.clone(), finding.pointer.clone());
    let places: HashSet<_> = missing.iter().map(place).collect();
    let mut all = oas_document::lint(document);
    all.retain(|finding| finding.code != "unused-component" && !places.contains(&place(finding)));
    all.extend(missing);
    oas_document::sort_and_dedup(&mut all);
    all
}

/// The findings of a run of the linter.
#[derive(Debug)]
pub(crate) struct Lint {
    /// The command, as test reports name it.
    pub(crate) command: &'static str,
    /// The documents, as findings name their files.
    pub(crate) documents: Vec<String>,
    pub(crate) judged: Judged,
    /// The findings, besides errors, that fail the run.
    pub(crate) denied: Option<Denied>,
}

/// The extent to which findings are printed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Extent {
    /// At most [`MAX_PER_RULE`](Self::MAX_PER_RULE) findings per rule, and how many more there are.
    Capped,
    /// All findings.
    All,
}

impl Extent {
    /// The number of findings shown per rule.
    const MAX_PER_RULE: usize = 20;

    fn limit(self) -> usize {
        match self {
            Self::Capped => Self::MAX_PER_RULE,
            Self::All => usize::MAX,
        }
    }
}

impl Lint {
    /// Returns whether the run failed.
    pub(crate) fn failed(&self) -> bool {
        let mut found = self.judged.found.iter();
        found.any(|finding| Judged::is_failure(finding, self.denied))
    }

    pub(crate) fn render(&self, format: Format, extent: Extent, color: bool) -> String {
        match format {
            Format::Text => text::text(self, extent, color),
            Format::Json => json::json(self),
            Format::Github => github::github(self),
            Format::Sarif => sarif::sarif(self),
            Format::Junit => junit::junit(self),
        }
    }
}

pub(crate) use text::{capped, headlines, summary};

/// The destinations of reports: the options `--format` and `--output`, each of which may be repeated.
#[derive(Debug, clap::Args)]
pub(crate) struct Outputs {
    /// Write the report to FILE; with several --format, give one --output for each, in the same order
    #[arg(short, long = "output", value_name = "FILE")]
    outputs: Vec<PathBuf>,
}

impl Outputs {
    /// Writes a report in each of some formats, to its file or to standard output. `render` receives whether colors
    /// are enabled.
    pub(crate) fn write<F: Copy>(
        &self,
        formats: &[F],
        render: impl Fn(F, bool) -> String,
    ) -> anyhow::Result<()> {
        if self.outputs.len() > formats.len() {
            bail!("there are more outputs than formats");
        }
        for (index, format) in formats.iter().enumerate() {
            match self.outputs.get(index) {
                Some(path) => output_file::write(path, &render(*format, false))?,
                None => terminal::print(&render(*format, terminal::has_color()))?,
            }
        }
        Ok(())
    }
}
