#![doc = include_str!("../README.md")]

mod change;
mod chinese;
mod collect;
mod compare;
mod coverage;
mod docs;
mod equivalence;
mod history;
mod lifecycle;
mod model;
mod place;
mod policy;
mod render;
mod rule;
mod rust_api;
mod schema;
mod severity;
mod version;

use std::collections::{HashMap, HashSet};

use oas_document::{Document, Node};

pub use coverage::{Coverage, coverage};
pub use history::{
    HistoryEntry, HistoryFragment, HistoryOperation, InvalidHistoryFragment, history_fragments,
    history_of, newest_first, parse_history_fragment,
};
pub use lifecycle::{Date, InvalidDate};
pub use model::{
    Acceptance, Bump, Compared, Counts, Decision, FailOn, Finding, Rating, ReachedOperation,
    Report, Side, Verdict, VersionCheck,
};
pub use policy::{InvalidPolicy, Policy, PolicyError, WrittenPolicy, acceptance_entry};
pub use render::{
    ChangedLines, Format, Links, MARKDOWN_LIMIT, REPORT_SCHEMA, github, gitlab, html,
    html_with_documents, json, junit, markdown, markdown_with_links, render, sarif, text,
    text_with_excerpts,
};
pub use rule::{
    Area, ConstraintChange, Covers, ExamplePlace, Pair, Profile, Reason, Rule, SeverityPolicy,
    rule, rules, rules_markdown,
};
pub use rust_api::{CodeItem, CodeKind, GeneratedCode};
pub use severity::{Direction, Effect, Mitigations, Severity};

/// The options of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The consumers whose breakage is reported. [`Profile::Codegen`] includes the findings of [`Profile::Wire`].
    pub profile: Profile,
    /// The day with which sunset dates are compared.
    pub today: Date,
    /// Whether the version of the head document is the first one, so that it has none to follow.
    pub is_first_version: bool,
}

impl Options {
    /// Creates options with the profile [`Profile::Wire`].
    #[must_use]
    pub fn new(today: Date) -> Self {
        Self {
            profile: Profile::Wire,
            today,
            is_first_version: false,
        }
    }

    /// Returns the options for a document that is new, with an empty one in the place of the base document.
    #[must_use]
    pub fn with_first_version(self) -> Self {
        Self {
            is_first_version: true,
            ..self
        }
    }

    /// Returns the options with another profile.
    #[must_use]
    pub fn with_profile(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }
}

/// Compares two documents: `base`, on which consumers rely, and `head`, which replaces it.
///
/// Without the generated items, [`Profile::Codegen`] reports every change of a name or a type that can affect generated code;
/// [`diff_with_code`] is more exact.
#[must_use]
pub fn diff(base: &Document, head: &Document, options: &Options) -> Report {
    let found = compare::compare(base, head, options.today);
    report(base, head, options, found)
}

/// Compares two documents and the Rust code that is generated from them. With [`Profile::Codegen`], each finding contains the
/// change of the code, and an edit that does not change the code is not a finding of this profile. With [`Profile::Wire`], the code
/// is ignored.
#[must_use]
pub fn diff_with_code(
    base: (&Document, &GeneratedCode),
    head: (&Document, &GeneratedCode),
    options: &Options,
) -> Report {
    let (mut findings, operations) = compare::compare(base.0, head.0, options.today);
    if options.profile == Profile::Codegen {
        findings = rust_api::annotate(findings, rust_api::Sides { base, head });
    }
    report(base.0, head.0, options, (findings, operations))
}

/// Returns the report for a base document that cannot be read because of `reason`. The only finding of the report is that nothing
/// was compared, so that it does not look like a report without changes.
#[must_use]
pub fn unreadable(reason: &str, head: &Document, options: &Options) -> Report {
    let found = collect::at_places(
        &rule::table::BASE_UNREADABLE,
        (head, None),
        (head, Some("")),
        format!("cannot be compared with what it was: {reason}"),
    );
    report(
        head,
        head,
        &options.with_first_version(),
        (found.into_iter().collect(), Vec::new()),
    )
}

fn report(
    base: &Document,
    head: &Document,
    options: &Options,
    (mut findings, mut operations): (Vec<Finding>, Vec<ReachedOperation>),
) -> Report {
    match options.profile {
        Profile::Wire => findings.retain(|finding| finding.profile == Profile::Wire),
        Profile::Codegen => {
            findings.sort_by(|one, other| one.order().cmp(&other.order()));
            report_once(&mut findings);
        }
    }
    let reached: HashSet<&str> = findings
        .iter()
        .flat_map(|finding| finding.operations.iter().map(String::as_str))
        .collect();
    let mut listed = HashSet::new();
    operations.retain(|operation| {
        reached.contains(operation.name.as_str()) && listed.insert(operation.name.clone())
    });
    let version = |document: &Document| {
        let version = document
            .root()
            .get("info")
            .and_then(|info| info.get("version"));
        version.and_then(Node::scalar_text).map(str::to_owned)
    };
    let name = |document: &Document| document.files().next().unwrap_or_default().to_owned();
    let (base_name, head_name) = (name(base), name(head));
    let base_version = version(base).filter(|_| !options.is_first_version);
    let version = VersionCheck::new(base_version, version(head));
    let mut report = Report {
        verdict: Verdict::None,
        bump: Bump::None,
        counts: Counts::default(),
        version: version.clone(),
        documents: vec![Compared {
            base: base_name.clone(),
            head: head_name.clone(),
            bump: Bump::None,
            version,
        }],
        profile: options.profile,
        base: base_name,
        head: head_name,
        operations,
        findings,
        stale: Vec::new(),
    };
    report.summarize();
    report
}

/// Removes duplicates: if the same change affects the wire and generated code, the worse finding is kept, and the one about
/// the wire if they are equal.
fn report_once(findings: &mut Vec<Finding>) {
    let sides = |finding: &Finding| (finding.base.clone(), finding.head.clone());
    let mut worst: HashMap<_, [Option<Severity>; 2]> = HashMap::new();
    for finding in findings.iter() {
        let [wire, code] = worst.entry(sides(finding)).or_default();
        let slot = if finding.profile == Profile::Wire {
            wire
        } else {
            code
        };
        *slot = (*slot).max(Some(finding.severity));
    }
    findings.retain(|finding| {
        let [wire, code] = worst.get(&sides(finding)).copied().unwrap_or_default();
        let (own, other) = match finding.profile {
            Profile::Wire => (wire, code),
            Profile::Codegen => (code, wire),
        };
        other.is_none() || own > other || (own == other && finding.profile == Profile::Wire)
    });
}
