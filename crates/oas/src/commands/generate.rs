//! `generate`: documents become crates, on the disk or only in comparison.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use oas_codegen::model::Api;
use oas_codegen::{Runtime, Settings};
use oas_document::{Diagnostic, Severity};

use crate::changes;
use crate::commands::lint;
use crate::config::Config;
use crate::outcome::Outcome;
use crate::report::Extent;
use crate::rustfmt;
use crate::sync::Drift;
use crate::terminal::{self, plural};
use crate::workspace::{self, Read};

/// Regenerate the crates named in openapi/codegen.toml, or the crates of any document
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The linter runs first; its errors stop the command before anything is written.\nFiles that are no longer generated are removed; files that a person added are left alone."
)]
pub(crate) struct Arguments {
    /// Write nothing; show a unified diff for each file that is out of date, and exit with 1
    #[arg(long)]
    check: bool,
    /// Generate from this document instead of those in openapi/codegen.toml
    #[arg(long, value_name = "FILE", requires_all = ["out", "name"])]
    spec: Option<PathBuf>,
    /// Put the crates into this folder; where it lies in no Cargo workspace, it becomes one
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
    /// Call the crates NAME-types, NAME-client and NAME-server
    #[arg(long, value_name = "NAME", requires = "spec")]
    name: Option<String>,
    /// Take the runtime crates from a checkout around the current folder, or from the registry
    #[arg(long, value_name = "SOURCE", requires = "spec")]
    runtime: Option<RuntimeSource>,
    /// Generate in spite of what the linter finds
    #[arg(long)]
    no_lint: bool,
    /// Generate no tests of the client and the server
    #[arg(long, requires = "spec")]
    no_tests: bool,
}

/// Where the runtime crates of a document that is named on the command line come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum RuntimeSource {
    /// By path, relative to the generated crates
    Path,
    /// By version
    Registry,
}

pub(super) fn run(arguments: &Arguments, program: &str) -> anyhow::Result<Outcome> {
    let root = workspace::root();
    let (root, jobs) = match (&arguments.spec, &arguments.out, &arguments.name) {
        (Some(spec), Some(out), Some(name)) => {
            let root = root.ok();
            let mut job = Job::given(root.as_deref(), spec, out, name, arguments.runtime, program)?;
            if arguments.no_tests {
                job.settings.tests = false;
                job.settings.command.push_str(" --no-tests");
            }
            (root, vec![job])
        }
        _ => {
            let root = root?;
            let jobs = configured(&root, program)?;
            (Some(root), jobs)
        }
    };
    synchronize(root.as_deref(), &jobs, arguments, program)
}

fn configured(root: &Path, program: &str) -> anyhow::Result<Vec<Job>> {
    let config = Config::read(root)?;
    let job = |entry: crate::config::Entry| Job {
        spec: root.join(&entry.spec),
        out: root.join(&entry.out),
        // In this workspace, runtimes and generated crates are side by side.
        settings: Settings::new(entry.name, entry.spec)
            .command(format!("{program} generate"))
            .runtime(Runtime::Path("..".to_owned()))
            .extensions(entry.extensions)
            .strict(entry.strict)
            .tests(entry.tests),
    };
    Ok(config.document.into_iter().map(job).collect())
}

/// One document and the folder of its crates.
pub(crate) struct Job {
    pub(crate) spec: PathBuf,
    pub(crate) out: PathBuf,
    pub(crate) settings: Settings,
}

impl Job {
    /// A document that is named on the command line, in a workspace with this root or in none.
    pub(crate) fn given(
        root: Option<&Path>,
        spec: &Path,
        out: &Path,
        name: &str,
        runtime: Option<RuntimeSource>,
        program: &str,
    ) -> anyhow::Result<Self> {
        let absolute =
            |path: &Path| std::path::absolute(path).with_context(|| path.display().to_string());
        let (spec, out) = (absolute(spec)?, absolute(out)?);
        let inside = out
            .ancestors()
            .any(|folder| is_workspace(folder) && folder != out);
        // Paths start from the generated crates, so that what is generated can be committed and moved with them.
        let relative = |path: &Path, folder: &Path| {
            let path = pathdiff::diff_paths(path, folder).unwrap_or_else(|| path.to_owned());
            path.to_string_lossy().replace('\\', "/")
        };
        let runtimes = root
            .map(|root| root.join("crates"))
            .filter(|crates| crates.join("oas-client").is_dir());
        let runtime = match (runtime, runtimes) {
            (Some(RuntimeSource::Registry), _) | (None, None) => Runtime::Registry,
            (_, Some(crates)) => Runtime::Path(relative(&crates, &out.join(name))),
            (Some(RuntimeSource::Path), None) => {
                bail!("the runtime crates are not in this checkout\nUse `--runtime registry`.")
            }
        };
        let source = spec
            .file_name()
            .unwrap_or(spec.as_os_str())
            .to_string_lossy()
            .into_owned();
        let command = format!(
            "{program} generate --spec {} --out . --name {name}",
            relative(&spec, &out)
        );
        Ok(Self {
            settings: Settings::new(name, source)
                .command(command)
                .runtime(runtime)
                .workspace(!inside),
            spec,
            out,
        })
    }

