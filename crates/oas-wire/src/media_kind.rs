//! Distinguishes the encodings of bodies by their media types.

use crate::MediaRange;
use crate::items::Framing;

/// The encoding of bodies of a media type, as far as generated code distinguishes encodings.
///
/// ```
/// use oas_wire::MediaKind;
///
/// assert_eq!(MediaKind::of("Application/Problem+JSON; charset=utf-8"), MediaKind::Json);
/// assert_eq!(MediaKind::of("image/*"), MediaKind::Bytes);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// JSON: `application/json`, or a subtype with the suffix `+json`.
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data` and its relatives
    Multipart,
    /// Multipart whose parts have positions instead of names (OpenAPI 3.2), unless all are JSON: then they are items.
    Parts,
    /// Text: `text/*`, XML, YAML, JavaScript and GraphQL.
    Text,
    /// `text/event-stream`, without a schema for its events.
    Events,
    /// A sequence of items with a schema (`itemSchema`, OpenAPI 3.2), and the way in which items are separated.
    Items(Framing),
    /// Bytes: any other media type.
    Bytes,
}

impl MediaKind {
    /// Returns the kind of the media type or range `name`, irrespective of a schema: never [`MediaKind::Items`]. An
    /// invalid name is [`MediaKind::Bytes`].
    #[must_use]
    pub fn of(name: &str) -> Self {
        let Ok(range) = MediaRange::parse_lenient(name) else {
            return Self::Bytes;
        };
        let essence = range.essence();
        match essence.split_once('/').unwrap_or((&essence, "")) {
            _ if range.is_json() => Self::Json,
            ("application", "x-www-form-urlencoded") => Self::Form,
            ("multipart", _) => Self::Multipart,
            ("text", "event-stream") => Self::Events,
            ("text", _) | ("application", "yaml" | "x-yaml" | "javascript" | "graphql") => {
                Self::Text
            }
            (_, subtype) if range.is_xml() || subtype.ends_with("+yaml") => Self::Text,
            _ => Self::Bytes,
        }
    }

    /// Returns whether generated code processes a body while it arrives, without holding it in memory as a whole.
    #[must_use]
    pub fn is_stream(self) -> bool {
        matches!(
            self,
            Self::Events | Self::Items(_) | Self::Parts | Self::Bytes
        )
    }
}
