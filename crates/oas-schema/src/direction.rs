//! Defines the direction in which a value is sent.

/// The direction in which a value is sent. It decides whether required properties that are `readOnly` or `writeOnly` may be absent
/// (OpenAPI 3.0.4, Schema Object).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The value is sent to the API: required properties that are `readOnly` may be absent.
    Request,
    /// The value is sent by the API: required properties that are `writeOnly` may be absent.
    Response,
    /// The direction is unknown: required properties that are `readOnly` or `writeOnly` may be absent.
    Either,
    /// The direction is ignored: all required properties have to be present.
    #[default]
    Strict,
}
