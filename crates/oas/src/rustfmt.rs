//! Formats generated Rust by rustfmt, with a pinned style edition, so that the bytes do not depend on the machine.
//!
//! Items are formatted one by one, independently of their file: in parallel, and only those whose text was not
//! formatted before. rustfmt formats an item independently of others, except for adjacent imports and modules, which
//! have no empty lines between them and so are one item here.

mod cache;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, anyhow};
use memchr::memmem;

pub(crate) use self::cache::Cache;
use self::cache::Key;
use crate::parallel;

/// The prefix of the names of temporary folders.
const PREFIX: &str = "oas-rustfmt-";

/// A folder of this age belongs to a run that was killed: no run of rustfmt takes as long.
const AGE: Duration = Duration::from_secs(60 * 60);

/// Returns a number that identifies a folder, for the name of its cache.
pub(crate) fn place(folder: &Path) -> u64 {
    cache::key(&folder.to_string_lossy()) as u64
}

/// Formats every Rust file among these. `known` contains the results of an earlier run, and then those of this one too.
///
/// Each text is replaced as soon as its formatted one is put together, so that there are not two of every file.
pub(crate) fn format(
    files: &mut BTreeMap<String, String>,
    known: &mut Cache,
) -> anyhow::Result<()> {
    let rust: Vec<&mut String> = files
        .iter_mut()
        .filter_map(|(path, text)| path.ends_with(".rs").then_some(text))
        .collect();
    let plan = plan(&rust);
    let mut missing: HashMap<Key, &str> = HashMap::new();
    let (mut complete, mut incomplete) = (Vec::new(), Vec::new());
    for (text, items) in rust.into_iter().zip(plan) {
        // Each is asked for, because what is asked for is kept.
        let is_known = |(key, _): &Item| key.is_none_or(|key| known.has(key));
        match items.iter().map(is_known).fold(true, |all, one| all & one) {
            true => complete.push((text, items)),
            false => incomplete.push((text, items)),
        }
    }
    for (text, items) in &incomplete {
        for (key, place) in items {
            if let Some(key) = *key
                && known.get(key).is_none()
            {
                missing.insert(key, text.get(place.clone()).unwrap_or_default());
            }
        }
    }
    let mut missing: Vec<(Key, &str)> = missing.into_iter().collect();
    // So that the same items make the same batches.
    missing.sort_unstable();
    // Most files of a document that was edited are known as a whole.
    let (new, ()) = parallel::both(|| formatted(&missing), || put_together(complete, known));
    for (key, text) in new? {
        known.insert(key, text);
    }
    put_together(incomplete, known);
    Ok(())
}

/// Replaces texts by their formatted items.
fn put_together(texts: Vec<(&mut String, Vec<Item>)>, known: &Cache) {
    for (text, items) in texts {
        let mut out = String::with_capacity(text.len());
        for (key, place) in items {
            if !out.is_empty() {
                out.push('\n');
            }
            let formatted = key.and_then(|key| known.get(key));
            out.push_str(formatted.or_else(|| text.get(place)).unwrap_or_default());
        }
        *text = out;
    }
}

/// An item of a file: its key, unless it is already formatted, and its place in the text.
type Item = (Option<Key>, Range<usize>);

/// Splits texts into their items, every second text on a thread of its own.
fn plan(texts: &[&mut String]) -> Vec<Vec<Item>> {
    let split = |first: usize| {
        let texts = texts.iter().skip(first).step_by(2);
        texts.map(|text| items_of(text)).collect::<Vec<_>>()
    };
    let (even, odd) = parallel::both(|| split(0), || split(1));
    let mut odd = odd.into_iter();
    let pairs = even.into_iter().map(|even| [Some(even), odd.next()]);
    pairs.flatten().flatten().collect()
}

fn items_of(text: &str) -> Vec<Item> {
    let mut end = 0;
    let items = items(text).map(|item| {
        // There is an empty line between two items.
        let start = if end == 0 { 0 } else { end + 1 };
        end = start + item.len();
        ((!is_ready(item)).then(|| cache::key(item)), start..end)
    });
    items.collect()
}

/// Splits a file into items, each with the comments before it: every item begins in the first column after an empty
/// line.
pub(crate) fn items(text: &str) -> impl Iterator<Item = &str> {
    let length = text.trim_end_matches('\n').len() + 1;
    let mut text = text.get(..length).unwrap_or(text);
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        let mut rest = 0;
        let end = loop {
            let after = text.as_bytes().get(rest..).unwrap_or_default();
            let Some(found) = memmem::find(after, b"\n\n") else {
                break text.len();
            };
            let end = rest + found + 1;
            let next = text.as_bytes().get(end + 1);
            if next.is_some_and(|next| !next.is_ascii_whitespace()) {
                break end;
            }
            rest = end;
        };
        let (item, after) = text.split_at(end);
        text = after.strip_prefix('\n').unwrap_or(after);
        Some(item)
    })
}

/// Returns whether an item is already formatted: comments and attributes of the file, and modules in files of their
/// own, which rustfmt would search for.
fn is_ready(item: &str) -> bool {
    item.lines().all(|line| {
        let module = line.strip_prefix("pub ").unwrap_or(line);
        let is_module = module.starts_with("mod ") && module.ends_with(';');
        is_module || line.starts_with("#![") || line.starts_with("// ") || line.starts_with("//!")
    })
}

