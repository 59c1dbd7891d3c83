//! Computes the lines that an editor displays above each operation: the severity of its changes, and a link to try it.

use oas_diff::{Finding, Report, Severity};
use oas_document::openapi::{Operation, Role};

use super::{Snapshot, Spot};

/// A line above an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lens {
    /// The key of the operation.
    pub spot: Spot,
    /// The content of the line.
    pub kind: Kind,
}

/// The content of a lens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Changes of the operation, by its name in the report.
    Changes {
        /// The operation, such as `GET /pets/{id}`.
        operation: String,
        /// The highest severity of the changes.
        severity: Severity,
        /// The number of changes with this severity.
        count: usize,
    },
    /// The page of the operation, by the pointer of the operation.
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
            Kind::Try(_) => "try".to_owned(),
            Kind::Changes {
                severity, count, ..
            } => {
                let findings = if *count == 1 { "finding" } else { "findings" };
                format!("{}: {count} {findings}", severity.name())
            }
        }
    }
}

/// Returns the lenses of a file.
#[must_use]
pub fn lenses(snapshot: &Snapshot, file: &str, report: Option<&Report>) -> Vec<Lens> {
    let document = snapshot.document();
    let mut lenses = Vec::new();
    for operation in super::operations(document) {
        let Some(key) = operation.node.key_location() else {
            continue;
        };
        if key.file != file {
            continue;
        }
        let spot = Spot::from(key);
        let changes = report.and_then(|report| changes(report, &operation));
        lenses.extend(changes.map(|kind| Lens {
            spot: spot.clone(),
            kind,
        }));
        if operation.role == Role::Path {
            let kind = Kind::Try(operation.node.pointer());
            lenses.push(Lens { spot, kind });
        }
    }
    lenses
}

/// Returns the changes of a report that affect an operation.
pub fn of_operation<'r>(report: &'r Report, operation: &str) -> impl Iterator<Item = &'r Finding> {
    let findings = report.findings.iter();
    findings.filter(move |finding| finding.operations.iter().any(|name| name == operation))
}

fn changes(report: &Report, operation: &Operation<'_>) -> Option<Kind> {
    let name = operation.title();
    // Accepted changes are not displayed.
    let open: Vec<&Finding> = of_operation(report, &name)
        .filter(|finding| finding.accepted.is_none())
        .collect();
    let severity = open.iter().map(|finding| finding.severity).max()?;
    let count = open
        .iter()
        .filter(|finding| finding.severity == severity)
        .count();
    Some(Kind::Changes {
        operation: name,
        severity,
        count,
    })
}
