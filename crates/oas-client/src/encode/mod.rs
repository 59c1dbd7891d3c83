//! Parameters as text: the styles of OpenAPI 3.0.4 §4.8.12, percent-encoded by RFC 3986.
//!
//! Every function takes a value that serializes to JSON: a scalar, a list of scalars or an object of scalars. `null`
//! stands for an absent parameter, so an `Option` can be passed as it is; an empty list or object counts as absent too
//! (RFC 6570 §2.3). What a style cannot say is an error, and the message does not hold the value.
//!
//! Where a text goes on the request does not belong here: see [`RequestBuilder`](crate::RequestBuilder).

mod node;
mod query;

use oas_wire::percent;
use serde::Serialize;

pub(crate) use node::{Node, Shape};
pub(crate) use query::query_node;
pub use query::{QueryStyle, query};

pub use crate::form::encode as form;

/// How a path parameter is written (OpenAPI 3.0.4 §4.8.12.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathStyle {
    form: PathForm,
    explode: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathForm {
    Simple,
    Label,
    Matrix,
}

impl PathStyle {
    /// `blue,black`; the default.
    pub const SIMPLE: Self = Self {
        form: PathForm::Simple,
        explode: false,
    };
    /// `.blue,black`
    pub const LABEL: Self = Self {
        form: PathForm::Label,
        explode: false,
    };
    /// `;color=blue,black`
    pub const MATRIX: Self = Self {
        form: PathForm::Matrix,
        explode: false,
    };

    /// One part for every item or property.
    pub const fn explode(mut self, explode: bool) -> Self {
        self.explode = explode;
        self
    }
}

fn shape_of<T: Serialize + ?Sized>(kind: &str, name: &str, value: &T) -> Result<Shape, String> {
    Node::of(value)
        .and_then(|node| Shape::of(&node))
        .map_err(|why| format!("{kind} parameter `{name}`: {why}"))
}

/// A path parameter.
///
/// ```
/// use oas_client::encode::{self, PathStyle};
///
/// assert_eq!(encode::path(PathStyle::SIMPLE, "color", "a/b").unwrap(), "a%2Fb");
/// assert_eq!(encode::path(PathStyle::MATRIX.explode(true), "color", &["blue", "black"]).unwrap(), ";color=blue;color=black");
/// ```
///
/// # Errors
/// When the value is nested, or absent. Whether the path as a whole can be sent is looked at by
/// [`Core::request`](crate::Core::request): an empty segment would make it another path.
pub fn path<T: Serialize + ?Sized>(
    style: PathStyle,
    name: &str,
    value: &T,
) -> Result<String, String> {
    let shape = shape_of("path", name, value)?;
    if matches!(shape, Shape::Absent) {
        return Err(format!("path parameter `{name}` has no value"));
    }
    let name = percent::encode(name);
    Ok(match style.form {
        PathForm::Simple => listed(shape, style.explode, ",", encoded),
        // RFC 6570 leaves a dot alone, although here it separates.
        PathForm::Label if style.explode => {
            format!(
                ".{}",
                listed(shape, true, ".", |text| encoded(text).replace('.', "%2E"))
            )
        }
        PathForm::Label => format!(".{}", listed(shape, false, ",", encoded)),
        PathForm::Matrix => match (shape, style.explode) {
            (Shape::Array(items), true) => items
                .iter()
                .map(|item| matrix(&name, &percent::encode(item)))
                .collect(),
            (Shape::Object(properties), true) => properties
                .iter()
                .map(|(name, value)| matrix(&percent::encode(name), &percent::encode(value)))
                .collect(),
            (shape, _) => matrix(&name, &listed(shape, false, ",", encoded)),
        },
    })
}

/// A path parameter with `content: application/json`.
///
/// # Errors
/// When the value is absent, or cannot be JSON.
pub fn path_json<T: Serialize + ?Sized>(name: &str, value: &T) -> Result<String, String> {
    match json("path", name, value)? {
        Some(json) => Ok(encoded(&json)),
        None => Err(format!("path parameter `{name}` has no value")),
    }
}

/// RFC 6570 §3.2.7: no equals sign before an empty value.
fn matrix(name: &str, value: &str) -> String {
    if value.is_empty() {
        format!(";{name}")
    } else {
        format!(";{name}={value}")
    }
}

fn encoded(text: &str) -> String {
    percent::encode(text).into_owned()
}

/// The parts of a value between separators; exploded, a property is `name=value`.
fn listed(shape: Shape, explode: bool, separator: &str, encode: fn(&str) -> String) -> String {
    let parts: Vec<String> = match shape {
        Shape::Object(properties) if explode => properties
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect(),
        shape => shape.parts().iter().map(|part| encode(part)).collect(),
    };
    parts.join(separator)
}

/// A header parameter, in style `simple`: the value of the header, or `None` for an absent one. Nothing is
/// percent-encoded (OpenAPI 3.0.4 appendix D).
///
/// ```
/// use oas_client::encode;
///
/// assert_eq!(encode::header(false, "X-Ids", &[1, 2]).unwrap().as_deref(), Some("1,2"));
/// assert_eq!(encode::header(false, "X-Ids", &None::<String>).unwrap(), None);
/// ```
///
/// # Errors
/// When the value is nested, or when a part of it holds a comma, which could not be told from one between parts.
pub fn header<T: Serialize + ?Sized>(
    explode: bool,
    name: &str,
    value: &T,
) -> Result<Option<String>, String> {
    let shape = shape_of("header", name, value)?;
    let ambiguous = |part: &String| part.contains(',');
    let refused = match &shape {
        Shape::Absent | Shape::Scalar(_) => false,
        Shape::Array(items) => items.iter().any(ambiguous),
        Shape::Object(properties) => properties.iter().any(|(name, value)| {
            ambiguous(name) || ambiguous(value) || explode && name.contains('=')
        }),
    };
    if refused {
        return Err(format!(
            "header parameter `{name}`: a part of it holds a delimiter, and headers have no encoding for one"
        ));
    }
    Ok(match shape {
        Shape::Absent => None,
        shape => Some(listed(shape, explode, ",", str::to_owned)),
    })
}

/// A cookie parameter, in style `form`: the pairs `name=value` that it makes, their values percent-encoded. Exploded, every item or
/// property becomes a cookie of its own.
///
/// ```
/// use oas_client::encode;
///
/// assert_eq!(encode::cookie(false, "ids", &["a", "b;c"]).unwrap(), ["ids=a,b%3Bc"]);
/// ```
///
/// # Errors
/// When the value is nested.
pub fn cookie<T: Serialize + ?Sized>(
    explode: bool,
    name: &str,
    value: &T,
) -> Result<Vec<String>, String> {
    let shape = shape_of("cookie", name, value)?;
    query::cookie_pairs(explode, name, shape, percent::encode_cookie_name)
}

/// A parameter with `content: application/json`: the JSON text, not percent-encoded. `None` for an absent one.
pub(crate) fn json<T: Serialize + ?Sized>(
    kind: &str,
    name: &str,
    value: &T,
) -> Result<Option<String>, String> {
    match serde_json::to_string(value) {
        Ok(text) if text == "null" => Ok(None),
        Ok(text) => Ok(Some(text)),
        Err(error) => Err(format!("{kind} parameter `{name}`: {error}")),
    }
}
