//! Defines the direction in which a value is sent.

/// Which way a value travels, which decides whether `readOnly` and `writeOnly` properties may be absent although they are
/// required (OpenAPI 3.0.4, Schema Object).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the API: required properties that are `readOnly` may be absent.
    Request,
    /// From the API: required properties that are `writeOnly` may be absent.
    Response,
    /// Unknown: both may be absent.
    Either,
    /// Neither may be absent.
    #[default]
    Strict,
}
