//! Reports the findings in a document, as `lint` does, with places.

use oas_document::{Diagnostic, sort_and_dedup};

use super::Snapshot;

/// Returns the findings of the reader, the linter and the generator in a document, before decisions are applied.
///
/// ```
/// use oas_document::Document;
/// use oas_lsp::analysis::{Snapshot, diagnostics::problems};
///
/// let document = Document::parse("a.yaml", "{openapi: 3.0.4, info: {titl: T, version: '1'}, paths: {}}").unwrap();
/// let found = problems(&Snapshot::new(document));
/// assert!(found.iter().any(|finding| finding.code == "misspelled-field"));
/// ```
#[must_use]
pub fn problems(snapshot: &Snapshot) -> Vec<Diagnostic> {
    let mut all = oas_document::lint(snapshot.document());
    all.extend(of_generator(snapshot));
    sort_and_dedup(&mut all);
    all
}

/// Returns the findings of the generator only.
pub(crate) fn of_generator(snapshot: &Snapshot) -> impl Iterator<Item = Diagnostic> {
    snapshot.model().found.iter().cloned()
}

/// Returns whether a finding was reported by the generator.
pub(crate) fn is_of_generator(finding: &Diagnostic) -> bool {
    oas_codegen::RULES
        .iter()
        .any(|rule| rule.id == finding.code)
}
