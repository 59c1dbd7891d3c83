//! Renders a single page: both documents side by side, with the findings at their lines, in English and Chinese.
//!
//! The page needs no server. Its Content Security Policy allows only its own style and script, by their hashes, so that nothing
//! from a document is executed.

mod sources;
mod words;

use maud::{DOCTYPE, Markup, html as markup};
use oas_document::Document;

use super::{Links, breaks_by_minor, code_spans, demand, visible};
use crate::{
    chinese,
    model::{Bump, Finding, Report, Side, VersionCheck},
    policy::acceptance_entry,
    rule::{self, Profile},
    severity::Severity,
};
use sources::{Cell, Row, Sources};
use words::{WORDS, both, direction, severity, verdict};

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");
/// The Content Security Policy, with the hashes of style and script (CSP 3 section 2.3.1), which a test compares.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'sha256-vtYM/3pjpgjK10U9StnYxLDtupKp70Fki5DLCGQj144='; script-src 'sha256-jNZUkRZ5uggKiko+bRFcDAeYJawMabzNpKu/e8uoNXs='; base-uri 'none'; form-action 'none'";

/// Renders the report as an HTML page, without the documents.
#[must_use]
pub fn html(report: &Report) -> String {
    html_with_documents(report, (&[], &[]), &Links::default())
}

/// Renders the report as an HTML page that shows the base and the head documents side by side, each finding below its line.
///
/// `documents` are the base documents and the head documents that were compared; the n-th of one list is shown beside the n-th of
/// the other. Of large documents, only the lines near changes and findings are shown. Findings at lines that the page does not
/// show are listed at its end. `links` adds a link to the code host to each place for which it has an address.
///
/// ```
/// use oas_diff::{Links, Options, diff, html_with_documents};
/// use oas_document::Document;
///
/// let [before, after] = oas_diff::rule("parameter-required").unwrap().pair().unwrap().documents();
/// let base = Document::parse("api.yaml", &before).unwrap();
/// let head = Document::parse("api.yaml", &after).unwrap();
/// let report = diff(&base, &head, &Options::new("2026-12-31".parse().unwrap()));
/// let page = html_with_documents(&report, (&[&base], &[&head]), &Links::default());
/// assert!(page.contains("breaking") && page.contains("required: true"));
/// ```
#[must_use]
pub fn html_with_documents(
    report: &Report,
    documents: (&[&Document], &[&Document]),
    links: &Links,
) -> String {
    let sources = Sources::of(report, documents);
    let page = Page {
        report,
        sources: &sources,
        links,
    };
    page.whole().into_string()
}

struct Page<'a> {
    report: &'a Report,
    sources: &'a Sources<'a>,
    links: &'a Links,
}

