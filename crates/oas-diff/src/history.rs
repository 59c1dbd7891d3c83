//! Generates the change history of an API: a sentence for each change and operation, stored as one small file for each
//! change, so that concurrent changes do not conflict.
//!
//! The caller manages the files; their names and contents are defined here.

use std::fmt::Write as _;

use crate::{
    model::{Finding, Report},
    rule::Profile,
    severity::Severity,
};

/// A file of the change history, which describes one change. [`history_fragments`] renders it, and [`parse_history_fragment`] parses its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HistoryFragment {
    /// The name of the file, without a folder, such as `1.4.0-operation-removed-9d41c0a7be12.txt`.
    pub file: String,
    /// The content of the file.
    pub text: String,
}

/// The names of an operation in a fragment: both of them, because either can change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HistoryOperation {
    /// The method and the path, such as `GET /users/{id}`.
    pub name: String,
    /// The `operationId`, if the operation had one.
    pub id: Option<String>,
}

impl HistoryOperation {
    fn parse(text: &str) -> Self {
        let named = text
            .strip_suffix(')')
            .and_then(|text| text.rsplit_once(" ("));
        let (name, id) = named.map_or((text, None), |(name, id)| (name, Some(id.to_owned())));
        let name = name.to_owned();
        Self { name, id }
    }

    /// Returns whether one of the names is a name of the operation.
    fn is_called(&self, names: &[&str]) -> bool {
        names
            .iter()
            .any(|name| *name == self.name || self.id.as_deref() == Some(name))
    }
}

/// The content of a [`HistoryFragment`], parsed: one change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HistoryEntry {
    /// `info.version` of the document that introduced the change.
    pub version: String,
    /// The operations that the change reaches; empty if it reaches none.
    pub operations: Vec<HistoryOperation>,
    /// The severity of the change: `breaking`, `warning` or `info`. The parser accepts any text.
    pub severity: String,
    /// A sentence that describes the change.
    pub sentence: String,
}

/// Renders the change history of the comparison of one document: a [`HistoryFragment`] for each finding of the profile
/// [`Profile::Wire`] whose severity is above [`Severity::Docs`], sorted by the name of its file. Accepted findings are included.
///
/// Findings with the same rule and fingerprint have one fragment. The version is `info.version` of the head document, or
/// `unversioned` if it has none. Names of files are unique within a document.
#[must_use]
pub fn history_fragments(report: &Report) -> Vec<HistoryFragment> {
    let version = report.version.head.as_deref().unwrap_or("unversioned");
    let reported =
        |finding: &&Finding| finding.profile == Profile::Wire && finding.severity > Severity::Docs;
    let mut fragments: Vec<HistoryFragment> = report
        .findings
        .iter()
        .filter(reported)
        .map(|finding| fragment(finding, report, version))
        .collect();
    fragments.sort();
    fragments.dedup_by(|one, other| one.file == other.file);
    fragments
}

fn fragment(finding: &Finding, report: &Report, version: &str) -> HistoryFragment {
    // Versions are free text; in a name of a file only some of it is safe.
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') {
            c
        } else {
            '_'
        }
    };
    let named: String = version.chars().take(40).map(safe).collect();
    let mut text = format!(
        "version: {}\nseverity: {}\n",
        line(version),
        finding.severity
    );
    for operation in &finding.operations {
        let mut known = report.operations.iter();
        let known = known.find(|known| known.name == *operation);
        let id = known.and_then(|known| known.operation_id.as_deref());
        let id = id.map(|id| format!(" ({id})")).unwrap_or_default();
        let _ = writeln!(text, "operation: {}{}", line(operation), line(&id));
    }
    let _ = write!(text, "\n{}.\n", line(&finding.message));
    HistoryFragment {
        file: format!("{named}-{}-{}.txt", finding.rule, finding.fingerprint),
        text,
    }
}

/// Formats a text on one line.
fn line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// The reason why a text is not a valid fragment of the history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHistoryFragment {
    /// No empty line ends the fields.
    #[error("an empty line has to come before the sentence")]
    Unseparated,
    /// A line before the sentence is not a field of a fragment.
    #[error("`{0}` is none of `version: `, `severity: ` and `operation: `")]
    UnknownField(String),
    /// The version or the sentence is missing.
    #[error("a fragment has a version and a sentence")]
    Incomplete,
}

/// Parses the text of a [`HistoryFragment`].
///
/// # Errors
///
/// Returns the reason why the text is not that of a fragment.
pub fn parse_history_fragment(text: &str) -> Result<HistoryEntry, InvalidHistoryFragment> {
    let (head, body) = text
        .split_once("\n\n")
        .ok_or(InvalidHistoryFragment::Unseparated)?;
    let mut entry = HistoryEntry {
        version: String::new(),
        operations: Vec::new(),
        severity: String::new(),
        sentence: body.trim().to_owned(),
    };
    for field in head.lines() {
        match field.split_once(": ") {
            Some(("version", value)) => entry.version = value.to_owned(),
            Some(("severity", value)) => entry.severity = value.to_owned(),
            Some(("operation", value)) => entry.operations.push(HistoryOperation::parse(value)),
            _ => return Err(InvalidHistoryFragment::UnknownField(field.to_owned())),
        }
    }
    match entry.version.is_empty() || entry.sentence.is_empty() {
        true => Err(InvalidHistoryFragment::Incomplete),
        false => Ok(entry),
    }
}

/// Sorts entries in the order in which they are shown: those of the newest version first.
pub fn newest_first<'e>(
    entries: impl IntoIterator<Item = &'e HistoryEntry>,
) -> Vec<&'e HistoryEntry> {
    let mut entries: Vec<&HistoryEntry> = entries.into_iter().collect();
    let order = |entry: &HistoryEntry| -> Vec<u64> {
        entry
            .version
            .split(['.', '-', '+'])
            .map(|part| part.parse().unwrap_or(0))
            .collect()
    };
    entries.sort_by(|one, other| order(other).cmp(&order(one)).then_with(|| one.cmp(other)));
    entries
}

/// Formats the change history of one operation as text, with the newest version first. `names` are the names of the operation:
/// its method and path, and its `operationId`. Without entries, the text is `No changes.`
#[must_use]
pub fn history_of(names: &[&str], entries: &[HistoryEntry]) -> String {
    let reported = newest_first(entries.iter().filter(|entry| {
        let mut operations = entry.operations.iter();
        operations.any(|operation| operation.is_called(names))
    }));
    if reported.is_empty() {
        return "No changes.\n".to_owned();
    }
    let mut page = String::new();
    let mut version = None;
    for entry in reported {
        if version != Some(&entry.version) {
            version = Some(&entry.version);
            let _ = writeln!(page, "{}", entry.version);
        }
        let mark = if entry.severity == "breaking" {
            "breaking: "
        } else {
            ""
        };
        let _ = writeln!(page, "- {mark}{}", entry.sentence);
    }
    page
}
