//! Renders JUnit's XML, which CI systems display as tests: a suite for each document, a case for each change.

use oas_document::report::{self, Case, CaseResult, Suite};

use super::reached;
use crate::{
    model::{Finding, Report},
    severity::Severity,
};

/// Renders the report as JUnit XML with a test for each finding: an accepted finding is a skipped test, a breaking one a failed
/// test, and any other a passed one.
#[must_use]
pub fn junit(report: &Report) -> String {
    let suites = report.documents.iter().map(|document| {
        let first = report.documents.first().map(|first| &first.head);
        // A change in a file that documents refer to belongs to the first of them.
        let of_document = |finding: &&Finding| {
            let file = finding.anchor.as_ref().map(|side| &side.file);
            let known = report.documents.iter().any(|one| Some(&one.head) == file);
            (if known { file } else { first }) == Some(&document.head)
        };
        Suite {
            name: document.head.clone(),
            cases: report
                .findings
                .iter()
                .filter(of_document)
                .map(case)
                .collect(),
        }
    });
    report::junit("oas diff", &suites.collect::<Vec<_>>())
}

fn case(finding: &Finding) -> Case {
    let side = finding.head.as_ref().or(finding.base.as_ref());
    let place = side.map(|side| format!(" at {}:{}:{}", side.file, side.line, side.column));
    let details = format!("{}; {}", finding.message, finding.note);
    let result = match &finding.accepted {
        Some(accepted) => CaseResult::Skipped(format!("{} ({})", accepted.reason, accepted.author)),
        None if finding.severity == Severity::Breaking => CaseResult::Failed {
            message: finding.message.clone(),
            details,
        },
        None => CaseResult::Passed(format!("{}: {details}", finding.severity)),
    };
    Case {
        name: format!("{}{}", reached(finding), place.unwrap_or_default()),
        class: finding.rule.to_owned(),
        result,
    }
}
