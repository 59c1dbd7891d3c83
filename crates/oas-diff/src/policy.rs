//! Applies the decisions of a project: levels of rules, and accepted changes, each with a reason.
//!
//! A decision never hides a finding: it stays in the report, with the decision beside it. Policies can become outdated:
//! acceptances that match nothing and those past their day are reported.

use std::{collections::BTreeMap, fmt::Write as _};

use oas_document::nearest;
use serde::Deserialize;

use crate::{
    lifecycle::Date,
    model::{Acceptance, Decision, FailOn, Finding, Report},
    rule::{Profile, rule, rules},
    severity::Severity,
};

/// The decisions of a project about findings: the profile and the threshold, the severities of rules, and accepted findings.
/// [`Report::judge`] applies it.
///
/// A policy is written in TOML. It can be a table of a larger file, from which serde deserializes it.
///
/// ```
/// use oas_diff::{FailOn, Policy, Profile};
///
/// let text = r#"
/// profile = "codegen"
/// fail-on = "warning"
///
/// [levels]
/// operation-id-renamed = { level = "info", reason = "no client is generated yet" }
///
/// [[accepted]]
/// fingerprint = "9d41c0a7be12"
/// reason = "the field was never filled"
/// author = "A. Reviewer"
/// expires = "2027-01-31"
/// "#;
/// let policy = Policy::parse(text).unwrap();
/// assert_eq!((policy.profile, policy.fail_on), (Some(Profile::Codegen), Some(FailOn::Warning)));
/// assert!(Policy::parse("[levels]\nno-such-rule = { level = 'info', reason = 'r' }").is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
#[non_exhaustive]
pub struct Policy {
    /// The profile of comparisons, if the policy sets one.
    pub profile: Option<Profile>,
    /// The threshold at which comparisons fail, if the policy sets one.
    pub fail_on: Option<FailOn>,
    levels: BTreeMap<String, Level>,
    accepted: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Level {
    severity: Severity,
    reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    fingerprint: String,
    acceptance: Acceptance,
    last_day: Option<Date>,
}

/// A policy as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    profile: Option<String>,
    fail_on: Option<String>,
    #[serde(default)]
    levels: BTreeMap<String, WrittenLevel>,
    #[serde(default)]
    accepted: Vec<WrittenEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLevel {
    level: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEntry {
    fingerprint: String,
    reason: String,
    author: String,
    expires: Option<String>,
}

/// The reason why a text is an invalid policy: a sentence on a line for each mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidPolicy(String);

impl Policy {
    /// Parses a policy in TOML.
    ///
    /// # Errors
    /// Returns an error if the text is not TOML or has an unknown field; otherwise one that contains all invalid values.
    pub fn parse(text: &str) -> Result<Policy, InvalidPolicy> {
        toml::from_str(text).map_err(|error| InvalidPolicy(error.to_string()))
    }
}

impl TryFrom<Written> for Policy {
    type Error = InvalidPolicy;

    fn try_from(written: Written) -> Result<Policy, InvalidPolicy> {
        let mut errors = Vec::new();
        let mut policy = Policy {
            profile: chosen(
                "`profile`",
                written.profile,
                &Profile::ALL.map(|all| (all.name(), all)),
                &mut errors,
            ),
            fail_on: chosen(
                "`fail-on`",
                written.fail_on,
                &FailOn::ALL.map(|all| (all.name(), all)),
                &mut errors,
            ),
            ..Policy::default()
        };
        for (id, level) in written.levels {
            policy.levels.extend(level.checked(id, &mut errors));
        }
        for entry in written.accepted {
            let entry = entry.checked(&mut errors);
            if policy
                .accepted
                .iter()
                .any(|known| known.fingerprint == entry.fingerprint)
            {
                errors.push(format!(
                    "{} is accepted twice: remove one of the entries",
                    entry.fingerprint
                ));
            }
            policy.accepted.push(entry);
        }
        match errors.as_slice() {
            [] => Ok(policy),
            errors => Err(InvalidPolicy(errors.join("\n"))),
        }
    }
}

/// Parses a setting that has a few named values.
fn chosen<T: Copy>(
    setting: &str,
    name: Option<String>,
    values: &[(&str, T)],
    errors: &mut Vec<String>,
) -> Option<T> {
    let name = name?;
    let found = values.iter().find(|(known, _)| *known == name);
    if found.is_none() {
        let names: Vec<_> = values.iter().map(|(name, _)| format!("`{name}`")).collect();
        let names = names.join(", ");
        errors.push(format!("{setting} is one of {names}, not `{name}`"));
    }
    found.map(|(_, value)| *value)
}

impl WrittenLevel {
    fn checked(self, id: String, errors: &mut Vec<String>) -> Option<(String, Level)> {
        if rule(&id).is_none() {
            let near = nearest(&id, rules().map(|rule| rule.id));
            let near = near.map(|near| format!("; did you mean `{near}`?"));
            errors.push(format!(
                "the differ has no rule `{id}`{}",
                near.unwrap_or_default()
            ));
        }
        if self.reason.trim().is_empty() {
            errors.push(format!("the level of {id} needs a `reason`"));
        }
        let levels = Severity::ALL.map(|severity| (severity.name(), severity));
        let severity = chosen(
            &format!("the level of {id}"),
            Some(self.level),
            &levels,
            errors,
        )?;
        let reason = self.reason;
        Some((id, Level { severity, reason }))
    }
}

impl WrittenEntry {
    fn checked(self, errors: &mut Vec<String>) -> Entry {
        let name = &self.fingerprint;
        if name.len() != 12 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            errors.push(format!(
                "`{name}` is no fingerprint: it has twelve hexadecimal digits"
            ));
        }
        if self.reason.trim().is_empty() || self.author.trim().is_empty() {
            errors.push(format!("{name} needs a `reason` and an `author`"));
        }
        let last_day = match self.expires.as_deref().map(str::parse::<Date>) {
            None => None,
            Some(Ok(date)) => Some(date),
            Some(Err(error)) => {
                errors.push(format!("`expires` of {name}: {error}"));
                None
            }
        };
        Entry {
            fingerprint: self.fingerprint.to_ascii_lowercase(),
            acceptance: Acceptance {
                reason: self.reason,
                author: self.author,
                expires: self.expires,
            },
            last_day,
        }
    }
}

impl Report {
    /// Applies a policy as of `today`: replaces the severities of findings by the levels of their rules, marks accepted findings,
    /// adds acceptances that match nothing, or ended before `today`, to [`Report::stale`], and computes the verdict anew.
    pub fn judge(&mut self, policy: &Policy, today: Date) {
        for finding in &mut self.findings {
            if let Some(level) = policy.levels.get(finding.rule)
                && level.severity != finding.severity
            {
                finding.decision = Some(Decision {
                    instead_of: finding.severity,
                    reason: level.reason.clone(),
                });
                finding.severity = level.severity;
            }
        }
        self.findings
            .sort_by(|one, other| one.order().cmp(&other.order()));
        for entry in &policy.accepted {
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

/// Formats the entry of `openapi/review.toml` that accepts a finding. Its reason and its author are empty, to be completed.
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
        "[[diff.accepted]] # {}: {message}\nfingerprint = \"{}\"\nreason = \"\"\nauthor = \"\"\n",
        finding.rule, finding.fingerprint
    );
    entry
}
