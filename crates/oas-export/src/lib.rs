#![doc = include_str!("../README.md")]

mod map;
mod objects;
mod operations;
mod references;
mod rules;
mod schema;

use oas_document::{Content, Diagnostic, Document, Version};

pub use rules::RULES;

/// A converted document, and what the conversion could not preserve: the result of [`export`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exported {
    /// The root object of the exported document. The module [`write`](oas_document::write) formats it as YAML or JSON.
    pub content: Content,
    /// The findings about parts that the export cannot preserve, and about `$ref`s that lead to nothing, sorted by
    /// place.
    pub findings: Vec<Diagnostic>,
}

/// Converts a document of any version to `version` of OpenAPI, and bundles its files into one.
///
/// The targets of references to other files are copied into the components, to which the references lead then. A target replaces
/// its reference if `version` has no components of its kind. What `version` cannot express is left out or replaced, and reported
/// in [`Exported::findings`].
///
/// ```
/// use oas_document::{Document, Version};
///
/// let document = Document::parse("api.yaml", "
/// openapi: 3.1.2
/// info: {title: T, version: '1'}
/// paths: {}
/// components: {schemas: {A: {patternProperties: {^x-: {type: string}}}}}
/// ").unwrap();
/// let exported = oas_export::export(&document, Version::V3_0);
/// let [finding] = &exported.findings[..] else { panic!() };
/// assert_eq!((finding.code, finding.place.line), ("constraint-not-in-version", 5));
/// ```
#[must_use]
pub fn export(document: &Document, version: Version) -> Exported {
    let mut exporter = objects::Exporter::new(document, version);
    let mut content = exporter.document();
    if exporter.has_moved_targets() {
        // The places to which targets of references move are known only when everything is written.
        exporter.begin_again();
        content = exporter.document();
    }
    let findings = exporter.found.sorted();
    Exported { content, findings }
}
