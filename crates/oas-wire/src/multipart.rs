//! Encodes and decodes the parts of `multipart/form-data` bodies (RFC 7578, OpenAPI 3.0.4, Encoding Object): their
//! `Content-Disposition`, and the values of fields. A [`Parser`] splits multipart bodies of any kind (RFC 2046 §5.1.1). A
//! [`PartDecoder`] reads bodies whose parts have no names as a sequence of [`BodyPart`]s.

mod parser;
mod parts;

use std::borrow::Cow;

pub use parser::{Event, Header, Malformed, Parser};
pub use parts::{
    BodyPart, EncodedParts, InvalidField, PARTS_END, PLAIN_BOUNDARY, PartDecoder, boundary,
    decode_parts, encode_parts, part_head,
};

use crate::{
    MediaRange,
    field::token_or_quoted,
    percent,
    style::{
        Expected, StyleDecodeErrorKind,
        expected::{is_array, is_object},
        json::{is_json, push_scalar},
    },
};

/// Returns the boundary of a body that begins with a boundary line; `None` if it begins with anything else.
///
/// ```
/// use oas_wire::multipart::first_boundary;
///
/// assert_eq!(first_boundary(b"--a b\r\n\r\none\r\n--a b--"), Some("a b"));
/// assert_eq!(first_boundary(b"preamble\r\n--b--"), None);
/// ```
#[must_use]
pub fn first_boundary(body: &[u8]) -> Option<&str> {
    let line = body.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let boundary = std::str::from_utf8(line.strip_prefix(b"--")?).ok()?;
    let boundary = boundary.trim_end();
    // RFC 2046 §5.1.1.
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "'()+_,-./:=? ".contains(c);
    let is_valid = (1..=70).contains(&boundary.len()) && boundary.chars().all(is_allowed);
    is_valid.then_some(boundary)
}

/// Returns the `Content-Type` of a multipart body: `media_type` with this boundary, which replaces one that it has already.
///
/// ```
/// use oas_wire::multipart::with_boundary;
///
/// assert_eq!(with_boundary("multipart/mixed", "b"), "multipart/mixed; boundary=b");
/// assert_eq!(
///     with_boundary("multipart/related; Boundary=a; type=\"a/b\"", "b c"),
///     "multipart/related; type=\"a/b\"; boundary=\"b c\"",
/// );
/// ```
#[must_use]
pub fn with_boundary(media_type: &str, boundary: &str) -> String {
    let is_boundary = |name: &str| name.eq_ignore_ascii_case("boundary");
    let range = MediaRange::parse_lenient(media_type).ok();
    let range = range.filter(|range| range.parameter("boundary").is_some());
    let mut out = range.map_or_else(|| media_type.to_owned(), |range| range.essence());
    let others = range.into_iter().flat_map(|range| range.parameters());
    let others = others.filter(|(name, _)| !is_boundary(name));
    for (name, value) in others.chain([("boundary", Cow::Borrowed(boundary))]) {
        out.extend(["; ", name, "=", &token_or_quoted(&value)]);
    }
    out
}

/// The `Content-Disposition` of a part (RFC 7578 §4.2, RFC 2183).
///
/// ```
/// use oas_wire::multipart::Disposition;
///
/// let disposition = Disposition { name: Some("image".into()), file_name: Some("my \"disk\".raw".into()) };
/// let field = disposition.encode();
/// assert_eq!(field, r#"form-data; name="image"; filename="my %22disk%22.raw""#);
/// assert_eq!(Disposition::decode(&field), disposition);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disposition<'t> {
    /// The name of the field of a form; `None` for parts without names, as those of `multipart/mixed` are.
    pub name: Option<Cow<'t, str>>,
    /// The name of the file on the sender's computer. It is untrusted: do not use it as a path.
    pub file_name: Option<Cow<'t, str>>,
}

