//! Renders workflow commands of GitHub, which annotate lines of the head document.

use std::fmt::Write as _;

use oas_document::report::workflow_command;

use super::{message, reached};
use crate::{model::Report, severity::Severity};

/// Renders one command for each finding, except for documentation. A removed element is annotated at its nearest remaining
/// parent, because only lines of the head document can be annotated.
#[must_use]
pub fn github(report: &Report) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        let command = match finding.severity {
            _ if finding.accepted.is_some() => "notice",
            Severity::Breaking => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
            Severity::Docs => continue,
        };
        let side = finding.anchor.as_ref();
        let place = side.map(|side| (&*side.file, side.line, side.column));
        let was = match (&finding.base, &finding.head) {
            (Some(base), None) => format!(" (was {}:{})", base.file, base.line),
            _ => String::new(),
        };
        let message = format!(
            "{}: {}{was}; {}",
            reached(finding),
            message(finding),
            finding.note
        );
        let command = workflow_command(command, place, finding.rule, &message);
        let _ = writeln!(out, "{command}");
    }
    out
}
