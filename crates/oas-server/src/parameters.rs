//! Decodes parameters from the texts of a request to typed values (OpenAPI 3.0.4, Parameter Object).
//!
//! A parameter is found ([`raw`]) and converted to the JSON that its schema expects ([`expected_types`]). Then it is validated
//! and decoded like a body. A string is not converted to JSON first.

mod expected_types;
pub(crate) mod raw;

use std::borrow::Cow;
use std::fmt;

use http::request::Parts;
use oas_wire::style::{Codec, Expected as _, Kinds, StyleDecodeError};
use oas_wire::{ParameterLocation, Serialization, Style, query_string};
use serde::de::DeserializeOwned;

use crate::decode;
use crate::router::Captures;
use crate::schema::{Schema, Static, Storage, decode_string};
use crate::{Encoding, Location, RequestViolation, Violations};

pub use expected_types::ExpectedTypes;

/// A parameter of an operation, as a table that is static in generated code, or constructed at run time.
///
/// ```
/// use oas_server::schema::{Number, Schema};
/// use oas_server::{Parameter, Style};
///
/// static LIMIT: Parameter =
///     Parameter::query("limit", &Schema::int32().minimum(Number::Integer(1))).default("20");
/// static FILTER: Parameter =
///     Parameter::query("filter", &Schema::object(&[])).style(Style::DeepObject).explode(true);
/// ```
pub struct Parameter<S: Storage = Static> {
    /// `name`.
    pub name: S::Text,
    /// `in`.
    pub location: ParameterLocation,
    /// `schema`.
    pub schema: S::Ref,
    /// The encoding: `style` and `explode`, or `content` with a JSON media type. For a parameter that is the whole
    /// query, see [`Parameter::querystring`].
    pub serialization: Serialization,
    /// The encodings of properties of a whole query, if they are not the default.
    pub encodings: S::List<Encoding<S>>,
    /// `required`.
    pub required: bool,
    /// `allowEmptyValue`: an empty value is treated as absent.
    pub empty_allowed: bool,
    /// `default` of the schema as JSON text, such as `"asc"` with its quotes: the value of an absent parameter.
    pub default: Option<S::Text>,
    /// The names of the operation's other parameters in the same location.
    ///
    /// The properties of an exploded object in style `form` are query parameters or cookies of their own, and those of
    /// an object with `additionalProperties` cannot be distinguished from others. With these names, such an object is
    /// decoded from all query parameters or cookies with other names; without them, only from those in `properties`.
    pub siblings: S::List<S::Text>,
}

/// Formats the name and the location.
impl<S: Storage> fmt::Debug for Parameter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter")
            .field("name", &&*self.name)
            .field("location", &self.location)
            .finish_non_exhaustive()
    }
}

impl Parameter {
    const fn new(
        name: &'static str,
        location: ParameterLocation,
        schema: &'static Schema,
        style: Style,
    ) -> Self {
        Self {
            name,
            location,
            schema,
            serialization: Serialization::of(style),
            encodings: &[],
            required: false,
            empty_allowed: false,
            default: None,
            siblings: &[],
        }
    }

    /// Creates a path parameter in style `simple`, which is always required.
    #[must_use]
    pub const fn path(name: &'static str, schema: &'static Schema) -> Self {
        Self::new(name, ParameterLocation::Path, schema, Style::Simple).required()
    }

    /// Creates an optional query parameter in style `form`, exploded.
    #[must_use]
    pub const fn query(name: &'static str, schema: &'static Schema) -> Self {
        Self::new(name, ParameterLocation::Query, schema, Style::Form)
    }

    /// Creates an optional header parameter in style `simple`.
    #[must_use]
    pub const fn header(name: &'static str, schema: &'static Schema) -> Self {
        Self::new(name, ParameterLocation::Header, schema, Style::Simple)
    }

    /// Creates an optional cookie parameter in style `form`, exploded.
    #[must_use]
    pub const fn cookie(name: &'static str, schema: &'static Schema) -> Self {
        Self::new(name, ParameterLocation::Cookie, schema, Style::Form)
    }

    /// Creates an optional parameter that is the whole query (OpenAPI 3.2.0, Parameter Locations). The query is decoded
    /// as `application/x-www-form-urlencoded`; with [`Parameter::json`] as JSON, and with [`Style::Simple`] as text.
    ///
    /// ```
    /// use oas_server::schema::Schema;
    /// use oas_server::{Encoding, Parameter, Style};
    ///
    /// static FILTER: Parameter = Parameter::querystring("filter", &Schema::object(&[]))
    ///     .encodings(&[Encoding::style("tags", Style::PipeDelimited)])
    ///     .required();
    /// static PATH: Parameter = Parameter::querystring("path", &Schema::string()).style(Style::Simple);
    /// ```
    #[must_use]
    pub const fn querystring(name: &'static str, schema: &'static Schema) -> Self {
        Self::new(name, ParameterLocation::QueryString, schema, Style::Form)
    }

