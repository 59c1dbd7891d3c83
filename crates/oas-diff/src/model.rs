//! Defines the result of a comparison: plain data that every report is rendered from.
//!
//! Nothing here reads a document or rates a change; [`Effect::severity`] and the rules do.

use std::{cmp::Reverse, fmt};

use serde::Serialize;
use serde_json::Value;

use crate::{
    rule::Profile,
    severity::{Direction, Effect, Severity},
    version,
};

/// The worst effect among the findings of a comparison, ordered from harmless to breaking. An accepted finding counts as
/// compatible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// No change was found.
    None,
    /// Only documentation changed.
    Docs,
    /// The interface changed and consumers keep working, or every breaking change and warning is accepted.
    Compatible,
    /// The documents do not show whether consumers keep working.
    Warning,
    /// Consumers break.
    Breaking,
}

impl Verdict {
    /// Returns the name that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Docs => "docs",
            Self::Compatible => "compatible",
            Self::Warning => "warning",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Severity> for Verdict {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Docs => Self::Docs,
            Severity::Info => Self::Compatible,
            Severity::Warning => Self::Warning,
            Severity::Breaking => Self::Breaking,
        }
    }
}

/// The part of a semantic version that changes demand to increase. Below 1.0.0 the minor version plays the major one, and the patch
/// version the minor one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// No part: nothing changed.
    None,
    /// The patch version: only documentation changed, or, below 1.0.0, there are compatible changes or warnings.
    Patch,
    /// The minor version: there are compatible changes or warnings, or, below 1.0.0, breaking changes.
    Minor,
    /// The major version: there are breaking changes, accepted ones included, and the version is 1.0.0 or later, or unknown.
    Major,
}

impl Bump {
    /// Returns the name that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The least verdict at which a comparison fails; see [`Report::reaches`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailOn {
    /// Fails if the verdict is breaking.
    Breaking,
    /// Fails if the verdict is warning or breaking.
    Warning,
    /// Fails if anything changed, including documentation and accepted findings.
    Any,
    /// Never fails.
    Never,
}

impl FailOn {
    /// All thresholds.
    pub const ALL: [Self; 4] = [Self::Breaking, Self::Warning, Self::Any, Self::Never];

    /// Returns the name on a command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Warning => "warning",
            Self::Any => "any",
            Self::Never => "never",
        }
    }

    /// Parses the name of a threshold; `None` if there is none of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|threshold| threshold.name() == name)
    }
}

/// A place in one of the two documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Side {
    /// JSON pointer (RFC 6901) within the file.
    pub pointer: String,
    /// The file, as it was named when the document was loaded.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column, counted from 1, in characters.
    pub column: usize,
}

/// The severity of a change in one direction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Rating {
    /// The direction.
    pub direction: Direction,
    /// The effect of the change on the admitted values in this direction.
    pub effect: Effect,
    /// The severity of that effect, after mitigations.
    pub severity: Severity,
}

/// A project's decision to accept a breaking finding or a warning, from an `[[accepted]]` entry of its
/// [`Policy`](crate::Policy).
///
/// [`Report::judge`] attaches it to the findings with the fingerprint of the entry. An accepted finding stays in the report and
/// still demands its version bump. An expired entry is not attached; [`Report::stale`] names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acceptance {
    /// The reason for accepting the finding.
    pub reason: String,
    /// The person who accepted the finding, as the policy names them.
    pub author: String,
    /// The last day on which the acceptance is valid, inclusive, as an RFC 3339 full-date such as `2027-01-31`. Without it, the
    /// acceptance never expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// A project's decision to rate a finding differently, from an entry in `[levels]` of its [`Policy`](crate::Policy).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The severity that the finding has without the decision.
    pub instead_of: Severity,
    /// The reason for the decision.
    pub reason: String,
}

