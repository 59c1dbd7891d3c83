//! Renders findings for a terminal: each with its line and a remedy, then the numbers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use oas_document::{Diagnostic, Severity};

use super::{Extent, Lint};
use crate::review::Judged;
use crate::terminal::plural;

pub(super) fn text(lint: &Lint, extent: Extent, color: bool) -> String {
    let mut out = String::new();
    let (shown, hidden) = capped(&lint.judged.found, extent);
    for finding in shown {
        let _ = writeln!(out, "{}\n", finding.styled(color));
    }
    for (rule, count) in hidden {
        let _ = writeln!(
            out,
            "... and {count} more of `{rule}`; `--all` shows them\n"
        );
    }
    for stale in &lint.judged.stale {
        let _ = writeln!(out, "stale: {stale}\n");
    }
    let _ = writeln!(
        out,
        "{} checked: {}",
        plural(lint.documents.len(), "document"),
        summary(&lint.judged)
    );
    if let Some(denied) = lint
        .denied
        .filter(|_| lint.failed() && !lint.judged.has_errors())
    {
        let _ = writeln!(
            out,
            "{denied} are denied, by `--deny` or in openapi/review.toml"
        );
    }
    out
}

/// Formats a line for each finding, and the number of further findings of a rule.
pub(crate) fn headlines(found: &[Diagnostic], color: bool) -> Vec<String> {
    let (shown, hidden) = capped(found, Extent::Capped);
    let shown = shown.map(|finding| finding.headline(color).to_string());
    let hidden = hidden
        .into_iter()
        .map(|(rule, count)| format!("... and {count} more of `{rule}`"));
    shown.chain(hidden).collect()
}

/// Formats the number of findings of each severity, in words.
pub(crate) fn summary(judged: &Judged) -> String {
    let count = |severity: Severity| plural(judged.count(severity), severity.name());
    let mut text = format!(
        "{}, {}, {}",
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note)
    );
    if !judged.ignored.is_empty() {
        let _ = write!(text, ", {} ignored by decision", judged.ignored.len());
    }
    text
}

/// Returns the findings that are printed, and the number of omitted ones, by rule.
pub(crate) fn capped(
    found: &[Diagnostic],
    extent: Extent,
) -> (impl Iterator<Item = &Diagnostic>, BTreeMap<&str, usize>) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut shown = Vec::new();
    for finding in found {
        let count = counts.entry(finding.code).or_default();
        *count += 1;
        if *count <= extent.limit() {
            shown.push(finding);
        }
    }
    counts.retain(|_, count| {
        *count = count.saturating_sub(extent.limit());
        *count > 0
    });
    (shown.into_iter(), counts)
}
