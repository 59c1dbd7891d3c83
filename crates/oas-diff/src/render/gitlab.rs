//! Renders the code quality report of GitLab, which displays findings in merge requests at their lines.

use oas_document::report::{Elements, json_text};
use serde_json::{Value, json};

use super::{message, reached, visible};
use crate::{
    model::{Finding, Report},
    severity::Severity,
};

/// Renders the report as a code quality report: one issue for each finding that is neither documentation nor accepted, at its line
/// of the head document, or at the nearest remaining parent.
pub fn gitlab(report: &Report) -> String {
    let reported = report
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Docs && finding.accepted.is_none());
    json_text(&Elements(reported.filter_map(issue)))
}

fn issue(finding: &Finding) -> Option<Value> {
    let side = finding.anchor.as_ref().or(finding.head.as_ref())?;
    let severity = match finding.severity {
        Severity::Breaking => "blocker",
        Severity::Warning => "major",
        Severity::Info | Severity::Docs => "info",
    };
    Some(json!({
        "description": visible(&format!("{}: {}; {}", reached(finding), message(finding), finding.note)),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": severity,
        "location": { "path": side.file, "lines": { "begin": side.line } },
    }))
}
