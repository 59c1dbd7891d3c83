//! Parses `openapi/review.toml`, which configures how findings of the linter and the differ are judged, on every
//! machine alike.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use oas_diff::{Policy, PolicyError, WrittenPolicy};
use oas_document::{Diagnostic, Rule, Severity, nearest};
use serde::Deserialize;

use crate::rules;
use crate::settings::{InvalidSettings, SettingsFile};

/// The file that contains decisions, relative to the root.
pub(crate) const REVIEW: &str = "openapi/review.toml";

/// The file that contained accepted changes before levels of rules existed.
const FORMER: &str = "openapi/accepted-changes.toml";

/// The decisions of a project about findings.
#[derive(Debug, Default)]
pub(crate) struct Review {
    pub(crate) lint: LintPolicy,
    pub(crate) verify: LintPolicy,
    pub(crate) diff: Policy,
}

/// The file, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    lint: LintPolicy,
    #[serde(default)]
    verify: LintPolicy,
    #[serde(default)]
    diff: WrittenPolicy,
}

/// The decisions about findings of the reader, the linter and the generator, or about those of `verify`.
#[derive(Debug, Default, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `deny`, `levels` and `ignored`"
)]
pub(crate) struct LintPolicy {
    /// From this severity on, findings fail the run.
    pub(crate) deny: Option<Denied>,
    /// Levels of rules.
    #[serde(default)]
    levels: BTreeMap<String, Level>,
    /// Findings that are not shown.
    #[serde(default)]
    ignored: Vec<Ignored>,
}

/// The findings, besides errors, that fail a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Denied {
    /// Warnings
    Warnings,
    /// Warnings and notes
    Notes,
}

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Warnings => "warnings",
            Self::Notes => "warnings and notes",
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table such as { level = \"off\", reason = \"…\" }"
)]
struct Level {
    level: LevelName,
    reason: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LevelName {
    Error,
    Warning,
    Note,
    Off,
}

#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `rule`, `at` and `reason`"
)]
struct Ignored {
    rule: String,
    /// The JSON pointer of the finding.
    at: String,
    /// The file of the finding; any, if it is left out.
    file: Option<String>,
    reason: String,
}

/// Findings after all decisions.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) found: Vec<Diagnostic>,
    /// The findings that are not printed, each with the reason.
    pub(crate) ignored: Vec<(Diagnostic, String)>,
    /// Decisions that apply to nothing, a sentence each.
    pub(crate) stale: Vec<String>,
}

impl Review {
    /// Reads the file that is named, or that of the workspace; without either, nothing is decided.
    pub(crate) fn read(named: Option<&Path>, root: Option<&Path>) -> anyhow::Result<Self> {
        let (path, shown) = match (named, root) {
            (Some(path), _) => (path.to_owned(), path.display().to_string()),
            (None, Some(root)) => (root.join(REVIEW), REVIEW.to_owned()),
            (None, None) => return Ok(Self::default()),
        };
        if named.is_none() {
            if root.is_some_and(|root| root.join(FORMER).is_file()) {
                bail!(
                    "{FORMER} is not read any more\nMove its entries to {REVIEW}, as `[[diff.accepted]]`, and delete it."
                );
            }
            if !path.is_file() {
                return Ok(Self::default());
            }
        }
        let text = read(&path, &shown)?;
        Self::parse(&SettingsFile::new(&shown, &text))
            .with_context(|| format!("{shown} is not understood"))
    }

    fn parse(file: &SettingsFile<'_>) -> Result<Self, InvalidSettings> {
        let Written { lint, verify, diff } = file.parse()?;
        let of_verify = || oas_verify::RULES.iter();
        let mut mistakes = lint.mistakes(file, "lint", rules::of_documents);
        mistakes.extend(verify.mistakes(file, "verify", of_verify));
        let diff = Policy::try_from(diff).unwrap_or_else(|invalid| {
            mistakes.extend(invalid.mistakes().iter().map(|it| of_diff(file, it)));
            Policy::default()
        });
        file.accept(mistakes)?;
        Ok(Self { lint, verify, diff })
    }
}

/// Returns the finding about a mistake in the decisions about changes.
fn of_diff(file: &SettingsFile<'_>, mistake: &PolicyError) -> Diagnostic {
    let path = mistake.path.iter().map(String::as_str);
    let path: Vec<&str> = ["diff"].into_iter().chain(path).collect();
    let finding = file.finding(&path, &mistake.message);
    finding.did_you_mean_or(mistake.meant, || mistake.help.clone())
}

fn read(path: &PathBuf, shown: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))
}

