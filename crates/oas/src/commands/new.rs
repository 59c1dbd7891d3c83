//! Implements `new`, which generates a Cargo workspace around a document that can be built, tested, committed and
//! reviewed.

mod files;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use oas_document::{Document, Node};
use oas_wire::curl::quoted_if_needed;

use super::generate::{self, SyncOptions};
use crate::job;
use crate::report;
use crate::runtime::Source;
use crate::terminal;
use crate::verdict::Verdict;
use crate::workspace::{self, Read};

/// The name of the program in a workspace that it generates.
const PROGRAM: &str = "oas";

/// Create a Cargo workspace from a document: its crates, configuration, a README, and workflows for GitHub and GitLab
#[derive(Debug, clap::Args)]
#[command(
    after_help = "oas new pets.yaml        makes the folder `pets` for the document pets.yaml\noas new pets.yaml shop   makes the folder `shop` for it\noas new shop             makes the folder `shop` with a small document to begin with"
)]
pub(crate) struct Arguments {
    /// The document, which is copied with the files that it refers to; or the folder alone, for a small document to begin with
    #[arg(value_name = "DOCUMENT")]
    first: PathBuf,
    /// The folder; it is new or empty [default: the name of the document]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Call the crates NAME-types, NAME-client and NAME-server [default: the name of the document, or its title]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Take the runtime crates from `path=DIR`, `git=URL`, `registry` or `registry=VERSION`
    ///
    /// [default: the checkout that this program was built in, as long as it is there, or else the registry]
    #[arg(long, value_name = "SOURCE")]
    runtime: Option<Source>,
    /// Generate from a document in which the linter finds errors, too
    #[arg(long)]
    no_lint: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let Some(plan) = Plan::of(arguments)? else {
        return Ok(Verdict::Negative);
    };
    let mut made = NewFolder::begin(&plan.folder)?;
    for (path, text) in &plan.files {
        let place = plan.folder.join(path);
        let written = std::fs::create_dir_all(place.parent().unwrap_or(&plan.folder))
            .and_then(|()| std::fs::write(&place, text));
        written.with_context(|| format!("cannot write {}", place.display()))?;
    }
    let jobs = job::configured(&plan.folder, PROGRAM)?;
    let how = SyncOptions {
        check: false,
        lint: !arguments.no_lint,
    };
    let verdict = generate::synchronize(Some(&plan.folder), &jobs, how, PROGRAM)?;
    if verdict == Verdict::Negative {
        return Ok(verdict);
    }
    made.is_complete = true;
    let shown = workspace::display_path(&plan.folder, std::env::current_dir().ok().as_deref());
    if let Source::Path(runtimes) = &plan.runtime {
        let whose = match plan.is_by_default {
            true => ", the checkout that this program was built in",
            false => "",
        };
        terminal::complain(&format!(
            "note: the runtimes come from {}{whose}; before others build the workspace elsewhere, change `runtime` in {shown}/openapi/codegen.toml; `oas generate` then names the lines of the README and the workflows that install it",
            runtimes.display()
        ));
    }
    terminal::print_line(&format!(
        "next: cd {} && cargo test",
        quoted_if_needed(&shown)
    ))?;
    Ok(verdict)
}

/// The workspace to be generated.
struct Plan {
    folder: PathBuf,
    runtime: Source,
    /// Whether nobody asked for this runtime.
    is_by_default: bool,
    /// The files that are not generated, by path.
    files: BTreeMap<String, String>,
}

impl Plan {
    /// Plans a workspace by the arguments; returns `None` if the document has errors, which have been printed.
    fn of(arguments: &Arguments) -> anyhow::Result<Option<Self>> {
        if arguments.first == Path::new("-") {
            bail!(
                "a workspace needs a document with a name\nWrite the document to a file, and name that."
            );
        }
        if workspace::is_url(&arguments.first) {
            let url = arguments.first.display();
            bail!(
                "cannot read {url}: {}",
                workspace::url_hint(&arguments.first)
            );
        }
        let is_document = ["yaml", "yml", "json"].iter().any(|end| {
            arguments
                .first
                .extension()
                .is_some_and(|found| found == *end)
        });
        let (document, folder) = match (&arguments.folder, is_document) {
            (folder, true) => (Some(&arguments.first), folder.clone()),
            (None, false) => (None, Some(arguments.first.clone())),
            (Some(_), false) => bail!(
                "{} does not look like a document\nIts name ends in .yaml, .yml or .json.",
                arguments.first.display()
            ),
        };
        let mut copied = BTreeMap::new();
        let name = match document {
            Some(path) => {
                let Some(document) = sound(path, !arguments.no_lint)? else {
                    return Ok(None);
                };
                copied = copies(&document, path);
                arguments
                    .name
                    .clone()
                    .unwrap_or_else(|| name_of(path, &document))
            }
            None => {
                let stem = folder
                    .as_deref()
                    .and_then(Path::file_name)
                    .unwrap_or_default();
                let name = crate_name(&stem.to_string_lossy());
                let name = arguments
                    .name
                    .clone()
                    .or(name)
                    .unwrap_or_else(|| "api".to_owned());
                copied.insert(format!("{name}.yaml"), files::template(&name));
                name
            }
        };
        let spec = match document {
            Some(path) => file_name(path),
            None => format!("{name}.yaml"),
        };
        let folder = folder.unwrap_or_else(|| PathBuf::from(&name));
        let folder = std::path::absolute(&folder).with_context(|| folder.display().to_string())?;
        let asked = arguments.runtime.clone();
        let is_by_default = asked.is_none();
        let here = std::env::current_dir().context("no current folder")?;
        let runtime = asked.map(|runtime| runtime.resolved(&here));
        let runtime = runtime.unwrap_or_else(Source::of_program);
        runtime.ensure_present()?;
        if let Some(difference) = runtime.difference() {
            bail!("{difference}");
        }
        let new = files::WorkspaceFiles {
            name: &name,
            spec: &spec,
            runtime: runtime.setting(&folder)?,
            install: runtime.install(&folder)?,
        };
        let mut files = new.files();
        let copied = copied.into_iter();
        files.extend(copied.map(|(path, text)| (format!("openapi/{path}"), text)));
        Ok(Some(Self {
            folder,
            runtime,
            is_by_default,
            files,
        }))
    }
}