impl Page<'_> {
    fn whole(&self) -> Markup {
        let Page {
            report, sources, ..
        } = self;
        let title = format!("API change: {}", report.verdict);
        markup! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(CONTENT_SECURITY_POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    title { (title) }
                    style { (maud::PreEscaped(STYLE)) }
                }
                body {
                    (self.header())
                    main {
                        (self.index())
                        @for file in &sources.files {
                            section.file {
                                h2 { code { (visible(&file.base)) } " → " code { (visible(&file.head)) } }
                                table.source {
                                    colgroup { col.number; col; col.number; col; }
                                    caption { (both(WORDS.side_by_side)) }
                                    thead {
                                        tr {
                                            th colspan="2" scope="col" { (both(WORDS.before)) }
                                            th colspan="2" scope="col" { (both(WORDS.after)) }
                                        }
                                    }
                                    tbody { @for row in &file.rows { (self.row(row)) } }
                                }
                            }
                        }
                        @let placeless: Vec<usize> = sources.placeless(report).collect();
                        @if !placeless.is_empty() {
                            section.file {
                                h2 { (both(WORDS.elsewhere)) }
                                @for at in placeless { (self.card(at)) }
                            }
                        }
                    }
                    script { (maud::PreEscaped(SCRIPT)) }
                }
            }
        }
    }

    fn header(&self) -> Markup {
        let Page { report, .. } = self;
        let counts = [
            (Severity::Breaking, report.counts.breaking),
            (Severity::Warning, report.counts.warning),
            (Severity::Info, report.counts.info),
            (Severity::Docs, report.counts.docs),
        ];
        let mut rules: Vec<&str> = report.findings.iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        markup! {
            header {
                h1 {
                    (both(WORDS.title)) ": "
                    span class={ "verdict " (report.verdict.name()) } { (both(verdict(report.verdict))) }
                }
                p.demand {
                    span.en lang="en" { (visible(&demand(report.bump, &report.version))) }
                    span.zh lang="zh" { (visible(&demand_in_chinese(report.bump, &report.version))) }
                }
                button #language type="button" hidden lang="zh" { "中文" }
                form #filters hidden {
                    fieldset {
                        legend { (both(WORDS.verdict)) }
                        @for (level, count) in counts {
                            label { input type="checkbox" name="severity" value=(level.name()) checked; (both(severity(level))) " " (count) }
                        }
                        @if report.counts.accepted > 0 {
                            label { input type="checkbox" name="severity" value="accepted" checked; (both(WORDS.accepted)) " " (report.counts.accepted) }
                        }
                    }
                    label {
                        (both(WORDS.operation)) " "
                        select name="operation" {
                            option value="" { "*" }
                            @for operation in &report.operations {
                                option value=(visible(&operation.name)) { (visible(&operation.name)) }
                            }
                        }
                    }
                    label {
                        (both(WORDS.rule)) " "
                        select name="rule" {
                            option value="" { "*" }
                            @for rule in rules { option value=(rule) { (rule) } }
                        }
                    }
                    output #shown {}
                }
            }
        }
    }

    /// Renders all findings, a line each, with links to their places.
    fn index(&self) -> Markup {
        let findings = &self.report.findings;
        markup! {
            nav.index aria-label="Findings" {
                @if findings.is_empty() { p { (both(WORDS.nothing)) } }
                ol {
                    @for (at, finding) in findings.iter().enumerate() {
                        li class=(classes(finding)) data-finding=(at) {
                            (mark(finding)) " "
                            a href={ "#f" (at) } { (message(finding)) }
                            " " (reached(finding))
                        }
                    }
                }
            }
            @for stale in &self.report.stale { p.stale { (both(WORDS.stale)) ": " (visible(stale)) } }
        }
    }

    fn row(&self, row: &Row<'_>) -> Markup {
        match row {
            Row::Gap(count) => markup! {
                tr.gap { td colspan="4" { "⋯ " (count) " " (both(WORDS.lines)) } }
            },
            Row::Lines {
                base,
                head,
                findings,
                folds,
            } => {
                let changed = match (base, head) {
                    (Some(one), Some(other)) => one.text != other.text,
                    _ => true,
                };
                let side = |cell: &Option<Cell<'_>>, side: &str, class: &str| {
                    let class = if changed && cell.is_some() { class } else { "" };
                    markup! {
                        @match cell {
                            Some(cell) => {
                                th id={ (side) (cell.file) "-" (cell.line) } scope="row" { (cell.line) }
                                td class=(class) { (visible(cell.text)) }
                            }
                            None => { th {} td.none {} }
                        }
                    }
                };
                markup! {
                    tr.fold[*folds] { (side(base, "b", "old")) (side(head, "h", "new")) }
                    @for at in findings { tr.at { td colspan="4" { (self.card(*at)) } } }
                }
            }
        }
    }

    fn card(&self, at: usize) -> Markup {
        let Some(finding) = self.report.findings.get(at) else {
            return Markup::default();
        };
        let title = rule::title_in_chinese(finding.rule);
        let names: Vec<String> = finding
            .operations
            .iter()
            .map(|name| visible(name))
            .collect();
        let operations = names.join("\n");
        markup! {
            article id={ "f" (at) } class=(classes(finding)) data-severity=(level(finding)) data-rule=(finding.rule) data-operations=(operations) {
                h3 {
                    (mark(finding)) " " code { (finding.rule) }
                    @if let Some(title) = title { " " span.zh lang="zh" { (title) } }
                }
                p { (message(finding)) }
                p.why { (both(WORDS.why)) ": " (in_both(&finding.note, finding.note_in_chinese())) }
                dl {
                    dt { (both(WORDS.operation)) }
                    dd { (reached(finding)) }
                    @if !finding.ratings.is_empty() {
                        dt { (both(WORDS.direction)) }
                        dd {
                            @for (at, rating) in finding.ratings.iter().enumerate() {
                                @if at > 0 { ", " }
                                (both(direction(rating.direction))) ": " (both(severity(rating.severity)))
                            }
                        }
                    }
                    @if !finding.via.is_empty() { dt { (both(WORDS.via)) } dd { code { (in_both(&finding.via, Some(&finding.via_in_chinese()))) } } }
                    @for (word, mark, side) in [(WORDS.was, "b", &finding.base), (WORDS.now, "h", &finding.head)] {
                        @if let Some(side) = side { dt { (both(word)) } dd { (self.place(mark, side)) } }
                    }
                    @if let Some(rust) = &finding.rust { dt { "Rust" } dd { (in_both(rust, chinese::rust(rust).as_deref())) } }
                    @if let Some(decision) = &finding.decision {
                        dt { (both(WORDS.decision)) }
                        dd { (both(severity(decision.instead_of))) " → " (both(severity(finding.severity))) ": " (visible(&decision.reason)) }
                    }
                    @if let Some(accepted) = &finding.accepted {
                        dt { (both(WORDS.accepted)) }
                        dd { (visible(&accepted.author)) ": " (visible(&accepted.reason)) }
                    }
                }
                @if finding.accepted.is_none() && finding.severity >= Severity::Warning {
                    details {
                        summary { (both(WORDS.accept)) " " code { "openapi/review.toml" } }
                        pre { (acceptance_entry(finding).lines().map(visible).collect::<Vec<_>>().join("\n")) }
                    }
                }
            }
        }
    }

    /// Renders a place, as a link to its line if the page contains it.
    fn place(&self, mark: &str, side: &Side) -> Markup {
        let text = visible(&format!("{}:{}:{}", side.file, side.line, side.column));
        let is_base = mark == "b";
        let file = self.sources.file(is_base, &side.file);
        let address = match is_base {
            true => self.links.to_base(side),
            false => self.links.to_head(side),
        };
        markup! {
            @match file {
                Some(file) => a href={ "#" (mark) (file) "-" (side.line) } { (text) },
                None => (text),
            }
            " " code { (visible(&side.pointer)) }
            @if let Some(address) = address.filter(|address| is_web(address)) {
                " " a href=(address) { (both(WORDS.elsewhere_shown)) " ↗" }
            }
        }
    }
}

