//! Accepted changes: findings that somebody decided to live with, each with a reason and a name, some with an end.
//!
//! An accepted finding stays in the report; it no longer counts towards the verdict. What the list says is never
//! trusted to be still true: entries that match nothing and entries past their day are told.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::{
    lifecycle::Date,
    model::{Acceptance, Finding, Report},
    severity::Severity,
};

/// A list of accepted changes.
///
/// ```
/// use oas_diff::Accepted;
///
/// let text = r#"
/// [[accepted]]
/// fingerprint = "9d41c0a7be12"
/// reason = "the field was never filled"
/// author = "A. Reviewer"
/// expires = "2027-01-31"
/// "#;
/// assert_eq!(Accepted::parse(text).unwrap().len(), 1);
/// assert!(Accepted::parse("[[accepted]]\nfingerprint = '9d41c0a7be12'").is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    fingerprint: String,
    acceptance: Acceptance,
    last_day: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    accepted: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    fingerprint: String,
    reason: String,
    author: String,
    expires: Option<String>,
}

impl Accepted {
    /// Reads the list, which is TOML.
    ///
    /// # Errors
    /// Everything that is wrong with it, one sentence each.
    pub fn parse(text: &str) -> Result<Accepted, Vec<String>> {
        let file: File = toml::from_str(text).map_err(|error| vec![error.to_string()])?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut errors = Vec::new();
        for written in file.accepted {
            let name = &written.fingerprint;
            if name.len() != 12 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                errors.push(format!(
                    "`{name}` is no fingerprint: it has twelve hexadecimal digits"
                ));
            }
            if entries.iter().any(|entry| entry.fingerprint == *name) {
                errors.push(format!(
                    "{name} is accepted twice: remove one of the entries"
                ));
            }
            if written.reason.trim().is_empty() || written.author.trim().is_empty() {
                errors.push(format!("{name} needs a `reason` and an `author`"));
            }
            let last_day = match written.expires.as_deref().map(str::parse::<Date>) {
                None => None,
                Some(Ok(date)) => Some(date),
                Some(Err(error)) => {
                    errors.push(format!("`expires` of {name}: {error}"));
                    None
                }
            };
            entries.push(Entry {
                fingerprint: written.fingerprint.to_ascii_lowercase(),
                acceptance: Acceptance {
                    reason: written.reason,
                    author: written.author,
                    expires: written.expires,
                },
                last_day,
            });
        }
        if errors.is_empty() {
            Ok(Accepted { entries })
        } else {
            Err(errors)
        }
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Report {
    /// Takes note of accepted changes: matching findings are marked and no longer count, and entries that match nothing
    /// or have expired by `today` are listed.
    pub fn accept(&mut self, accepted: &Accepted, today: Date) {
        for entry in &accepted.entries {
            let Entry {
                fingerprint,
                acceptance,
                last_day,
            } = entry;
            if let Some(day) = last_day.filter(|day| *day < today) {
                self.stale.push(format!(
                    "the acceptance of {fingerprint} ended on {day}: renew it, or undo the change"
                ));
                continue;
            }
            let mut matched = false;
            for finding in &mut self.findings {
                if finding.fingerprint == *fingerprint && finding.severity >= Severity::Warning {
                    finding.accepted = Some(acceptance.clone());
                    matched = true;
                }
            }
            if !matched {
                self.stale.push(format!(
                    "the acceptance of {fingerprint} matches nothing: remove it"
                ));
            }
        }
        self.summarise();
    }
}

/// The entry of the list that accepts a finding, to be completed and pasted.
pub fn acceptance_entry(finding: &Finding) -> String {
    let mut entry = String::new();
    // Comments of TOML hold no control characters.
    let message: String = finding
        .message
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let _ = write!(
        entry,
        "[[accepted]] # {}: {message}\nfingerprint = \"{}\"\nreason = \"\"\nauthor = \"\"\n",
        finding.rule, finding.fingerprint
    );
    entry
}
