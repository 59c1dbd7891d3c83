//! Parameters: from the strings of a request to typed values (OpenAPI 3.0.4, Parameter Object).
//!
//! A parameter is found ([`raw`]) and decoded into the JSON that its schema expects ([`shape`]). From there it goes the way of a body: the schema is checked, then the type is decoded.

pub(crate) mod raw;
mod shape;

use std::borrow::Cow;

use http::request::Parts;
use oas_wire::style::{Codec, DecodeError};
use oas_wire::{ParameterLocation, Serialization, Style};
use serde::de::DeserializeOwned;

use crate::decode;
use crate::router::Captures;
use crate::schema::Schema;
use crate::{Location, Violation, Violations};

pub(crate) use shape::Shape;

/// A parameter of an operation, as generated code declares it.
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
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    name: &'static str,
    location: Location,
    schema: &'static Schema,
    serialization: Serialization,
    required: bool,
    empty_allowed: bool,
    default: Option<&'static str>,
    siblings: &'static [&'static str],
}

impl Parameter {
    const fn new(
        name: &'static str,
        location: Location,
        schema: &'static Schema,
        style: Style,
    ) -> Self {
        Self {
            name,
            location,
            schema,
            serialization: Serialization::of(style),
            required: false,
            empty_allowed: false,
            default: None,
            siblings: &[],
        }
    }

    /// A path parameter; it is required.
    #[must_use]
    pub const fn path(name: &'static str, schema: &'static Schema) -> Self {
        Self::new(name, Location::Path, schema, Style::Simple).required()
    }

    /// A query parameter.
    #[must_use]
    pub const fn query(name: &'static str, schema: &'static Schema) -> Self {
        Self::new(name, Location::Query, schema, Style::Form)
    }

    /// A header field.
    #[must_use]
    pub const fn header(name: &'static str, schema: &'static Schema) -> Self {
        Self::new(name, Location::Header, schema, Style::Simple)
    }

    /// A cookie.
    #[must_use]
    pub const fn cookie(name: &'static str, schema: &'static Schema) -> Self {
        Self::new(name, Location::Cookie, schema, Style::Form)
    }

    /// `style`. Sets `explode` to what the standard assumes beside it.
    #[must_use]
    pub const fn style(mut self, style: Style) -> Self {
        self.serialization = Serialization::of(style);
        self
    }

    /// `explode`.
    #[must_use]
    pub const fn explode(mut self, explode: bool) -> Self {
        self.serialization = self.serialization.explode(explode);
        self
    }

    /// `content` with a JSON media type instead of `schema` and `style`: the value is JSON text.
    #[must_use]
    pub const fn json(mut self) -> Self {
        self.serialization = Serialization::Json;
        self
    }

    /// `required`.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// `allowEmptyValue`: an empty value counts as none.
    #[must_use]
    pub const fn empty_allowed(mut self) -> Self {
        self.empty_allowed = true;
        self
    }

    /// The schema's `default`, as JSON text: the value where the caller sends none.
    #[must_use]
    pub const fn default(mut self, json: &'static str) -> Self {
        self.default = Some(json);
        self
    }

    /// The names of the operation's other parameters in the same place.
    ///
    /// The members of an exploded object in style `form` are parameters of the query, or cookies, of their own, and
    /// nothing tells those of a free-form object from others. With the names given, an object whose `additionalProperties`
    /// have a schema is read with all members that are nobody else's, and without them only with its properties.
    #[must_use]
    pub const fn siblings(mut self, names: &'static [&'static str]) -> Self {
        self.siblings = names;
        self
    }

    /// Finds, checks and decodes the parameter; `None` where it is absent or wrong. What is wrong goes to `violations`.
    pub(crate) fn decode<T: DeserializeOwned>(
        &self,
        parts: &Parts,
        captures: &Captures,
        violations: &mut Violations,
    ) -> Option<T> {
        match self.json_text(parts, captures) {
            Ok(Some(json)) => decode::checked(
                self.schema,
                &json,
                self.location,
                Some(self.name),
                violations,
            ),
            Ok(None) => match self.default {
                Some(json) => serde_json::from_str(json).ok(),
                None => {
                    if self.required {
                        violations.push(self.violation("is required"));
                    }
                    None
                }
            },
            Err(violation) => {
                violations.push(violation);
                None
            }
        }
    }

    fn violation(&self, message: &'static str) -> Violation {
        Violation::new(self.location, decode::pointer_to([self.name]), message)
    }

    /// The parameter as JSON text.
    fn json_text(&self, parts: &Parts, captures: &Captures) -> Result<Option<String>, Violation> {
        let location = match self.location {
            Location::Path => ParameterLocation::Path,
            Location::Header => ParameterLocation::Header,
            Location::Cookie => ParameterLocation::Cookie,
            Location::Query | Location::Body => ParameterLocation::Query,
        };
        let codec = Codec::new(self.name, location, self.serialization).siblings(self.siblings);
        let expected = Shape(self.schema);
        let decoded = match location {
            ParameterLocation::Path => {
                let text = captures.get(self.name, parts.uri.path());
                let texts: Vec<_> = text.map(Cow::Borrowed).into_iter().collect();
                codec.decode_text(&texts, expected)
            }
            ParameterLocation::Header => {
                let texts: Option<Vec<_>> =
                    raw::header_fields(parts, self.name).into_iter().collect();
                let mut texts = texts.ok_or_else(|| self.violation("is not UTF-8"))?;
                if self.empty_allowed {
                    texts.retain(|text| !text.is_empty());
                }
                codec.decode_text(&texts, expected)
            }
            ParameterLocation::Cookie
            | ParameterLocation::Query
            | ParameterLocation::QueryString => {
                let mut pairs = match location {
                    ParameterLocation::Cookie => raw::cookies(parts).collect(),
                    _ => raw::query_pairs(parts),
                };
                if self.empty_allowed {
                    pairs.retain(|(name, value)| name != self.name || !value.is_empty());
                }
                codec.decode_pairs(&pairs, expected)
            }
        };
        decoded.map_err(|error| violation(self.location, Some(self.name), &error))
    }
}

/// What is wrong with the text of the parameter or body `name`.
pub(crate) fn violation(location: Location, name: Option<&str>, error: &DecodeError) -> Violation {
    let pointer = decode::pointer_to(name.into_iter().chain(error.members()));
    Violation::new(location, pointer, error.kind().to_string())
}