/// A new workspace folder. Removes the folder on drop unless it was completed.
struct NewFolder {
    folder: PathBuf,
    was_there: bool,
    is_complete: bool,
}

impl NewFolder {
    fn begin(folder: &Path) -> anyhow::Result<Self> {
        let entries = std::fs::read_dir(folder);
        let was_there = entries.is_ok();
        let is_free = match entries {
            // A repository that was made first.
            Ok(mut entries) => {
                entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == ".git"))
            }
            Err(_) => !folder.exists(),
        };
        ensure!(
            is_free,
            "{} is there already, and not empty\nName another folder.",
            folder.display()
        );
        Ok(Self {
            folder: folder.to_owned(),
            was_there,
            is_complete: false,
        })
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        if !self.is_complete && !self.was_there {
            // A folder that cannot be removed is reported by the next step.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Reads a document; returns `None` if it has errors, which are printed. Those of the linter are looked for on demand.
fn sound(path: &Path, lint: bool) -> anyhow::Result<Option<Box<Document>>> {
    let shown = workspace::display_path(path, None);
    let (found, hint) = match workspace::read_present(path, &shown)? {
        (Read::Document(document), missing) if !missing.is_empty() => {
            (report::beside_missing(&document, missing), "")
        }
        (Read::Document(document), _) if !lint => return Ok(Some(document)),
        (Read::Document(document), _) => {
            let judged = report::judge(oas_document::lint(&document), None)?;
            if !judged.has_errors() {
                return Ok(Some(document));
            }
            let hint = "; --no-lint generates in spite of what the linter finds";
            (judged.found, hint)
        }
        (Read::Rejected(found), _) => (found, ""),
    };
    generate::complain_of_rejected(&found);
    terminal::complain(&format!("{shown} has errors; nothing was made{hint}"));
    Ok(None)
}

/// Returns the texts of a document's files, by their paths from its folder.
fn copies(document: &Document, path: &Path) -> BTreeMap<String, String> {
    let shown = workspace::display_path(path, None);
    let prefix = shown
        .rsplit_once('/')
        .map(|(folder, _)| format!("{folder}/"));
    let prefix = prefix.unwrap_or_default();
    let files = document.files().filter_map(|name| {
        let text = document.source(name)?.to_owned();
        Some((name.strip_prefix(&prefix).unwrap_or(name).to_owned(), text))
    });
    files.collect()
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Returns the prefix of a document's crate names: from its file name, or from its title if the file name is a generic
/// one.
fn name_of(path: &Path, document: &Document) -> String {
    const COMMON: [&str; 6] = ["api", "apis", "index", "openapi", "spec", "swagger"];
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let title = document.node_at("/info/title").and_then(Node::as_str);
    let of_file = crate_name(&stem).filter(|name| !COMMON.contains(&&**name));
    let name = of_file.or_else(|| crate_name(title?));
    name.unwrap_or_else(|| "api".to_owned())
}

/// Converts a text to the prefix of a crate name; returns `None` if no valid character remains.
fn crate_name(text: &str) -> Option<String> {
    const MAX_LEN: usize = 40;
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let joined: String = words.join("-").chars().take(MAX_LEN).collect();
    let name = joined.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let name = name.trim_end_matches('-');
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_named_after_files_and_titles() {
        for (text, name) in [
            ("petStore.v2", Some("petstore-v2")),
            ("3 Tiny_APIs", Some("tiny-apis")),
            ("宠物", None),
            ("--", None),
        ] {
            assert_eq!(crate_name(text).as_deref(), name, "{text}");
        }
    }
}