impl<'t> Disposition<'t> {
    /// Encodes the value of the header field. Quotes and line breaks are encoded as browsers do (WHATWG HTML, "multipart form
    /// data"), because RFC 7578 §2 does not define it.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut field = match &self.name {
            Some(name) => format!("form-data; name=\"{}\"", quoted(name)),
            None => "attachment".to_owned(),
        };
        if let Some(file_name) = &self.file_name {
            field.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        field
    }

    /// Decodes the value of the header field.
    ///
    /// A quote in a name can be written as `%22`, as browsers do, or after a backslash. `filename*` (RFC 8187) takes precedence over
    /// `filename`, although RFC 7578 §4.2 excludes it.
    ///
    /// ```
    /// use oas_wire::multipart::Disposition;
    ///
    /// let disposition = Disposition::decode("form-data; name=a; filename*=UTF-8''%e2%82%ac.txt");
    /// assert_eq!(disposition.file_name.as_deref(), Some("€.txt"));
    /// ```
    #[must_use]
    pub fn decode(field: &'t str) -> Self {
        let (mut name, mut file_name, mut extended) = (None, None, None);
        for (parameter, value) in parameters(field) {
            let slot = match parameter.to_ascii_lowercase().as_str() {
                "name" => &mut name,
                "filename" => &mut file_name,
                "filename*" => {
                    extended = extended.or_else(|| extended_value(&value));
                    continue;
                }
                _ => continue,
            };
            // The first of equals counts.
            slot.get_or_insert(value);
        }
        Self {
            name: name.map(unquoted),
            file_name: extended.map(Cow::Owned).or(file_name.map(unquoted)),
        }
    }
}

fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn unquoted(value: Cow<'_, str>) -> Cow<'_, str> {
    if !value.contains('%') {
        return value;
    }
    let value = value.replace("%22", "\"");
    Cow::Owned(value.replace("%0D", "\r").replace("%0A", "\n"))
}

/// Decodes the value `charset'language'text` in UTF-8 (RFC 8187 §3.2).
fn extended_value(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_, text) = rest.split_once('\'')?;
    let text = percent::decode(text).ok()?;
    charset
        .eq_ignore_ascii_case("utf-8")
        .then(|| text.into_owned())
}

/// Parses the parameters of a field. Other than in RFC 9110 §5.6.4, a backslash escapes quotes and
/// backslashes only: it is part of the paths that some senders put into `filename`.
fn parameters(field: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    let mut rest = field.split_once(';').map(|(_, rest)| rest);
    std::iter::from_fn(move || {
        let (name, value) = rest?.split_once('=')?;
        let name = name.trim().trim_start_matches(';').trim();
        let (value, after) = match value.trim_start().strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let (value, after) = value.split_once(';').unwrap_or((value, ""));
                (Cow::Borrowed(value.trim()), after)
            }
        };
        rest = Some(after);
        Some((name, value))
    })
}

/// Parses the text up to the closing quote, and returns it with the rest.
fn unquote(quoted: &str) -> (Cow<'_, str>, &str) {
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' if characters.as_str().starts_with(['"', '\\']) => value.extend(characters.next()),
            other => value.push(other),
        }
    }
    (Cow::Owned(value), characters.as_str())
}

/// Converts the parts of one form field to JSON text.
///
/// `parts` are the contents of the parts, each with whether its media type is JSON, and `expected` describes the value of the field. A
/// part is taken as JSON if its media type is, or if only an object is expected; otherwise it becomes what `expected` describes: a
/// number, a boolean, nested JSON, or else a string. If a list is expected, each part is an item, unless a single part is itself a
/// JSON array. A JSON part that is the whole value is returned as it is, without validation.
///
/// # Errors
///
/// Returns an error if there are several parts and no list is expected, or if an item of a list has to be JSON and is not.
pub fn decode_field(
    parts: &[(&str, bool)],
    expected: impl Expected,
) -> Result<String, StyleDecodeErrorKind> {
    let mut out = String::new();
    if is_array(expected, true) {
        let is_item_json = |index, declared| declared || is_object(expected.item(index));
        if let [(whole, declared)] = parts
            && is_item_json(0, *declared)
            && whole.trim_start().starts_with('[')
        {
            return Ok((*whole).to_owned());
        }
        let mut indexed = parts.iter().enumerate();
        if is_array(expected, parts.len() > 1)
            || indexed.all(|(index, (_, declared))| is_item_json(index, *declared))
        {
            for (index, (text, declared)) in parts.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                match is_item_json(index, *declared) {
                    true if !is_json(text) => return Err(StyleDecodeErrorKind::NotJson),
                    true => out.push_str(text),
                    false => push_scalar(&mut out, text, expected.item(index)),
                }
            }
            out.push(']');
            return Ok(out);
        }
    }
    let [(text, declared)] = parts else {
        return Err(StyleDecodeErrorKind::Repeated);
    };
    if *declared || is_object(expected) {
        out.push_str(text);
    } else {
        push_scalar(&mut out, text, expected);
    }
    Ok(out)
}
