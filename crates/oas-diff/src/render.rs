//! Renders a report as text for people and for machines. All formats are generated from the same [`Report`], and the same
//! report is always rendered to the same bytes.
//!
//! The text of a document is untrusted: control characters, markup and commands in it do not reach a terminal, a comment or a
//! workflow.

mod excerpt;
mod github;
mod gitlab;
mod html;
mod junit;
mod links;
mod markdown;
mod sarif;
mod text;

use oas_document::report::{json_text, visible};

use crate::{
    model::{Bump, Compared, Finding, Report, VersionCheck},
    rule::Profile,
    version,
};

pub use github::github;
pub use gitlab::gitlab;
pub use html::{html, html_with_documents};
pub use junit::junit;
pub use links::{ChangedLines, Links};
pub use markdown::{MARKDOWN_LIMIT, markdown, markdown_with_links};
pub use sarif::sarif;
pub use text::{text, text_with_excerpts};

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// For a terminal.
    Text,
    /// For a comment on a pull request.
    Markdown,
    /// For programs; see [`REPORT_SCHEMA`].
    Json,
    /// Workflow commands that become annotations on GitHub.
    Github,
    /// The code quality report of GitLab.
    Gitlab,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit's XML, which CI systems show as tests.
    Junit,
    /// One page for a browser; see [`html_with_documents`].
    Html,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Markdown,
        Self::Json,
        Self::Github,
        Self::Gitlab,
        Self::Sarif,
        Self::Junit,
        Self::Html,
    ];

    /// Returns the name on a command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Html => "html",
        }
    }

    /// Parses the name of a format; `None` if there is none of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// The JSON schema (2020-12) of [`Format::Json`].
pub const REPORT_SCHEMA: &str = include_str!("../report.schema.json");

/// Renders a report. `color` has an effect on [`Format::Text`] only.
#[must_use]
pub fn render(report: &Report, format: Format, color: bool) -> String {
    match format {
        Format::Text => text(report, color),
        Format::Markdown => markdown(report),
        Format::Json => json(report),
        Format::Github => github(report),
        Format::Gitlab => gitlab(report),
        Format::Sarif => sarif(report),
        Format::Junit => junit(report),
        Format::Html => html(report),
    }
}

/// Renders the report as JSON that is valid against [`REPORT_SCHEMA`].
#[must_use]
pub fn json(report: &Report) -> String {
    json_text(report)
}

/// Formats the first line: verdict, counts, bump, and whether `info.version` satisfies it.
fn summary(report: &Report) -> String {
    let counts = &report.counts;
    let mut parts = Vec::new();
    for (count, name) in [
        (counts.breaking, "breaking"),
        (counts.warning, "warning"),
        (counts.info, "compatible"),
        (counts.docs, "docs-only"),
        (counts.accepted, "accepted"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {name}"));
        }
    }
    let counts = if parts.is_empty() {
        "no changes".to_owned()
    } else {
        parts.join(", ")
    };
    visible(&format!(
        "{counts}; {}",
        demand(report.bump, &report.version)
    ))
}

/// Formats the documents that changed, each with the version bump that it demands, if there are several.
fn documents(report: &Report) -> impl Iterator<Item = String> {
    let several = report.documents.len() > 1;
    let changed = move |compared: &&Compared| several && compared.bump > Bump::None;
    let documents = report.documents.iter().filter(changed);
    documents.map(|compared| {
        let demand = demand(compared.bump, &compared.version);
        visible(&format!("{}: {demand}", compared.head))
    })
}

/// Formats the version bump that is demanded.
fn demand(bump: Bump, version: &VersionCheck) -> String {
    // Readers expect a major version of a change that breaks.
    let why = if breaks_by_minor(bump, version) {
        ", which may break below 1.0.0"
    } else {
        ""
    };
    let bump = match (&version.base, &version.required, &version.head) {
        (Some(base), Some(required), Some(head)) if base != required => {
            let fine = if version.satisfied { "" } else { ", too low" };
            format!("{bump} ({base} -> {required}{why}; info.version is {head}{fine})")
        }
        _ => bump.to_string(),
    };
    format!("bump: {bump}")
}

/// Returns whether a minor version is demanded because of changes that break.
fn breaks_by_minor(bump: Bump, version: &VersionCheck) -> bool {
    bump == Bump::Minor && version::is_below_one(version.base.as_deref())
}

/// Formats the operations of a finding in a few words.
fn reached(finding: &Finding) -> String {
    const MAX_DISPLAYED: usize = 3;
    match finding.operations.as_slice() {
        [] if finding.profile == Profile::Codegen => "generated code".to_owned(),
        [] => "no operation".to_owned(),
        all if all.len() <= MAX_DISPLAYED => all.join(", "),
        all => {
            let first: Vec<&str> = all.iter().take(MAX_DISPLAYED).map(String::as_str).collect();
            format!(
                "{} and {} more",
                first.join(", "),
                all.len() - MAX_DISPLAYED
            )
        }
    }
}

/// Formats the project's decision about the severity of a finding.
fn decision(finding: &Finding) -> Option<String> {
    let decision = finding.decision.as_ref()?;
    Some(format!(
        "{} instead of {} by decision: {}",
        finding.severity, decision.instead_of, decision.reason
    ))
}

/// Returns the message of a finding without the name of the operation, which is printed beside it.
fn message(finding: &Finding) -> &str {
    let message = finding.message.as_str();
    let own = match finding.operations.as_slice() {
        [only] => message.strip_prefix(only.as_str()),
        _ => None,
    };
    own.map_or(message, |rest| rest.trim_start_matches([':', ' ']))
}

/// Splits a message into parts, each with whether it is code, because it is between backticks. If the backticks are not
/// paired, for example because a name contains one, nothing is code.
fn code_spans(text: &str) -> Vec<(bool, &str)> {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return vec![(false, text)];
    }
    let parts = parts.into_iter().enumerate();
    let parts = parts.map(|(at, part)| (at % 2 == 1, part));
    parts.filter(|(_, part)| !part.is_empty()).collect()
}
