//! The XML of JUnit, which CI systems show as tests.
//!
//! There is no standard; elements and attributes are those that Jenkins, GitLab and GitHub's actions agree on.

use std::fmt::Write as _;

/// A group of cases.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "other crates make them")]
pub struct Suite {
    /// What it is called.
    pub name: String,
    /// Its cases; without any, the suite has one that passed.
    pub cases: Vec<Case>,
}

/// A case: a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "other crates make them")]
pub struct Case {
    /// What it is called.
    pub name: String,
    /// What it belongs to: a rule.
    pub class: String,
    /// How it went.
    pub outcome: Outcome,
}

/// How a case went.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "other crates make them")]
pub enum Outcome {
    /// It is no failure; what there is to know beside it.
    Passed(String),
    /// It is a failure.
    Failed {
        /// What is wrong, in a sentence.
        message: String,
        /// All that there is to know.
        details: String,
    },
    /// It does not count, and why.
    Skipped(String),
}

/// Returns a report of some suites.
///
/// ```
/// use oas_document::report::{Case, Outcome, Suite, junit};
///
/// let outcome = Outcome::Failed { message: "a < b".to_owned(), details: "at 3:1".to_owned() };
/// let case = Case { name: "3:1".to_owned(), class: "rule".to_owned(), outcome };
/// let text = junit("lint", &[Suite { name: "api.yaml".to_owned(), cases: vec![case] }]);
/// assert!(text.contains("<testsuite name=\"api.yaml\" tests=\"1\" failures=\"1\" skipped=\"0\">"));
/// assert!(text.contains("<failure type=\"rule\" message=\"a &lt; b\">at 3:1</failure>"));
/// ```
pub fn junit(name: &str, suites: &[Suite]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites name=\"{}\">", escaped(name));
    for suite in suites {
        let count = |wanted: fn(&Outcome) -> bool| {
            let of = suite.cases.iter().filter(|case| wanted(&case.outcome));
            of.count()
        };
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">",
            escaped(&suite.name),
            suite.cases.len().max(1),
            count(|outcome| matches!(outcome, Outcome::Failed { .. })),
            count(|outcome| matches!(outcome, Outcome::Skipped(_))),
        );
        if suite.cases.is_empty() {
            let _ = writeln!(
                out,
                "    <testcase classname=\"{0}\" name=\"{0}\"/>",
                escaped(&suite.name)
            );
        }
        for case in &suite.cases {
            let (name, class) = (escaped(&case.name), escaped(&case.class));
            let _ = write!(out, "    <testcase classname=\"{class}\" name=\"{name}\">");
            let _ = match &case.outcome {
                Outcome::Passed(text) => {
                    write!(out, "<system-out>{}</system-out>", escaped(text))
                }
                Outcome::Failed { message, details } => write!(
                    out,
                    "<failure type=\"{class}\" message=\"{}\">{}</failure>",
                    escaped(message),
                    escaped(details)
                ),
                Outcome::Skipped(reason) => {
                    write!(out, "<skipped message=\"{}\"/>", escaped(reason))
                }
            };
            out.push_str("</testcase>\n");
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// Text for elements and attributes (XML 1.0 section 2.4). Characters that XML cannot have (section 2.2) are replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
