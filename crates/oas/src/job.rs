//! Generates the files of a document's crates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use oas_codegen::model::Api;
use oas_codegen::{CrateKind, Settings};
use oas_document::{Diagnostic, Document, Node, openapi};
use oas_wire::curl::quoted_if_needed;

use crate::config::{Config, Entry};
use crate::package;
use crate::parallel;
use crate::report;
use crate::runtime::{Source, relative};
use crate::rustfmt;
use crate::workspace::{self, Read};

/// One document and the folder of its crates.
pub(crate) struct Job {
    pub(crate) spec: PathBuf,
    pub(crate) out: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) package: package::Written,
    /// The position of its entry in `openapi/codegen.toml`, unless it is named on the command line.
    pub(crate) entry: Option<usize>,
}

/// The result of generating a document.
pub(crate) enum Generated {
    Crates {
        files: BTreeMap<String, String>,
        /// What was formatted for them, for the next run.
        formatted: Box<rustfmt::Cache>,
        api: Box<Api>,
        /// The names of the extensions that operations of the document have.
        extensions: BTreeSet<String>,
        /// The findings in the document.
        found: Vec<Diagnostic>,
    },
    /// The document has errors.
    Rejected {
        found: Vec<Diagnostic>,
        /// Whether the linter alone rejects it, so that crates can be generated in spite of its errors.
        by_linter: bool,
    },
}

/// Returns the documents that the workspace with this root configures.
pub(crate) fn configured(root: &Path, program: &str) -> anyhow::Result<Vec<Job>> {
    let config = Config::read_with_documents(root)?;
    let runtime = config.runtime.clone().resolved(root);
    let package = config.package.clone();
    let job = |(at, entry): (usize, &Entry)| {
        let out = root.join(&entry.out);
        Ok(Job {
            spec: root.join(&entry.spec),
            settings: settings(&config, entry, &runtime, &out, program)?,
            out,
            package: package.clone(),
            entry: Some(at),
        })
    };
    config.document.iter().enumerate().map(job).collect()
}

/// Returns the settings that the configuration has for a document's crates in a folder.
pub(crate) fn settings(
    config: &Config,
    entry: &Entry,
    runtime: &Source,
    out: &Path,
    program: &str,
) -> anyhow::Result<Settings> {
    let settings = Settings::new(entry.name.clone(), entry.spec.clone())
        .command(format!(
            "{} generate",
            config.program.as_deref().unwrap_or(program)
        ))
        .runtime(runtime.seen_from(&out.join(&entry.name))?)
        .shared(config.shared(entry));
    Ok(entry.applied_to(settings))
}

impl Job {
    /// Returns a document that is named on the command line, in a workspace with this root or outside of one.
    pub(crate) fn given(
        root: Option<&Path>,
        spec: &Path,
        out: &Path,
        name: &str,
        runtime: Option<&Source>,
        program: &str,
    ) -> anyhow::Result<Self> {
        let absolute =
            |path: &Path| std::path::absolute(path).with_context(|| path.display().to_string());
        let (spec, out) = (absolute(spec)?, absolute(out)?);
        let inside = out
            .ancestors()
            .any(|folder| is_workspace(folder) && folder != out);
        let source = spec.file_name().unwrap_or(spec.as_os_str());
        let source = source.to_string_lossy().into_owned();
        // Paths are relative to the generated crates, so that the crates can be committed and moved together with them.
        let mut command = format!(
            "{program} generate --spec {} --out . --name {name}",
            quoted_if_needed(&relative(&spec, &out)?)
        );
        if let Some(runtime) = runtime {
            let runtime = quoted_if_needed(&runtime.option(&out)?);
            command.push_str(&format!(" --runtime {runtime}"));
        }
        let around = Source::around(root);
        let runtime = runtime.unwrap_or(&around);
        Ok(Self {
            settings: Settings::new(name, source)
                .command(command)
                .runtime(runtime.seen_from(&out.join(name))?)
                .workspace(!inside),
            spec,
            out,
            package: package::Written::default(),
            entry: None,
        })
    }

