//! Query parameters, and the properties of a form body, which are written in the same styles.

use std::borrow::Cow;

use oas_wire::percent;
use serde::Serialize;

use super::{Node, Shape};

/// How a query parameter is written (OpenAPI 3.0.4 §4.8.12.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryStyle {
    form: QueryForm,
    explode: bool,
    allow_reserved: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum QueryForm {
    /// With what stands between the parts when they are not exploded.
    Delimited(Delimiter),
    DeepObject,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Delimiter {
    Comma,
    Space,
    Pipe,
}

impl Delimiter {
    fn text(self) -> &'static str {
        match self {
            Self::Comma => ",",
            Self::Space => "%20",
            Self::Pipe => "%7C",
        }
    }

    /// The encoded part of a list. Blanks and pipes cannot stand in a URI as they are, so that a delimiter of theirs
    /// looks like one within a part.
    fn part(self, style: QueryStyle, part: &str) -> Result<String, String> {
        let (own, word) = match self {
            // Which reserved characters may be left alone, although it separates.
            Self::Comma => return Ok(style.encode(part).replace(',', "%2C")),
            Self::Space => (' ', "blank"),
            Self::Pipe => ('|', "pipe"),
        };
        if part.contains(own) {
            return Err(format!(
                "a part of it holds a {word}, which the parameter's style has between parts"
            ));
        }
        Ok(style.encode(part))
    }
}

impl QueryStyle {
    /// `color=blue&color=black`; the default. Not exploded: `color=blue,black`.
    pub const FORM: Self = Self {
        form: QueryForm::Delimited(Delimiter::Comma),
        explode: true,
        allow_reserved: false,
    };
    /// `color=blue%20black`
    pub const SPACE_DELIMITED: Self = Self {
        form: QueryForm::Delimited(Delimiter::Space),
        explode: false,
        allow_reserved: false,
    };
    /// `color=blue%7Cblack`
    pub const PIPE_DELIMITED: Self = Self {
        form: QueryForm::Delimited(Delimiter::Pipe),
        explode: false,
        allow_reserved: false,
    };
    /// `color%5BR%5D=100&color%5BG%5D=200`. Beyond the standard, which defines one level of scalars, properties may nest,
    /// lists are written with their index, `color%5Brange%5D%5B0%5D=1`, and a scalar is written as in style `form`.
    pub const DEEP_OBJECT: Self = Self {
        form: QueryForm::DeepObject,
        explode: true,
        allow_reserved: false,
    };

    /// One pair for every item or property. It changes nothing for `deepObject`.
    pub const fn explode(mut self, explode: bool) -> Self {
        self.explode = explode;
        self
    }

    /// Leaves reserved characters and percent-encoded triples in values alone (RFC 6570 §3.2.3), except those that
    /// would end the value or be read as something else in a query: `#`, `&`, `+`, `[` and `]`.
    pub const fn allow_reserved(mut self, allow: bool) -> Self {
        self.allow_reserved = allow;
        self
    }

    fn encode(self, value: &str) -> String {
        let encode = if self.allow_reserved {
            percent::encode_reserved
        } else {
            percent::encode
        };
        encode(value).into_owned()
    }
}

/// A query parameter: its pairs, joined with `&`, or `None` for an absent one.
///
/// ```
/// use oas_client::encode::{self, QueryStyle};
///
/// let query = |style, value: &[&str]| encode::query(style, "color", value).unwrap();
/// assert_eq!(query(QueryStyle::FORM, &["blue", "b&w"]).as_deref(), Some("color=blue&color=b%26w"));
/// assert_eq!(query(QueryStyle::FORM.explode(false), &["blue", "a,b"]).as_deref(), Some("color=blue,a%2Cb"));
/// assert_eq!(query(QueryStyle::FORM, &[]), None);
/// ```
///
/// # Errors
/// When the value is nested and the style is not `deepObject`; when a part holds what the style has between parts and
/// cannot encode: a blank for `spaceDelimited`, a pipe for `pipeDelimited`, `][` in a name for `deepObject`.
pub fn query<T: Serialize + ?Sized>(
    style: QueryStyle,
    name: &str,
    value: &T,
) -> Result<Option<String>, String> {
    let pairs = Node::of(value)
        .and_then(|node| query_node(style, name, &node))
        .map_err(|why| format!("query parameter `{name}`: {why}"))?;
    Ok(if pairs.is_empty() {
        None
    } else {
        Some(pairs.join("&"))
    })
}

/// The pairs of a parameter or of a form's property.
pub(crate) fn query_node(
    style: QueryStyle,
    name: &str,
    node: &Node,
) -> Result<Vec<String>, String> {
    match style.form {
        QueryForm::DeepObject => {
            let mut pairs = Vec::new();
            deep_object(style, &percent::encode(name), node, &mut pairs)?;
            Ok(pairs)
        }
        QueryForm::Delimited(delimiter) => {
            pairs(style, delimiter, name, Shape::of(node)?, percent::encode)
        }
    }
}

/// The pairs of a cookie, which are written like those of style `form`.
pub(super) fn cookie_pairs(
    explode: bool,
    name: &str,
    shape: Shape,
    encode_name: fn(&str) -> Cow<'_, str>,
) -> Result<Vec<String>, String> {
    let style = QueryStyle::FORM.explode(explode);
    pairs(style, Delimiter::Comma, name, shape, encode_name)
}

/// The pairs `name=value` of a value without nesting.
fn pairs(
    style: QueryStyle,
    delimiter: Delimiter,
    name: &str,
    shape: Shape,
    encode_name: fn(&str) -> Cow<'_, str>,
) -> Result<Vec<String>, String> {
    let name = encode_name(name);
    Ok(match shape {
        Shape::Absent => Vec::new(),
        Shape::Scalar(text) => vec![format!("{name}={}", style.encode(&text))],
        Shape::Array(items) if style.explode => items
            .iter()
            .map(|item| format!("{name}={}", style.encode(item)))
            .collect(),
        Shape::Object(properties) if style.explode => properties
            .iter()
            .map(|(name, value)| format!("{}={}", encode_name(name), style.encode(value)))
            .collect(),
        shape => {
            let parts: Result<Vec<String>, String> = shape
                .parts()
                .iter()
                .map(|part| delimiter.part(style, part))
                .collect();
            vec![format!("{name}={}", parts?.join(delimiter.text()))]
        }
    })
}

/// Recursion ends: the node was read from JSON, whose reader bounds the depth.
fn deep_object(
    style: QueryStyle,
    prefix: &str,
    node: &Node,
    pairs: &mut Vec<String>,
) -> Result<(), String> {
    match node {
        Node::Object(properties) => {
            for (name, value) in properties {
                if name.contains("][") {
                    return Err(
                        "the name of a property holds `][`, which style deepObject has between names"
                            .to_owned(),
                    );
                }
                let prefix = format!("{prefix}%5B{}%5D", percent::encode(name));
                deep_object(style, &prefix, value, pairs)?;
            }
        }
        Node::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                deep_object(style, &format!("{prefix}%5B{index}%5D"), item, pairs)?;
            }
        }
        scalar => {
            if let Some(text) = scalar.scalar() {
                pairs.push(format!("{prefix}={}", style.encode(&text)));
            }
        }
    }
    Ok(())
}
