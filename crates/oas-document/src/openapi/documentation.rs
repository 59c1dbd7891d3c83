//! Provides extensions for documentation pages, which OpenAPI has no fields for ([`EXTENSIONS`](super::EXTENSIONS)).

use super::{Operation, Tag, flag, text};
use crate::{
    Document, Node,
    schema::{Schema, Type},
};

/// A sample of code that the document itself gives for an operation: an item of `x-codeSamples`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CodeSample<'d> {
    /// `lang`: the language.
    pub language: &'d str,
    /// `label`: what a reader sees as its name.
    pub label: Option<&'d str>,
    /// `source`: the code.
    pub source: &'d str,
    /// The item.
    pub node: Node<'d>,
}

impl<'d> Operation<'d> {
    /// Returns `x-since`: the version of the product with which the operation came.
    pub fn since(&self) -> Option<&'d str> {
        self.node.get("x-since").and_then(Node::scalar_text)
    }

    /// Returns `x-synchronous`: whether the answer is the result, or that something has begun.
    pub fn synchronous(&self) -> Option<bool> {
        flag(self.node, "x-synchronous")
    }

    /// Returns the value of `x-online-debugging`, which describes the effect of trying the operation.
    pub fn online_debugging_node(&self) -> Option<Node<'d>> {
        self.node.get("x-online-debugging")
    }

    /// Returns `x-codeSamples`, in document order.
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
    /// Returns the value of `x-breadcrumb`: the way to the operations of the tag, from the outermost chapter on.
    pub fn breadcrumb_node(&self) -> Option<Node<'d>> {
        self.node.get("x-breadcrumb")
    }
}

/// Returns what pages call a type, by `x-type-names` at the root of the document.
///
/// ```
/// use oas_document::{Document, openapi, schema::Type};
///
/// let text = "{openapi: 3.1.2, x-type-names: {integer: Long}}";
/// let document = Document::parse("api.yaml", text).unwrap();
/// assert_eq!(openapi::type_name(&document, Type::Integer), "Long");
/// assert_eq!(openapi::type_name(&document, Type::String), "string");
/// ```
pub fn type_name(document: &Document, ty: Type) -> &str {
    let names = document.root().get("x-type-names");
    let name = names.and_then(|names| text(names, ty.name()));
    name.unwrap_or(ty.name())
}

/// Returns whether `x-documented-required` marks a schema: a page calls it required, though the wire may not need it.
pub fn is_documented_required(schema: &Schema<'_>) -> bool {
    let marks = schema.keyword("x-documented-required");
    marks.first().and_then(|mark| mark.as_bool()) == Some(true)
}

/// Returns `x-documented-type` of a schema, the name of its type on a page.
pub fn documented_type<'d>(schema: &Schema<'d>) -> Option<&'d str> {
    let named = schema.keyword("x-documented-type");
    named.first().and_then(|name| name.as_str())
}

/// Returns the value of `x-wire-note` of a schema, which explains how the wire differs from a page.
pub fn wire_note<'d>(schema: &Schema<'d>) -> Option<Node<'d>> {
    schema.keyword("x-wire-note").first().copied()
}
