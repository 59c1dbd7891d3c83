//! Provides the extensions for documentation pages ([`EXTENSIONS`](super::EXTENSIONS)).

use super::{Operation, Tag, flag, text};
use crate::{
    Document, Node,
    schema::{Schema, Type},
};

/// A code sample that the document has for an operation: an item of `x-codeSamples`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CodeSample<'d> {
    /// `lang`: the programming language.
    pub language: &'d str,
    /// `label`: the name of the sample on a page.
    pub label: Option<&'d str>,
    /// `source`: the code.
    pub source: &'d str,
    /// The item of `x-codeSamples`.
    pub node: Node<'d>,
}

impl<'d> Operation<'d> {
    /// Returns `x-since`: the version of the product that introduced the operation.
    pub fn since(&self) -> Option<&'d str> {
        self.node.get("x-since").and_then(Node::scalar_text)
    }

    /// Returns `x-synchronous`: `true` if the response contains the result, `false` if it only reports that the work
    /// has begun.
    #[must_use]
    pub fn synchronous(&self) -> Option<bool> {
        flag(self.node, "x-synchronous")
    }

    /// Returns the value of `x-online-debugging`: a text about the effect of trying the operation from its page.
    #[must_use]
    pub fn online_debugging_node(&self) -> Option<Node<'d>> {
        self.node.get("x-online-debugging")
    }

    /// Returns the items of `x-codeSamples`, in document order. An item without `lang` or `source` is left out.
    pub fn code_samples(&self) -> impl Iterator<Item = CodeSample<'d>> + use<'d> {
        let samples = self.node.get("x-codeSamples");
        let samples = samples.into_iter().flat_map(Node::items);
        samples.filter_map(|node| {
            Some(CodeSample {
                language: text(node, "lang")?,
                label: text(node, "label"),
                source: text(node, "source")?,
                node,
            })
        })
    }
}

impl<'d> Tag<'d> {
    /// Returns the value of `x-breadcrumb`: the list of chapter titles that lead to the operations of the tag, the
    /// outermost first.
    #[must_use]
    pub fn breadcrumb_node(&self) -> Option<Node<'d>> {
        self.node.get("x-breadcrumb")
    }
}

/// Returns the name of a type on documentation pages: that of `x-type-names` at the root of the document, or else the
/// name in JSON Schema.
///
/// ```
/// use oas_document::{Document, openapi, schema::Type};
///
/// let text = "{openapi: 3.1.2, x-type-names: {integer: Long}}";
/// let document = Document::parse("api.yaml", text).unwrap();
/// assert_eq!(openapi::type_name(&document, Type::Integer), "Long");
/// assert_eq!(openapi::type_name(&document, Type::String), "string");
/// ```
#[must_use]
pub fn type_name(document: &Document, ty: Type) -> &str {
    let names = document.root().get("x-type-names");
    let name = names.and_then(|names| text(names, ty.name()));
    name.unwrap_or(ty.name())
}

/// Returns whether the schema has `x-documented-required: true`: a page marks the value as required, although requests
/// without it may be valid.
#[must_use]
pub fn is_documented_required(schema: &Schema<'_>) -> bool {
    let marks = schema.keyword("x-documented-required");
    marks.first().and_then(|mark| mark.as_bool()) == Some(true)
}

/// Returns `x-documented-type` of the schema: the name of its type on a page.
#[must_use]
pub fn documented_type<'d>(schema: &Schema<'d>) -> Option<&'d str> {
    let named = schema.keyword("x-documented-type");
    named.first().and_then(|name| name.as_str())
}

/// Returns the value of `x-wire-note` of the schema: a text about the difference between the wire and the documentation
/// page.
#[must_use]
pub fn wire_note<'d>(schema: &Schema<'d>) -> Option<Node<'d>> {
    schema.keyword("x-wire-note").first().copied()
}
