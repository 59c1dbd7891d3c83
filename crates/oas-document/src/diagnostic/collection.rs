//! Collects diagnostics within a bound on memory.

use rustc_hash::FxHashMap;

use super::{Diagnostic, sort_and_dedup};
use crate::rules;

/// The diagnostics of a tool, of which there can be more than anyone reads.
///
/// Ten bytes of a document can be a finding of its own, which takes half a kilobyte. After the first
/// [`MAX_PER_RULE`](Self::MAX_PER_RULE) findings of a rule, or [`MAX_BYTES`](Self::MAX_BYTES) of text, only one more is kept, of the
/// rule `too-many-findings`, so that nobody takes the others for all.
///
/// ```
/// use oas_document::{Diagnostic, Diagnostics, Document, RULES};
///
/// let document = Document::parse("api.yaml", "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n").unwrap();
/// let rule = RULES.iter().find(|rule| rule.id == "wrong-kind").unwrap();
/// let mut found = Diagnostics::default();
/// found.push(Diagnostic::of_rule(*rule, document.root(), "the document is too short"));
/// assert_eq!(found.sorted().len(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    kept: Vec<Diagnostic>,
    /// The number of kept findings by rule; `None` once there are more.
    kept_of: FxHashMap<&'static str, Option<usize>>,
    /// The bytes of texts that no rule bounds.
    bytes: usize,
}

impl Diagnostics {
    /// The number of findings of a rule that are kept.
    pub const MAX_PER_RULE: usize = 10_000;

    /// The length of the messages, pointers and remedies of all findings that are kept, in bytes; the last one may exceed it.
    pub const MAX_BYTES: usize = 32 << 20;

    /// Adds a finding, if there are not too many.
    pub fn push(&mut self, finding: Diagnostic) {
        let kept_of = self.kept_of.entry(finding.code).or_insert(Some(0));
        match kept_of {
            None => {}
            Some(kept) if *kept < Self::MAX_PER_RULE && self.bytes <= Self::MAX_BYTES => {
                *kept += 1;
                self.bytes += finding.pointer.len() + finding.message.len() + finding.help.len();
                self.kept.push(finding);
            }
            Some(kept) => {
                let message = format!(
                    "there are more findings of `{}` than the {kept} that are listed",
                    finding.code
                );
                *kept_of = None;
                let rule = rules::TOO_MANY_FINDINGS;
                self.kept.push(Diagnostic {
                    code: rule.id,
                    message,
                    note: rule.reason.into(),
                    help: rule.help.into(),
                    edits: Vec::new(),
                    related: Vec::new(),
                    ..finding
                });
            }
        }
    }

    /// Returns the findings that are kept, sorted as by [`sort_and_dedup`].
    #[must_use]
    pub fn sorted(self) -> Vec<Diagnostic> {
        let mut all = self.kept;
        sort_and_dedup(&mut all);
        all
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(findings: I) -> Self {
        let mut all = Self::default();
        all.extend(findings);
        all
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, findings: I) {
        for finding in findings {
            self.push(finding);
        }
    }
}
