//! Workflow commands of GitHub, which shows them at lines of the head document.

use std::fmt::Write as _;

use super::{reached, visible, what};
use crate::{model::Report, severity::Severity};

/// One command a finding, documentation left out. What was removed is shown at the nearest parent that is still there,
/// because only lines of the head document can be annotated.
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
        let mut properties = Vec::new();
        if let Some(side) = finding.anchor.as_ref() {
            properties.push(format!("file={}", property(&side.file)));
            properties.push(format!("line={},col={}", side.line, side.column));
        }
        properties.push(format!("title={}", property(finding.rule)));
        let was = match (&finding.base, &finding.head) {
            (Some(base), None) => format!(" (was {}:{})", base.file, base.line),
            _ => String::new(),
        };
        let message = format!(
            "{}: {}{was}; {}",
            reached(finding),
            what(finding),
            finding.why
        );
        let _ = writeln!(
            out,
            "::{command} {}::{}",
            properties.join(","),
            data(&message)
        );
    }
    out
}

fn data(text: &str) -> String {
    visible(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
