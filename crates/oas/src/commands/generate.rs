//! Implements `generate`, which generates the crates of documents, on the disk or only for comparison.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use oas_codegen::CrateKind;
use oas_document::{Diagnostic, Severity};

use crate::changes;
use crate::config::{Config, CrateChoice};
use crate::installs;
use crate::job::{self, Generated, Job};
use crate::leftovers;
use crate::parallel;
use crate::pins;
use crate::progress;
use crate::report::Extent;
use crate::runtime::Source;
use crate::sync::{self, Drift, Staged};
use crate::terminal::{self, plural};
use crate::verdict::Verdict;
use crate::workspace::{self, CONFIG};

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
    /// Put the crates into DIR; outside a Cargo workspace, DIR becomes one
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
    /// Call the crates NAME-types, NAME-client and NAME-server
    #[arg(long, value_name = "NAME", requires = "spec")]
    name: Option<String>,
    /// Take the runtime crates from `path=DIR`, `git=URL`, `registry` or `registry=VERSION`
    ///
    /// [default: the checkout around the current folder, or else the registry]
    #[arg(long, value_name = "SOURCE", requires = "spec")]
    runtime: Option<Source>,
    /// Generate in spite of what the linter finds
    #[arg(long)]
    no_lint: bool,
    /// Generate only this crate and the types crate
    #[arg(long, value_name = "CRATE", value_enum, requires = "spec")]
    only: Option<CrateChoice>,
    /// Also generate a command line
    #[arg(long, requires = "spec")]
    cli: bool,
    /// Generate no tests of the crates
    #[arg(long, requires = "spec")]
    no_tests: bool,
}

pub(super) fn run(arguments: &Arguments, program: &str) -> anyhow::Result<Verdict> {
    let root = workspace::root();
    let (root, jobs) = match (&arguments.spec, &arguments.out, &arguments.name) {
        (Some(spec), Some(out), Some(name)) => {
            ensure!(
                spec != Path::new(workspace::STANDARD_INPUT),
                "crates name the document that they are generated from, and standard input has no name\nWrite the document to a file, and name that by --spec."
            );
            let root = root.ok();
            let runtime = arguments.runtime.as_ref();
            let mut job = Job::given(root.as_deref(), spec, out, name, runtime, program)?;
            if let Some(kind) = arguments.only.map(CrateKind::from) {
                job.settings.only = Some(kind);
                job.settings.command.push_str(" --only ");
                job.settings.command.push_str(kind.name());
            }
            if arguments.cli {
                job.settings.cli = true;
                job.settings.command.push_str(" --cli");
            }
            if arguments.no_tests {
                job.settings.tests = false;
                job.settings.command.push_str(" --no-tests");
            }
            (root, vec![job])
        }
        _ => {
            let root = root?;
            let jobs = job::configured(&root, program)?;
            warn_of_settings(&root)?;
            (Some(root), jobs)
        }
    };
    let how = SyncOptions {
        check: arguments.check,
        lint: !arguments.no_lint,
    };
    synchronize(root.as_deref(), &jobs, how, program)
}

/// Prints warnings about settings that are not portable, about runtimes of another version, and about the lines that install this program
/// from elsewhere than they come from.
fn warn_of_settings(root: &Path) -> anyhow::Result<()> {
    let config = Config::read(root)?;
    terminal::complain_of(&config.warnings());
    let runtime = config.runtime.resolved(root);
    if let Some(difference) = runtime.difference() {
        let (found, remedy) = difference.split_once('\n').unwrap_or((&difference, ""));
        terminal::complain(&format!("warning: {found}\n  help: {remedy}"));
    }
    let install = runtime.install(root)?;
    for other in installs::others(root, &install) {
        terminal::complain(&format!(
            "warning: {}:{}: `{}` does not install the program from where `runtime` in {CONFIG} has the runtimes from\n  help: write `{install}`",
            other.file, other.line, other.command
        ));
    }
    Ok(())
}

/// The way in which crates are synchronized with documents.
#[derive(Debug, Clone, Copy)]
pub(super) struct SyncOptions {
    /// Whether nothing is written.
    pub(super) check: bool,
    /// Whether the linter is asked first.
    pub(super) lint: bool,
}