    /// Sets the encodings of the properties of a form in the query string.
    #[must_use]
    pub const fn encodings(mut self, encodings: &'static [Encoding]) -> Self {
        self.encodings = encodings;
        self
    }

    /// Sets `style`, and `explode` to the default of the style. It replaces what [`explode`](Self::explode) and
    /// [`json`](Self::json) have set, and therefore comes before them. Whether the style can be used in the location is not
    /// checked.
    #[must_use]
    pub const fn style(mut self, style: Style) -> Self {
        self.serialization = Serialization::of(style);
        self
    }

    /// Sets `explode`: whether each item or property is a pair of its own. By default the style determines it. JSON is never
    /// exploded.
    #[must_use]
    pub const fn explode(mut self, explode: bool) -> Self {
        self.serialization = self.serialization.explode(explode);
        self
    }

    /// Changes the encoding to JSON text, for a parameter with `content` of a JSON media type.
    #[must_use]
    pub const fn json(mut self) -> Self {
        self.serialization = Serialization::Json;
        self
    }

    /// Makes the parameter required: a request without it is invalid, unless it has a default.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Allows the parameter without a value, which then counts as absent.
    #[must_use]
    pub const fn empty_allowed(mut self) -> Self {
        self.empty_allowed = true;
        self
    }

    /// Sets the value that a request without the parameter has, as JSON.
    #[must_use]
    pub const fn default(mut self, json: &'static str) -> Self {
        self.default = Some(json);
        self
    }

    /// Sets the names of the other parameters in the same place, which an exploded object does not take as its properties.
    #[must_use]
    pub const fn siblings(mut self, names: &'static [&'static str]) -> Self {
        self.siblings = names;
        self
    }
}

impl<S: Storage> Parameter<S> {
    /// Finds, validates and decodes the parameter. Returns `None` if it is absent or invalid; the reasons are added to
    /// `violations`.
    pub(crate) fn decode<T: DeserializeOwned>(
        &self,
        tables: &S::Tables,
        parts: &Parts,
        captures: &Captures,
        violations: &mut Violations,
    ) -> Option<T> {
        let expected = ExpectedTypes::<S>::new(tables, self.schema);
        let mut is_rejected = false;
        if expected.kinds() == Kinds::STRING {
            match self.only_text(parts, captures) {
                SingleText::Absent => return self.absent(violations),
                SingleText::Text(text) => {
                    let codec = Codec::new(&self.name, self.location, self.serialization);
                    if let Ok(string) = codec.decode_string(text) {
                        let name = self.pointed();
                        match decode_string::<S, T>(tables, self.schema, name, &string) {
                            Ok(value) => return Some(value),
                            Err(found) if found.is_empty() => is_rejected = true,
                            Err(found) => {
                                violations.extend(decode::located(self.location(), found));
                                return None;
                            }
                        }
                    }
                }
                SingleText::Other => {}
            }
        }
        match self.json_text(expected, parts, captures) {
            Ok(Some(json)) => {
                let decode = match is_rejected {
                    true => decode::explained::<S, T>,
                    false => decode::checked::<S, T>,
                };
                let table = (tables, self.schema);
                decode(table, &json, self.location(), self.pointed(), violations)
            }
            Ok(None) => self.absent(violations),
            Err(violation) => {
                violations.push(violation);
                None
            }
        }
    }

    /// Returns the value of an absent parameter.
    fn absent<T: DeserializeOwned>(&self, violations: &mut Violations) -> Option<T> {
        if let Some(json) = &self.default {
            return serde_json::from_str(json).ok();
        }
        if self.required {
            violations.push(self.violation("is required"));
        }
        None
    }