/// One change, with everything that a reviewer wants to know about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The id of the rule, such as `property-removed`; see [`rule`](crate::rule()).
    pub rule: &'static str,
    /// The worst severity of the ratings, unless a policy sets another one.
    pub severity: Severity,
    /// The decision of the policy that has set another severity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The consumers that are affected.
    pub profile: Profile,
    /// `request`, `response`, `both`, or `none` if the change reaches no operation.
    pub direction: &'static str,
    /// A rating for each direction in which the change is visible.
    pub ratings: Vec<Rating>,
    /// The operations that the change reaches, such as `GET /users/{id}`, in document order.
    pub operations: Vec<String>,
    /// A way from an operation to the change, such as `response 200 application/json .items[] User`.
    pub via: String,
    /// The place of the changed element in the base document; `None` if it was added.
    pub base: Option<Side>,
    /// The place of the changed element in the head document; `None` if it was removed.
    pub head: Option<Side>,
    /// The place of the finding in the head document: `head`, or the nearest remaining parent of a removed element.
    pub anchor: Option<Side>,
    /// Twelve hexadecimal digits that stay the same when lines move or messages are reworded.
    pub fingerprint: String,
    /// A sentence that names the element and both values.
    pub message: String,
    /// A clause that explains why the change matters.
    pub note: String,
    /// The old value, if there is one and it is short.
    pub old: Option<Value>,
    /// The new value, if there is one and it is short.
    pub new: Option<Value>,
    /// The change in generated Rust, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rust: Option<String>,
    /// The acceptance of the policy that matches the finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Acceptance>,
    /// The index of the document in [`Report::documents`].
    #[serde(skip)]
    pub(crate) document: usize,
}

impl Finding {
    /// Returns the key by which findings are sorted: the worst first, then by place.
    pub(crate) fn order(&self) -> impl Ord {
        let place = self.head.as_ref().or(self.anchor.as_ref());
        let place = place.or(self.base.as_ref());
        (
            Reverse(self.severity),
            self.profile,
            place.map(|side| (side.file.as_str(), side.line, side.column)),
            self.rule,
            &self.message,
            &self.fingerprint,
        )
    }
}

/// The number of findings of each severity; accepted ones are counted separately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Breaking findings that are not accepted.
    pub breaking: usize,
    /// Warnings that are not accepted.
    pub warning: usize,
    /// Compatible changes.
    pub info: usize,
    /// Changes of documentation.
    pub docs: usize,
    /// Breaking findings and warnings that are accepted.
    pub accepted: usize,
}

/// The comparison of `info.version` with the version that the changes demand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VersionCheck {
    /// `info.version` of the base document.
    pub base: Option<String>,
    /// `info.version` of the head document.
    pub head: Option<String>,
    /// The least version that the changes demand; `None` if the base version is absent or not a semantic version.
    pub required: Option<String>,
    /// Whether the head version is at least `required`; also true if the versions cannot be compared, and if they are equal and
    /// at most documentation changed.
    pub satisfied: bool,
}

/// An operation that a finding reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ReachedOperation {
    /// The name of the operation, such as `GET /users/{id}`, `webhook POST created` or `callback POST {$request.body#/url}`.
    pub name: String,
    /// The method, in upper case.
    pub method: String,
    /// The path, the name of the webhook, or the expression of the callback, from the base document if this has the operation.
    pub path: String,
    /// The `operationId`, from the head document if this has the operation; `None` without one.
    pub operation_id: Option<String>,
    /// The place of the operation in the head document; `None` if it was removed. Reports do not contain it.
    #[serde(skip)]
    pub head: Option<Side>,
}

/// The two revisions of a document that were compared, and whether the version fits the changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// Name of the base document's root file.
    pub base: String,
    /// Name of the head document's root file.
    pub head: String,
    /// The part of `info.version` that the findings in this document demand to increase.
    pub bump: Bump,
    /// Whether the `info.version` of the head document meets [`bump`](Self::bump).
    pub version: VersionCheck,
}

