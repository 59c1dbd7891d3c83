//! Encodes and decodes a parameter, a header or a property of a form, in all styles.

use std::borrow::Cow;

use super::{
    Expected, Serialization, Style, StyleDecodeError, StyleDecodeErrorKind, StyleEncodeError,
    Value, deep_object,
    expected::{is_array, is_object},
    form::{self, Delimiter, PairEncoding},
    json::{self, Member, push_array, push_scalar},
    label, matrix, simple,
    value::Flat,
};
use crate::{ParameterLocation, field::is_blank, percent};

/// An encoder and decoder of the values of one parameter.
///
/// A property of a form body is encoded and decoded like a query parameter, and a response header like a header parameter.
///
/// ```
/// use oas_wire::{ParameterLocation, style::{Codec, Serialization, Value}};
///
/// let codec = Codec::new("color", ParameterLocation::Path, Serialization::MATRIX.explode(true));
/// let colors = Value::of(&["blue", "black"]).unwrap();
/// assert_eq!(codec.encode_text(&colors).unwrap().as_deref(), Some(";color=blue;color=black"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Codec<'n> {
    name: &'n str,
    location: ParameterLocation,
    serialization: Serialization,
    siblings: &'n [&'n str],
}

impl<'n> Codec<'n> {
    /// Creates the codec of the parameter `name`.
    #[must_use]
    pub const fn new(
        name: &'n str,
        location: ParameterLocation,
        serialization: Serialization,
    ) -> Self {
        Self {
            name,
            location,
            serialization,
            siblings: &[],
        }
    }