    /// Returns the text of a parameter that can only be a string, which needs no conversion to JSON.
    fn only_text<'r>(&self, parts: &'r Parts, captures: &'r Captures) -> SingleText<'r> {
        let is_string = match self.serialization.style() {
            Some(style) => style != Style::DeepObject,
            None => false,
        };
        if !is_string || self.empty_allowed {
            return SingleText::Other;
        }
        let own =
            |(name, value): (Cow<'_, str>, &'r str)| (*name == *self.name).then_some(Some(value));
        match self.location {
            ParameterLocation::Path => {
                let text = captures.get(&self.name, parts.uri.path());
                SingleText::of(text.map(Some).into_iter())
            }
            ParameterLocation::Cookie => SingleText::of(raw::cookies(parts).filter_map(own)),
            ParameterLocation::Query => SingleText::of(raw::query_pairs(parts).filter_map(own)),
            ParameterLocation::QueryString => {
                SingleText::of(raw::query(parts).map(Some).into_iter())
            }
            ParameterLocation::Header => SingleText::of(raw::header_fields(parts, &self.name)),
        }
    }

    /// Returns the location that violations of the parameter have.
    pub fn location(&self) -> Location {
        match self.location {
            ParameterLocation::Path => Location::Path,
            ParameterLocation::Header => Location::Header,
            ParameterLocation::Cookie => Location::Cookie,
            ParameterLocation::Query | ParameterLocation::QueryString => Location::Query,
        }
    }

    /// Returns the first token in the pointers of violations, which is the name of the parameter; `None` for a whole
    /// query, whose name is not in the request.
    pub fn pointed(&self) -> Option<&str> {
        (self.location != ParameterLocation::QueryString).then_some(&*self.name)
    }

    fn violation(&self, message: &'static str) -> RequestViolation {
        RequestViolation::new(self.location(), decode::pointer_to(self.pointed()), message)
    }

    /// Converts the parameter to JSON text.
    fn json_text(
        &self,
        expected: ExpectedTypes<'_, S>,
        parts: &Parts,
        captures: &Captures,
    ) -> Result<Option<String>, RequestViolation> {
        let location = self.location;
        let siblings: Vec<&str> = self.siblings.iter().map(|name| &**name).collect();
        let codec = Codec::new(&self.name, location, self.serialization).siblings(&siblings);
        let decoded = match location {
            ParameterLocation::Path => {
                let text = captures.get(&self.name, parts.uri.path());
                let texts: Vec<_> = text.map(Cow::Borrowed).into_iter().collect();
                codec.decode_text(&texts, expected)
            }
            ParameterLocation::Header => {
                let fields = raw::header_fields(parts, &self.name);
                let texts: Option<Vec<_>> = fields.map(|field| field.map(Cow::Borrowed)).collect();
                let mut texts = texts.ok_or_else(|| self.violation("is not UTF-8"))?;
                if self.empty_allowed {
                    texts.retain(|text| !text.is_empty());
                }
                codec.decode_text(&texts, expected)
            }
            ParameterLocation::QueryString => self.whole_query(expected, parts),
            ParameterLocation::Cookie | ParameterLocation::Query => {
                let mut pairs: Vec<_> = match location {
                    ParameterLocation::Cookie => raw::cookies(parts).collect(),
                    _ => raw::query_pairs(parts).collect(),
                };
                if self.empty_allowed {
                    pairs.retain(|(name, value)| **name != *self.name || !value.is_empty());
                }
                codec.decode_pairs(&pairs, expected)
            }
        };
        decoded.map_err(|error| violation(self.location(), self.pointed(), &error))
    }

    /// Returns the whole query as JSON text. A form without fields is a form, where one is required.
    fn whole_query(
        &self,
        expected: ExpectedTypes<'_, S>,
        parts: &Parts,
    ) -> Result<Option<String>, StyleDecodeError> {
        let is_form = query_string::is_form(self.serialization);
        let query = raw::query(parts).or((is_form && self.required).then_some(""));
        let encodings = self.encodings.iter();
        let encodings = encodings.map(|encoding| (&*encoding.name, encoding.serialization));
        let query =
            query.map(|query| query_string::decode(query, self.serialization, encodings, expected));
        query.transpose()
    }
}

/// The text of a value that is written as one text.
enum SingleText<'r> {
    Absent,
    Text(&'r str),
    /// There are several, or it cannot be read as text.
    Other,
}

impl<'r> SingleText<'r> {
    fn of(mut texts: impl Iterator<Item = Option<&'r str>>) -> Self {
        match (texts.next(), texts.next()) {
            (None, _) => Self::Absent,
            (Some(Some(text)), None) => Self::Text(text),
            _ => Self::Other,
        }
    }
}

/// Returns the violation for a parameter or body `name` that cannot be decoded.
pub(crate) fn violation(
    location: Location,
    name: Option<&str>,
    error: &StyleDecodeError,
) -> RequestViolation {
    let pointer = decode::pointer_to(name.into_iter().chain(error.members()));
    RequestViolation::new(location, pointer, error.kind().to_string())
}
