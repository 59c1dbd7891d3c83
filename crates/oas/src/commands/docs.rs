//! Implements `docs`, which generates documentation sites of documents.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use oas_docs::{Change, CodeSample, File, Settings, Site};
use oas_document::{Diagnostic, Document, Severity};

use super::history;
use crate::config::Config;
use crate::progress;
use crate::sync::{self, Compared, Staged, Staging};
use crate::terminal::{self, plural};
use crate::verdict::Verdict;
use crate::workspace::{self, Read};

/// Write the documentation site of documents: static pages in English and Chinese, with a form to try each operation
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Pages that are no longer generated are removed; files that a person added are left alone.

A file that the document refers to and that cannot be read is a warning, and the pages show what is missing; `lint` reports it \
as an error. The exit status is 1 if there are no pages: the document, or a file of it, is invalid.")]
pub(crate) struct Arguments {
    /// Write the site of this document, `-` for standard input, instead of those in openapi/codegen.toml
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Put the pages into this folder [default: target/docs, with a folder for each document]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write nothing; name the pages that are out of date, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
}

/// A document, what its crates are called, the folder of its site and its change history.
struct Target {
    spec: PathBuf,
    name: String,
    out: PathBuf,
    history: Vec<Change>,
}

pub(super) fn run(arguments: &Arguments, program: &str) -> anyhow::Result<Verdict> {
    let root = workspace::root().ok();
    let sites: Vec<Target> = match &arguments.spec {
        Some(spec) => {
            let shown = workspace::display_path(spec, None);
            let stem = || Path::new(&shown).file_stem().unwrap_or_default();
            let folder = || folder(root.as_deref()).join(stem());
            vec![Target {
                spec: spec.clone(),
                name: crate_name(spec),
                out: arguments.out.clone().unwrap_or_else(folder),
                history: Vec::new(),
            }]
        }
        None => {
            let root = workspace::root()?;
            let out = arguments.out.clone().unwrap_or_else(|| folder(Some(&root)));
            let entries = Config::read_with_documents(&root)?.document.into_iter();
            let targets = entries.map(|entry| {
                anyhow::Ok(Target {
                    spec: root.join(&entry.spec),
                    out: out.join(&entry.name),
                    history: changes(&root, &entry.name)?,
                    name: entry.name,
                })
            });
            targets.collect::<Result<_, _>>()?
        }
    };
    let mut verdict = Verdict::Success;
    for Target {
        spec,
        name,
        out,
        history,
    } in &sites
    {
        let shown = workspace::display_path(spec, root.as_deref());
        let (read, missing) = workspace::read_present(spec, &shown)?;
        let missing = missing.into_iter().map(as_warning).collect::<Vec<_>>();
        terminal::complain_of(&missing);
        let document = match read {
            Read::Document(document) => document,
            Read::Rejected(diagnostics) => {
                terminal::complain_of(&diagnostics);
                verdict = Verdict::Negative;
                continue;
            }
        };
        if !arguments.check {
            sync::finish(out, "docs")?;
        }
        let mut pages = Pages::new(out, arguments.check);
        progress::during(&format!("writing the pages of {shown}"), || {
            let settings = settings(&document, name);
            Site::generate_each(&document, history, &settings, |file| pages.add(&file))
        })?;
        let changes = pages.close()?;
        if arguments.check {
            if !changes.is_none() {
                report(&changes, root.as_deref())?;
                terminal::complain(&format!(
                    "the pages of {shown} are out of date; run `{program} docs`"
                ));
                verdict = Verdict::Negative;
            }
            continue;
        }
        let pages = plural(changes.pages, "page");
        changes.staged.commit()?;
        let index = workspace::display_path(&out.join("index.html"), root.as_deref());
        terminal::print_line(&format!("{shown}: {pages}; open {index}"))?;
    }
    Ok(verdict)
}

/// Returns a finding about a part of the document that the pages do without.
fn as_warning(mut finding: Diagnostic) -> Diagnostic {
    finding.severity = Severity::Warning;
    finding
}

/// Makes the site of a document whose crates are called `NAME-client` and so on.
pub(super) fn site(document: &Document, name: &str, history: &[Change]) -> Site {
    Site::of(document, history, &settings(document, name))
}