/// Generates everything before anything is written: a document that is rejected changes nothing.
pub(super) fn synchronize(
    root: Option<&Path>,
    jobs: &[Job],
    how: SyncOptions,
    program: &str,
) -> anyhow::Result<Verdict> {
    let config = match root {
        Some(root) if jobs.iter().any(|job| job.entry.is_some()) => {
            Some((root, Config::read(root)?))
        }
        _ => None,
    };
    let mut drifts = Vec::new();
    let mut changes = Vec::new();
    let mut pins = Vec::new();
    let mut rejected = 0;
    let mut can_proceed = true;
    for job in jobs {
        if !how.check {
            sync::finish(&job.out, &job.settings.name)?;
        }
        let what = format!(
            "generating from {}",
            workspace::display_path(&job.spec, root)
        );
        match progress::during(&what, || job.generate(root, how.lint))? {
            Generated::Crates {
                files,
                formatted,
                api,
                extensions,
                found,
            } => {
                hint(&found, job, root, program);
                if let (Some((_, config)), Some(entry)) = (&config, job.entry) {
                    terminal::complain_of(&config.unused_extensions(entry, &extensions));
                }
                pins.extend(pins::broken(&job.out, &files));
                let others = jobs.iter().filter(|other| !std::ptr::eq(*other, job));
                let is_of_another = |folder: &Path| others.clone().any(|other| other.owns(folder));
                let ((), drift) = parallel::both(
                    || formatted.close(),
                    || Drift::beside(&job.out, files, &is_of_another),
                );
                let drift = drift?;
                changes.extend(changes::describe(&drift, &api, &job.settings.name));
                changes.extend(drift.removed_crates().map(|folder| {
                    let folder = workspace::display_path(folder, root);
                    format!("{folder}: the crate is removed; neither settings nor document ask for it any more")
                }));
                drifts.push(drift);
            }
            Generated::Rejected { found, by_linter } => {
                rejected += 1;
                can_proceed &= by_linter;
                complain_of_rejected(&match (&config, job.entry) {
                    (Some((_, config)), Some(entry)) => config.at_settings(entry, found),
                    _ => found,
                });
            }
        }
    }
    if rejected > 0 {
        let documents = plural(rejected, "document");
        let hint = match can_proceed {
            false => "",
            true => "; --no-lint generates in spite of what the linter finds",
        };
        terminal::complain(&format!(
            "{documents} cannot be generated; nothing was written{hint}"
        ));
        return Ok(Verdict::Negative);
    }
    for path in drifts.iter().flat_map(|drift| &drift.foreign) {
        terminal::complain(&format!(
            "note: {} is not generated; it is left alone",
            workspace::display_path(path, root)
        ));
    }
    if let Some((root, _)) = &config {
        for left in leftovers::describe(root, jobs) {
            terminal::complain(&left);
        }
    }
    for pin in pins {
        let manifest = workspace::display_path(&pin.manifest, root);
        let (package, required, version) = (&pin.package, &pin.required, &pin.version);
        terminal::complain(&format!(
            "warning: {manifest} demands version {required} of {package}, which is {version} now: cargo will reject the \
             workspace\n  help: write version = \"{version}\" there, or no version beside `path`"
        ));
    }
    if how.check {
        return report(root, &drifts, &changes, program);
    }
    let (mut written, mut removed, mut unchanged) = (0, 0, 0);
    // A full or read-only disk is detected before any file is replaced.
    let staged = jobs.iter().zip(&drifts);
    let staged = staged.map(|(job, drift)| Staged::of(&job.out, &job.settings.name, drift));
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
    Ok(Verdict::Success)
}

/// Prints the errors that prevent generation, and a summary of the other findings.
pub(super) fn complain_of_rejected(found: &[Diagnostic]) {
    let (errors, others): (Vec<_>, Vec<_>) = found.iter().cloned().partition(Diagnostic::is_error);
    let (shown, hidden) = crate::report::capped(&errors, Extent::Capped);
    for error in shown {
        terminal::complain_of(std::slice::from_ref(error));
    }
    for (rule, count) in hidden {
        terminal::complain(&format!("... and {count} more of `{rule}`\n"));
    }
    for line in crate::report::headlines(&others, terminal::complaints_have_color()) {
        terminal::complain(&line);
    }
}

/// Prints a summary of warnings, the notes of the generator, and how to list all of them.
fn hint(found: &[Diagnostic], job: &Job, root: Option<&Path>, program: &str) {
    let of_generator =
        |found: &Diagnostic| oas_codegen::RULES.iter().any(|rule| rule.id == found.code);
    let is_shown = |found: &&Diagnostic| match found.severity {
        Severity::Note => of_generator(found),
        _ => true,
    };
    let shown: Vec<Diagnostic> = found.iter().filter(is_shown).cloned().collect();
    for line in crate::report::headlines(&shown, terminal::complaints_have_color()) {
        terminal::complain(&line);
    }
    let warnings = found
        .iter()
        .filter(|found| found.severity == Severity::Warning);
    let warnings = warnings.count();
    if warnings == 0 {
        return;
    }
    terminal::complain(&format!(
        "{}: `{program} lint {}` explains them",
        plural(warnings, "warning"),
        workspace::display_path(&job.spec, root)
    ));
}

fn report(
    root: Option<&Path>,
    drifts: &[Drift],
    changes: &[String],
    program: &str,
) -> anyhow::Result<Verdict> {
    let count: usize = drifts
        .iter()
        .map(|drift| drift.changed.len() + drift.stale.len())
        .sum();
    if drifts.iter().all(Drift::is_none) {
        let files: usize = drifts.iter().map(|drift| drift.unchanged).sum();
        terminal::print_line(&format!("{} up to date", plural(files, "generated file")))?;
        return Ok(Verdict::Success);
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
    Ok(Verdict::Negative)
}
