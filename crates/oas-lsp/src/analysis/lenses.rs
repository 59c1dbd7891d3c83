//! Computes the lines that an editor displays above each operation: the severity of its changes, and a link to its page. The
//! changes of removed operations are displayed above their path.

use std::collections::BTreeMap;

use oas_diff::{Finding, ReachedOperation, Report, Severity};
use oas_document::{
    Node,
    openapi::{Operation, Role},
};
use oas_wire::json_pointer;

use super::{FileRange, Snapshot};

/// A line above an operation, or above the path that an operation was removed from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lens {
    /// The key of the operation or of the path.
    pub file_range: FileRange,
    /// The content of the line.
    pub kind: Kind,
}

/// The content of a lens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The line counts the changes of operations that have not been accepted.
    Changes {
        /// The names of the operations in the report, such as `GET /pets/{id}`. The path can be that of the base document.
        operations: Vec<String>,
        /// Whether the operations were removed. Otherwise there is only one.
        is_removed: bool,
        /// The highest severity of these changes.
        severity: Severity,
        /// The number of these changes with that severity.
        count: usize,
    },
    /// The line is a link to the page of the operation with this JSON pointer.
    Try(String),
}

impl Kind {
    /// Returns the text that is displayed.
    ///
    /// ```
    /// use oas_lsp::analysis::lenses::Kind;
    ///
    /// assert_eq!(Kind::Try("/paths/~1a/get".to_owned()).title(), "try");
    /// ```
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Try(_) => "try".to_owned(),
            Self::Changes {
                operations,
                is_removed,
                severity,
                count,
            } => {
                let findings = if *count == 1 { "finding" } else { "findings" };
                let removed = match operations.as_slice() {
                    _ if !is_removed => String::new(),
                    [operation] => format!(" ({operation} was removed)"),
                    operations => format!(" ({} operations were removed)", operations.len()),
                };
                format!("{}: {count} {findings}{removed}", severity.name())
            }
        }
    }
}

/// Returns the lenses of a file. Without a report, there are no changes.
#[must_use]
pub fn lenses(snapshot: &Snapshot, file: &str, report: Option<&Report>) -> Vec<Lens> {
    let document = snapshot.document();
    let mut lenses = Vec::new();
    lenses.extend(
        report
            .into_iter()
            .flat_map(|report| removed(snapshot, file, report)),
    );
    for operation in super::operations(document) {
        let Some(key) = operation.node.key_location() else {
            continue;
        };
        if key.file != file {
            continue;
        }
        let file_range = FileRange::from(key);
        let reached = report.and_then(|report| Some((report, reached(report, &operation)?)));
        let changes =
            reached.and_then(|(report, name)| changes(report, vec![name.to_owned()], false));
        lenses.extend(changes.map(|kind| Lens {
            file_range: file_range.clone(),
            kind,
        }));
        if operation.role == Role::Path {
            let kind = Kind::Try(operation.node.pointer());
            lenses.push(Lens { file_range, kind });
        }
    }
    lenses
}

/// Returns the findings of a report that reach one of these operations.
pub fn of_operations<'r>(
    report: &'r Report,
    operations: &[String],
) -> impl Iterator<Item = &'r Finding> {
    let findings = report.findings.iter();
    findings.filter(move |finding| {
        finding
            .operations
            .iter()
            .any(|name| operations.contains(name))
    })
}

/// Returns the name of an operation in a report, which can be that of another path in the base document.
fn reached<'r>(report: &'r Report, operation: &Operation<'_>) -> Option<&'r str> {
    let (file, pointer) = (operation.node.file(), operation.node.pointer());
    let is_same = |reached: &&ReachedOperation| {
        let head = reached.head.as_ref();
        head.is_some_and(|head| head.file == file && head.pointer == pointer)
    };
    let reached = report.operations.iter().find(is_same)?;
    Some(&reached.name)
}

fn changes(report: &Report, operations: Vec<String>, is_removed: bool) -> Option<Kind> {
    // Accepted changes are not displayed.
    let open: Vec<&Finding> = of_operations(report, &operations)
        .filter(|finding| finding.accepted.is_none())
        .collect();
    let severity = open.iter().map(|finding| finding.severity).max()?;
    let count = open
        .iter()
        .filter(|finding| finding.severity == severity)
        .count();
    Some(Kind::Changes {
        operations,
        is_removed,
        severity,
        count,
    })
}

/// Returns the lenses of the operations that were removed: at their path if it remains, or else at the paths of the
/// document.
fn removed(snapshot: &Snapshot, file: &str, report: &Report) -> Vec<Lens> {
    let mut by_place: BTreeMap<Node<'_>, Vec<String>> = BTreeMap::new();
    let gone = report.operations.iter();
    for operation in gone.filter(|operation| operation.head.is_none()) {
        let place = remaining(snapshot, report, &operation.name);
        if let Some(place) = place.filter(|place| place.file() == file) {
            by_place
                .entry(place)
                .or_default()
                .push(operation.name.clone());
        }
    }
    let lenses = by_place.into_iter().filter_map(|(place, operations)| {
        Some(Lens {
            file_range: place.key_location()?.into(),
            kind: changes(report, operations, true)?,
        })
    });
    lenses.collect()
}

/// Returns the value with a key that remains around an operation that was removed.
fn remaining<'d>(snapshot: &'d Snapshot, report: &Report, name: &str) -> Option<Node<'d>> {
    let document = snapshot.document();
    let mut findings = report.findings.iter();
    let finding = findings.find(|finding| finding.operations.iter().any(|other| other == name))?;
    let anchor = finding.anchor.as_ref()?;
    let mut here = document.file_root(&anchor.file)?;
    // The text may have changed since the comparison.
    for token in json_pointer::tokens(&anchor.pointer) {
        match here.get(&token) {
            Some(child) => here = child,
            None => break,
        }
    }
    let mut around = std::iter::successors(Some(here), |node| node.parent());
    let keyed = around.find(|node| node.key_location().is_some());
    keyed
        .or_else(|| document.root().get("paths"))
        .or_else(|| document.root().entries().next().map(|(_, value)| value))
}
