//! Styles that write pairs `name=value`: `form` (RFC 6570 §3.2.8), `spaceDelimited` and `pipeDelimited` in queries and forms,
//! `form` and `cookie` in the `Cookie` field.

use std::borrow::Cow;

use super::{Style, StyleEncodeError, value::Flat};
use crate::{cookie, field::is_token};

/// The percent-encoding of the names and values of pairs.
#[derive(Clone, Copy)]
pub(super) struct PairEncoding {
    pub(super) name: for<'t> fn(&'t str) -> Cow<'t, str>,
    pub(super) value: for<'t> fn(&'t str) -> Cow<'t, str>,
}

impl PairEncoding {
    /// Style `cookie` leaves all escaping to the author of the value (OpenAPI 3.2.0, "Style Values").
    pub(super) const NONE: Self = Self {
        name: |name| Cow::Borrowed(name),
        value: |value| Cow::Borrowed(value),
    };
}

/// Returns whether a value is valid in a `Cookie` field without encoding (RFC 6265 §4.1.1).
pub(super) fn is_cookie(name: &str, flat: &Flat<'_>, explode: bool) -> bool {
    match flat {
        Flat::Object(properties) if explode => properties
            .iter()
            .all(|(name, value)| is_token(name) && cookie::is_value(value)),
        flat => is_token(name) && flat.parts().into_iter().all(cookie::is_value),
    }
}

pub(super) fn encode(
    style: Style,
    explode: bool,
    encoding: PairEncoding,
    name: &str,
    flat: &Flat<'_>,
) -> Result<Vec<String>, StyleEncodeError> {
    let pair =
        |name: &str, value: &str| format!("{}={}", (encoding.name)(name), (encoding.value)(value));
    Ok(match flat {
        Flat::Undefined => Vec::new(),
        Flat::Scalar(text) => vec![pair(name, text)],
        Flat::Array(items) if explode => items.iter().map(|item| pair(name, item)).collect(),
        Flat::Object(properties) if explode => properties
            .iter()
            .map(|(name, value)| pair(name, value))
            .collect(),
        flat => {
            let delimiter = Delimiter::of(style);
            let parts = flat.parts().into_iter();
            let parts: Vec<String> = parts
                .map(|part| delimiter.encode(encoding, part))
                .collect::<Result<_, _>>()?;
            let name = (encoding.name)(name);
            vec![format!("{name}={}", parts.join(delimiter.written))]
        }
    })
}

/// The separator between the parts of a value that is not exploded.
#[derive(Clone, Copy)]
pub(super) struct Delimiter {
    pub(super) character: char,
    written: &'static str,
    /// The character that a part cannot contain, because it is encoded like the delimiter.
    rejected: Option<&'static str>,
}

impl Delimiter {
    pub(super) const fn of(style: Style) -> Self {
        let (character, written, rejected) = match style {
            // Blanks and pipes cannot be in a URI as they are.
            Style::SpaceDelimited => (' ', "%20", Some("a blank")),
            Style::PipeDelimited => ('|', "%7C", Some("a pipe")),
            // Nothing is encoded.
            Style::Cookie => (',', ",", Some("a comma")),
            _ => (',', ",", None),
        };
        Self {
            character,
            written,
            rejected,
        }
    }

    /// Returns whether the text has to be decoded before it is split.
    pub(super) const fn is_encoded(self) -> bool {
        self.character != ','
    }

    fn encode(self, encoding: PairEncoding, part: &str) -> Result<String, StyleEncodeError> {
        match self.rejected {
            Some(what) if part.contains(self.character) => Err(StyleEncodeError::Delimiter(what)),
            // `allowReserved` may have left one alone.
            None => Ok((encoding.value)(part).replace(',', "%2C")),
            _ => Ok((encoding.value)(part).into_owned()),
        }
    }
}
