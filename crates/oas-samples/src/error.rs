//! Defines the reasons why a schema has no sample.

use oas_document::Node;
use oas_document::schema::Schema;

/// The error for a schema of which no valid value was found.
///
/// Only [`Reason::Contradiction`] proves that there is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no sample at `{}`: {reason}", node.pointer())]
#[non_exhaustive]
pub struct NoSample<'d> {
    /// The reason.
    pub reason: Reason,
    /// The schema or keyword that causes the error.
    pub node: Node<'d>,
}

/// The reason of a [`NoSample`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The schema admits no value at all.
    #[error("the schema admits no value")]
    Contradiction,
    /// The schema requires values that are nested deeper than samples can be, in most cases because it requires itself.
    #[error("its values nest too deep, or without end")]
    TooDeep,
    /// The schema requires values that are larger than samples can be.
    #[error("its values are too large")]
    TooLarge,
    /// The values that were tried are invalid; the text is the message of the first violation.
    #[error("the values that were tried are invalid: {0}")]
    Invalid(String),
}

impl<'d> NoSample<'d> {
    pub(crate) fn at(node: Node<'d>, reason: Reason) -> Self {
        Self { reason, node }
    }

    pub(crate) fn of(schema: &Schema<'d>, reason: Reason) -> Self {
        // A schema is a set of schema objects that is never empty: where all are left out, the outermost remains.
        let node = schema.nodes().first().copied();
        Self::at(node.expect("a schema has a schema object"), reason)
    }
}
