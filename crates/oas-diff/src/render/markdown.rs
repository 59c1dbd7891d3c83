//! For a comment on a pull request, with a hidden marker by which the comment is found again and updated.

use std::fmt::Write as _;

use super::{decision, documents, reached, summary, visible, what};
use crate::{
    change::clip,
    model::{Finding, Report, Side},
    policy::acceptance_entry,
    severity::Severity,
};

/// Characters that a comment on GitHub may have.
pub const MARKDOWN_LIMIT: usize = 65_536;

/// The report as a comment; always shorter than [`MARKDOWN_LIMIT`] characters.
pub fn markdown(report: &Report) -> String {
    // What is written after the rows: a note on what was left out.
    const RESERVE: usize = 600;
    // Changes of documentation that are named.
    const DOCS: usize = 50;
    let mut out = format!(
        "<!-- oas-diff:{} -->\n",
        escape(&clip(&report.head, 200)).replace("--", "- -")
    );
    let _ = write!(
        out,
        "### API change: **{}**\n\n{}\n",
        report.verdict,
        escape(&clip(&summary(report), 400))
    );
    for document in documents(report).take(20) {
        let _ = writeln!(out, "\n{}", escape(&clip(&document, 300)));
    }
    let mut used = out.chars().count() + RESERVE;
    let (mut untold, mut unexplained) = (0, 0);
    let mut add = |out: &mut String, text: &str| {
        let length = text.chars().count();
        let fits = used + length < MARKDOWN_LIMIT;
        if fits {
            used += length;
            out.push_str(text);
        }
        fits
    };
    let told: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Docs)
        .collect();
    if !told.is_empty() {
        add(
            &mut out,
            "\n| | Operation | Change | Where |\n|---|---|---|---|\n",
        );
    }
    for finding in &told {
        if !add(&mut out, &row(finding)) {
            untold += 1;
        }
    }
    let _ = add(&mut out, "\n");
    for finding in told
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning)
    {
        if !add(&mut out, &details(finding)) {
            unexplained += 1;
        }
    }
    let docs: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Docs)
        .collect();
    if !docs.is_empty() {
        let mut text = format!("\n<details><summary>{} docs-only</summary>\n\n", docs.len());
        for finding in docs.iter().take(DOCS) {
            let _ = writeln!(text, "- {}", escape(&clip(&finding.message, 300)));
        }
        text.push_str("\n</details>\n");
        untold += match add(&mut out, &text) {
            true => docs.len().saturating_sub(DOCS),
            false => docs.len(),
        };
    }
    for stale in &report.stale {
        let _ = add(
            &mut out,
            &format!("\nStale: {}\n", escape(&clip(stale, 300))),
        );
    }
    if untold + unexplained > 0 {
        let all = report.findings.len();
        let _ = write!(
            out,
            "\nFor want of room, {untold} of {all} findings and the details of {unexplained} were left out; the JSON report has all.\n"
        );
    }
    out
}

fn row(finding: &Finding) -> String {
    let mark = match finding.severity {
        _ if finding.accepted.is_some() => ":ballot_box_with_check:",
        Severity::Breaking => ":x:",
        Severity::Warning => ":warning:",
        Severity::Info | Severity::Docs => ":white_check_mark:",
    };
    let place = |word: &str, side: &Option<Side>| {
        side.as_ref()
            .map(|side| format!("{word} {}:{}", escape(&clip(&side.file, 120)), side.line))
    };
    let places: Vec<String> = [place("base", &finding.base), place("head", &finding.head)]
        .into_iter()
        .flatten()
        .collect();
    format!(
        "| {mark} | {} | {} | {} |\n",
        escape(&clip(&reached(finding), 300)),
        escape(&clip(what(finding), 400)),
        places.join(", ")
    )
}

fn details(finding: &Finding) -> String {
    let pointer = finding
        .head
        .as_ref()
        .or(finding.base.as_ref())
        .map_or("", |side| &side.pointer);
    let mut text = format!(
        "<details><summary>{} · {} · {}</summary>\n\n{}\n\nWhy: {}.\n",
        finding.rule,
        escape(&clip(pointer, 300)),
        finding.fingerprint,
        escape(&clip(&finding.message, 600)),
        escape(&finding.why),
    );
    if let Some(line) = decision(finding) {
        let _ = write!(text, "\n{}.\n", escape(&clip(&line, 600)));
    }
    if !finding.via.is_empty() {
        let _ = write!(text, "\nVia: {}\n", escape(&clip(&finding.via, 300)));
    }
    if let Some(rust) = &finding.rust {
        let _ = write!(text, "\nRust: {}\n", escape(&clip(rust, 300)));
    }
    match &finding.accepted {
        Some(accepted) => {
            let line = format!("Accepted by {}: {}", accepted.author, accepted.reason);
            let _ = write!(text, "\n{}\n", escape(&clip(&line, 600)));
        }
        None => {
            let entry = acceptance_entry(finding);
            // The comment that names the change is said above; code blocks are no place for what cannot be escaped.
            let entry: Vec<&str> = entry
                .lines()
                .map(|line| line.split(" #").next().unwrap_or(line))
                .collect();
            let _ = write!(
                text,
                "\nTo accept it, in `openapi/review.toml`:\n\n```toml\n{}\n```\n",
                entry.join("\n")
            );
        }
    }
    text.push_str("\n</details>\n");
    text
}

/// A text in which nothing is markup, a mention or the end of a cell.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A mention would notify somebody.
            '@' => out.push_str("&#64;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(letter);
            }
            other => out.push(other),
        }
    }
    out
}
