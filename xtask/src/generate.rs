//! `generate`: documents become crates, on the disk or only in comparison.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oas_codegen::{Runtime, Settings};

use crate::arguments::Arguments;
use crate::config::Config;
use crate::disk::Drift;
use crate::outcome::{Failure, Outcome, help};
use crate::workspace::{self, Read};
use crate::{lint, rustfmt};

pub(crate) const HELP: &str = "\
Regenerates the crates named in openapi/codegen.toml, or the crates of any document.

Usage: cargo xtask generate [--check] [--spec FILE --out DIR --name NAME [--runtime path|registry]]

Options:
  --check               Write nothing; show a unified diff for each file that is not in line, and exit with 1
  --spec FILE           Generate from this document instead of those in openapi/codegen.toml
  --out DIR             Put the crates into this folder; where it lies in no Cargo workspace, it becomes one
  --name NAME           Call the crates NAME-types, NAME-client and NAME-server
  --runtime path        Depend on the runtimes by path to this checkout (the default)
  --runtime registry    Depend on the runtimes by version
  -h, --help            Show this text

Files that are not generated any more are removed; files that a person added are left alone.
";

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome, Failure> {
    let (mut check, mut spec, mut out, mut name, mut registry) = (false, None, None, None, None);
    while let Some(option) = arguments.option(HELP)? {
        match option.as_str() {
            "check" => check = true,
            "spec" => spec = Some(arguments.path()?),
            "out" => out = Some(arguments.path()?),
            "name" => name = Some(arguments.value()?),
            "runtime" => {
                registry = Some(match arguments.value()?.as_str() {
                    "path" => false,
                    "registry" => true,
                    other => {
                        return Err(Failure::usage(
                            format!("there is no runtime `{other}`"),
                            HELP,
                        ));
                    }
                });
            }
            "help" => return help(HELP),
            other => return Err(Failure::unknown_option(other, HELP)),
        }
    }
    let root = workspace::root()?;
    let jobs = match (spec, out, name) {
        (None, None, None) if registry.is_none() => configured(&root)?,
        (Some(spec), Some(out), Some(name)) => vec![Job::given(
            &root,
            spec,
            out,
            name,
            registry.unwrap_or(false),
        )?],
        _ => {
            return Err(Failure::usage(
                "`--spec`, `--out` and `--name` go together",
                HELP,
            ));
        }
    };
    bring_in_line(&root, &jobs, check)
}

/// One document and the folder of its crates.
pub(crate) struct Job {
    pub(crate) spec: PathBuf,
    pub(crate) out: PathBuf,
    pub(crate) settings: Settings,
}

fn configured(root: &Path) -> Result<Vec<Job>, Failure> {
    let config = Config::read(root)?;
    let job = |entry: crate::config::Entry| Job {
        spec: root.join(&entry.spec),
        out: root.join(&entry.out),
        // In this workspace, runtimes and generated crates stand side by side.
        settings: Settings::new(entry.name, entry.spec)
            .runtime(Runtime::Path("..".to_owned()))
            .extensions(entry.extensions),
    };
    Ok(config.document.into_iter().map(job).collect())
}

impl Job {
    pub(crate) fn given(
        root: &Path,
        spec: PathBuf,
        out: PathBuf,
        name: String,
        registry: bool,
    ) -> Result<Self, Failure> {
        let out = std::path::absolute(&out)
            .map_err(|error| Failure::new(format!("{}: {error}", out.display())))?;
        let inside = out
            .ancestors()
            .any(|folder| is_workspace(folder) && folder != out);
        let source = spec
            .file_name()
            .unwrap_or(spec.as_os_str())
            .to_string_lossy()
            .into_owned();
        let runtime = if registry {
            Runtime::Registry
        } else {
            Runtime::Path(root.join("crates").to_string_lossy().replace('\\', "/"))
        };
        let command = format!("cargo xtask generate --spec {source} --name {name}");
        Ok(Self {
            settings: Settings::new(name, source)
                .command(command)
                .runtime(runtime)
                .workspace(!inside),
            spec,
            out,
        })
    }

    /// Everything that belongs on the disk, formatted; `None` if the document is refused, which has been said.
    pub(crate) fn files(&self, root: &Path) -> Result<Option<BTreeMap<String, String>>, Failure> {
        let shown = workspace::shown(&self.spec, Some(root));
        let document = match workspace::read(&self.spec, &shown)? {
            Read::Document(document) => document,
            Read::Refused(diagnostics) => {
                lint::print(&diagnostics);
                return Ok(None);
            }
        };
        match oas_codegen::generate(&document, &self.settings) {
            Ok(output) => {
                lint::print(&output.diagnostics);
                let mut files = output.files;
                rustfmt::format(&mut files)?;
                Ok(Some(files))
            }
            Err(diagnostics) => {
                lint::print(&diagnostics);
                Ok(None)
            }
        }
    }
}

fn is_workspace(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|text| text.contains("[workspace]"))
}

/// Everything is generated before anything is written: a document that is refused changes nothing.
fn bring_in_line(root: &Path, jobs: &[Job], check: bool) -> Result<Outcome, Failure> {
    let mut drifts = Vec::new();
    let mut refused = false;
    for job in jobs {
        match job.files(root)? {
            Some(files) => drifts.push(Drift::find(&job.out, &files)?),
            None => refused = true,
        }
    }
    if refused {
        return Err(Failure::new(
            "a document cannot be generated; nothing was written",
        ));
    }
    for path in drifts.iter().flat_map(|drift| &drift.foreign) {
        eprintln!(
            "note: {} is not generated; it is left alone",
            workspace::shown(path, Some(root))
        );
    }
    if check {
        return Ok(report(root, &drifts));
    }
    let (mut written, mut removed, mut unchanged) = (0, 0, 0);
    for drift in &drifts {
        drift.mend()?;
        written += drift.changed.len();
        removed += drift.stale.len();
        unchanged += drift.unchanged;
    }
    println!("{written} written, {removed} removed, {unchanged} unchanged");
    Ok(Outcome::Fine)
}

fn report(root: &Path, drifts: &[Drift]) -> Outcome {
    let count: usize = drifts
        .iter()
        .map(|drift| drift.changed.len() + drift.stale.len())
        .sum();
    if drifts.iter().all(Drift::is_none) {
        let files: usize = drifts.iter().map(|drift| drift.unchanged).sum();
        println!("{files} generated files are in line with their documents");
        return Outcome::Fine;
    }
    for drift in drifts {
        print!("{}", drift.diff(root));
    }
    eprintln!(
        "{count} generated {} out of line; run `cargo xtask generate`",
        if count == 1 { "file is" } else { "files are" }
    );
    Outcome::No
}