/// The result of a comparison, of one document or of several.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The verdict on all findings.
    pub verdict: Verdict,
    /// The part of `info.version` that the findings demand to increase, accepted ones included. Of several documents, it is the
    /// largest part.
    pub bump: Bump,
    /// The number of findings of each severity.
    pub counts: Counts,
    /// Whether `info.version` meets [`bump`](Self::bump). Of several documents, it is the check of the one with the largest bump.
    pub version: VersionCheck,
    /// The documents that were compared.
    pub documents: Vec<Compared>,
    /// The profile of the comparison.
    pub profile: Profile,
    /// The name of the base document's root file; of several documents the names, separated by `, `.
    pub base: String,
    /// The name of the head document's root file; of several documents the names, separated by `, `.
    pub head: String,
    /// The operations that findings reach, in document order. [`Finding::operations`] contains their names.
    pub operations: Vec<ReachedOperation>,
    /// The findings, worst first; of equal severity those about the wire before those about generated code, then in document
    /// order.
    pub findings: Vec<Finding>,
    /// Acceptances that match nothing or have expired, one sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stale: Vec<String>,
}

impl Report {
    /// Joins the reports of several documents; returns `None` if there are none.
    ///
    /// Apply a policy to the joined report and not to its parts: an acceptance for one document would be reported as stale for
    /// all others.
    #[must_use]
    pub fn joined(reports: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut reports = reports.into_iter();
        let mut all = reports.next()?;
        for mut report in reports {
            for finding in &mut report.findings {
                finding.document += all.documents.len();
            }
            all.base = format!("{}, {}", all.base, report.base);
            all.head = format!("{}, {}", all.head, report.head);
            all.documents.extend(report.documents);
            for operation in report.operations {
                if all
                    .operations
                    .iter()
                    .all(|known| known.name != operation.name)
                {
                    all.operations.push(operation);
                }
            }
            all.findings.extend(report.findings);
            all.stale.extend(report.stale);
        }
        all.findings
            .sort_by(|one, other| one.order().cmp(&other.order()));
        all.summarize();
        Some(all)
    }

    /// Returns whether the verdict is at least `threshold`; always `false` for [`FailOn::Never`].
    ///
    /// An accepted finding counts as a compatible change, so that it reaches [`FailOn::Any`] alone.
    #[must_use]
    pub fn reaches(&self, threshold: FailOn) -> bool {
        match threshold {
            FailOn::Breaking => self.verdict >= Verdict::Breaking,
            FailOn::Warning => self.verdict >= Verdict::Warning,
            FailOn::Any => self.verdict > Verdict::None,
            FailOn::Never => false,
        }
    }

    /// Computes counts, verdict and bumps from the findings and the versions of the documents. Call it after each change of these.
    pub(crate) fn summarize(&mut self) {
        let mut most = None;
        for (index, compared) in self.documents.iter_mut().enumerate() {
            let findings = self.findings.iter();
            let findings = findings.filter(|finding| finding.document == index);
            // From 1.0.0 on, accepted findings included.
            let demanded = findings.map(|finding| match finding.severity {
                Severity::Breaking => Bump::Major,
                Severity::Docs => Bump::Patch,
                Severity::Warning | Severity::Info => Bump::Minor,
            });
            let demanded = demanded.max().unwrap_or(Bump::None);
            compared.version.demand(demanded);
            compared.bump = version::increased_part(compared.version.base.as_deref(), demanded);
            // Of equal parts, that which more is behind.
            let demand = (compared.bump, demanded, !compared.version.satisfied);
            if most < Some(demand) {
                most = Some(demand);
                self.bump = compared.bump;
                self.version = compared.version.clone();
            }
        }
        self.counts = Counts::default();
        self.verdict = Verdict::None;
        for finding in &self.findings {
            if finding.accepted.is_some() {
                self.counts.accepted += 1;
                self.verdict = self.verdict.max(Verdict::Compatible);
                continue;
            }
            self.verdict = self.verdict.max(finding.severity.into());
            match finding.severity {
                Severity::Breaking => self.counts.breaking += 1,
                Severity::Warning => self.counts.warning += 1,
                Severity::Info => self.counts.info += 1,
                Severity::Docs => self.counts.docs += 1,
            }
        }
    }
}
