//! Renders report formats that several crates use: workflow commands of GitHub, SARIF logs, JUnit reports, and excerpts
//! of source files.
//!
//! The text of a document is untrusted: it is escaped, so that it cannot end a command, a line or an element.

mod elements;
mod excerpt;
mod junit;
mod sarif;

use serde::Serialize;

pub use elements::Elements;
pub use excerpt::excerpt;
pub use junit::{Case, CaseResult, Suite, junit};
pub use sarif::sarif;

/// Renders a report as indented JSON with a line break at the end; the text is empty if a map of the report has keys that are
/// no text.
///
/// ```
/// assert_eq!(oas_document::report::json_text(&[1]), "[\n  1\n]\n");
/// ```
#[must_use]
pub fn json_text(report: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(report);
    text.map(|text| text + "\n").unwrap_or_default()
}

/// Formats a workflow command of GitHub Actions, which shows a message at a line of a file.
///
/// `command` is `error`, `warning` or `notice`. `place` is the name of the file, the line and the column, both counted
/// from 1.
///
/// ```
/// use oas_document::report::workflow_command;
///
/// let command = workflow_command("error", Some(("api.yaml", 3, 1)), "missing-field", "no `version`\n::error::");
/// assert_eq!(command, "::error file=api.yaml,line=3,col=1,title=missing-field::no `version`\u{fffd}::error::");
/// ```
#[must_use]
pub fn workflow_command(
    command: &str,
    place: Option<(&str, usize, usize)>,
    title: &str,
    message: &str,
) -> String {
    let place = place
        .map(|(file, line, column)| format!("file={},line={line},col={column},", property(file)));
    format!(
        "::{command} {}title={}::{}",
        place.unwrap_or_default(),
        property(title),
        data(message)
    )
}

fn data(text: &str) -> String {
    visible(text).replace('%', "%25")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Replaces every control character, line breaks included, and every mark that changes the direction of writing by
/// U+FFFD.
///
/// ```
/// assert_eq!(oas_document::report::visible("a\u{1b}[31m\u{202e}b"), "a\u{fffd}[31m\u{fffd}b");
/// ```
#[must_use]
pub fn visible(text: &str) -> String {
    oas_wire::text::visible(text)
}

/// Converts a path to a relative URI reference (RFC 3986 §4.2), the form in which SARIF names files.
///
/// ```
/// assert_eq!(oas_document::report::relative_uri("openapi/mein api.yaml"), "openapi/mein%20api.yaml");
/// ```
#[must_use]
pub fn relative_uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into());
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}
