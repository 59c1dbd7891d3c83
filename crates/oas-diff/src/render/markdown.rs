//! Renders a comment for a pull request, with a hidden marker by which the comment is found and updated later.

use std::fmt::Write as _;

use super::{Links, code_spans, decision, documents, message, reached, summary, visible};
use crate::{
    change::clip,
    model::{Finding, Report, Side},
    policy::acceptance_entry,
    severity::Severity,
};

/// The largest length of a comment on GitHub, in Unicode characters.
pub const MARKDOWN_LIMIT: usize = 65_536;

/// Renders the report as a comment in Markdown that is shorter than [`MARKDOWN_LIMIT`]. Findings that do not fit are counted at its
/// end.
#[must_use]
pub fn markdown(report: &Report) -> String {
    markdown_with_links(report, &Links::default())
}

/// Renders the report as [`markdown`] does, with links at the places for which `links` has an address.
#[must_use]
pub fn markdown_with_links(report: &Report, links: &Links) -> String {
    // The text after the rows: a note on what was omitted.
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
    let (mut omitted, mut unexplained) = (0, 0);
    let mut add = |out: &mut String, text: &str| {
        let length = text.chars().count();
        let fits = used + length < MARKDOWN_LIMIT;
        if fits {
            used += length;
            out.push_str(text);
        }
        fits
    };
    let reported: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Docs)
        .collect();
    if !reported.is_empty() {
        add(
            &mut out,
            "\n| | Operation | Change | Where |\n|---|---|---|---|\n",
        );
    }
    for finding in &reported {
        if !add(&mut out, &row(finding, links)) {
            omitted += 1;
        }
    }
    let _ = add(&mut out, "\n");
    for finding in reported
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning)
    {
        if !add(&mut out, &details(finding, links)) {
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
            let _ = writeln!(text, "- {}", prose(&clip(&finding.message, 300)));
        }
        text.push_str("\n</details>\n");
        omitted += match add(&mut out, &text) {
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
    if omitted + unexplained > 0 {
        let all = report.findings.len();
        let _ = write!(
            out,
            "\nTo stay within the size limit, {omitted} of {all} findings and the details of {unexplained} were left out; the JSON report has all.\n"
        );
    }
    out
}

/// Renders the places of a finding, as links if they have addresses.
fn places(finding: &Finding, links: &Links) -> String {
    let place = |word: &str, side: &Side, address: Option<String>| {
        let text = escape(&format!("{word} {}:{}", clip(&side.file, 120), side.line));
        match address {
            Some(address) => format!("[{text}]({address})"),
            None => text,
        }
    };
    let base = finding.base.as_ref();
    let head = finding.head.as_ref();
    let places = [
        base.map(|side| place("base", side, links.to_base(side))),
        head.map(|side| place("head", side, links.to_head(side))),
    ];
    places.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn row(finding: &Finding, links: &Links) -> String {
    let mark = match finding.severity {
        _ if finding.accepted.is_some() => ":ballot_box_with_check:",
        Severity::Breaking => ":x:",
        Severity::Warning => ":warning:",
        Severity::Info | Severity::Docs => ":white_check_mark:",
    };
    let operations = match finding.operations.is_empty() {
        true => reached(finding),
        false => code(&clip(&reached(finding), 300)),
    };
    // A bar ends a cell, in code too.
    let cell = |text: String| text.replace('|', "\\|");
    format!(
        "| {mark} | {} | {} | {} |\n",
        cell(operations),
        cell(prose(&clip(message(finding), 400))),
        cell(places(finding, links))
    )
}

fn details(finding: &Finding, links: &Links) -> String {
    let pointer = finding
        .head
        .as_ref()
        .or(finding.base.as_ref())
        .map_or("", |side| &side.pointer);
    // Within the summary, markup is that of HTML.
    let mut text = format!(
        "<details><summary>{}: <code>{}</code></summary>\n\n{}\n\nWhy: {}.\n",
        finding.rule,
        entities(&clip(pointer, 300)),
        prose(&clip(&finding.message, 600)),
        prose(&finding.note),
    );
    let places = places(finding, links);
    if !places.is_empty() {
        let _ = write!(text, "\nPlaces: {places}\n");
    }
    if let Some(line) = decision(finding) {
        let _ = write!(text, "\n{}.\n", escape(&clip(&line, 600)));
    }
    if !finding.via.is_empty() {
        let _ = write!(text, "\nVia: {}\n", code(&clip(&finding.via, 300)));
    }
    if let Some(rust) = &finding.rust {
        let _ = write!(text, "\nRust: {}\n", prose(&clip(rust, 300)));
    }
    match &finding.accepted {
        Some(accepted) => {
            let line = format!("Accepted by {}: {}", accepted.author, accepted.reason);
            let _ = write!(text, "\n{}\n", escape(&clip(&line, 600)));
        }
        None => {
            let entry = acceptance_entry(finding);
            // The comment in the entry names the change, which is printed above; text that cannot be escaped must not be part
            // of a code block.
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

/// Renders a message, with its code as code and nothing else as markup.
fn prose(text: &str) -> String {
    let parts = code_spans(text).into_iter();
    parts
        .map(|(is_code, part)| if is_code { code(part) } else { escape(part) })
        .collect()
}

/// Renders a text as code, in which nothing is markup.
fn code(text: &str) -> String {
    let text = visible(text);
    match text.contains('`') || text.trim() != text || text.is_empty() {
        // The fence is longer than any in the text, so that the text cannot close it.
        true => format!("<code>{}</code>", entities(&text)),
        false => format!("`{text}`"),
    }
}

/// Escapes a text so that neither HTML nor Markdown finds markup in it.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        match letter {
            '&' | '<' | '>' | '"' | '@' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '~' | '!'
            | '|' => {
                let _ = write!(out, "&#{};", u32::from(letter));
            }
            other => out.push(other),
        }
    }
    out
}

/// Escapes a text so that it contains no markup and no mention.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A mention would notify somebody.
            '@' => out.push_str("&#64;"),
            '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(letter);
            }
            other => out.push(other),
        }
    }
    out
}
