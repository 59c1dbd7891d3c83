//! Renders SARIF 2.1.0 (OASIS), for code scanning.

use oas_document::report::{self, relative_uri};
use oas_document::{Diagnostic, Rule, Severity, SourceExcerpt};
use serde_json::{Value, json};

use super::Lint;
use crate::review::rule_of;

pub(super) fn sarif(lint: &Lint) -> String {
    let judged = &lint.judged;
    let found = judged.found.iter().map(|finding| (finding, None));
    let ignored = judged.ignored.iter();
    let all = found.chain(ignored.map(|(finding, reason)| (finding, Some(reason.as_str()))));
    let mut used: Vec<&Rule> = all
        .clone()
        .filter_map(|(finding, _)| rule_of(finding))
        .collect();
    used.sort_by_key(|rule| rule.id);
    used.dedup_by_key(|rule| rule.id);
    let rules: Vec<Value> = used.iter().map(|rule| of_rule(rule)).collect();
    let results = all.map(|(finding, ignored)| result(finding, ignored, &used));
    report::sarif("oas", env!("CARGO_PKG_VERSION"), rules, results)
}

fn of_rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.reason},
        "help": {"text": format!("{} ({})", rule.help, rule.citation)},
        "defaultConfiguration": {"level": level(rule.severity)},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "note",
    }
}

fn result(finding: &Diagnostic, ignored: Option<&str>, rules: &[&Rule]) -> Value {
    let mut location = place(&finding.place);
    location["logicalLocations"] = json!([{"fullyQualifiedName": finding.pointer}]);
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": {"text": format!("{}; {}", finding.message, finding.help)},
        "locations": [location],
    });
    if let Some(index) = rules.iter().position(|rule| rule.id == finding.code) {
        result["ruleIndex"] = index.into();
    }
    let related = finding
        .related
        .iter()
        .enumerate()
        .map(|(index, (at, label))| {
            let mut related = place(at);
            related["id"] = (index + 1).into();
            related["message"] = json!({"text": label});
            related
        });
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(reason) = ignored {
        result["suppressions"] =
            json!([{"kind": "external", "status": "accepted", "justification": reason}]);
    }
    result
}

fn place(place: &SourceExcerpt) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": {"uri": relative_uri(&place.file)},
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endColumn": place.column + place.length,
            },
        },
    })
}