    /// Generates everything that belongs on the disk, formatted; with the findings of the linter if those are asked for.
    pub(crate) fn generate(&self, root: Option<&Path>, lint: bool) -> anyhow::Result<Generated> {
        if !self.settings.has_valid_name() {
            bail!(
                "`{}` cannot begin the name of a crate\nUse lower-case letters, digits and hyphens, and begin with a letter.",
                self.settings.name.escape_debug()
            );
        }
        let here = std::env::current_dir().ok();
        let shown = workspace::display_path(&self.spec, root.or(here.as_deref()));
        let rejected = |found| Generated::Rejected {
            found,
            by_linter: false,
        };
        let document = match workspace::read_present(&self.spec, &shown)? {
            (Read::Document(document), missing) if missing.is_empty() => document,
            (Read::Document(document), missing) if lint => {
                let all = report::beside_missing(&document, missing.clone());
                let judged = report::judge(all, root)?;
                // To ignore the finding does not bring the file back.
                let is_silent = !judged.has_errors();
                return Ok(rejected(if is_silent { missing } else { judged.found }));
            }
            (Read::Document(_), found) | (Read::Rejected(found), _) => return Ok(rejected(found)),
        };
        let package = self.package.resolved(&document, &self.out)?;
        let settings = self.settings.clone().package(package);
        let ((linted, mut formatted), generated) = parallel::both(
            || {
                let linted = lint.then(|| oas_document::lint(&document));
                (linted, rustfmt::Cache::open(Some(&self.cache(root))))
            },
            || oas_codegen::generate(&document, &settings),
        );
        let (output, diagnostics) = match generated {
            Ok(mut output) => {
                let diagnostics = std::mem::take(&mut output.diagnostics);
                (Some(output), diagnostics)
            }
            Err(diagnostics) => (None, diagnostics),
        };
        let reasons: Vec<Diagnostic> = match output {
            Some(_) => Vec::new(),
            None => diagnostics.clone(),
        };
        let found = match linted {
            Some(mut all) => {
                all.extend(diagnostics);
                let judged = report::judge(all, root)?;
                if judged.has_errors() {
                    return Ok(Generated::Rejected {
                        found: judged.found,
                        by_linter: output.is_some(),
                    });
                }
                judged.found
            }
            None => diagnostics,
        };
        let Some(mut output) = output else {
            // To ignore the reason does not make it possible.
            let is_silent = !found.iter().any(Diagnostic::is_error);
            return Ok(rejected(if is_silent { reasons } else { found }));
        };
        let extensions = match self.settings.extensions.is_empty() {
            true => BTreeSet::new(),
            false => extensions(&document),
        };
        drop(document);
        rustfmt::format(&mut output.files, &mut formatted)?;
        Ok(Generated::Crates {
            files: output.files,
            formatted: Box::new(formatted),
            api: Box::new(output.model),
            extensions,
            found,
        })
    }
}

impl Job {
    /// Returns whether a folder has the name of a crate of this document.
    pub(crate) fn owns(&self, folder: &Path) -> bool {
        let name = folder.strip_prefix(&self.out).ok().and_then(Path::to_str);
        let name = name.and_then(|name| name.strip_prefix(&*self.settings.name)?.strip_prefix('-'));
        name.is_some_and(|kind| {
            let kind = kind.strip_prefix("webhooks-").unwrap_or(kind);
            CrateKind::ALL.iter().any(|known| known.name() == kind)
        })
    }

    /// Returns the folder that caches formatted code: within the target folder of the workspace that contains the
    /// crates.
    fn cache(&self, root: Option<&Path>) -> PathBuf {
        let around = self.out.ancestors().find(|folder| is_workspace(folder));
        let around = around.or(root.filter(|root| self.out.starts_with(root)));
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let target = target.unwrap_or_else(|| around.unwrap_or(&self.out).join("target"));
        // Several documents may have crates of one name, in folders of their own.
        let place = rustfmt::place(&self.out);
        target
            .join("oas")
            .join(format!("{}-{place:016x}", self.settings.name))
    }
}

/// Returns the names of the extensions that operations have: under paths, webhooks and callbacks.
fn extensions(document: &Document) -> BTreeSet<String> {
    let is_operation = |node: &Node<'_>| {
        let fields = ["operationId", "responses"];
        fields.iter().any(|field| node.get(field).is_some())
    };
    let operations = document.nodes().filter(is_operation);
    let extensions = operations.flat_map(openapi::extensions);
    extensions.map(|(name, _)| name.to_owned()).collect()
}

fn is_workspace(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|text| text.contains("[workspace]"))
}
