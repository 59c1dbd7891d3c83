//! Renders JUnit's XML, which CI systems display as tests: a suite for each document, a case for each finding.

use oas_document::Diagnostic;
use oas_document::report::{self, Case, CaseResult, Suite};

use super::Lint;
use crate::review::Judged;

pub(super) fn junit(lint: &Lint) -> String {
    let suites = lint.documents.iter().map(|name| {
        let of_document = |finding: &&Diagnostic| file_of(lint, finding) == name;
        let found = lint.judged.found.iter().filter(of_document);
        let found = found.map(|finding| case(finding, lint, None));
        let ignored = lint.judged.ignored.iter();
        let ignored = ignored
            .filter(|(finding, _)| file_of(lint, finding) == name)
            .map(|(finding, reason)| case(finding, lint, Some(reason)));
        Suite {
            name: name.clone(),
            cases: found.chain(ignored).collect(),
        }
    });
    report::junit(lint.command, &suites.collect::<Vec<_>>())
}

/// Returns the document that a finding belongs to: its own file, or the first document if the file is only referred to.
fn file_of<'a>(lint: &'a Lint, finding: &'a Diagnostic) -> &'a str {
    let file = finding.place.file.as_str();
    let known = lint.documents.iter().any(|name| name == file);
    match lint.documents.first() {
        Some(first) if !known => first,
        _ => file,
    }
}

fn case(finding: &Diagnostic, lint: &Lint, ignored: Option<&str>) -> Case {
    let place = &finding.place;
    let result = match ignored {
        Some(reason) => CaseResult::Skipped(reason.to_owned()),
        None if Judged::is_failure(finding, lint.denied) => CaseResult::Failed {
            message: finding.message.clone(),
            details: finding.to_string(),
        },
        None => CaseResult::Passed(finding.to_string()),
    };
    Case {
        name: format!("{}:{}:{}", place.file, place.line, place.column),
        class: finding.code.to_owned(),
        result,
    }
}
