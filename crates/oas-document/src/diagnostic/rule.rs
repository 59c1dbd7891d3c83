//! Defines rules, which diagnostics refer to by code.

use std::fmt;

use crate::{Severity, object_model::Citation};

/// A rule: what the diagnostics of one code have in common.
///
/// The tables of rules ([`RULES`](crate::RULES), and those of the crates above) are what `--explain` shows. The message of a
/// finding is made where the rule is applied.
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
    /// Its name in kebab-case, stable across releases: the code of its diagnostics.
    pub id: &'static str,
    /// The severity of its findings.
    pub severity: Severity,
    /// The title, a clause that describes a finding.
    pub title: &'static str,
    /// The reason why it matters.
    pub why: &'static str,
    /// The remedy, unless the place provides a better one.
    pub help: &'static str,
    /// The passage of a standard that the rule rests on.
    pub citation: Citation,
}

impl Rule {
    /// Returns the explanation of the rule for readers.
    pub fn explanation(&self) -> Explanation {
        Explanation {
            id: self.id,
            title: self.title.to_owned(),
            why: self.why,
            help: self.help.to_owned(),
            facts: vec![("severity", self.severity.to_string())],
            citation: self.citation,
        }
    }
}

/// The explanation of a rule of any crate, for `--explain`. `Display` formats it for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::exhaustive_structs,
    reason = "other crates make explanations of their own rules"
)]
pub struct Explanation {
    /// The name of the rule.
    pub id: &'static str,
    /// The title, a clause that describes a finding.
    pub title: String,
    /// The reason why it matters.
    pub why: &'static str,
    /// The remedy, which can be empty.
    pub help: String,
    /// Additional facts about the rule, each with a label.
    pub facts: Vec<(&'static str, String)>,
    /// The passage of a standard that the rule rests on.
    pub citation: Citation,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}\n", self.id, self.title)?;
        let mut line = |label: &str, text: &str| match text {
            "" => Ok(()),
            text => writeln!(f, "  {label:<10} {text}", label = format!("{label}:")),
        };
        line("why", self.why)?;
        line("help", &self.help)?;
        for (label, text) in &self.facts {
            line(label, text)?;
        }
        line("reference", &self.citation.to_string())
    }
}

/// Declares rules as constants of the crate, and a table of them all.
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
///         why: "it does not fit into one line of a page";
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
            why: $why:literal;
            help: $help:literal;)*) => {
        $(
            pub(crate) const $name: $crate::Rule = $crate::Rule {
                id: $id,
                severity: $crate::Severity::$severity,
                title: $title,
                why: $why,
                help: $help,
                citation: $citation,
            };
        )*

        $(#[$meta])*
        $visibility const $all: &[$crate::Rule] = &[$($name),*];
    };
}
