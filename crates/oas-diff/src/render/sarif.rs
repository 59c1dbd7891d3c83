//! Renders SARIF 2.1.0 (OASIS), for code scanning.

use oas_document::report::{self, relative_uri};
use serde_json::{Value, json};

use crate::{
    model::{Finding, Report, Side},
    rule::{Rule, rule},
    severity::Severity,
};

/// Renders the report as a SARIF log of one run.
#[must_use]
pub fn sarif(report: &Report) -> String {
    let mut used: Vec<&'static Rule> = report
        .findings
        .iter()
        .filter_map(|finding| rule(finding.rule))
        .collect();
    used.sort_by_key(|rule| rule.id);
    used.dedup_by_key(|rule| rule.id);
    let rules: Vec<Value> = used
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": {"text": rule.reason},
                "help": {"text": format!("{} ({})", rule.reason, rule.citation)},
                "properties": {"profile": rule.profile.name()},
            })
        })
        .collect();
    let results = report.findings.iter();
    let results = results.map(|finding| result(finding, &used));
    report::sarif("oas-diff", env!("CARGO_PKG_VERSION"), rules, results)
}

fn result(finding: &Finding, rules: &[&'static Rule]) -> Value {
    let level = match finding.severity {
        Severity::Breaking => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
        Severity::Docs => "none",
    };
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level,
        "message": {"text": format!("{} ({})", finding.message, finding.note)},
        "partialFingerprints": {"oasDiff/v1": finding.fingerprint},
        "properties": {"direction": finding.direction, "operations": finding.operations, "profile": finding.profile.name()},
    });
    let Some(fields) = result.as_object_mut() else {
        return result;
    };
    if let Some(index) = rules.iter().position(|rule| rule.id == finding.rule) {
        fields.insert("ruleIndex".into(), index.into());
    }
    if let Some(side) = finding.anchor.as_ref() {
        fields.insert("locations".into(), json!([location(side)]));
    }
    if let Some(side) = &finding.base {
        let mut related = location(side);
        if let Some(fields) = related.as_object_mut() {
            fields.insert("id".into(), 1.into());
            fields.insert("message".into(), json!({"text": "in the base document"}));
        }
        fields.insert("relatedLocations".into(), json!([related]));
    }
    if let Some(accepted) = &finding.accepted {
        let why = format!("{} ({})", accepted.reason, accepted.author);
        fields.insert(
            "suppressions".into(),
            json!([{"kind": "external", "status": "accepted", "justification": why}]),
        );
    }
    result
}

fn location(side: &Side) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": {"uri": relative_uri(&side.file)},
            "region": {"startLine": side.line, "startColumn": side.column},
        },
        "logicalLocations": [{"fullyQualifiedName": side.pointer}],
    })
}
