//! Defines encodings of properties of `application/x-www-form-urlencoded` bodies (OpenAPI 3.0.4, Encoding Object).

use std::fmt;

use oas_wire::{Serialization, Style};

use crate::schema::{Static, Storage};

/// The encoding of a property of a form (OpenAPI 3.0.4, Encoding Object).
///
/// ```
/// use oas_server::{Encoding, Style};
///
/// static ENCODINGS: &[Encoding] = &[
///     Encoding::style("tags", Style::PipeDelimited),
///     Encoding::style("range", Style::DeepObject).explode(true),
///     Encoding::json("filter"),
/// ];
/// # let _ = ENCODINGS;
/// ```
pub struct Encoding<S: Storage = Static> {
    /// The name of the property.
    pub name: S::Text,
    /// The serialization of the property.
    pub serialization: Serialization,
}

impl<S: Storage> fmt::Debug for Encoding<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoding")
            .field("name", &&*self.name)
            .field("serialization", &self.serialization)
            .finish()
    }
}

impl Encoding {
    /// Creates the encoding of the property `name` in `style`, with the default `explode` of the style.
    #[must_use]
    pub const fn style(name: &'static str, style: Style) -> Self {
        Self {
            name,
            serialization: Serialization::of(style),
        }
    }

    /// Creates the encoding of the property `name` as JSON text, which a JSON `contentType` requires.
    #[must_use]
    pub const fn json(name: &'static str) -> Self {
        Self {
            name,
            serialization: Serialization::Json,
        }
    }

    /// Sets `explode`: whether each item or property is a pair of its own. By default the style determines it. JSON is never
    /// exploded.
    #[must_use]
    pub const fn explode(mut self, explode: bool) -> Self {
        self.serialization = self.serialization.explode(explode);
        self
    }
}
