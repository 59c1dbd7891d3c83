//! Implements `history`, which stores the change history of every operation, as fragments beside the document.

use std::path::Path;

use anyhow::anyhow;
use oas_diff::{HistoryEntry, HistoryFragment, Options};
use oas_document::{Document, Node, nearest};

use super::diff;
use crate::config::Config;
use crate::git::Repository;
use crate::terminal;
use crate::verdict::Verdict;
use crate::workspace::{self, Read};

/// Write the change history of the operations: one fragment per change, in openapi/history
///
/// The documents in the work tree are compared with their state at the merge base with the default branch. Each change that is
/// more than documentation gets a file of its own, so that pull requests do not conflict; fragments of this branch whose change is
/// gone are removed again.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; exit with 1 if a change has no fragment, or a new fragment no change
    #[arg(long, conflicts_with = "show")]
    check: bool,
    /// Compare with git revision REV instead of the merge base with the default branch
    #[arg(long, value_name = "REV", conflicts_with = "show")]
    base: Option<String>,
    /// Show the history of an operation (its id, or METHOD PATH), made of the fragments
    #[arg(long, value_name = "OPERATION")]
    show: Option<String>,
}

const FOLDER: &str = "openapi/history";

pub(super) fn run(arguments: &Arguments, program: &str) -> anyhow::Result<Verdict> {
    let root = workspace::root()?;
    let existing = read_fragments(&root)?;
    if let Some(operation) = &arguments.show {
        let entries: Vec<HistoryEntry> = existing.into_iter().map(|(_, entry)| entry).collect();
        let names = names(&root, operation, &entries)?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        terminal::print(&oas_diff::history_of(&names, &entries).to_string())?;
        return Ok(Verdict::Success);
    }
    let repository = Repository::of(&root)?;
    let base = repository.base(arguments.base.as_deref())?;
    let required = required(&root, &repository, &base)?;
    let has = |name: &str| existing.iter().any(|(known, _)| known == name);
    let missing: Vec<&HistoryFragment> = required
        .iter()
        .filter(|fragment| !has(&fragment.file))
        .collect();
    // Fragments of the base remain, regardless of the changes in this branch: they are history.
    let old = repository.list(&base, &root.join(FOLDER))?;
    let stale: Vec<&String> = existing
        .iter()
        .map(|(name, _)| name)
        .filter(|name| {
            !old.contains(name) && required.iter().all(|fragment| fragment.file != **name)
        })
        .collect();
    if missing.is_empty() && stale.is_empty() {
        terminal::print_line("every change has its fragment")?;
        return Ok(Verdict::Success);
    }
    for (words, name) in (missing
        .iter()
        .map(|fragment| (["missing", "written"], &fragment.file)))
    .chain(stale.iter().map(|name| (["stale  ", "removed"], *name)))
    {
        let word = words[usize::from(!arguments.check)];
        terminal::print_line(&format!("{word} {FOLDER}/{name}"))?;
    }
    if arguments.check {
        terminal::complain(&format!(
            "the change history is not that of the documents; run `{program} history`"
        ));
        return Ok(Verdict::Negative);
    }
    write(&root.join(FOLDER), &missing, &stale)?;
    Ok(Verdict::Success)
}

fn write(folder: &Path, missing: &[&HistoryFragment], stale: &[&String]) -> anyhow::Result<()> {
    let failed = |what: &str, error: std::io::Error| anyhow!("cannot {what}: {error}");
    std::fs::create_dir_all(folder).map_err(|error| failed(&format!("create {FOLDER}"), error))?;
    for HistoryFragment { file, text } in missing {
        std::fs::write(folder.join(file), text)
            .map_err(|error| failed(&format!("write {FOLDER}/{file}"), error))?;
    }
    for name in stale {
        std::fs::remove_file(folder.join(name))
            .map_err(|error| failed(&format!("remove {FOLDER}/{name}"), error))?;
    }
    Ok(())
}

