//! Applies the decisions of a project: levels of rules, and accepted changes, each with a reason.
//!
//! A decision never hides a finding: it stays in the report, with the decision beside it. Policies can become outdated:
//! acceptances that match nothing and those past their day are reported.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

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
/// A policy is written in TOML. If it is a table of a larger file, deserialize the table as a [`WrittenPolicy`], and convert it with
/// [`Policy::try_from`].
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

/// A policy that was deserialized and not validated. [`Policy::try_from`] validates its rules, values and dates.
///
/// ```
/// use oas_diff::{Policy, WrittenPolicy};
///
/// let written: WrittenPolicy = toml::from_str("profile = 'codgen'").unwrap();
/// let invalid = Policy::try_from(written).unwrap_err();
/// assert_eq!(invalid.mistakes()[0].path, ["profile"]);
/// assert_eq!(invalid.mistakes()[0].meant, Some("codegen"));
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    expecting = "a table with `profile`, `fail-on`, `levels` and `accepted`"
)]
pub struct WrittenPolicy {
    profile: Option<String>,
    fail_on: Option<String>,
    #[serde(default)]
    levels: BTreeMap<String, WrittenLevel>,
    #[serde(default)]
    accepted: Vec<WrittenEntry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { level = \"info\", reason = \"…\" }"
)]
struct WrittenLevel {
    level: String,
    reason: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `fingerprint`, `reason` and `author`"
)]
struct WrittenEntry {
    fingerprint: String,
    reason: String,
    author: String,
    #[serde(default)]
    expires: Option<WrittenDate>,
}

/// A day, as a text or as a date of TOML.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a day, such as 2027-01-31")]
enum WrittenDate {
    Text(String),
    Date(toml::value::Datetime),
}

impl WrittenDate {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Date(date) => date.to_string(),
        }
    }
}

/// The reason why a policy is invalid: all of its mistakes. `Display` formats a line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPolicy(Vec<PolicyError>);

/// An invalid value of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyError {
    /// The keys and indexes that lead to the value, such as `levels` and `operation-removed`; empty if the text is not a policy.
    pub path: Vec<String>,
    /// The reason why the value is invalid.
    pub message: String,
    /// The valid name that is most similar to the value, if one is similar.
    pub meant: Option<&'static str>,
    /// The remedy, in the imperative.
    pub help: String,
}

impl InvalidPolicy {
    /// Returns the mistakes; there is at least one.
    #[must_use]
    pub fn mistakes(&self) -> &[PolicyError] {
        &self.0
    }
}

