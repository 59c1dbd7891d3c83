//! `corpus`: generates, compiles and tests the crates of every document in a folder.
//!
//! It answers one question for each document: ok, refused with diagnostics, or failed. A panic, or output that does not
//! compile, is always a failure.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use oas_codegen::{Runtime, Settings};
use oas_document::{Diagnostic, Severity};
use serde::Serialize;

use crate::arguments::{Argument, Arguments};
use crate::disk::Drift;
use crate::outcome::{Failure, Outcome};
use crate::rustfmt;
use crate::workspace::{self, Read};

pub(crate) const HELP: &str = "\
Generates, compiles and tests the crates of every document in a folder, and prints a table.

Usage: cargo xtask corpus DIR [--only NAME] [--sample N] [--jobs N] [--out DIR] [--generate-only]

Options:
  --only NAME        Only documents whose file name contains NAME; may be repeated
  --sample N         Only every so manieth document, so that about N remain; the same ones every time
  --jobs N           How many jobs cargo may use
  --out DIR          Where the crates and report.json go [default: target/xtask-corpus]
  --generate-only    Do not compile
  -h, --help         Show this text

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

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Ok,
    Refused,
    Failed,
}

/// What is told of one document.
#[derive(Debug, Serialize)]
struct Row {
    document: String,
    status: Status,
    operations: usize,
    /// How many diagnostics there were, by code.
    diagnostics: BTreeMap<String, usize>,
    /// What went wrong, for a document that failed.
    problems: Vec<String>,
    /// Lines of generated Rust.
    lines: usize,
    /// Generation alone, without rustfmt.
    seconds: f64,
    #[serde(skip)]
    name: String,
}

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome, Failure> {
    let Some(options) = parse(&mut arguments)? else {
        return Ok(Outcome::Fine);
    };
    let root = workspace::root()?;
    let documents = documents(&options)?;
    std::fs::create_dir_all(&options.out).map_err(|error| {
        Failure::new(format!("cannot create {}: {error}", options.out.display()))
    })?;
    let mut rows: Vec<Row> = Vec::new();
    let mut names = BTreeSet::new();
    for document in &documents {
        let row = generate(&root, &options, document, &mut names)?;
        eprintln!(
            "{:>8} {}",
            format!("{:?}", row.status).to_lowercase(),
            row.document
        );
        rows.push(row);
    }
    if !options.generate_only {
        compile(&options, &mut rows)?;
    }
    table(&rows);
    let report =
        serde_json::to_string_pretty(&rows).map_err(|error| Failure::new(error.to_string()))?;
    let place = options.out.join("report.json");
    std::fs::write(&place, report)
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", place.display())))?;
    let failed = rows.iter().any(|row| matches!(row.status, Status::Failed));
    Ok(if failed { Outcome::No } else { Outcome::Fine })
}

fn parse(arguments: &mut Arguments) -> Result<Option<Options>, Failure> {
    let (mut folder, mut only, mut sample, mut jobs, mut out, mut generate_only) =
        (None, Vec::new(), None, None, None, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Option(option) => match option.as_str() {
                "only" => only.push(arguments.value()?),
                "sample" => {
                    let text = arguments.value()?;
                    let number = text.parse().ok().filter(|number| *number > 0);
                    sample =
                        Some(number.ok_or_else(|| {
                            Failure::usage(format!("`{text}` is no number"), HELP)
                        })?);
                }
                "jobs" => jobs = Some(arguments.value()?),
                "out" => out = Some(arguments.path()?),
                "generate-only" => generate_only = true,
                "help" => {
                    print!("{HELP}");
                    return Ok(None);
                }
                other => return Err(Failure::unknown_option(other, HELP)),
            },
            Argument::Value(value) if folder.is_none() => folder = Some(PathBuf::from(value)),
            Argument::Value(value) => {
                return Err(Failure::usage(
                    format!("unexpected `{}`", value.to_string_lossy()),
                    HELP,
                ));
            }
        }
    }
    let folder = folder.ok_or_else(|| Failure::usage("which folder?", HELP))?;
    let out = match out {
        Some(out) => out,
        None => workspace::root()?.join("target/xtask-corpus"),
    };
    let out = std::path::absolute(&out)
        .map_err(|error| Failure::new(format!("{}: {error}", out.display())))?;
    Ok(Some(Options {
        folder,
        only,
        sample,
        jobs,
        out,
        generate_only,
    }))
}

