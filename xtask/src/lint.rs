//! `lint`: the problems of documents.

use std::path::PathBuf;

use oas_document::{Diagnostic, Severity};

use crate::arguments::{Argument, Arguments};
use crate::config::Config;
use crate::outcome::{Failure, Outcome, help};
use crate::workspace::{self, Read};

pub(crate) const HELP: &str = "\
Shows the problems of documents: where, what, why it matters, and what to write instead.

Usage: cargo xtask lint [FILE...]

Without a file, the documents of openapi/codegen.toml are looked at. Exits with 1 if there is an error among the
problems; warnings and notes do not change the exit status.

Options:
  -h, --help   Show this text
";

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome, Failure> {
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Option(option) if option == "help" => return help(HELP),
            Argument::Option(other) => return Err(Failure::unknown_option(&other, HELP)),
            Argument::Value(value) => files.push(value.into()),
        }
    }
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
    print(&all);
    let count = |severity| {
        all.iter()
            .filter(|found| found.severity == severity)
            .count()
    };
    let (errors, warnings, notes) = (
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note),
    );
    println!(
        "{} looked at: {}, {}, {}",
        plural(files.len(), "document"),
        plural(errors, "error"),
        plural(warnings, "warning"),
        plural(notes, "note")
    );
    Ok(if errors == 0 {
        Outcome::Fine
    } else {
        Outcome::No
    })
}

/// Prints diagnostics where a person looks for them.
pub(crate) fn print(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        eprintln!("{diagnostic}\n");
    }
}

fn plural(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}