/// The size of the text that one run of rustfmt formats, because rustfmt keeps the file and its syntax tree in memory.
const BATCH: usize = 1 << 17;

/// The separator between the items of a batch, which rustfmt leaves in place.
const SEPARATOR: &str = "// ---8<---";

fn formatted(items: &[(Key, &str)]) -> anyhow::Result<Vec<(Key, String)>> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let mut batches: Vec<&[(Key, &str)]> = Vec::new();
    let mut rest = items;
    while !rest.is_empty() {
        let mut size = 0;
        let count = rest.iter().take_while(|(_, item)| {
            let fits = size < BATCH;
            size += item.len();
            fits
        });
        let (batch, after) = rest.split_at(count.count());
        batches.push(batch);
        rest = after;
    }
    let parent = std::env::temp_dir();
    remove_leftovers(&parent);
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent);
    let folder = folder.context("no temporary folder")?;
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let workers = workers.min(batches.len());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..workers)
            .map(|worker| {
                let batches: Vec<_> = batches.iter().skip(worker).step_by(workers).collect();
                let folder = folder.path().join(worker.to_string());
                scope.spawn(move || format_batches(&folder, &batches))
            })
            .collect();
        let mut done = Vec::with_capacity(items.len());
        for worker in workers {
            let batch = worker.join();
            done.extend(batch.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(done)
    })
}

/// Removes temporary folders of runs that were killed. Those that cannot be removed belong to another user.
fn remove_leftovers(parent: &Path) {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return;
    };
    let now = SystemTime::now();
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let modified = || entry.metadata().ok()?.modified().ok();
        let is_old = |time: SystemTime| now.duration_since(time).is_ok_and(|age| age > AGE);
        if is_ours && modified().is_some_and(is_old) {
            drop(std::fs::remove_dir_all(entry.path()));
        }
    }
}

/// Formats batches with one process, as files in this folder.
fn format_batches(
    folder: &Path,
    batches: &[&&[(Key, &str)]],
) -> anyhow::Result<Vec<(Key, String)>> {
    let failed = |error: std::io::Error| anyhow!("cannot use {}: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut names = Vec::new();
    for (index, batch) in batches.iter().enumerate() {
        let name = format!("{index}.rs");
        let texts: Vec<&str> = batch.iter().map(|(_, item)| *item).collect();
        let text = texts.join(&format!("\n{SEPARATOR}\n\n"));
        std::fs::write(folder.join(&name), text).map_err(failed)?;
        names.push(name);
    }
    run(folder, &names)?;
    let mut done = Vec::new();
    for (name, batch) in names.iter().zip(batches) {
        let text = std::fs::read_to_string(folder.join(name)).map_err(failed)?;
        let separator = format!("\n{SEPARATOR}\n");
        let texts: Vec<&str> = text.split(&separator).collect();
        if texts.len() != batch.len() {
            return Err(anyhow!(
                "rustfmt made {} items of {}, which is a defect of the generator",
                texts.len(),
                batch.len()
            ));
        }
        let texts = texts
            .into_iter()
            .map(|text| format!("{}\n", text.trim_matches('\n')));
        done.extend(batch.iter().map(|(key, _)| *key).zip(texts));
    }
    Ok(done)
}

fn program() -> std::ffi::OsString {
    std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into())
}

/// The options of rustfmt, independent of any configuration file.
const OPTIONS: [&str; 4] = ["--edition", "2024", "--style-edition", "2024"];

fn run(folder: &Path, names: &[String]) -> anyhow::Result<()> {
    let mut command = Command::new(program());
    command
        .current_dir(folder)
        .args(OPTIONS)
        .arg("--quiet")
        .args(names);
    let output = command.stdin(Stdio::null()).output().map_err(|error| {
        anyhow!("cannot run rustfmt: {error}\nInstall it with `rustup component add rustfmt`.")
    })?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(anyhow!(
        "rustfmt does not take what was generated, which is a defect of the generator\n{text}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_begin_after_empty_lines_in_the_first_column() {
        let text = "// mark\n\n//! docs\n\nuse a::b;\nuse c::d;\n\nimpl X {\n    fn a() {}\n\n    fn b() {}\n}\n";
        let found: Vec<&str> = items(text).collect();
        assert_eq!(
            found,
            [
                "// mark\n",
                "//! docs\n",
                "use a::b;\nuse c::d;\n",
                "impl X {\n    fn a() {}\n\n    fn b() {}\n}\n"
            ]
        );
        assert_eq!(found.join("\n"), text);
    }

    #[test]
    fn a_second_run_formats_nothing_anew() {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("cache");
        let raw = || {
            BTreeMap::from([(
                "a/src/lib.rs".to_owned(),
                "fn  a( ) { }\n\nfn b(){}\n".to_owned(),
            )])
        };
        let mut first = raw();
        let mut known = Cache::open(Some(&cache));
        format(&mut first, &mut known).unwrap();
        known.close();
        assert_eq!(first["a/src/lib.rs"], "fn a() {}\n\nfn b() {}\n");
        // Items in the cache are used without any further check.
        let text = std::fs::read_to_string(&cache).unwrap();
        std::fs::write(&cache, text.replace("fn a() {}", "fn z() {}")).unwrap();
        let mut second = raw();
        format(&mut second, &mut Cache::open(Some(&cache))).unwrap();
        assert_eq!(second["a/src/lib.rs"], "fn z() {}\n\nfn b() {}\n");
    }
}
