//! Renders workflow commands of GitHub, which displays findings at the lines of the documents.

use std::fmt::Write as _;

use oas_document::Severity;
use oas_document::report::workflow_command;

use super::Lint;

pub(super) fn github(lint: &Lint) -> String {
    let mut out = String::new();
    for finding in &lint.judged.found {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            _ => "notice",
        };
        let place = &finding.place;
        let place = Some((&*place.file, place.line, place.column));
        let message = format!("{}; {}; {}", finding.message, finding.note, finding.help);
        let command = workflow_command(command, place, finding.code, &message);
        let _ = writeln!(out, "{command}");
    }
    out
}