    /// Sets the names of the other parameters in the same location, whose pairs do not belong to this parameter.
    ///
    /// The members of an exploded object in style `form` are pairs without the name of the parameter. If the schema describes
    /// additional properties, the object is decoded from all pairs that belong to no other parameter; without these names, only
    /// from its own properties. A name with brackets behind it belongs to the parameter too, as members of a `deepObject` do.
    #[must_use]
    pub const fn siblings(mut self, names: &'n [&'n str]) -> Self {
        self.siblings = names;
        self
    }

    /// Encodes a path parameter, the value of a header field, or a whole query that is not a form; `None` if `value` is undefined
    /// (null, or an empty list or object).
    ///
    /// # Errors
    ///
    /// Returns an error if the style cannot express the value, or belongs to another location.
    pub fn encode_text(&self, value: &Value) -> Result<Option<String>, StyleEncodeError> {
        let Serialization::Styled { style, explode, .. } = self.serialization else {
            let text = to_json(value);
            return Ok(text.map(|text| match self.location {
                ParameterLocation::Header => text,
                _ => percent::encode(&text).into_owned(),
            }));
        };
        let flat = Flat::of(value)?;
        if matches!(flat, Flat::Undefined) {
            return Ok(None);
        }
        Ok(Some(match (self.location, style) {
            (ParameterLocation::Path | ParameterLocation::QueryString, Style::Simple) => {
                simple::encode_path(&flat, explode)
            }
            (ParameterLocation::Path, Style::Label) => label::encode(&flat, explode),
            (ParameterLocation::Path, Style::Matrix) => matrix::encode(self.name, &flat, explode),
            (ParameterLocation::Header, Style::Simple) => simple::encode_header(&flat, explode)?,
            (location, style) => return Err(StyleEncodeError::Style(location, style)),
        }))
    }

    /// Encodes a value as [`Codec::encode_text`] does, but does not copy a string that needs no encoding, such as an identifier.
    ///
    /// ```
    /// use oas_wire::style::{Codec, Value};
    /// use oas_wire::{ParameterLocation, Serialization};
    ///
    /// let codec = Codec::new("color", ParameterLocation::Path, Serialization::SIMPLE);
    /// let text = |text: &str| codec.into_text(Value::String(text.into())).unwrap();
    /// assert_eq!(text("blue").as_deref(), Some("blue"));
    /// assert_eq!(text("a/b").as_deref(), Some("a%2Fb"));
    /// assert_eq!(text(" ").as_deref(), Some("%20"));
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Codec::encode_text`].
    pub fn into_text(self, value: Value) -> Result<Option<String>, StyleEncodeError> {
        let is_simple = self.serialization.style() == Some(Style::Simple);
        let same = |text: &str| match self.location {
            // An encoded character is three.
            ParameterLocation::Path => percent::encode(text).len() == text.len(),
            location => location == ParameterLocation::Header,
        };
        match value {
            Value::String(text) if is_simple && same(&text) => Ok(Some(text)),
            value => self.encode_text(&value),
        }
    }

    /// Encodes a query parameter, a cookie or a field of a form as percent-encoded pairs `name=value`. The list is empty if `value`
    /// is null, or an empty list or object. Join the pairs of a query or form with `&`, and cookies with `; `.
    ///
    /// # Errors
    ///
    /// Returns an error if the style cannot express the value, or is one of paths or headers.
    pub fn encode_pairs(&self, value: &Value) -> Result<Vec<String>, StyleEncodeError> {
        let is_cookie = self.location == ParameterLocation::Cookie;
        let name = match is_cookie {
            true => percent::encode_cookie_name,
            false => percent::encode,
        };
        let Serialization::Styled {
            style,
            explode,
            allow_reserved,
        } = self.serialization
        else {
            let text = to_json(value);
            let pair = text.map(|text| format!("{}={}", name(self.name), percent::encode(&text)));
            return Ok(pair.into_iter().collect());
        };
        let value_encoding = match allow_reserved && !is_cookie {
            true => percent::encode_reserved,
            false => percent::encode,
        };
        let encoding = PairEncoding {
            name,
            value: value_encoding,
        };
        let flat = |encoding| form::encode(style, explode, encoding, self.name, &Flat::of(value)?);
        match (self.location, style) {
            (ParameterLocation::Query, Style::DeepObject) => {
                deep_object::encode(self.name, encoding.value, value)
            }
            (
                ParameterLocation::Query,
                Style::Form | Style::SpaceDelimited | Style::PipeDelimited,
            )
            | (ParameterLocation::Cookie, Style::Form) => flat(encoding),
            (ParameterLocation::Cookie, Style::Cookie) => {
                match form::is_cookie(self.name, &Flat::of(value)?, explode) {
                    true => flat(PairEncoding::NONE),
                    false => Err(StyleEncodeError::NoCookie),
                }
            }
            (location, style) => Err(StyleEncodeError::Style(location, style)),
        }
    }

    /// Decodes a path parameter, the lines of a header field, or a whole query that is not a form, into JSON text; `None` if `texts`
    /// is empty. `expected` describes the value.
    ///
    /// # Errors
    ///
    /// Returns an error if the text cannot be decoded. The JSON is not validated.
    pub fn decode_text(
        &self,
        texts: &[Cow<'_, str>],
        expected: impl Expected,
    ) -> Result<Option<String>, StyleDecodeError> {
        if texts.is_empty() {
            return Ok(None);
        }
        if self.serialization == Serialization::Json {
            return self.whole(texts).map(|text| Some(text.into_owned()));
        }
        if is_object(expected) {
            let members = self.members(texts)?;
            return json::object(members.into_iter().map(Ok), expected).map(Some);
        }
        let mut out = String::new();
        if is_array(expected, true) {
            let items = self.items(texts)?;
            if is_array(expected, items.len() > 1) {
                push_array(&mut out, items, expected);
                return Ok(Some(out));
            }
        }
        push_scalar(&mut out, &self.whole(texts)?, expected);
        Ok(Some(out))
    }

    /// Decodes a query parameter, a cookie or a property of a form into JSON text; `None` if none of `pairs` belongs to it.
    ///
    /// `pairs` are all pairs of the query, the cookies or the form, including those of other parameters, with decoded names and
    /// percent-encoded values. `expected` decides whether a text such as `1` becomes a number or a string; one that does not fit becomes
    /// a string. The result is not validated, and not even parsed where the parameter is [JSON](Serialization::Json).
    ///
    /// # Errors
    ///
    /// Returns an error if the pairs cannot be decoded.
    pub fn decode_pairs(
        &self,
        pairs: &[(Cow<'_, str>, &str)],
        expected: impl Expected,
    ) -> Result<Option<String>, StyleDecodeError> {
        if self.is_deep() {
            return deep_object::decode(self.name, pairs, expected);
        }
        if self.is_spread(expected) {
            let members = pairs
                .iter()
                .filter(|(name, _)| self.has_member(name, expected))
                .map(|(name, value)| {
                    let value = self.part(value).map_err(|error| error.under(name))?;
                    Ok((name.clone(), value))
                });
            let object = json::object(members, expected)?;
            return Ok((object != "{}").then_some(object));
        }
        let texts: Vec<_> = pairs
            .iter()
            .filter(|(name, _)| name == self.name)
            .map(|(_, value)| Cow::Borrowed(*value))
            .collect();
        self.decode_text(&texts, expected)
    }

    /// Returns whether the pair with this name belongs to the parameter. `expected` describes its value.
    pub fn owns(&self, name: &str, expected: impl Expected) -> bool {
        if self.is_deep() {
            deep_object::member_names(self.name, name).is_some()
        } else if self.is_spread(expected) {
            self.has_member(name, expected)
        } else {
            name == self.name
        }
    }

    /// Returns whether any pair can be one of the value's: its members are pairs, and no properties are expected.
    pub(crate) fn takes_any(&self, expected: impl Expected) -> bool {
        self.is_spread(expected) && !expected.has_properties()
    }

    fn style(&self) -> Style {
        self.serialization
            .style()
            .unwrap_or(self.location.default_style())
    }

    fn is_deep(&self) -> bool {
        self.serialization.style() == Some(Style::DeepObject)
    }

    /// Returns whether each member is a pair of its own, as in `R=100&G=200`, without the value's own name.
    fn is_spread(&self, expected: impl Expected) -> bool {
        use ParameterLocation::{Cookie, Query};

        self.serialization.is_exploded()
            && matches!(self.location, Query | Cookie)
            && is_object(expected)
    }

    /// Members are recognized by the properties that are expected. Where there are none, or others are described, every pair is
    /// one that is nobody else's.
    fn has_member(&self, name: &str, expected: impl Expected) -> bool {
        expected.has_property(name)
            || !self.is_of_sibling(name)
                && (!expected.has_properties()
                    || !self.siblings.is_empty() && expected.has_additional())
    }

    fn is_of_sibling(&self, name: &str) -> bool {
        let mut siblings = self.siblings.iter();
        siblings.any(|sibling| deep_object::member_names(sibling, name).is_some())
    }

    /// Returns the value as one string.
    fn whole<'t>(&self, texts: &'t [Cow<'_, str>]) -> Result<Cow<'t, str>, StyleDecodeError> {
        match texts {
            [text] => self.decode_string(text),
            _ => Err(StyleDecodeErrorKind::Repeated.into()),
        }
    }

    /// Decodes a text whose value is a single string: that of a path parameter, a header field, or the value of a pair.
    ///
    /// ```
    /// use oas_wire::{ParameterLocation, style::{Codec, Serialization}};
    ///
    /// let codec = Codec::new("color", ParameterLocation::Path, Serialization::SIMPLE);
    /// assert_eq!(codec.decode_string("a%2Fb").unwrap(), "a/b");
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not in the style of the parameter.
    pub fn decode_string<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, StyleDecodeError> {
        match self.style() {
            Style::Label => self.part(label::value(text)?),
            Style::Matrix => self.part(matrix::value(self.name, matrix::strip(text)?)?),
            _ => self.part(text),
        }
    }

    /// Returns the value as a list.
    fn items<'t>(&self, texts: &'t [Cow<'_, str>]) -> Result<Vec<Cow<'t, str>>, StyleDecodeError> {
        let (style, explode) = (self.style(), self.serialization.is_exploded());
        if self.location == ParameterLocation::Header {
            // RFC 9110 §5.3: the lines of a header field are one list, except for those of `Set-Cookie`, each of which is a
            // cookie that may contain commas.
            if self.name.eq_ignore_ascii_case("set-cookie") {
                return texts.iter().map(|text| self.part(text)).collect();
            }
            let parts = texts.iter().flat_map(|text| simple::parts(text, ','));
            return parts.map(|part| self.part(part)).collect();
        }
        if explode && self.location != ParameterLocation::Path {
            return texts.iter().map(|text| self.part(text)).collect();
        }
        let [text] = texts else {
            return Err(StyleDecodeErrorKind::Repeated.into());
        };
        let delimiter = Delimiter::of(style);
        match style {
            Style::Label => self.parts(label::value(text)?, label::separator(explode)),
            Style::Matrix if explode => matrix::strip(text)?
                .split(';')
                .map(|part| self.part(matrix::value(self.name, part)?))
                .collect(),
            Style::Matrix => self.parts(matrix::value(self.name, matrix::strip(text)?)?, ','),
            _ if delimiter.is_encoded() => {
                let text = self.part(text)?;
                let parts = simple::parts(&text, delimiter.character);
                Ok(parts.map(|part| Cow::Owned(part.to_owned())).collect())
            }
            _ => self.parts(text, delimiter.character),
        }
    }

    /// Returns the value as names and values: `R,100,G,200`, or `R=100,G=200` if it is exploded.
    fn members<'t>(&self, texts: &'t [Cow<'_, str>]) -> Result<Vec<Member<'t>>, StyleDecodeError> {
        let mut members = Vec::new();
        if !self.serialization.is_exploded() {
            let mut items = self.items(texts)?.into_iter();
            while let Some(name) = items.next() {
                members.push((name, items.next().ok_or(StyleDecodeErrorKind::Unpaired)?));
            }
            return Ok(members);
        }
        if texts.len() > 1 && self.location != ParameterLocation::Header {
            return Err(StyleDecodeErrorKind::Repeated.into());
        }
        for text in texts {
            let (text, separator) = match self.style() {
                Style::Label => (label::value(text)?, label::separator(true)),
                Style::Matrix => (matrix::strip(text)?, ';'),
                _ => (&**text, ','),
            };
            for part in simple::parts(text, separator) {
                let (name, value) = match self.style() {
                    Style::Matrix => matrix::pair(part),
                    _ => part.split_once('=').ok_or(StyleDecodeErrorKind::Unpaired)?,
                };
                members.push((self.part(name)?, self.part(value)?));
            }
        }
        Ok(members)
    }

    fn parts<'t>(
        &self,
        text: &'t str,
        separator: char,
    ) -> Result<Vec<Cow<'t, str>>, StyleDecodeError> {
        simple::parts(text, separator)
            .map(|part| self.part(part))
            .collect()
    }

    /// Decodes a part of a text, which no delimiter is left in.
    fn part<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, StyleDecodeError> {
        let decoded = match (self.location, self.style()) {
            (_, Style::Cookie) => Ok(Cow::Borrowed(text)),
            // In a query that is not a form, a plus sign is one.
            (
                ParameterLocation::Path
                | ParameterLocation::Cookie
                | ParameterLocation::QueryString,
                _,
            ) => percent::decode(text),
            (ParameterLocation::Query, _) => percent::decode_form(text),
            // A header field is not percent-encoded.
            (ParameterLocation::Header, _) => Ok(Cow::Borrowed(text.trim_matches(is_blank))),
        };
        decoded.map_err(|_| StyleDecodeErrorKind::Encoding.into())
    }
}

/// Formats a value as JSON text; returns `None` for an undefined one.
fn to_json(value: &Value) -> Option<String> {
    (*value != Value::Null).then(|| value.to_json())
}
