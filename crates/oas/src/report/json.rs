//! Renders JSON for programs.

use oas_document::report::{Elements, json_text};
use oas_document::{Diagnostic, Severity, SourceExcerpt};
use serde::Serialize;
use serde_json::{Value, json};

use super::Lint;

pub(super) fn json(lint: &Lint) -> String {
    let judged = &lint.judged;
    let ignored = judged.ignored.iter().map(|(finding, reason)| {
        let mut value = of_finding(finding);
        value["ignored"] = reason.as_str().into();
        value
    });
    json_text(&Report {
        counts: json!({
            "error": judged.count(Severity::Error),
            "warning": judged.count(Severity::Warning),
            "note": judged.count(Severity::Note),
            "ignored": judged.ignored.len(),
        }),
        documents: &lint.documents,
        failed: lint.failed(),
        findings: Elements(judged.found.iter().map(of_finding).chain(ignored)),
        stale: &judged.stale,
    })
}

#[derive(Serialize)]
struct Report<'a, F> {
    counts: Value,
    documents: &'a [String],
    failed: bool,
    findings: F,
    stale: &'a [String],
}

fn of_finding(finding: &Diagnostic) -> Value {
    let related = finding.related.iter().map(|(place, label)| {
        let mut value = of_place(place);
        value["message"] = label.as_str().into();
        value
    });
    let related: Vec<Value> = related.collect();
    let mut value = of_place(&finding.place);
    value["severity"] = finding.severity.name().into();
    value["rule"] = finding.code.into();
    value["message"] = finding.message.as_str().into();
    value["note"] = (*finding.note).into();
    value["help"] = (*finding.help).into();
    value["pointer"] = finding.pointer.as_str().into();
    value["related"] = related.into();
    value
}

fn of_place(place: &SourceExcerpt) -> Value {
    json!({
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "length": place.length,
    })
}
