//! Defines rules, which diagnostics refer to by code.

use std::fmt;

use crate::{Severity, object_model::Citation};

/// A rule: what the diagnostics of one code have in common.
///
/// [`RULES`](crate::RULES) lists the rules of this crate; crates above have lists of their own. `--explain` prints a
/// rule. The message of a finding is formatted where the rule is applied.
///
/// ```
/// let rule = oas_document::RULES.iter().find(|rule| rule.id == "unused-component").unwrap();
/// let text = rule.explanation().to_string();
/// assert!(text.starts_with("unused-component: nothing refers to a component\n"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_structs,
    reason = "tables of rules are written as literals in several crates"
)]
pub struct Rule {
    /// The id, in kebab-case and stable across releases: the [`code`](crate::Diagnostic::code) of the diagnostics.
    pub id: &'static str,
    /// The severity of its findings.
    pub severity: Severity,
    /// The title: a clause that describes a finding, such as `nothing refers to a component`.
    pub title: &'static str,
    /// The reason why such findings matter.
    pub reason: &'static str,
    /// The remedy; a diagnostic can have a more specific one.
    pub help: &'static str,
    /// The passage of a standard that the rule is based on.
    pub citation: Citation,
}

impl Rule {
    /// Returns the explanation of the rule, with its severity among the facts.
    #[must_use]
    pub fn explanation(&self) -> Explanation {
        Explanation {
            id: self.id,
            title: self.title.to_owned(),
            reason: self.reason,
            help: self.help.to_owned(),
            facts: vec![("severity", self.severity.to_string())],
            citation: self.citation,
        }
    }
}

/// The explanation of a rule of any crate, which `--explain` prints. `Display` formats it for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::exhaustive_structs,
    reason = "other crates make explanations of their own rules"
)]
pub struct Explanation {
    /// The id of the rule.
    pub id: &'static str,
    /// The title: a clause that describes a finding, such as `nothing refers to a component`.
    pub title: String,
    /// The reason why such findings matter.
    pub reason: &'static str,
    /// The remedy; can be empty.
    pub help: String,
    /// Additional facts about the rule, each a label and a text, such as `severity` and `warning`.
    pub facts: Vec<(&'static str, String)>,
    /// The passage of a standard that the rule is based on.
    pub citation: Citation,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}\n", self.id, self.title)?;
        let mut line = |label: &str, text: &str| match text {
            "" => Ok(()),
            text => writeln!(f, "  {label:<10} {text}", label = format!("{label}:")),
        };
        line("why", self.reason)?;
        line("help", &self.help)?;
        for (label, text) in &self.facts {
            line(label, text)?;
        }
        line("reference", &self.citation.to_string())
    }
}

/// Declares rules as constants of the calling crate, and a constant with the list of them.
///
/// ```
/// use oas_document::object_model::{Citation, Object};
///
/// oas_document::rules! {
///     /// Every rule of this crate.
///     pub RULES;
///
///     LONG_TITLE = Note "long-title", Citation::Field(Object::Info, "title");
///         title: "a title is long";
///         reason: "it does not fit into one line of a page";
///         help: "write the rest as `description`";
/// }
///
/// assert_eq!(RULES[0], LONG_TITLE);
/// ```
#[macro_export]
macro_rules! rules {
    ($(#[$meta:meta])* $visibility:vis $all:ident;
        $($name:ident = $severity:ident $id:literal, $citation:expr;
            title: $title:literal;
            reason: $reason:literal;
            help: $help:literal;)*) => {
        $(
            pub(crate) const $name: $crate::Rule = $crate::Rule {
                id: $id,
                severity: $crate::Severity::$severity,
                title: $title,
                reason: $reason,
                help: $help,
                citation: $citation,
            };
        )*

        $(#[$meta])*
        $visibility const $all: &[$crate::Rule] = &[$($name),*];
    };
}