impl LintPolicy {
    /// Finds decisions about rules that do not exist, and those without a reason.
    fn mistakes<R: Iterator<Item = &'static Rule>>(
        &self,
        file: &SettingsFile<'_>,
        section: &str,
        rules: impl Fn() -> R,
    ) -> Vec<Diagnostic> {
        let levels = self.levels.iter().map(|(id, level)| {
            let path = [section, "levels", id].map(str::to_owned).to_vec();
            (id, &level.reason, path.clone(), path)
        });
        let ignored = self.ignored.iter().enumerate().map(|(at, entry)| {
            let path = |key: &str| [section, "ignored", &at.to_string(), key].map(str::to_owned);
            (
                &entry.rule,
                &entry.reason,
                path("rule").to_vec(),
                path("reason").to_vec(),
            )
        });
        let mut found = Vec::new();
        for (id, reason, of_rule, of_reason) in levels.chain(ignored) {
            let finding = |path: &[String], message: String| {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                file.finding(&path, message)
            };
            if rules().all(|rule| rule.id != *id) {
                let near = nearest(id, rules().map(|rule| rule.id));
                let message = format!("`{section}` has no rule `{}`", id.escape_debug());
                let finding = finding(&of_rule, message);
                found.push(match near {
                    Some(near) => finding.did_you_mean(near),
                    None => finding,
                });
            }
            if reason.trim().is_empty() {
                let message = format!(
                    "what is decided about `{}` has no `reason`",
                    id.escape_debug()
                );
                let help = "write why: reports show it";
                found.push(finding(&of_reason, message).help(help));
            }
        }
        found
    }

    /// Applies the decisions to all findings of a run.
    pub(crate) fn judge(&self, all: Vec<Diagnostic>) -> Judged {
        let mut judged = Judged::default();
        let mut used = vec![false; self.ignored.len()];
        for mut finding in all {
            let entry = self
                .ignored
                .iter()
                .position(|entry| entry.is_about(&finding));
            if let Some(at) = entry {
                used[at] = true;
                judged
                    .ignored
                    .push((finding, self.ignored[at].reason.clone()));
                continue;
            }
            if let Some(Level { level, reason }) = self.levels.get(finding.code) {
                match level {
                    LevelName::Off => {
                        judged.ignored.push((finding, reason.clone()));
                        continue;
                    }
                    LevelName::Error => finding.severity = Severity::Error,
                    LevelName::Warning => finding.severity = Severity::Warning,
                    LevelName::Note => finding.severity = Severity::Note,
                }
            }
            judged.found.push(finding);
        }
        for (entry, _) in self.ignored.iter().zip(used).filter(|(_, used)| !used) {
            judged.stale.push(format!(
                "no finding of `{}` at `{}` is there to ignore: remove the entry",
                entry.rule, entry.at
            ));
        }
        judged
    }
}

impl Ignored {
    fn is_about(&self, finding: &Diagnostic) -> bool {
        let file = self.file.as_deref();
        self.rule == finding.code
            && self.at == finding.pointer
            && file.is_none_or(|file| file == finding.place.file)
    }
}

impl Judged {
    /// Returns the number of findings of a severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        let of = |found: &&Diagnostic| found.severity == severity;
        self.found.iter().filter(of).count()
    }

    /// Returns whether there is an error.
    pub(crate) fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Returns whether a finding fails the run.
    pub(crate) fn is_failure(finding: &Diagnostic, denied: Option<Denied>) -> bool {
        let mildest = match denied {
            None => Severity::Error,
            Some(Denied::Warnings) => Severity::Warning,
            Some(Denied::Notes) => Severity::Note,
        };
        finding.severity <= mildest
    }
}

/// Returns the rule of a finding.
pub(crate) fn rule_of(finding: &Diagnostic) -> Option<&'static Rule> {
    rules::of_findings().find(|rule| rule.id == finding.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_errors_are_reported_at_once() {
        let parse = |text| Review::parse(&SettingsFile::new("review.toml", text));
        let failure = parse(
            "[lint.levels]\nunused-componet = { level = 'off', reason = 'r' }\n\
             [[lint.ignored]]\nrule = 'invalid-example'\nat = '/a'\nreason = ' '\n",
        );
        insta::assert_snapshot!(failure.unwrap_err(), @"
        review.toml:2:1: error[invalid-setting]: `lint` has no rule `unused-componet`
            |
          2 | unused-componet = { level = 'off', reason = 'r' }
            | ^^^^^^^^^^^^^^^
          note: settings decide what is generated and how findings are judged, so that none is passed over
          help: did you mean `unused-component`?

        review.toml:6:10: error[invalid-setting]: what is decided about `invalid-example` has no `reason`
            |
          6 | reason = ' '
            |          ^^^
          note: settings decide what is generated and how findings are judged, so that none is passed over
          help: write why: reports show it
        ");
        for text in [
            "[lint.levels]\nunused-component = { level = 'fatal', reason = 'r' }\n",
            "[lint.levels]\nunused-component = 'off'\n",
            "[lints]\n",
            "[diff.levels]\nunused-component = { level = 'info', reason = 'r' }\n",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