/// Returns all names of an operation, given one of them.
///
/// # Errors
///
/// Returns an error if neither the documents nor their history contain an operation of this name.
fn names(root: &Path, called: &str, history: &[HistoryEntry]) -> anyhow::Result<Vec<String>> {
    let mut known = Vec::new();
    for spec in diff::specs(root)? {
        let document = read(root, &spec)?;
        for operation in oas_document::openapi::operations(&document) {
            let name = operation.key().to_string();
            let id = operation.node.get("operationId").and_then(Node::as_str);
            let names: Vec<String> = id.map(str::to_owned).into_iter().chain([name]).collect();
            if names.iter().any(|name| name == called) {
                return Ok(names);
            }
            known.extend(names);
        }
    }
    // A removed operation keeps its last name.
    let former = history.iter().flat_map(|entry| &entry.operations);
    known.extend(former.flat_map(|operation| {
        let id = operation.id.clone();
        std::iter::once(operation.name.clone()).chain(id)
    }));
    if known.iter().any(|name| name == called) {
        return Ok(vec![called.to_owned()]);
    }
    let near = nearest(called, known.iter().map(String::as_str));
    let near = near.map(|near| format!("; did you mean `{near}`?"));
    Err(anyhow!(
        "neither the documents nor their history have an operation `{}`{}\nName it by its id, or by METHOD PATH.",
        called.escape_debug(),
        near.unwrap_or_default()
    ))
}

fn read(root: &Path, spec: &Path) -> anyhow::Result<Box<Document>> {
    let shown = workspace::display_path(spec, Some(root));
    diff::usable(workspace::read(spec, &shown)?, &shown)
}

/// Returns the fragments that the changes since a commit require. A document that is new has no
/// history yet.
fn required(
    root: &Path,
    repository: &Repository,
    base: &str,
) -> anyhow::Result<Vec<HistoryFragment>> {
    let mut fragments = Vec::new();
    for entry in Config::read(root)?.document {
        let spec = root.join(&entry.spec);
        let after = read(root, &spec)?;
        let before = match repository.read(base, &spec)? {
            None => continue,
            Some(Read::Document(before)) => before,
            Some(Read::Rejected(diagnostics)) => {
                terminal::complain_of(&diagnostics);
                return Err(anyhow!(
                    "{} at {} cannot be compared\nName a revision at which it can: --base REV",
                    entry.spec,
                    diff::short(base)
                ));
            }
        };
        let report = oas_diff::diff(&before, &after, &Options::new(diff::today()));
        // Two documents may have the same change.
        let named = |fragment: HistoryFragment| HistoryFragment {
            file: format!("{}-{}", entry.name, fragment.file),
            ..fragment
        };
        fragments.extend(oas_diff::history_fragments(&report).into_iter().map(named));
    }
    Ok(fragments)
}

/// Returns the fragments of the document with this `name` in codegen.toml.
pub(super) fn fragments_of(root: &Path, name: &str) -> anyhow::Result<Vec<HistoryEntry>> {
    let names: Vec<String> = Config::read(root)?
        .document
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    // A name can begin with another; the longest that fits is meant.
    let owner = |file: &str| {
        let owns = |name: &&String| {
            let rest = file.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.starts_with('-'))
        };
        let owners = names.iter().filter(owns);
        owners.max_by_key(|name| name.len()).map(String::as_str)
    };
    let fragments = read_fragments(root)?.into_iter();
    let own = fragments.filter(|(file, _)| owner(file) == Some(name));
    Ok(own.map(|(_, entry)| entry).collect())
}

/// Reads the existing fragments: names and contents.
fn read_fragments(root: &Path) -> anyhow::Result<Vec<(String, HistoryEntry)>> {
    let folder = root.join(FOLDER);
    let mut fragments = Vec::new();
    if !folder.is_dir() {
        return Ok(fragments);
    }
    let unreadable = |error| anyhow!("cannot read {FOLDER}: {error}");
    for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !name.ends_with(".txt") {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(unreadable)?;
        let entry = oas_diff::parse_history_fragment(&text)
            .map_err(|problem| anyhow!("{FOLDER}/{name} is not understood: {problem}"))?;
        fragments.push((name, entry));
    }
    fragments.sort_by(|left, right| left.0.cmp(&right.0));
    Ok(fragments)
}
