//! For a terminal: the verdict first, then a block an operation, worst first.

use std::fmt::Write as _;

use super::{reached, summary, visible};
use crate::{
    accept::acceptance_entry,
    model::{Finding, Report, Severity, Side, Verdict},
};

/// The report for a terminal. Escape sequences for colours are written only where `colour` says so.
pub fn text(report: &Report, colour: bool) -> String {
    let paint = |text: &str, severity: Severity| match (colour, severity) {
        (false, _) | (_, Severity::Docs) => text.to_owned(),
        (_, Severity::Breaking) => format!("\u{1b}[1;31m{text}\u{1b}[0m"),
        (_, Severity::Warning) => format!("\u{1b}[33m{text}\u{1b}[0m"),
        (_, Severity::Info) => format!("\u{1b}[32m{text}\u{1b}[0m"),
    };
    let verdict = report.verdict.name().to_uppercase();
    let verdict = match report.verdict {
        Verdict::Breaking => paint(&verdict, Severity::Breaking),
        Verdict::Warning => paint(&verdict, Severity::Warning),
        Verdict::Compatible => paint(&verdict, Severity::Info),
        Verdict::Docs | Verdict::None => verdict,
    };
    let mut out = format!("{verdict}  {}\n", summary(report));
    let (docs, told): (Vec<&Finding>, Vec<&Finding>) = report
        .findings
        .iter()
        .partition(|finding| finding.severity == Severity::Docs);
    let mut blocks: Vec<(String, Vec<&Finding>)> = Vec::new();
    for finding in told {
        let name = reached(finding);
        match blocks.iter_mut().find(|(known, _)| *known == name) {
            Some((_, findings)) => findings.push(finding),
            None => blocks.push((name, vec![finding])),
        }
    }
    for (name, findings) in blocks {
        let _ = write!(out, "\n{}\n", visible(&name));
        for finding in findings {
            let mark = match finding.severity {
                _ if finding.accepted.is_some() => "~ accepted",
                Severity::Breaking => "x BREAKING",
                Severity::Warning => "! warning",
                Severity::Info => "+ compatible",
                Severity::Docs => "  docs",
            };
            let mark = paint(&format!("{mark:<12}"), finding.severity);
            let _ = writeln!(
                out,
                "  {mark} {}  {}",
                finding.rule,
                visible(&directions(finding))
            );
            let _ = writeln!(out, "      {}", visible(&finding.message));
            let _ = writeln!(out, "      why: {}", finding.why);
            if !finding.via.is_empty() {
                let _ = writeln!(out, "      via: {}", visible(&finding.via));
            }
            place(&mut out, "was", finding.base.as_ref());
            place(&mut out, "now", finding.head.as_ref());
            if finding.head.is_none() {
                place(&mut out, "around", finding.anchor.as_ref());
            }
            if let Some(rust) = &finding.rust {
                let _ = writeln!(out, "      Rust: {}", visible(rust));
            }
            match &finding.accepted {
                Some(accepted) => {
                    let until = accepted
                        .expires
                        .as_deref()
                        .map(|day| format!(" until {day}"))
                        .unwrap_or_default();
                    let line = format!(
                        "accepted by {}{until}: {}",
                        accepted.author, accepted.reason
                    );
                    let _ = writeln!(out, "      {}", visible(&line));
                }
                None if finding.severity >= Severity::Warning => {
                    out.push_str("      to accept it:\n");
                    for line in acceptance_entry(finding).lines() {
                        let _ = writeln!(out, "        {}", visible(line));
                    }
                }
                None => {}
            }
        }
    }
    if !docs.is_empty() {
        let places: Vec<String> = docs
            .iter()
            .take(5)
            .map(|finding| visible(&finding.message))
            .collect();
        let more = if docs.len() > 5 { "; …" } else { "" };
        let _ = write!(
            out,
            "\n{} docs-only: {}{more}\n",
            docs.len(),
            places.join("; ")
        );
    }
    for stale in &report.stale {
        let _ = write!(out, "\nstale: {}\n", visible(stale));
    }
    out
}

fn place(out: &mut String, word: &str, side: Option<&Side>) {
    if let Some(side) = side {
        let line = format!(
            "{word} {}:{}:{}  {}",
            side.file, side.line, side.column, side.pointer
        );
        let _ = writeln!(out, "      {}", visible(&line));
    }
}

/// The directions, each with what the change means there where the two differ.
fn directions(finding: &Finding) -> String {
    match finding.ratings.as_slice() {
        [one, other] if one.severity != other.severity => {
            format!(
                "{}: {}, {}: {}",
                one.direction, one.severity, other.direction, other.severity
            )
        }
        [_, _] => "request and response".to_owned(),
        [one] => one.direction.to_string(),
        _ => String::new(),
    }
}
