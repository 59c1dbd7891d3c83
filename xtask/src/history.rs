//! `history`: the change history of every operation, as fragments beside the document.

use std::path::Path;

use oas_diff::{Fragment, HistoryEntry, Options};
use oas_document::{Document, Node};

use crate::arguments::Arguments;
use crate::config::Config;
use crate::diff;
use crate::git::Repository;
use crate::lint;
use crate::outcome::{Failure, Outcome, help};
use crate::workspace::{self, Read};

pub(crate) const HELP: &str = "\
Writes what the API page shows as the change history: one fragment a change, in openapi/history.

Usage: cargo xtask history [--check] [--base REV]
       cargo xtask history --show OPERATION

The documents in the work tree are compared with what they were where this branch left the default branch. Each change
that is more than documentation gets a file of its own, so that two pull requests do not meet in one; fragments of this
branch whose change is gone are removed again.

Options:
  --check            Write nothing; exit with 1 if a change has no fragment, or a new fragment no change
  --base REV         Compare with this revision instead
  --show OPERATION   Show the history of an operation (its id, or METHOD PATH), made of the fragments
  -h, --help         Show this text
";

const FOLDER: &str = "openapi/history";

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome, Failure> {
    let (mut check, mut base, mut show) = (false, None, None);
    while let Some(option) = arguments.option(HELP)? {
        match option.as_str() {
            "check" => check = true,
            "base" => base = Some(arguments.value()?),
            "show" => show = Some(arguments.value()?),
            "help" => return help(HELP),
            other => return Err(Failure::unknown_option(other, HELP)),
        }
    }
    let root = workspace::root()?;
    let existing = read_fragments(&root)?;
    if let Some(operation) = show {
        let entries: Vec<HistoryEntry> = existing.into_iter().map(|(_, entry)| entry).collect();
        let names = names(&root, &operation)?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        print!("{}", oas_diff::history_of(&names, &entries));
        return Ok(Outcome::Fine);
    }
    let repository = Repository::of(&root)?;
    let base = repository.base(base.as_deref())?;
    let wanted = wanted(&root, &repository, &base)?;
    let has = |name: &str| existing.iter().any(|(known, _)| known == name);
    let missing: Vec<&Fragment> = wanted
        .iter()
        .filter(|fragment| !has(&fragment.file))
        .collect();
    // What was there before stays, whatever this branch does: it is history.
    let old = repository.list(&base, &root.join(FOLDER))?;
    let stale: Vec<&String> = existing
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !old.contains(name) && wanted.iter().all(|fragment| fragment.file != **name))
        .collect();
    if missing.is_empty() && stale.is_empty() {
        println!("every change has its fragment");
        return Ok(Outcome::Fine);
    }
    for (words, name) in (missing
        .iter()
        .map(|fragment| (["missing", "written"], &fragment.file)))
    .chain(stale.iter().map(|name| (["stale  ", "removed"], *name)))
    {
        println!("{} {FOLDER}/{name}", words[usize::from(!check)]);
    }
    if check {
        eprintln!("the change history is not that of the documents; run `cargo xtask history`");
        return Ok(Outcome::No);
    }
    write(&root.join(FOLDER), &missing, &stale)?;
    Ok(Outcome::Fine)
}

fn write(folder: &Path, missing: &[&Fragment], stale: &[&String]) -> Result<(), Failure> {
    let failed =
        |what: &str, error: std::io::Error| Failure::new(format!("cannot {what}: {error}"));
    std::fs::create_dir_all(folder).map_err(|error| failed(&format!("create {FOLDER}"), error))?;
    for Fragment { file, text } in missing {
        std::fs::write(folder.join(file), text)
            .map_err(|error| failed(&format!("write {FOLDER}/{file}"), error))?;
    }
    for name in stale {
        std::fs::remove_file(folder.join(name))
            .map_err(|error| failed(&format!("remove {FOLDER}/{name}"), error))?;
    }
    Ok(())
}

/// All names of an operation that is called by one of them.
fn names(root: &Path, called: &str) -> Result<Vec<String>, Failure> {
    for spec in diff::specs(root)? {
        let document = read(root, &spec)?;
        for operation in oas_document::openapi::operations(&document) {
            let name = format!("{} {}", operation.method, operation.path);
            let id = operation.node.get("operationId").and_then(Node::as_str);
            if name == called || id == Some(called) {
                return Ok(id.map(str::to_owned).into_iter().chain([name]).collect());
            }
        }
    }
    // One that is gone is still called what it was.
    Ok(vec![called.to_owned()])
}

fn read(root: &Path, spec: &Path) -> Result<Box<Document>, Failure> {
    let shown = workspace::shown(spec, Some(root));
    diff::usable(workspace::read(spec, &shown)?, &shown)
}

/// The fragments that the changes since a commit demand. A document that is new has no history yet.
fn wanted(root: &Path, repository: &Repository, base: &str) -> Result<Vec<Fragment>, Failure> {
    let mut fragments = Vec::new();
    for entry in Config::read(root)?.document {
        let spec = root.join(&entry.spec);
        let after = read(root, &spec)?;
        let before = match repository.read(base, &spec)? {
            None => continue,
            Some(Read::Document(before)) => before,
            Some(Read::Refused(diagnostics)) => {
                lint::print(&diagnostics);
                return Err(Failure::new(format!(
                    "{} at {} cannot be compared\nName a revision at which it can: --base REV",
                    entry.spec,
                    diff::short(base)
                )));
            }
        };
        let report = oas_diff::diff(&before, &after, &Options::new(diff::today()));
        // Two documents may have the same change.
        let named = |fragment: Fragment| Fragment {
            file: format!("{}-{}", entry.name, fragment.file),
            ..fragment
        };
        fragments.extend(oas_diff::fragments(&report).into_iter().map(named));
    }
    Ok(fragments)
}

/// The fragments that are there: name and content.
fn read_fragments(root: &Path) -> Result<Vec<(String, HistoryEntry)>, Failure> {
    let folder = root.join(FOLDER);
    let mut fragments = Vec::new();
    if !folder.is_dir() {
        return Ok(fragments);
    }
    let unreadable = |error| Failure::new(format!("cannot read {FOLDER}: {error}"));
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
        let entry = oas_diff::parse_fragment(&text).map_err(|problem| {
            Failure::new(format!("{FOLDER}/{name} is not understood: {problem}"))
        })?;
        fragments.push((name, entry));
    }
    fragments.sort_by(|left, right| left.0.cmp(&right.0));
    Ok(fragments)
}
