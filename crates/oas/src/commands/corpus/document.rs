//! Generates the files of one document's crates.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use oas_codegen::{GeneratedCrates, Settings};
use oas_document::{Diagnostic, Severity};

use super::report::{Lowered, Row, Status};
use crate::config::Entry;
use crate::rustfmt;
use crate::sync::{Drift, Staged};
use crate::workspace::{self, Read};

/// Generates the crates of a document into `out`, and returns its row.
pub(super) fn generate(
    out: &Path,
    path: &Path,
    settings: impl FnOnce(String, String) -> anyhow::Result<Settings>,
    names: &mut BTreeSet<String>,
) -> anyhow::Result<Row> {
    let document = file_name(path);
    let mut row = Row::new(crate_name(&document, names), document.clone());
    let settings = settings(row.name.clone(), document.clone())?;
    let settings = match beside(path, &row.name)? {
        Some(entry) => entry.applied_to(settings),
        None => settings,
    };
    let start = Instant::now();
    let Ok(outcome) = catch_unwind(AssertUnwindSafe(|| generated(path, &document, &settings)))
    else {
        row.fail("the generator panicked".to_owned());
        return Ok(row);
    };
    row.generated_in(start.elapsed());
    let output = match outcome? {
        Ok(output) => output,
        Err(diagnostics) => {
            row.status = Status::Rejected;
            rejected(&mut row, &diagnostics);
            row.diagnostics(&diagnostics);
            return Ok(row);
        }
    };
    row.diagnostics(&output.diagnostics);
    row.lowered = Some(Lowered::of(&output.model));
    let mut files = output.files;
    if let Err(failure) = rustfmt::format(&mut files, &mut rustfmt::Cache::default()) {
        row.fail(format!("{failure:#}"));
    }
    let rust = files.iter().filter(|(path, _)| path.ends_with(".rs"));
    row.lines = rust.map(|(_, text)| text.lines().count()).sum();
    let drift = Drift::find(out, files)?;
    Staged::of(out, &settings.name, &drift)?.commit()?;
    Ok(row)
}

/// Reads the settings in the TOML file beside a document: an entry of `openapi/codegen.toml` without the fields that are known.
fn beside(path: &Path, name: &str) -> anyhow::Result<Option<Entry>> {
    let place = path.with_extension("toml");
    let Ok(text) = std::fs::read_to_string(&place) else {
        return Ok(None);
    };
    let shown = || format!("{} is not understood", place.display());
    let mut table: toml::Table = toml::from_str(&text).with_context(shown)?;
    for (key, value) in [("spec", &*file_name(path)), ("name", name), ("out", "")] {
        table.insert(key.to_owned(), value.into());
    }
    table.try_into().map(Some).with_context(shown)
}

fn generated(
    path: &Path,
    document: &str,
    settings: &Settings,
) -> anyhow::Result<Result<GeneratedCrates, Vec<Diagnostic>>> {
    Ok(match workspace::read(path, document)? {
        Read::Document(document) => oas_codegen::generate(&document, settings),
        Read::Rejected(diagnostics) => Err(diagnostics),
    })
}

/// Records a rejection. It counts as a failure without a diagnostic, or if the only one is an internal error of the
/// generator.
fn rejected(row: &mut Row, diagnostics: &[Diagnostic]) {
    let reason = diagnostics
        .iter()
        .any(|found| found.severity == Severity::Error);
    let defects = diagnostics
        .iter()
        .filter(|found| found.code == "internal-error");
    for defect in defects {
        row.fail(defect.message.clone());
    }
    if !reason {
        row.fail("rejected, without a diagnostic".to_owned());
    }
}

pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Converts a file name to a unique crate name.
fn crate_name(document: &str, names: &mut BTreeSet<String>) -> String {
    let mut name = String::new();
    for c in document.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    // The end is more useful than the beginning, which names the same repository again and again.
    let start = name.len().saturating_sub(40);
    let mut name = format!("c{}", name[start..].trim_matches('-'));
    let base = name.clone();
    let mut number = 2;
    while !names.insert(name.clone()) {
        name = format!("{base}-{number}");
        number += 1;
    }
    name
}
