//! `history`: the change history of every operation, as fragments beside the document.

use std::path::Path;

use oas_diff::{Fragment, HistoryEntry, Options, Profile};

use crate::arguments::Arguments;
use crate::config::Config;
use crate::diff;
use crate::git::Repository;
use crate::outcome::{Failure, Outcome, help};
use crate::workspace::{self, Read};

pub(crate) const HELP: &str = "\
Writes what the API page shows as the change history: one fragment a change, in openapi/history.

Usage: cargo xtask history [--check] [--base REV] [--show OPERATION]

The document in the work tree is compared with what it was where this branch left the default branch; each change that
is more than documentation gets a file of its own, so that two pull requests do not meet in one.

Options:
  --check            Write nothing; exit with 1 if a change has no fragment
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
        print!(
            "{}",
            oas_diff::history_of(&address(&root, operation)?, &entries)
        );
        return Ok(Outcome::Fine);
    }
    let wanted = wanted(&root, base.as_deref())?;
    let missing: Vec<Fragment> = wanted
        .into_iter()
        .filter(|fragment| !existing.iter().any(|(name, _)| *name == fragment.file))
        .collect();
    if missing.is_empty() {
        println!("every change has its fragment");
        return Ok(Outcome::Fine);
    }
    for fragment in &missing {
        println!(
            "{} {FOLDER}/{}",
            if check { "missing" } else { "written" },
            fragment.file
        );
    }
    if check {
        eprintln!("a change of the document has no fragment; run `cargo xtask history`");
        return Ok(Outcome::No);
    }
    let folder = root.join(FOLDER);
    std::fs::create_dir_all(&folder)
        .map_err(|error| Failure::new(format!("cannot create {FOLDER}: {error}")))?;
    for fragment in missing {
        std::fs::write(folder.join(&fragment.file), fragment.text).map_err(|error| {
            Failure::new(format!("cannot write {FOLDER}/{}: {error}", fragment.file))
        })?;
    }
    Ok(Outcome::Fine)
}

/// Fragments call operations by method and path: an operation id may change, and is looked up.
fn address(root: &Path, operation: String) -> Result<String, Failure> {
    for entry in Config::read(root)?.document {
        let document = diff::usable(
            workspace::read(&root.join(&entry.spec), &entry.spec)?,
            &entry.spec,
        )?;
        let operations = oas_document::openapi::operations(&document);
        let id = |node: oas_document::Node<'_>| {
            node.get("operationId")
                .and_then(|id| id.as_str().map(str::to_owned))
        };
        if let Some(found) = operations
            .iter()
            .find(|found| id(found.node).as_ref() == Some(&operation))
        {
            return Ok(format!("{} {}", found.method, found.path));
        }
    }
    Ok(operation)
}

/// The fragments that the changes since a revision demand. A document that is new has no history yet.
fn wanted(root: &Path, base: Option<&str>) -> Result<Vec<Fragment>, Failure> {
    let repository = Repository::of(root)?;
    let base = match base {
        Some(revision) => repository.commit(revision)?,
        None => repository.merge_base()?,
    };
    let mut fragments = Vec::new();
    for entry in Config::read(root)?.document {
        let spec = root.join(&entry.spec);
        let Some(Read::Document(before)) = repository.read(&base, &spec)? else {
            continue;
        };
        let after = diff::usable(workspace::read(&spec, &entry.spec)?, &entry.spec)?;
        let options = Options::new(diff::today()).with_profile(Profile::Wire);
        fragments.extend(oas_diff::fragments(&oas_diff::diff(
            &before, &after, &options,
        )));
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