/// Formats a line for each mistake.
impl fmt::Display for InvalidPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, mistake) in self.0.iter().enumerate() {
            f.write_str(if at > 0 { "\n" } else { "" })?;
            f.write_str(&mistake.message)?;
            match mistake.meant {
                Some(meant) => write!(f, "; did you mean `{meant}`?")?,
                None if mistake.help.is_empty() => {}
                None => write!(f, "; {}", mistake.help)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for InvalidPolicy {}

impl Policy {
    /// Parses a policy in TOML.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not TOML or has an unknown field; otherwise one that contains all invalid values.
    pub fn parse(text: &str) -> Result<Self, InvalidPolicy> {
        let written: Result<WrittenPolicy, _> = toml::from_str(text);
        let written = written.map_err(|error| {
            let mut mistakes = Mistakes::default();
            mistakes.add(&[], error.to_string(), None, "");
            InvalidPolicy(mistakes.0)
        });
        written?.try_into()
    }
}

impl TryFrom<WrittenPolicy> for Policy {
    type Error = InvalidPolicy;

    fn try_from(written: WrittenPolicy) -> Result<Self, InvalidPolicy> {
        let mut mistakes = Mistakes::default();
        let profiles = Profile::ALL.map(|all| (all.name(), all));
        let thresholds = FailOn::ALL.map(|all| (all.name(), all));
        let profile = written.profile;
        let profile = profile.and_then(|name| mistakes.chosen(&["profile"], &name, &profiles));
        let fail_on = written.fail_on;
        let fail_on = fail_on.and_then(|name| mistakes.chosen(&["fail-on"], &name, &thresholds));
        let mut policy = Self {
            profile,
            fail_on,
            ..Self::default()
        };
        for (id, level) in written.levels {
            policy.levels.extend(level.checked(id, &mut mistakes));
        }
        for (at, entry) in written.accepted.into_iter().enumerate() {
            let at = at.to_string();
            let entry = entry.checked(&at, &mut mistakes);
            let mut known = policy.accepted.iter();
            if known.any(|known| known.fingerprint == entry.fingerprint) {
                let path = ["accepted", &at, "fingerprint"];
                let message = format!("{} is accepted twice", entry.fingerprint);
                mistakes.add(&path, message, None, "remove one of the entries");
            }
            policy.accepted.push(entry);
        }
        match mistakes.0.is_empty() {
            true => Ok(policy),
            false => Err(InvalidPolicy(mistakes.0)),
        }
    }
}

/// Collects what is wrong with a policy.
#[derive(Default)]
struct Mistakes(Vec<PolicyError>);

impl Mistakes {
    fn add(
        &mut self,
        path: &[&str],
        message: String,
        meant: Option<&'static str>,
        help: impl Into<String>,
    ) {
        self.0.push(PolicyError {
            path: path.iter().map(|&step| step.to_owned()).collect(),
            message,
            meant,
            help: help.into(),
        });
    }

    /// Looks up the value of a setting that has a few named values.
    fn chosen<T: Copy>(
        &mut self,
        path: &[&str],
        name: &str,
        values: &[(&'static str, T)],
    ) -> Option<T> {
        let found = values.iter().find(|(known, _)| *known == name);
        if found.is_none() {
            let names: Vec<&'static str> = values.iter().map(|(name, _)| *name).collect();
            let setting = path.last().copied().unwrap_or_default();
            let message = format!("`{setting}` cannot be `{}`", name.escape_debug());
            let meant = nearest(name, names.iter().copied());
            let help = format!("write one of `{}`", names.join("`, `"));
            self.add(path, message, meant, help);
        }
        found.map(|(_, value)| *value)
    }

    /// Checks that a decision has a text such as a reason.
    fn expect_text(&mut self, path: &[&str], text: &str, subject: &str, help: &str) {
        if text.trim().is_empty() {
            let setting = path.last().copied().unwrap_or_default();
            let message = format!("what is decided about `{subject}` has no `{setting}`");
            self.add(path, message, None, help);
        }
    }
}

/// The help for a missing reason.
const WHY: &str = "write why: reports show it";

impl WrittenLevel {
    fn checked(self, id: String, mistakes: &mut Mistakes) -> Option<(String, Level)> {
        if rule(&id).is_none() {
            let near = nearest(&id, rules().map(|rule| rule.id));
            let message = format!("`diff` has no rule `{}`", id.escape_debug());
            mistakes.add(&["levels", &id], message, near, "name a rule of the differ");
        }
        mistakes.expect_text(&["levels", &id, "reason"], &self.reason, &id, WHY);
        let levels = Severity::ALL.map(|severity| (severity.name(), severity));
        let severity = mistakes.chosen(&["levels", &id, "level"], &self.level, &levels)?;
        let reason = self.reason;
        Some((id, Level { severity, reason }))
    }
}

impl WrittenEntry {
    fn checked(self, at: &str, mistakes: &mut Mistakes) -> Entry {
        let name = &self.fingerprint;
        let path = |key| ["accepted", at, key];
        if name.len() != 12 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let message = format!("`{}` is not a fingerprint", name.escape_debug());
            let help = "write the twelve hexadecimal digits that the report has for the finding";
            mistakes.add(&path("fingerprint"), message, None, help);
        }
        mistakes.expect_text(&path("reason"), &self.reason, name, WHY);
        let who = "write who agreed to the change";
        mistakes.expect_text(&path("author"), &self.author, name, who);
        let expires = self.expires.map(WrittenDate::into_text);
        let last_day = match expires.as_deref().map(str::parse::<Date>) {
            None => None,
            Some(Ok(date)) => Some(date),
            Some(Err(error)) => {
                mistakes.add(&path("expires"), error.to_string(), None, "");
                None
            }
        };
        Entry {
            fingerprint: self.fingerprint.to_ascii_lowercase(),
            acceptance: Acceptance {
                reason: self.reason,
                author: self.author,
                expires,
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
        self.summarize();
    }
}

/// Formats the entry of `openapi/review.toml` that accepts a finding. Its reason and its author are empty, to be completed.
#[must_use]
pub fn acceptance_entry(finding: &Finding) -> String {
    let mut entry = String::new();
    // Comments of TOML hold no control characters.
    let message = finding.message.replace(char::is_control, " ");
    let _ = write!(
        entry,
        "[[diff.accepted]] # {}: {message}\nfingerprint = \"{}\"\nreason = \"\"\nauthor = \"\"\n",
        finding.rule, finding.fingerprint
    );
    entry
}
