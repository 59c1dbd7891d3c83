//! Parameters: from the strings of a request to typed values (OpenAPI 3.0.4 §4.8.12).
//!
//! A parameter is found ([`raw`]), taken apart as its style says ([`style`], [`deep`]), and written as JSON by what its
//! schema expects ([`shape`]). From there it goes the way of a body: the schema is checked, then the type is decoded.

mod deep;
pub(crate) mod raw;
pub(crate) mod shape;
pub(crate) mod style;

use std::borrow::Cow;

use http::request::Parts;
use oas_wire::JsonPointer;
use serde::de::DeserializeOwned;

use crate::decode;
use crate::router::Captures;
use crate::schema::Schema;
use crate::{Location, Violation, Violations};

/// How a parameter is written (OpenAPI 3.0.4 §4.8.12.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `blue,black`; of path and header parameters.
    Simple,
    /// `.blue.black`; of path parameters.
    Label,
    /// `;color=blue,black`; of path parameters.
    Matrix,
    /// `color=blue&color=black`; of query parameters and cookies.
    Form,
    /// `color=blue%20black`; of query parameters.
    SpaceDelimited,
    /// `color=blue|black`; of query parameters.
    PipeDelimited,
    /// `color[R]=100&color[G]=200`; of query parameters.
    DeepObject,
}

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
    style: Style,
    explode: bool,
    is_json: bool,
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
            style,
            explode: matches!(style, Style::Form),
            is_json: false,
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
        self.style = style;
        self.explode = matches!(style, Style::Form);
        self
    }

    /// `explode`.
    #[must_use]
    pub const fn explode(mut self, explode: bool) -> Self {
        self.explode = explode;
        self
    }

    /// `content` with a JSON media type instead of `schema` and `style`: the value is JSON text.
    #[must_use]
    pub const fn json(mut self) -> Self {
        self.is_json = true;
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
                        violations.push(self.violation(&Wrong::here("is required")));
                    }
                    None
                }
            },
            Err(wrong) => {
                violations.push(self.violation(&wrong));
                None
            }
        }
    }

    fn violation(&self, wrong: &Wrong) -> Violation {
        Violation::new(self.location, wrong.pointer(Some(self.name)), wrong.message)
    }

    /// The parameter as JSON text.
    fn json_text(&self, parts: &Parts, captures: &Captures) -> Result<Option<String>, Wrong> {
        let notation = style::Notation {
            name: self.name,
            style: self.style,
            explode: self.explode,
            is_json: self.is_json,
            location: self.location,
            siblings: self.siblings,
        };
        let mut pairs = match self.location {
            Location::Path => {
                let text = captures.get(self.name, parts.uri.path());
                let texts: Vec<_> = text.map(Cow::Borrowed).into_iter().collect();
                return notation.read(&texts, self.schema);
            }
            Location::Header => {
                let texts: Option<Vec<_>> =
                    raw::header_fields(parts, self.name).into_iter().collect();
                let mut texts = texts.ok_or(Wrong::here("is not UTF-8"))?;
                if self.empty_allowed {
                    texts.retain(|text| !text.is_empty());
                }
                return notation.read(&texts, self.schema);
            }
            Location::Cookie => raw::cookies(parts).collect(),
            _ => raw::query_pairs(parts),
        };
        if self.empty_allowed {
            pairs.retain(|(name, value)| name != self.name || !value.is_empty());
        }
        notation.read_pairs(&pairs, self.schema)
    }
}

/// Why a value cannot even be taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Wrong {
    /// The way to the member that it is about, from the inside.
    members: Vec<String>,
    pub(crate) message: &'static str,
}

impl Wrong {
    pub(crate) const fn here(message: &'static str) -> Self {
        Self {
            members: Vec::new(),
            message,
        }
    }

    /// The same about the member `name`.
    pub(crate) fn under(mut self, name: &str) -> Self {
        self.members.push(name.to_owned());
        self
    }

    /// The way to it, below the parameter or property `name`.
    pub(crate) fn pointer(&self, name: Option<&str>) -> JsonPointer {
        let members = self.members.iter().rev().map(String::as_str);
        decode::pointer_to(name.into_iter().chain(members))
    }
}
