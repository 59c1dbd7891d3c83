//! `generate`: documents become crates, on the disk or only in comparison.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use oas_codegen::{Runtime, Settings};

use crate::config::Config;
use crate::outcome::Outcome;
use crate::rustfmt;
use crate::sync::Drift;
use crate::terminal::{self, plural};
use crate::workspace::{self, Read};

/// Regenerate the crates named in openapi/codegen.toml, or the crates of any document
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Files that are no longer generated are removed; files that a person added are left alone."
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
    synchronize(root.as_deref(), &jobs, arguments.check, program)
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

    /// Everything that belongs on the disk, formatted; `None` if the document is refused, which has been said.
    pub(crate) fn files(
        &self,
        root: Option<&Path>,
    ) -> anyhow::Result<Option<BTreeMap<String, String>>> {
        let shown = workspace::shown(&self.spec, root);
        let document = match workspace::read(&self.spec, &shown)? {
            Read::Document(document) => document,
            Read::Refused(diagnostics) => {
                terminal::complain_of(&diagnostics);
                return Ok(None);
            }
        };
        match oas_codegen::generate(&document, &self.settings) {
            Ok(output) => {
                terminal::complain_of(&output.diagnostics);
                let mut files = output.files;
                rustfmt::format(&mut files)?;
                Ok(Some(files))
            }
            Err(diagnostics) => {
                terminal::complain_of(&diagnostics);
                Ok(None)
            }
        }
    }
}

fn is_workspace(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|text| text.contains("[workspace]"))
}

/// Generates everything before anything is written: a document that is refused changes nothing.
fn synchronize(
    root: Option<&Path>,
    jobs: &[Job],
    check: bool,
    program: &str,
) -> anyhow::Result<Outcome> {
    let mut drifts = Vec::new();
    let mut refused = false;
    for job in jobs {
        match job.files(root)? {
            Some(files) => drifts.push(Drift::find(&job.out, &files)?),
            None => refused = true,
        }
    }
    if refused {
        bail!("a document cannot be generated; nothing was written");
    }
    for path in drifts.iter().flat_map(|drift| &drift.foreign) {
        terminal::complain(&format!(
            "note: {} is not generated; it is left alone",
            workspace::shown(path, root)
        ));
    }
    if check {
        return report(root, &drifts, program);
    }
    let (mut written, mut removed, mut unchanged) = (0, 0, 0);
    for drift in &drifts {
        drift.apply()?;
        written += drift.changed.len();
        removed += drift.stale.len();
        unchanged += drift.unchanged;
    }
    terminal::print_line(&format!(
        "{written} written, {removed} removed, {unchanged} unchanged"
    ))?;
    Ok(Outcome::Success)
}

fn report(root: Option<&Path>, drifts: &[Drift], program: &str) -> anyhow::Result<Outcome> {
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
    terminal::complain(&format!(
        "{} out of date; run `{program} generate`",
        plural(count, "generated file")
    ));
    Ok(Outcome::Negative)
}