/// Returns samples of the generated client for the site of a document.
///
/// A document that no client can be generated from has none of them; `generate` reports why.
fn settings(document: &Document, name: &str) -> Settings {
    let settings = oas_codegen::Settings::new(name, "");
    let calls = oas_codegen::client_calls(document, &settings).unwrap_or_default();
    let samples = calls.into_iter().map(|call| CodeSample {
        operation: call.operation,
        label: "Rust".to_owned(),
        source: call.code,
    });
    Settings::default().samples(samples)
}

/// Returns the prefix of the crate names of a document that is named only on the command line.
pub(super) fn crate_name(spec: &Path) -> String {
    let stem = spec.file_stem().unwrap_or_default().to_string_lossy();
    let words = stem.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let name = words.join("-").to_lowercase();
    let settings = oas_codegen::Settings::new(name, "");
    match settings.has_valid_name() {
        true => settings.name,
        false => "api".to_owned(),
    }
}

/// Returns the folder of all sites.
fn folder(root: Option<&Path>) -> PathBuf {
    root.unwrap_or(Path::new("")).join("target/docs")
}

/// Returns the change history of a document of the workspace, the newest change first.
pub(super) fn changes(root: &Path, name: &str) -> anyhow::Result<Vec<Change>> {
    let fragments = history::fragments_of(root, name)?;
    let entries = oas_diff::newest_first(&fragments);
    let changes = entries.into_iter().map(|entry| Change {
        version: entry.version.clone(),
        operations: entry
            .operations
            .iter()
            .map(|operation| operation.name.clone())
            .collect(),
        is_breaking: entry.severity == "breaking",
        sentence: entry.sentence.clone(),
    });
    Ok(changes.collect())
}

/// Compares the pages of a site with those on the disk while they are made, so that there is only one of them in memory.
struct Pages<'a> {
    out: &'a Path,
    /// Whether nothing is written.
    check: bool,
    staging: Staging<'a>,
    /// The paths of all files.
    paths: BTreeSet<String>,
    /// The places of files that differ, and whether there is a file.
    changed: Vec<(PathBuf, bool)>,
}

/// The differences between a site and the pages on the disk.
struct Changes<'a> {
    staged: Staged<'a>,
    changed: Vec<(PathBuf, bool)>,
    stale: Vec<PathBuf>,
    /// The number of pages of the site.
    pages: usize,
}

impl<'a> Pages<'a> {
    fn new(out: &'a Path, check: bool) -> Self {
        Self {
            out,
            check,
            staging: Staging::new(out, "docs"),
            paths: BTreeSet::new(),
            changed: Vec::new(),
        }
    }

    fn add(&mut self, file: &File) -> anyhow::Result<()> {
        let place = self.out.join(&file.path);
        if let Compared::Other(old) = sync::compare(&place, &file.text)? {
            if !self.check {
                self.staging.write(&place, &file.text)?;
            }
            self.changed.push((place, old.is_some()));
        }
        self.paths.insert(file.path.clone());
        Ok(())
    }

    fn close(mut self) -> anyhow::Result<Changes<'a>> {
        let stale = sync::stale(self.out, &self.paths)?;
        for place in stale.iter().filter(|_| !self.check) {
            self.staging.remove(place)?;
        }
        self.changed.sort();
        let pages = self.paths.iter().filter(|path| path.ends_with(".html"));
        Ok(Changes {
            pages: pages.count(),
            staged: self.staging.ready()?,
            changed: self.changed,
            stale,
        })
    }
}

impl Changes<'_> {
    fn is_none(&self) -> bool {
        self.changed.is_empty() && self.stale.is_empty()
    }
}

/// Prints the pages that are out of date.
fn report(changes: &Changes<'_>, root: Option<&Path>) -> anyhow::Result<()> {
    for (place, is_there) in &changes.changed {
        let word = if *is_there { "changed" } else { "missing" };
        terminal::print_line(&format!("{word} {}", workspace::display_path(place, root)))?;
    }
    for place in &changes.stale {
        terminal::print_line(&format!("stale   {}", workspace::display_path(place, root)))?;
    }
    Ok(())
}
