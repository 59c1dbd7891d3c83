//! Moves new files to their places: all of them, or none, as far as a file system allows.
//!
//! All new texts are written into one folder beside the crates, then a journal of the moves. From then on the change is
//! committed: a run that is killed while files are moved is finished by the next one. A run that is killed before that
//! has changed nothing, and the next one removes the folder.
//!
//! A journal that is found may come with a checkout from anywhere. Its lines are limited to what generation itself
//! does: their paths are below the folder of the crates, without symbolic links, and no file of a person is replaced or
//! removed.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{anyhow, bail};

use super::{Drift, is_generated, unreadable, unwritable};

/// The prefix of the name of the folder that contains the new files.
const FOLDER: &str = ".generated-";

/// The name of the journal in the folder, which lists the moves of the other files.
const JOURNAL: &str = "journal";

/// New files that are being written. Dropped before they are committed, they leave no trace.
pub(crate) struct Staging<'a> {
    /// The folder of the crates, and the folder of the new files.
    out: &'a Path,
    folder: PathBuf,
    /// Folders that were not there before, the outer ones first.
    folders: Vec<PathBuf>,
    /// The journal so far, and the number of files that it moves.
    journal: String,
    moves: usize,
    is_decided: bool,
}

/// New files that wait for being moved to their places.
pub(crate) struct Staged<'a>(Staging<'a>);

impl<'a> Staging<'a> {
    /// Begins with no files for the crates in `out`. Of several documents with crates in one folder, each has a `name`.
    pub(crate) fn new(out: &'a Path, name: &str) -> Self {
        Self {
            out,
            folder: out.join(format!("{FOLDER}{name}")),
            folders: Vec::new(),
            journal: String::new(),
            moves: 0,
            is_decided: false,
        }
    }

    /// Writes a new text beside the crates, for this place, and touches nothing that is there.
    pub(crate) fn write(&mut self, place: &Path, text: &str) -> anyhow::Result<()> {
        if self.moves == 0 {
            self.create(&self.folder.clone())?;
        }
        let (line, index) = (self.line(place)?, self.moves);
        self.create(place.parent().unwrap_or(self.out))?;
        let written = fs::write(self.folder.join(index.to_string()), text);
        written.map_err(|error| unwritable(place, &error))?;
        self.journal.push_str(&format!("move {index} {line}\n"));
        self.moves += 1;
        Ok(())
    }

    /// Makes the file at this place one that is removed.
    pub(crate) fn remove(&mut self, place: &Path) -> anyhow::Result<()> {
        let line = self.line(place)?;
        self.journal.push_str(&format!("remove {line}\n"));
        Ok(())
    }

    /// Writes what is left to be written.
    pub(crate) fn ready(mut self) -> anyhow::Result<Staged<'a>> {
        if !self.journal.is_empty() {
            self.create(&self.folder.clone())?;
            let unfinished = self.folder.join("unfinished");
            let written = fs::write(&unfinished, &self.journal);
            written.map_err(|error| unwritable(&unfinished, &error))?;
        }
        Ok(Staged(self))
    }

    /// Formats a path as a line of the journal.
    fn line(&self, place: &Path) -> anyhow::Result<String> {
        let relative = place.strip_prefix(self.out).unwrap_or(place);
        match relative.to_str() {
            Some(path) if !path.contains('\n') => {
                below(self.out, path)?;
                Ok(path.to_owned())
            }
            _ => bail!(
                "cannot write {}: the path is not UTF-8 or contains a line break",
                place.display()
            ),
        }
    }

    /// Creates a folder, and records which of its parents are new.
    fn create(&mut self, folder: &Path) -> anyhow::Result<()> {
        let missing = folder.ancestors().take_while(|folder| !folder.exists());
        let missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        self.folders.extend(missing.into_iter().rev());
        fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))
    }
}

impl<'a> Staged<'a> {
    /// Writes all new texts of a [`Drift`].
    pub(crate) fn of(out: &'a Path, name: &str, drift: &Drift) -> anyhow::Result<Self> {
        let mut staging = Staging::new(out, name);
        for (place, _, text) in &drift.changed {
            staging.write(place, text)?;
        }
        for (place, _) in &drift.stale {
            staging.remove(place)?;
        }
        staging.ready()
    }

