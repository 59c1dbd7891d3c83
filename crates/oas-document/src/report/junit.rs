//! Renders the XML of JUnit, which CI systems display as tests.
//!
//! There is no standard; elements and attributes are those that Jenkins, GitLab and GitHub's actions agree on.

use std::fmt::Write as _;

use oas_wire::xml::escape;

/// A group of test cases, such as the findings in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "other crates make them")]
pub struct Suite {
    /// The name of the suite.
    pub name: String,
    /// The cases. If there are none, the report has one case that passed, because CI systems reject an empty suite.
    pub cases: Vec<Case>,
}

/// A test case, which represents a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "other crates make them")]
pub struct Case {
    /// The name of the case, such as the place of the finding.
    pub name: String,
    /// The class of the case, such as the id of the rule.
    pub class: String,
    /// The result of the case.
    pub result: CaseResult,
}

/// The result of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "other crates make them")]
pub enum CaseResult {
    /// The case passed; the text is its output.
    Passed(String),
    /// The case failed.
    Failed {
        /// The message, on one line.
        message: String,
        /// The details, which can have several lines.
        details: String,
    },
    /// The case was skipped for this reason.
    Skipped(String),
}

/// Renders a report with the title `name` and these suites.
///
/// ```
/// use oas_document::report::{Case, CaseResult, Suite, junit};
///
/// let result = CaseResult::Failed { message: "a < b".to_owned(), details: "at 3:1".to_owned() };
/// let case = Case { name: "3:1".to_owned(), class: "rule".to_owned(), result };
/// let text = junit("lint", &[Suite { name: "api.yaml".to_owned(), cases: vec![case] }]);
/// assert!(text.contains("<testsuite name=\"api.yaml\" tests=\"1\" failures=\"1\" skipped=\"0\">"));
/// assert!(text.contains("<failure type=\"rule\" message=\"a &lt; b\">at 3:1</failure>"));
/// ```
#[must_use]
pub fn junit(name: &str, suites: &[Suite]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites name=\"{}\">", escape(name));
    for suite in suites {
        let count = |wanted: fn(&CaseResult) -> bool| {
            let of = suite.cases.iter().filter(|case| wanted(&case.result));
            of.count()
        };
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">",
            escape(&suite.name),
            suite.cases.len().max(1),
            count(|result| matches!(result, CaseResult::Failed { .. })),
            count(|result| matches!(result, CaseResult::Skipped(_))),
        );
        if suite.cases.is_empty() {
            let _ = writeln!(
                out,
                "    <testcase classname=\"{0}\" name=\"{0}\"/>",
                escape(&suite.name)
            );
        }
        for case in &suite.cases {
            let (name, class) = (escape(&case.name), escape(&case.class));
            let _ = write!(out, "    <testcase classname=\"{class}\" name=\"{name}\">");
            let _ = match &case.result {
                CaseResult::Passed(text) => {
                    write!(out, "<system-out>{}</system-out>", escape(text))
                }
                CaseResult::Failed { message, details } => write!(
                    out,
                    "<failure type=\"{class}\" message=\"{}\">{}</failure>",
                    escape(message),
                    escape(details)
                ),
                CaseResult::Skipped(reason) => {
                    write!(out, "<skipped message=\"{}\"/>", escape(reason))
                }
            };
            out.push_str("</testcase>\n");
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}
