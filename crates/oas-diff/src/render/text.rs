//! Renders a report for a terminal: the verdict first, then a block for each operation, worst first.

use std::fmt::Write as _;

use indexmap::IndexMap;
use oas_document::Document;

use super::{decision, documents, excerpt::Lines, reached, summary, visible};
use crate::{
    model::{Finding, Report, Side, Verdict},
    policy::acceptance_entry,
    severity::Severity,
};

/// Renders the report for a terminal, with escape sequences for colors if `color` is set.
#[must_use]
pub fn text(report: &Report, color: bool) -> String {
    write(report, color, None)
}

/// Renders the report as [`text`] does, with the lines around each place. The last argument has the base documents and the head
/// documents that were compared.
#[must_use]
pub fn text_with_excerpts(
    report: &Report,
    color: bool,
    (base, head): (&[&Document], &[&Document]),
) -> String {
    write(report, color, Some((Lines(base), Lines(head))))
}

fn write(report: &Report, color: bool, lines: Option<(Lines<'_>, Lines<'_>)>) -> String {
    let (old_lines, new_lines) = lines.unzip();
    let paint = |text: &str, severity: Severity| match (color, severity) {
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
    for document in documents(report) {
        let _ = writeln!(out, "  {document}");
    }
    let (docs, reported): (Vec<&Finding>, Vec<&Finding>) = report
        .findings
        .iter()
        .partition(|finding| finding.severity == Severity::Docs);
    let mut blocks: IndexMap<String, Vec<&Finding>> = IndexMap::new();
    for finding in reported {
        let mut name = reached(finding);
        let only = report.operations.iter().find(|known| known.name == name);
        if let Some(id) = only.and_then(|known| known.operation_id.as_deref()) {
            name = format!("{name}  {id}");
        }
        blocks.entry(name).or_default().push(finding);
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
            let weight = match finding.accepted {
                Some(_) => Severity::Docs,
                None => finding.severity,
            };
            let mark = paint(&format!("{mark:<12}"), weight);
            let _ = writeln!(
                out,
                "  {mark} {}  {}",
                finding.rule,
                visible(&directions(finding))
            );
            let _ = writeln!(out, "      {}", visible(&finding.message));
            let _ = writeln!(out, "      note: {}", finding.note);
            if let Some(line) = decision(finding) {
                let _ = writeln!(out, "      {}", visible(&line));
            }
            if !finding.via.is_empty() {
                let _ = writeln!(out, "      via: {}", visible(&finding.via));
            }
            place(&mut out, "was", finding.base.as_ref(), old_lines);
            place(&mut out, "now", finding.head.as_ref(), new_lines);
            if finding.head.is_none() {
                place(&mut out, "around", finding.anchor.as_ref(), None);
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
                    out.push_str("      to accept it, in openapi/review.toml:\n");
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

fn place(out: &mut String, word: &str, side: Option<&Side>, lines: Option<Lines<'_>>) {
    if let Some(side) = side {
        let line = format!(
            "{word} {}:{}:{}  {}",
            side.file, side.line, side.column, side.pointer
        );
        let _ = writeln!(out, "      {}", visible(&line));
        for line in lines.map(|lines| lines.around(side)).unwrap_or_default() {
            let _ = writeln!(out, "        {line}");
        }
    }
}

/// Formats the directions, each with its severity if the two differ.
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
