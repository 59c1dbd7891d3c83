//! `corpus`: generates, compiles and tests the crates of every document in a folder.
//!
//! It answers one question for each document: ok, refused with diagnostics, or failed. A panic, output that does not
//! compile without warnings, and a generated test that fails are always failures.

mod build;
mod document;
mod report;

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::arguments::{Argument, Arguments};
use crate::outcome::{Failure, Outcome};
use crate::workspace;

pub(crate) const HELP: &str = "\
Generates, compiles and tests the crates of every document in a folder, and prints a table.

Usage: cargo xtask corpus DIR [--only NAME] [--sample N] [--jobs N] [--out DIR] [--generate-only]

Options:
  --only NAME        Only documents whose file name contains NAME; may be repeated
  --sample N         Only every so manieth document, so that about N remain; the same ones every time
  --jobs N           How many jobs cargo may use
  --out DIR          Where the crates and report.json go [default: target/xtask-corpus]
  --generate-only    Neither compile nor test
  -h, --help         Show this text

The crates of all documents share one target folder. They are compiled, their tests and doctests are run, and their
documentation is built; a warning counts as an error.

Exits with 1 if a document failed.
";

struct Options {
    folder: PathBuf,
    only: Vec<String>,
    sample: Option<usize>,
    jobs: Option<String>,
    out: PathBuf,
    generate_only: bool,
}

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome, Failure> {
    let Some(options) = parse(&mut arguments)? else {
        return Ok(Outcome::Fine);
    };
    let root = workspace::root()?;
    std::fs::create_dir_all(&options.out).map_err(|error| {
        Failure::new(format!("cannot create {}: {error}", options.out.display()))
    })?;
    let mut names = BTreeSet::new();
    let mut rows = Vec::new();
    for path in documents(&options)? {
        let row = document::generate(&root, &options.out, &path, &mut names)?;
        eprintln!("{:>8} {}", row.status, row.document);
        rows.push(row);
    }
    if !options.generate_only {
        build::build(&options.out, options.jobs.as_deref(), &mut rows)?;
    }
    print!("{}", report::table(&rows));
    let place = options.out.join("report.json");
    std::fs::write(&place, report::json(&rows)?)
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", place.display())))?;
    println!("all of it: {}", place.display());
    Ok(if rows.iter().any(report::Row::failed) {
        Outcome::No
    } else {
        Outcome::Fine
    })
}

fn parse(arguments: &mut Arguments) -> Result<Option<Options>, Failure> {
    let mut folder = None;
    let mut options = Options {
        folder: PathBuf::new(),
        only: Vec::new(),
        sample: None,
        jobs: None,
        out: PathBuf::new(),
        generate_only: false,
    };
    let mut out = None;
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Option(option) => match option.as_str() {
                "only" => options.only.push(arguments.value()?),
                "sample" => options.sample = Some(number(&arguments.value()?)?),
                "jobs" => options.jobs = Some(number(&arguments.value()?)?.to_string()),
                "out" => out = Some(arguments.path()?),
                "generate-only" => options.generate_only = true,
                "help" => {
                    print!("{HELP}");
                    return Ok(None);
                }
                other => return Err(Failure::unknown_option(other, HELP)),
            },
            Argument::Value(value) if folder.is_none() => folder = Some(PathBuf::from(value)),
            Argument::Value(value) => {
                let what = format!("unexpected `{}`", value.to_string_lossy());
                return Err(Failure::usage(what, HELP));
            }
        }
    }
    options.folder = folder.ok_or_else(|| Failure::usage("which folder?", HELP))?;
    let out = match out {
        Some(out) => out,
        None => workspace::root()?.join("target/xtask-corpus"),
    };
    options.out = std::path::absolute(&out)
        .map_err(|error| Failure::new(format!("{}: {error}", out.display())))?;
    Ok(Some(options))
}

fn number(text: &str) -> Result<usize, Failure> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| Failure::usage(format!("`{text}` is not a positive number"), HELP))
}

/// The documents of the folder that are wanted, in the order of their names.
fn documents(options: &Options) -> Result<Vec<PathBuf>, Failure> {
    let unreadable =
        |error| Failure::new(format!("cannot read {}: {error}", options.folder.display()));
    let mut documents = Vec::new();
    for entry in std::fs::read_dir(&options.folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = document::file_name(&path);
        let is_document = [".json", ".yaml", ".yml"]
            .iter()
            .any(|end| name.ends_with(end))
            && name != "manifest.json";
        let wanted = options.only.is_empty() || options.only.iter().any(|only| name.contains(only));
        if is_document && wanted {
            documents.push(path);
        }
    }
    documents.sort();
    if let Some(sample) = options.sample {
        let step = documents.len().div_ceil(sample).max(1);
        documents = documents.into_iter().step_by(step).collect();
    }
    Ok(documents)
}
