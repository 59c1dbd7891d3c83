//! Caches the items that rustfmt has formatted, for the next run.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The key that identifies the text of an item.
pub(super) type Key = u128;

/// Returns the key of an item. A collision of 128 bits is not to be expected, and a key from another version of the
/// program only misses.
pub(super) fn key(item: &str) -> Key {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        item.hash(&mut hasher);
        Key::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// The first line of the file, with the version of its form.
const HEAD: &str = "formatted 1 ";

/// Formatted items by what they were made of. The file holds those of the last run alone.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    path: Option<PathBuf>,
    /// The formatter: another version formats text differently.
    formatter: String,
    /// The file as the last run left it.
    text: String,
    /// The ranges of the items in it.
    old: HashMap<Key, (usize, usize)>,
    new: HashMap<Key, String>,
    used: HashSet<Key>,
}

impl Cache {
    /// Reads a cache file, if it exists and was written with this version of the program and of rustfmt.
    pub(crate) fn open(path: Option<&Path>) -> Self {
        let Some(path) = path else {
            return Self::default();
        };
        let mut cache = Self {
            path: Some(path.to_owned()),
            formatter: formatter(),
            ..Self::default()
        };
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if let Some(places) = places(&text, &cache.formatter) {
            cache.old = places;
            cache.text = text;
        }
        cache
    }

    /// Returns whether an item is cached, in which case it is kept.
    pub(super) fn has(&mut self, key: Key) -> bool {
        self.used.insert(key);
        self.old.contains_key(&key) || self.new.contains_key(&key)
    }

    pub(super) fn get(&self, key: Key) -> Option<&str> {
        if let Some(new) = self.new.get(&key) {
            return Some(new);
        }
        let (start, end) = *self.old.get(&key)?;
        self.text.get(start..end)
    }

    pub(super) fn insert(&mut self, key: Key, text: String) {
        self.new.insert(key, text);
    }

    /// Writes the items that were used. An error is ignored, because it only makes the next run slower.
    pub(crate) fn close(&self) {
        let is_same = self.new.is_empty() && self.used.len() == self.old.len();
        let (Some(path), false) = (&self.path, is_same) else {
            return;
        };
        let _ = self.write(path);
    }

    /// Writes the file atomically, because two runs may be under way.
    fn write(&self, path: &Path) -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let file = tempfile::NamedTempFile::new_in(folder)?;
        let mut out = BufWriter::new(file);
        writeln!(out, "{HEAD}{}", self.formatter)?;
        let mut used: Vec<Key> = self.used.iter().copied().collect();
        used.sort_unstable();
        for key in used {
            if let Some(text) = self.get(key) {
                write!(out, "{key:x} {}\n{text}", text.len())?;
            }
        }
        out.into_inner()?.persist(path)?;
        Ok(())
    }
}

/// Returns the ranges of the items in a file; `None` if it is incomplete, or from another version.
fn places(text: &str, formatter: &str) -> Option<HashMap<Key, (usize, usize)>> {
    let (head, _) = text.split_once('\n')?;
    if head.strip_prefix(HEAD)? != formatter {
        return None;
    }
    let mut places = HashMap::new();
    let mut at = head.len() + 1;
    while at < text.len() {
        let line = text.get(at..)?.split('\n').next()?;
        let (key, length) = line.split_once(' ')?;
        let start = at + line.len() + 1;
        let end = start.checked_add(length.parse().ok()?)?;
        text.get(start..end)?;
        places.insert(Key::from_str_radix(key, 16).ok()?, (start, end));
        at = end;
    }
    Some(places)
}

/// Returns the version of rustfmt and its options.
fn formatter() -> String {
    let version = Command::new(super::program()).arg("--version").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    format!(
        "{} {}",
        version.unwrap_or_default(),
        super::OPTIONS.join(" ")
    )
}
