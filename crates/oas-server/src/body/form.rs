//! `application/x-www-form-urlencoded` bodies as JSON (OpenAPI 3.0.4 §4.8.15).

use oas_wire::percent::decode_form;

use crate::Location;
use crate::parameters::style::Notation;
use crate::parameters::{Style, Wrong, raw, shape};
use crate::schema::Schema;

/// How a property of a form is written: an Encoding Object (OpenAPI 3.0.4 §4.8.15).
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
#[derive(Debug, Clone, Copy)]
pub struct Encoding {
    name: &'static str,
    style: Style,
    explode: bool,
    is_json: bool,
}

impl Encoding {
    /// The property `name` is written as a query parameter of `style` would be. Sets `explode` to what the standard
    /// assumes beside it.
    #[must_use]
    pub const fn style(name: &'static str, style: Style) -> Self {
        Self {
            name,
            style,
            explode: matches!(style, Style::Form),
            is_json: false,
        }
    }

    /// The property `name` has a JSON `contentType`: the field is JSON text.
    #[must_use]
    pub const fn json(name: &'static str) -> Self {
        let mut encoding = Self::style(name, Style::Form);
        encoding.is_json = true;
        encoding
    }

    /// `explode`.
    #[must_use]
    pub const fn explode(mut self, explode: bool) -> Self {
        self.explode = explode;
        self
    }
}

/// Writes a form as the JSON object that `schema` expects.
pub(super) fn to_json(
    text: &str,
    schema: &'static Schema,
    encodings: &'static [Encoding],
) -> Result<String, Wrong> {
    let undecodable = Wrong::here("is not percent-encoded UTF-8");
    let mut pairs = Vec::new();
    for (name, value) in raw::pairs(text) {
        pairs.push((decode_form(name).map_err(|_| undecodable.clone())?, value));
    }
    let mut out = String::from("{");
    for encoding in encodings {
        let notation = Notation {
            name: encoding.name,
            style: encoding.style,
            explode: encoding.explode,
            is_json: encoding.is_json,
            location: Location::Body,
            siblings: &[],
        };
        let inner = shape::member(schema, encoding.name);
        let (own, others) = pairs
            .into_iter()
            .partition(|(name, _)| notation.owns(name, inner));
        pairs = others;
        let json = notation
            .read_pairs(&own, inner)
            .map_err(|wrong| wrong.under(encoding.name))?;
        if let Some(json) = json {
            if encoding.is_json && !shape::is_json(&json) {
                return Err(Wrong::here("is not JSON").under(encoding.name));
            }
            shape::push_string(&mut out, encoding.name);
            out.push(':');
            out.push_str(&json);
            out.push(',');
        }
    }
    let fields = pairs.into_iter().map(|(name, value)| {
        let value = decode_form(value).map_err(|_| undecodable.clone().under(&name))?;
        Ok((name, value))
    });
    let rest = shape::object(fields, schema)?;
    let rest = rest.strip_prefix('{').unwrap_or_default();
    if rest == "}" {
        // The comma behind the last of the encoded properties.
        out.truncate(out.trim_end_matches(',').len());
    }
    out.push_str(rest);
    Ok(out)
}