/// Formats the version bump that is demanded, in Chinese.
fn demand_in_chinese(bump: Bump, version: &VersionCheck) -> String {
    let why = if breaks_by_minor(bump, version) {
        "，1.0.0 以下的次版本可以不兼容"
    } else {
        ""
    };
    let bump = match bump {
        Bump::None => "版本无需升级",
        Bump::Patch => "需升级修订号",
        Bump::Minor => "需升级次版本",
        Bump::Major => "需升级主版本",
    };
    match (&version.base, &version.required, &version.head) {
        (Some(base), Some(required), Some(head)) if base != required => {
            let fine = if version.satisfied { "" } else { "，过低" };
            format!("{bump}（{base} -> {required}{why}；info.version 为 {head}{fine}）")
        }
        _ => bump.to_owned(),
    }
}

/// Returns whether an address has the scheme `http` or `https`, and not that of a script.
fn is_web(address: &str) -> bool {
    let schemes = ["https://", "http://"];
    schemes.iter().any(|scheme| address.starts_with(scheme))
}

/// Returns the level of a finding for the filters.
fn level(finding: &Finding) -> &'static str {
    match finding.accepted {
        Some(_) => "accepted",
        None => finding.severity.name(),
    }
}

fn classes(finding: &Finding) -> String {
    format!("finding {}", level(finding))
}

fn mark(finding: &Finding) -> Markup {
    let words = match finding.accepted {
        Some(_) => WORDS.accepted,
        None => severity(finding.severity),
    };
    markup! { span.mark { (both(words)) } }
}

/// Renders the operations of a finding.
fn reached(finding: &Finding) -> Markup {
    markup! {
        span.reached {
            @match finding.operations.as_slice() {
                [] if finding.profile == Profile::Codegen => (both(WORDS.generated)),
                [] => (both(WORDS.no_operation)),
                operations => @for (at, name) in operations.iter().enumerate() {
                    @if at > 0 { ", " }
                    code { (visible(name)) }
                },
            }
        }
    }
}

/// Renders the message of a finding.
fn message(finding: &Finding) -> Markup {
    in_both(&finding.message, finding.message_in_chinese().as_deref())
}

/// Renders a text in English, and in Chinese if there is a translation; the style displays one of them.
fn in_both(english: &str, chinese: Option<&str>) -> Markup {
    markup! {
        @match chinese {
            Some(chinese) if chinese != english => {
                span.en lang="en" { (code(english)) }
                span.zh lang="zh" { (code(chinese)) }
            }
            _ => (code(english)),
        }
    }
}

/// Renders a text in which parts between backticks are code.
fn code(text: &str) -> Markup {
    let text = visible(text);
    markup! {
        @for (is_code, part) in code_spans(&text) {
            @if is_code { code { (part) } } @else { (part) }
        }
    }
}