fn documents(options: &Options) -> Result<Vec<PathBuf>, Failure> {
    let unreadable =
        |error| Failure::new(format!("cannot read {}: {error}", options.folder.display()));
    let mut documents = Vec::new();
    for entry in std::fs::read_dir(&options.folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
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

fn generate(
    root: &Path,
    options: &Options,
    path: &Path,
    names: &mut BTreeSet<String>,
) -> Result<Row, Failure> {
    let document = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut row = Row {
        name: crate_name(&document, names),
        document: document.clone(),
        status: Status::Refused,
        operations: 0,
        diagnostics: BTreeMap::new(),
        problems: Vec::new(),
        lines: 0,
        seconds: 0.0,
    };
    let runtime = Runtime::Path(root.join("crates").to_string_lossy().replace('\\', "/"));
    let settings = Settings::new(row.name.clone(), document.clone()).runtime(runtime);
    let start = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let read = workspace::read(path, &document)?;
        Ok::<_, Failure>(match read {
            Read::Document(document) => match oas_codegen::generate(&document, &settings) {
                Ok(output) => (Some(output.files), output.diagnostics),
                Err(diagnostics) => (None, diagnostics),
            },
            Read::Refused(diagnostics) => (None, diagnostics),
        })
    }));
    row.seconds = rounded(start.elapsed());
    let (files, diagnostics) = match outcome {
        Ok(outcome) => outcome?,
        Err(_) => {
            row.status = Status::Failed;
            row.problems.push("panicked".to_owned());
            return Ok(row);
        }
    };
    row.count(&diagnostics);
    let Some(mut files) = files else {
        // A refusal without a reason is none.
        if !diagnostics
            .iter()
            .any(|found| found.severity == Severity::Error)
            || row.diagnostics.contains_key("not-emitted")
        {
            row.status = Status::Failed;
            row.problems
                .extend(diagnostics.iter().map(|found| found.what.clone()));
        }
        return Ok(row);
    };
    row.status = Status::Ok;
    row.operations = files
        .get(&format!("{}-client/src/builder.rs", row.name))
        .map_or(0, |text| text.matches("pub async fn send(").count());
    if let Err(failure) = rustfmt::format(&mut files) {
        row.status = Status::Failed;
        row.problems.push(failure.to_string());
    }
    row.lines = files
        .iter()
        .filter(|(path, _)| path.ends_with(".rs"))
        .map(|(_, text)| text.lines().count())
        .sum();
    Drift::find(&options.out, &files)?.mend()?;
    Ok(row)
}

impl Row {
    fn count(&mut self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            *self
                .diagnostics
                .entry(diagnostic.code.to_owned())
                .or_default() += 1;
        }
    }
}

/// A crate name made of a file name.
fn crate_name(document: &str, names: &mut BTreeSet<String>) -> String {
    let mut name = String::from("c");
    for c in document.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    // The end tells more than the beginning, which names the same repository again and again.
    let start = name.len().saturating_sub(40);
    let name = format!("c{}", name[start..].trim_matches('-'));
    let unique =
        std::iter::once(name.clone()).chain((2u32..).map(|number| format!("{name}-{number}")));
    let unique = unique
        .into_iter()
        .find(|name| !names.contains(name))
        .unwrap_or(name);
    names.insert(unique.clone());
    unique
}

/// One workspace of all crates, so that they share what they depend on; then one run of cargo for all.
fn compile(options: &Options, rows: &mut [Row]) -> Result<(), Failure> {
    let members: Vec<String> = rows
        .iter()
        .filter(|row| matches!(row.status, Status::Ok))
        .flat_map(|row| {
            oas_codegen::PARTS
                .iter()
                .map(|part| format!("    \"{}-{part}\",\n", row.name))
        })
        .collect();
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\n{}]\n\n[profile.dev]\ndebug = false\n",
        members.concat()
    );
    let place = options.out.join("Cargo.toml");
    std::fs::write(&place, manifest)
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", place.display())))?;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&options.out).args([
        "check",
        "--workspace",
        "--all-targets",
        "--keep-going",
    ]);
    command
        .args(["--message-format", "json", "--quiet"])
        .env("RUSTFLAGS", "-D warnings");
    if let Some(jobs) = &options.jobs {
        command.args(["--jobs", jobs]);
    }
    let output = command
        .output()
        .map_err(|error| Failure::new(format!("cannot run cargo: {error}")))?;
    let mut problems: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some((package, text)) = compiler_error(line) {
            problems.entry(package).or_default().push(text);
        }
    }
    if problems.is_empty() && !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!(
            "cargo cannot check the crates\n{text}"
        )));
    }
    for row in rows {
        for part in oas_codegen::PARTS {
            for problem in problems
                .remove(&format!("{}-{part}", row.name))
                .unwrap_or_default()
            {
                row.status = Status::Failed;
                row.problems.push(format!("{part}: {problem}"));
            }
        }
    }
    Ok(())
}

/// The package and the first line of an error, from a line of cargo's JSON.
fn compiler_error(line: &str) -> Option<(String, String)> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    let text = message.pointer("/message/rendered")?.as_str()?;
    let is_error = message.pointer("/message/level")?.as_str()? == "error";
    let target = message.pointer("/manifest_path")?.as_str()?;
    let package = Path::new(target)
        .parent()?
        .file_name()?
        .to_string_lossy()
        .into_owned();
    let short: Vec<&str> = text.lines().take(12).collect();
    is_error.then(|| (package, short.join("\n")))
}

fn table(rows: &[Row]) {
    println!(
        "{:<64} {:>8} {:>5} {:>7} {:>8}  diagnostics",
        "document", "status", "ops", "lines", "seconds"
    );
    for row in rows {
        let diagnostics: Vec<String> = row
            .diagnostics
            .iter()
            .map(|(code, count)| format!("{code} {count}"))
            .collect();
        let status = format!("{:?}", row.status).to_lowercase();
        println!(
            "{:<64} {status:>8} {:>5} {:>7} {:>8.3}  {}",
            row.document,
            row.operations,
            row.lines,
            row.seconds,
            diagnostics.join(", ")
        );
        for problem in row.problems.iter().take(3) {
            println!("    {}", problem.replace('\n', "\n    "));
        }
    }
    let count = |wanted: fn(&Status) -> bool| rows.iter().filter(|row| wanted(&row.status)).count();
    println!(
        "{} ok, {} refused, {} failed",
        count(|status| matches!(status, Status::Ok)),
        count(|status| matches!(status, Status::Refused)),
        count(|status| matches!(status, Status::Failed))
    );
}

fn rounded(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}
