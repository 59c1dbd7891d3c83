//! How new files get to their places: all of them, or none, as far as a file system allows.
//!
//! All new texts are written into one folder beside the crates, then a journal of what is to be moved where. From then
//! on the change is decided: a run that is killed while files are moved is finished by the next one. Killed before, it
//! has touched nothing, and the next one removes the folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Drift, unwritable};

/// How the name of the folder begins that holds what is to be moved.
const FOLDER: &str = ".generated-";

/// The file of the folder that tells what becomes of the others.
const JOURNAL: &str = "journal";

/// New files that wait for being moved to their places. Dropped before, they leave no trace.
pub(crate) struct Staged<'a> {
    drift: &'a Drift,
    /// Where the crates are, and where the files wait.
    out: &'a Path,
    folder: PathBuf,
    /// Folders that were not there before, the outer ones first.
    folders: Vec<PathBuf>,
    is_decided: bool,
}

impl<'a> Staged<'a> {
    /// Writes all new texts beside the crates in `out`, and touches nothing that is there. Of several documents with
    /// crates in one folder, each has a `name`.
    pub(crate) fn of(out: &'a Path, name: &str, drift: &'a Drift) -> anyhow::Result<Self> {
        let mut staged = Self {
            drift,
            out,
            folder: out.join(format!("{FOLDER}{name}")),
            folders: Vec::new(),
            is_decided: false,
        };
        if drift.is_none() {
            return Ok(staged);
        }
        staged.create(&staged.folder.clone())?;
        let mut journal = String::new();
        for (index, (place, _, text)) in drift.changed.iter().enumerate() {
            staged.create(place.parent().unwrap_or(out))?;
            let written = fs::write(staged.folder.join(index.to_string()), text);
            written.map_err(|error| unwritable(place, &error))?;
            journal.push_str(&format!("move {index} {}\n", staged.line(place)?));
        }
        for (place, _) in &drift.stale {
            journal.push_str(&format!("remove {}\n", staged.line(place)?));
        }
        let unfinished = staged.folder.join("unfinished");
        fs::write(&unfinished, &journal).map_err(|error| unwritable(&unfinished, &error))?;
        Ok(staged)
    }

    /// A path as a line of the journal has it.
    fn line(&self, place: &Path) -> anyhow::Result<String> {
        let relative = place.strip_prefix(self.out).unwrap_or(place);
        match relative.to_str() {
            Some(path) if !path.contains('\n') => Ok(path.to_owned()),
            _ => anyhow::bail!("cannot write {}: its name is no line", place.display()),
        }
    }

    /// Creates a folder and remembers what of it is new.
    fn create(&mut self, folder: &Path) -> anyhow::Result<()> {
        let missing = folder.ancestors().take_while(|folder| !folder.exists());
        let missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        self.folders.extend(missing.into_iter().rev());
        fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))
    }

    /// Moves what is new to its place, and removes what is no longer generated. It takes no room on the disk, and each
    /// file is replaced as a whole.
    pub(crate) fn commit(mut self) -> anyhow::Result<()> {
        if self.drift.is_none() {
            return Ok(());
        }
        let journal = self.folder.join(JOURNAL);
        let decided = fs::rename(self.folder.join("unfinished"), &journal);
        decided.map_err(|error| unwritable(&journal, &error))?;
        self.is_decided = true;
        replay(self.out, &self.folder)
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if self.is_decided || self.drift.is_none() {
            return;
        }
        // What cannot be removed now is removed by the next run.
        let _ = fs::remove_dir_all(&self.folder);
        for folder in self.folders.iter().rev() {
            // One that somebody else uses meanwhile stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Finishes what a run for the crates of this name has decided before it was killed, and removes what it has not.
pub(crate) fn finish(out: &Path, name: &str) -> anyhow::Result<()> {
    let folder = out.join(format!("{FOLDER}{name}"));
    if !folder.is_dir() {
        return Ok(());
    }
    if folder.join(JOURNAL).is_file() {
        return replay(out, &folder);
    }
    fs::remove_dir_all(&folder).map_err(|error| unwritable(&folder, &error))
}

/// Does what the journal of a folder has and is not done yet, and removes the folder.
fn replay(out: &Path, folder: &Path) -> anyhow::Result<()> {
    let journal = folder.join(JOURNAL);
    let text = fs::read_to_string(&journal).map_err(|error| super::unreadable(&journal, &error))?;
    for line in text.lines() {
        let (done, place) = match line.split_once(' ') {
            Some(("remove", place)) => {
                let place = out.join(place);
                let done = fs::remove_file(&place);
                if done.is_ok() {
                    remove_empty_folders(&place);
                }
                (done, place)
            }
            Some(("move", rest)) => {
                let (from, place) = rest.split_once(' ').unwrap_or(("", rest));
                let (from, place) = (folder.join(from), out.join(place));
                if !from.exists() {
                    continue;
                }
                let made = place.parent().map_or(Ok(()), fs::create_dir_all);
                (made.and_then(|()| fs::rename(&from, &place)), place)
            }
            _ => continue,
        };
        match done {
            // What is gone already was removed before.
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(unwritable(&place, &error));
            }
            _ => {}
        }
    }
    fs::remove_dir_all(folder).map_err(|error| unwritable(folder, &error))
}

fn remove_empty_folders(place: &Path) {
    // A folder that still holds something refuses, and that ends the climb.
    for folder in place.ancestors().skip(1) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}
