//! Addresses of places: a line of a file of a revision, or of the changes of a pull request or merge request.

use std::{collections::BTreeMap, ops::Range};

use data_encoding::HEXLOWER;

use oas_document::report::relative_uri;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::model::Side;

/// Templates of addresses, from which the links of a report to lines on a code host are made. A file outside of the project has no
/// link.
///
/// In a template, these placeholders are replaced:
///
/// | placeholder | replacement |
/// |---|---|
/// | `{file}` | the name of the file |
/// | `{line}` | the line |
/// | `{sha256}` | the SHA-256 of the name of the file, which identifies it in a pull request of GitHub |
/// | `{side}` | `L` in the base document and `R` in the head document |
/// | `{sha1}` | the SHA-1 of the name of the file, which identifies it in a merge request of GitLab |
/// | `{old}`, `{new}` | the line in the old and in the new text of the file, which identify it in a diff of GitLab |
///
/// # Examples
///
/// ```
/// let links = oas_diff::Links {
///     base: Some("https://example.com/blob/3f2c1ab/{file}#L{line}".to_owned()),
///     head: Some("https://example.com/pull/7/files#diff-{sha256}{side}{line}".to_owned()),
///     ..oas_diff::Links::default()
/// };
/// # let _ = links;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The template for lines of the base documents; without it, they have no links.
    pub base: Option<String>,
    /// The template for lines of the head documents; without it, they have no links.
    pub head: Option<String>,
    /// The lines that differ, from which `{old}` and `{new}` are computed.
    pub changed: ChangedLines,
}

impl Links {
    /// Returns the address of a place in the base document; `None` without a template, or outside of the project.
    pub(super) fn to_base(&self, side: &Side) -> Option<String> {
        let lines = self.changed.of_old(&side.file, side.line);
        address(self.base.as_deref()?, side, "L", lines)
    }

    /// Returns the address of a place in the head document; `None` without a template, or outside of the project.
    pub(super) fn to_head(&self, side: &Side) -> Option<String> {
        let lines = self.changed.of_new(&side.file, side.line);
        address(self.head.as_deref()?, side, "R", lines)
    }
}

/// The lines that differ between the old and the new texts of files, as git reports them: code hosts use its choice among diffs of
/// the same length.
///
/// # Examples
///
/// ```
/// let mut changed = oas_diff::ChangedLines::default();
/// changed.add("api.yaml", "@@ -3 +3,2 @@ info:\n-  version: 1.0.0\n+  version: 1.1.0\n+  license: {name: MIT}\n");
/// // The line that was removed is 3; after it come lines 3 and 4 of the new text.
/// assert_eq!(changed.of_old("api.yaml", 3), (3, 3));
/// assert_eq!(changed.of_new("api.yaml", 4), (4, 4));
/// assert_eq!(changed.of_new("api.yaml", 10), (9, 10));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedLines {
    files: BTreeMap<String, Vec<Hunk>>,
}

/// Lines of the old text, and the lines of the new text in their place. Either may be empty, between two lines.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hunk {
    old: Range<usize>,
    new: Range<usize>,
}

impl ChangedLines {
    /// Sets the changes of `file` from `diff`, a unified diff of this file without lines of context, such as the output of `git diff
    /// --unified=0`.
    pub fn add(&mut self, file: &str, diff: &str) {
        let hunks = diff.lines().filter_map(Hunk::parse).collect();
        self.files.insert(file.to_owned(), hunks);
    }

    /// Returns the two numbers of a line of the old text in a diff: `line`, and the number of the next line in the new text. For a file
    /// that was not added, both are `line`.
    #[must_use]
    pub fn of_old(&self, file: &str, line: usize) -> (usize, usize) {
        match self.hunk(file, |hunk| hunk.old.start <= line) {
            Some(hunk) if hunk.old.contains(&line) => (line, hunk.new.start),
            Some(hunk) => (line, line - hunk.old.end + hunk.new.end),
            None => (line, line),
        }
    }

    /// Returns the two numbers of a line of the new text in a diff: the number of the next line in the old text, and `line`. For a file
    /// that was not added, both are `line`.
    #[must_use]
    pub fn of_new(&self, file: &str, line: usize) -> (usize, usize) {
        match self.hunk(file, |hunk| hunk.new.start <= line) {
            // Removed lines come first.
            Some(hunk) if hunk.new.contains(&line) => (hunk.old.end, line),
            Some(hunk) => (line - hunk.new.end + hunk.old.end, line),
            None => (line, line),
        }
    }

    /// Returns the last hunk that begins at a line or before it.
    fn hunk(&self, file: &str, begins: impl Fn(&Hunk) -> bool) -> Option<&Hunk> {
        let hunks = self.files.get(file)?;
        let after = hunks.partition_point(begins);
        hunks.get(after.checked_sub(1)?)
    }
}

impl Hunk {
    /// Parses the first line of a hunk.
    fn parse(line: &str) -> Option<Self> {
        let (old, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
        let (new, _) = rest.split_once(" @@")?;
        let lines = |text: &str| {
            let (start, length) = text.split_once(',').unwrap_or((text, "1"));
            let (start, length): (usize, usize) = (start.parse().ok()?, length.parse().ok()?);
            // No lines are counted from the line before them.
            let start = start + usize::from(length == 0);
            Some(start..start + length)
        };
        Some(Self {
            old: lines(old)?,
            new: lines(new)?,
        })
    }
}

fn address(form: &str, side: &Side, letter: &str, (old, new): (usize, usize)) -> Option<String> {
    // What is outside the folder of the project has no address.
    if side.file.starts_with('/') || side.file.starts_with("..") {
        return None;
    }
    let address = form
        .replace("{sha1}", &HEXLOWER.encode(&Sha1::digest(&side.file)))
        .replace("{sha256}", &HEXLOWER.encode(&Sha256::digest(&side.file)))
        .replace("{side}", letter)
        .replace("{line}", &side.line.to_string())
        .replace("{old}", &old.to_string())
        .replace("{new}", &new.to_string())
        .replace("{file}", &relative_uri(&side.file));
    Some(address)
}