    /// Moves new files to their places, and removes files that are no longer generated. This needs no space on the
    /// disk, and each file is replaced atomically.
    pub(crate) fn commit(self) -> anyhow::Result<()> {
        let Self(mut staging) = self;
        if staging.journal.is_empty() {
            return Ok(());
        }
        let journal = staging.folder.join(JOURNAL);
        let decided = fs::rename(staging.folder.join("unfinished"), &journal);
        decided.map_err(|error| unwritable(&journal, &error))?;
        staging.is_decided = true;
        replay(staging.out, &staging.folder)
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        let is_untouched = self.folders.is_empty() && self.journal.is_empty();
        if self.is_decided || is_untouched {
            return;
        }
        // A file that cannot be removed now is removed by the next run.
        let _ = fs::remove_dir_all(&self.folder);
        for folder in self.folders.iter().rev() {
            // A folder that another process uses meanwhile stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Completes the committed changes of killed runs for the crates of this name, and removes their uncommitted ones.
pub(crate) fn finish(out: &Path, name: &str) -> anyhow::Result<()> {
    let folder = out.join(format!("{FOLDER}{name}"));
    match fs::symlink_metadata(&folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => bail!("{} is not a folder\nDelete it.", folder.display()),
        Err(_) => return Ok(()),
    }
    if folder.join(JOURNAL).is_file() {
        return replay(out, &folder);
    }
    fs::remove_dir_all(&folder).map_err(|error| unwritable(&folder, &error))
}

/// A line of a journal.
struct Step {
    /// The file that waits; none where one is to be removed.
    from: Option<PathBuf>,
    place: PathBuf,
}

impl Step {
    /// Parses a line.
    ///
    /// # Errors
    ///
    /// Returns an error if the line does something that generation does not.
    fn of(line: &str, out: &Path, folder: &Path) -> anyhow::Result<Self> {
        let (from, place) = match line.split_once(' ') {
            Some(("remove", place)) => (None, place),
            Some(("move", rest)) => match rest.split_once(' ') {
                Some((index, place)) if index.bytes().all(|byte| byte.is_ascii_digit()) => {
                    (Some(folder.join(index)), place)
                }
                _ => bail!("the journal line names no staged file"),
            },
            _ => bail!("the journal line begins with neither `move` nor `remove`"),
        };
        let place = below(out, place)?;
        // A file that was already moved is missing, and its place contains the new text.
        if let Some(Ok(found)) = from.as_deref().map(fs::symlink_metadata)
            && !found.is_file()
        {
            bail!("the staged path is not a regular file");
        }
        match fs::metadata(&place) {
            Ok(found) if !found.is_file() => bail!("{} is not a regular file", place.display()),
            Ok(_) => {
                let text =
                    fs::read_to_string(&place).map_err(|error| unreadable(&place, &error))?;
                if !is_generated(&text) && !text.is_empty() {
                    bail!("{} is not generated", place.display());
                }
            }
            Err(_) => {}
        }
        Ok(Self { from, place })
    }

    fn run(&self) -> anyhow::Result<()> {
        let place = &self.place;
        let done = match &self.from {
            None => fs::remove_file(place).inspect(|()| remove_empty_folders(place)),
            Some(from) if from.exists() => {
                let made = place.parent().map_or(Ok(()), fs::create_dir_all);
                made.and_then(|()| fs::rename(from, place))
            }
            Some(_) => Ok(()),
        };
        match done {
            // A missing file was already removed.
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(unwritable(place, &error))
            }
            _ => Ok(()),
        }
    }
}

/// Resolves a path below a folder.
///
/// # Errors
///
/// Returns an error if the path contains `..`, is absolute, or contains a symbolic link.
fn below(out: &Path, path: &str) -> anyhow::Result<PathBuf> {
    let mut place = out.to_owned();
    let mut components = Path::new(path).components().peekable();
    if components.peek().is_none() {
        bail!("the journal line names no file");
    }
    while let Some(component) = components.next() {
        let Component::Normal(name) = component else {
            bail!("{path} is not below {}", out.display());
        };
        place.push(name);
        let is_link = |found: fs::Metadata| found.file_type().is_symlink();
        if components.peek().is_some() && fs::symlink_metadata(&place).is_ok_and(is_link) {
            bail!(
                "{} is a symbolic link, which generated files are not written through",
                place.display()
            );
        }
    }
    Ok(place)
}

/// Executes the rest of the journal of a folder, and removes the folder.
///
/// # Errors
///
/// Returns an error, without executing any line, if a line does something that generation does not.
fn replay(out: &Path, folder: &Path) -> anyhow::Result<()> {
    let journal = folder.join(JOURNAL);
    let text = fs::read_to_string(&journal).map_err(|error| unreadable(&journal, &error))?;
    let steps = text.lines().map(|line| Step::of(line, out, folder));
    let steps: anyhow::Result<Vec<Step>> = steps.collect();
    let steps = steps.map_err(|reason| {
        anyhow!(
            "{} cannot be followed: {reason}\nDelete the folder {}, and run the command again.",
            journal.display(),
            folder.display()
        )
    })?;
    for step in steps {
        step.run()?;
    }
    fs::remove_dir_all(folder).map_err(|error| unwritable(folder, &error))
}

fn remove_empty_folders(place: &Path) {
    // A folder that still holds something cannot be removed, and that ends the climb.
    for folder in place.ancestors().skip(1) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}