    /// Generates everything that belongs on the disk, formatted; with what the linter has to say if that is asked for.
    pub(crate) fn generate(&self, root: Option<&Path>, lint: bool) -> anyhow::Result<Generated> {
        if !self.settings.has_valid_name() {
            bail!(
                "`{}` cannot begin the name of a crate\nUse lower-case letters, digits and hyphens, and begin with a letter.",
                self.settings.name.escape_debug()
            );
        }
        let shown = workspace::shown(&self.spec, root);
        let document = match workspace::read(&self.spec, &shown)? {
            Read::Document(document) => document,
            Read::Refused(diagnostics) => return Ok(Generated::Refused(diagnostics)),
        };
        let (output, diagnostics) = match oas_codegen::generate(&document, &self.settings) {
            Ok(mut output) => {
                let diagnostics = std::mem::take(&mut output.diagnostics);
                (Some(output), diagnostics)
            }
            Err(diagnostics) => (None, diagnostics),
        };
        let found = match lint {
            true => {
                let lint = lint::judged(&document, &diagnostics, root)?;
                if lint.failed() {
                    return Ok(Generated::Refused(lint.judged.found));
                }
                lint.judged.found
            }
            false => diagnostics,
        };
        let Some(mut output) = output else {
            return Ok(Generated::Refused(found));
        };
        rustfmt::format(&mut output.files)?;
        Ok(Generated::Crates {
            files: output.files,
            api: Box::new(output.model),
            found,
        })
    }
}

/// What came of a document.
pub(crate) enum Generated {
    Crates {
        files: BTreeMap<String, String>,
        api: Box<Api>,
        /// What there is to know about the document.
        found: Vec<Diagnostic>,
    },
    /// It has errors.
    Refused(Vec<Diagnostic>),
}

fn is_workspace(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|text| text.contains("[workspace]"))
}

/// Generates everything before anything is written: a document that is refused changes nothing.
fn synchronize(
    root: Option<&Path>,
    jobs: &[Job],
    arguments: &Arguments,
    program: &str,
) -> anyhow::Result<Outcome> {
    let mut drifts = Vec::new();
    let mut changes = Vec::new();
    let mut refused = 0;
    for job in jobs {
        match job.generate(root, !arguments.no_lint)? {
            Generated::Crates { files, api, found } => {
                hint(&found, job, root, program);
                let drift = Drift::find(&job.out, &files)?;
                changes.extend(changes::describe(&drift, &api, &job.settings.name));
                drifts.push(drift);
            }
            Generated::Refused(found) => {
                refused += 1;
                complain_of_refused(&found);
            }
        }
    }
    if refused > 0 {
        let documents = plural(refused, "document");
        let hint = match arguments.no_lint {
            true => "",
            false => "; --no-lint generates in spite of what the linter finds",
        };
        terminal::complain(&format!(
            "{documents} cannot be generated; nothing was written{hint}"
        ));
        return Ok(Outcome::Negative);
    }
    for path in drifts.iter().flat_map(|drift| &drift.foreign) {
        terminal::complain(&format!(
            "note: {} is not generated; it is left alone",
            workspace::shown(path, root)
        ));
    }
    if arguments.check {
        return report(root, &drifts, &changes, program);
    }
    let (mut written, mut removed, mut unchanged) = (0, 0, 0);
    // Where the disk is full or may not be written to, that shows before anything is replaced.
    let staged = drifts.iter().map(Drift::stage);
    for staged in staged.collect::<anyhow::Result<Vec<_>>>()? {
        staged.commit()?;
    }
    for drift in &drifts {
        written += drift.changed.len();
        removed += drift.stale.len();
        unchanged += drift.unchanged;
    }
    for change in changes {
        terminal::print_line(&change)?;
    }
    terminal::print_line(&format!(
        "{written} written, {removed} removed, {unchanged} unchanged"
    ))?;
    Ok(Outcome::Success)
}

/// Shows the errors that stand in the way, and in short what else there is.
fn complain_of_refused(found: &[Diagnostic]) {
    let (errors, others): (Vec<_>, Vec<_>) = found.iter().cloned().partition(Diagnostic::is_error);
    let (shown, hidden) = crate::report::capped(&errors, Extent::Capped);
    for error in shown {
        terminal::complain_of(std::slice::from_ref(error));
    }
    for (rule, count) in hidden {
        terminal::complain(&format!("... and {count} more of `{rule}`\n"));
    }
    for line in crate::report::headlines(&others, terminal::complaints_have_colour()) {
        terminal::complain(&line);
    }
}

/// Shows warnings in short, and where to read more.
fn hint(found: &[Diagnostic], job: &Job, root: Option<&Path>, program: &str) {
    let is_warning = |found: &&Diagnostic| found.severity == Severity::Warning;
    let warnings: Vec<Diagnostic> = found.iter().filter(is_warning).cloned().collect();
    if warnings.is_empty() {
        return;
    }
    for line in crate::report::headlines(&warnings, terminal::complaints_have_colour()) {
        terminal::complain(&line);
    }
    terminal::complain(&format!(
        "{}: `{program} lint {}` explains them",
        plural(warnings.len(), "warning"),
        workspace::shown(&job.spec, root)
    ));
}

fn report(
    root: Option<&Path>,
    drifts: &[Drift],
    changes: &[String],
    program: &str,
) -> anyhow::Result<Outcome> {
    let count: usize = drifts
        .iter()
        .map(|drift| drift.changed.len() + drift.stale.len())
        .sum();
    if drifts.iter().all(Drift::is_none) {
        let files: usize = drifts.iter().map(|drift| drift.unchanged).sum();
        terminal::print_line(&format!("{} up to date", plural(files, "generated file")))?;
        return Ok(Outcome::Success);
    }
    for drift in drifts {
        terminal::print(&drift.diff(root))?;
    }
    for change in changes {
        terminal::complain(change);
    }
    terminal::complain(&format!(
        "{} out of date; run `{program} generate`",
        plural(count, "generated file")
    ));
    Ok(Outcome::Negative)
}
