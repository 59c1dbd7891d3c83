//! Implements `export`: writes a document for tools that read one file of one version of the standard.

use std::path::{Path, PathBuf};

use oas_document::{Diagnostic, Version, write};

use crate::config::Config;
use crate::output_file;
use crate::progress;
use crate::review::{Denied, Judged, Review};
use crate::terminal;
use crate::verdict::Verdict;
use crate::workspace::{self, Read};

/// Bundle a document into one file, optionally converted to another OpenAPI version
///
/// Operations that share a path and a method (`x-operations`) become one; references to other files become components.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "What the version cannot express is shown on standard error. Exits with 1, and writes nothing, if there is an error, or a finding that is denied.\nOrder is kept, comments are not."
)]
pub(crate) struct Arguments {
    /// Export this document, `-` for standard input [default: the first in openapi/codegen.toml]
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Write in this version [default: that of the document]
    #[arg(long, value_name = "VERSION", value_enum)]
    openapi: Option<Release>,
    /// Write to this file, as JSON if its name ends in .json [default: YAML on standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Also fail on warnings (`warnings`), or on warnings and notes (`notes`)
    #[arg(long, value_name = "SEVERITY", value_enum)]
    deny: Option<Denied>,
    /// File with rule levels and ignored findings [default: openapi/review.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    review: Option<PathBuf>,
}

/// A version of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Release {
    #[value(name = "3.0")]
    V3_0,
    #[value(name = "3.1")]
    V3_1,
    #[value(name = "3.2")]
    V3_2,
}

impl From<Release> for Version {
    fn from(release: Release) -> Self {
        match release {
            Release::V3_0 => Self::V3_0,
            Release::V3_1 => Self::V3_1,
            Release::V3_2 => Self::V3_2,
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let root = workspace::root().ok();
    let review = Review::read(arguments.review.as_deref(), root.as_deref())?;
    let spec = arguments.spec()?;
    let shown = workspace::display_path(&spec, root.as_deref());
    let read = progress::during(&format!("reading {shown}"), || {
        workspace::read(&spec, &shown)
    });
    let document = match read? {
        Read::Document(document) => document,
        Read::Rejected(diagnostics) => {
            terminal::complain_of(&diagnostics);
            return Ok(Verdict::Negative);
        }
    };
    let version = arguments.openapi.map_or(document.version(), Version::from);
    let exported = progress::during(&format!("exporting {shown}"), || {
        oas_export::export(&document, version)
    });
    let judged = review.lint.judge(exported.findings);
    terminal::complain_of(&judged.found);
    let denied = arguments.deny.or(review.lint.deny);
    let is_failure = |finding: &Diagnostic| Judged::is_failure(finding, denied);
    if judged.found.iter().any(is_failure) {
        terminal::complain(&format!("{shown} is not exported; nothing was written"));
        return Ok(Verdict::Negative);
    }
    match &arguments.out {
        Some(out) => {
            let text = match is_json(out) {
                true => write::json(&exported.content),
                false => write::yaml(&exported.content),
            };
            output_file::write(out, &text)?;
        }
        None => terminal::print(&write::yaml(&exported.content))?,
    }
    Ok(Verdict::Success)
}

fn is_json(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

impl Arguments {
    /// Returns the named document, or the first of the workspace.
    fn spec(&self) -> anyhow::Result<PathBuf> {
        if let Some(spec) = &self.spec {
            return Ok(spec.clone());
        }
        let root = workspace::root()?;
        Ok(root.join(Config::first(&root)?.spec))
    }
}
