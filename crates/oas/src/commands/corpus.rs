//! Implements `corpus`, which generates, compiles and tests the crates of every document in a folder.
//!
//! Each document gets one status: ok, rejected with diagnostics, or failed. A panic, output that does not compile
//! without warnings, and a generated test that fails are always failures.

mod build;
mod document;
mod report;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use oas_codegen::{Edition, Package, Settings};

use super::named;
use crate::config::Config;
use crate::output_file;
use crate::progress;
use crate::runtime::Source;
use crate::terminal;
use crate::verdict::Verdict;
use crate::workspace;

/// The folder of the crates where none is given, relative to the workspace, or else to the current folder.
const OUT: &str = "target/xtask-corpus";

/// Generate, compile and test the crates of every document in a folder, and print a table
///
/// The crates of all documents share one target folder. They are compiled, their tests and doctests are run, and their
/// documentation is built; a warning counts as an error. Exits with 1 if a document failed.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the documents
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Take only documents whose file name contains NAME; may be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Take about N documents, evenly spaced; the same ones every time
    #[arg(long, value_name = "N")]
    sample: Option<NonZeroUsize>,
    /// How many jobs cargo may use
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Where the crates and report.json go [default: target/xtask-corpus]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Also generate command lines
    #[arg(long)]
    cli: bool,
    /// The edition of Rust that the crates are written in [default: 2024]
    #[arg(long, value_name = "YEAR")]
    #[arg(value_parser = named(Edition::ALL.map(Edition::name), Edition::from_name))]
    edition: Option<Edition>,
    /// Compile an additional package with the crates, in their workspace; may be repeated
    #[arg(long, value_name = "DIR")]
    with: Vec<PathBuf>,
    /// Also run clippy on the crates; its warnings are errors
    #[arg(long)]
    clippy: bool,
    /// Build no documentation
    #[arg(long)]
    no_docs: bool,
    /// Neither compile nor test
    #[arg(long)]
    generate_only: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let root = workspace::root().ok();
    let runtime = match &root {
        Some(root) => Config::read(root)?.runtime.resolved(root),
        None => Source::of_program(),
    };
    let out = match (&arguments.out, &root) {
        (Some(out), _) => out.clone(),
        (None, Some(root)) => root.join(OUT),
        (None, None) => OUT.into(),
    };
    let out = std::path::absolute(&out).with_context(|| out.display().to_string())?;
    std::fs::create_dir_all(&out).with_context(|| format!("cannot create {}", out.display()))?;
    // Dependencies of the versions that the workspace has are compiled already.
    let lock = root.map(|root| root.join("Cargo.lock"));
    if let Some(lock) = lock.filter(|lock| lock.exists()) {
        let copied = std::fs::copy(&lock, out.join("Cargo.lock"));
        copied.with_context(|| format!("cannot copy {}", lock.display()))?;
    }
    let mut names = BTreeSet::new();
    let mut rows = Vec::new();
    for path in arguments.documents()? {
        let what = format!("generating from {}", document::file_name(&path));
        let settings = |name, document| arguments.settings(&runtime, &out, name, document);
        let make = || document::generate(&out, &path, settings, &mut names);
        let row = progress::during(&what, make)?;
        terminal::complain(&format!("{:>8} {}", row.status, row.document));
        rows.push(row);
    }
    let built = match arguments.generate_only {
        true => Ok(()),
        false => build::build(&out, arguments, &mut rows),
    };
    terminal::print(&report::table(&rows))?;
    let place = out.join("report.json");
    output_file::write(&place, &report::json(&rows)?)?;
    terminal::print_line(&format!("all of it: {}", place.display()))?;
    built?;
    Ok(Verdict::of(!rows.iter().any(report::Row::failed)))
}

impl Arguments {
    /// Returns how the crates of a document are generated, each into a folder of its own below `out`.
    fn settings(
        &self,
        runtime: &Source,
        out: &Path,
        name: String,
        document: String,
    ) -> anyhow::Result<Settings> {
        let mut package = Package::default();
        package.edition = self.edition.unwrap_or_default();
        let runtime = runtime.seen_from(&out.join(&name))?;
        Ok(Settings::new(name, document)
            .runtime(runtime)
            .package(package)
            .cli(self.cli))
    }

    /// Returns the selected documents of the folder, in the order of their names.
    fn documents(&self) -> anyhow::Result<Vec<PathBuf>> {
        let unreadable = || format!("cannot read {}", self.folder.display());
        let mut documents = Vec::new();
        for entry in std::fs::read_dir(&self.folder).with_context(unreadable)? {
            let path = entry.with_context(unreadable)?.path();
            let name = document::file_name(&path);
            let is_document = [".json", ".yaml", ".yml"]
                .iter()
                .any(|end| name.ends_with(end))
                && name != "manifest.json";
            let wanted = self.only.is_empty() || self.only.iter().any(|only| name.contains(only));
            if is_document && wanted {
                documents.push(path);
            }
        }
        documents.sort();
        if let Some(sample) = self.sample {
            let step = documents.len().div_ceil(sample.get()).max(1);
            documents = documents.into_iter().step_by(step).collect();
        }
        Ok(documents)
    }
}
