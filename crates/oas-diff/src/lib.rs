#![doc = include_str!("../README.md")]

mod accept;
mod change;
mod collect;
mod compare;
mod coverage;
mod docs;
mod history;
mod label;
pub mod law;
mod lifecycle;
mod model;
mod render;
mod rule;
mod rust;
mod same;
mod schema;
mod version;

use oas_document::{Document, Node};

pub use accept::{Accepted, acceptance_entry};
pub use coverage::{Coverage, Fate, coverage};
pub use history::{
    Fragment, HistoryEntry, fragments, history_of, missing_fragments, parse_fragment,
};
pub use lifecycle::Date;
pub use model::{
    Acceptance, Bump, Counts, Direction, Effect, FailOn, Finding, Profile, Rating, Report,
    Severity, Side, Verdict, VersionCheck,
};
pub use render::{
    Format, MARKDOWN_LIMIT, REPORT_SCHEMA, github, json, markdown, render, sarif, text,
};
pub use rule::{Area, Rated, Rule, explain, rule, rules, rules_markdown};

/// How to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whose trouble to look for. [`Profile::Codegen`] includes what [`Profile::Wire`] finds.
    pub profile: Profile,
    /// The day that sunset dates are held against.
    pub today: Date,
}

impl Options {
    /// Looks for what changes on the wire, as of a day.
    pub fn new(today: Date) -> Options {
        Options {
            profile: Profile::Wire,
            today,
        }
    }

    /// The same with another profile.
    #[must_use]
    pub fn with_profile(self, profile: Profile) -> Options {
        Options { profile, ..self }
    }
}

/// Compares two documents.
pub fn diff(base: &Document, head: &Document, options: &Options) -> Report {
    let mut findings = compare::compare(base, head, options.today);
    match options.profile {
        Profile::Wire => findings.retain(|finding| finding.profile == Profile::Wire),
        Profile::Codegen => tell_once(&mut findings),
    }
    let version = |document: &Document| {
        let version = document
            .root()
            .get("info")
            .and_then(|info| info.get("version"));
        version.and_then(Node::scalar_text).map(str::to_owned)
    };
    let name = |document: &Document| document.files().next().unwrap_or_default().to_owned();
    let mut report = Report {
        verdict: Verdict::None,
        bump: Bump::None,
        counts: Counts::default(),
        version: VersionCheck {
            base: version(base),
            head: version(head),
            required: None,
            satisfied: true,
        },
        profile: options.profile,
        base: name(base),
        head: name(head),
        findings,
        stale: Vec::new(),
    };
    report.summarise();
    report
}

/// Where the wire and generated code are concerned by the same change, keeps what is worse; the wire where they are even.
fn tell_once(findings: &mut Vec<Finding>) {
    use std::collections::HashMap;

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
