//! `application/x-www-form-urlencoded` bodies (OpenAPI 3.0.4 §4.8.15).

use oas_wire::percent;
use serde::Serialize;

use crate::encode::{self, Node, QueryStyle};

/// How a property of a form is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormEncoding {
    /// As a query parameter of that style would be.
    Style(QueryStyle),
    /// As JSON.
    Json,
}

/// The default of the standard: JSON for what is nested, style `form` for the rest.
fn default_for(node: &Node) -> FormEncoding {
    let nested = match node {
        Node::Object(_) => true,
        Node::Array(items) => items
            .iter()
            .any(|item| matches!(item, Node::Object(_) | Node::Array(_))),
        _ => false,
    };
    if nested {
        FormEncoding::Json
    } else {
        FormEncoding::Style(QueryStyle::FORM)
    }
}

/// A form body: `application/x-www-form-urlencoded`.
///
/// `encodings` names the properties that are not written in the default way: scalars and lists of scalars as in a query,
/// everything else as JSON. Names that the value does not have are of no effect.
///
/// ```
/// use oas_client::{FormEncoding, encode::{self, QueryStyle}};
///
/// let tags = FormEncoding::Style(QueryStyle::PIPE_DELIMITED);
/// let form = encode::form(&[("tags", ["a", "b"])].into_iter().collect::<std::collections::BTreeMap<_, _>>(), &[("tags", tags)]);
/// assert_eq!(form.unwrap(), "tags=a%7Cb");
/// ```
///
/// # Errors
/// When the value is no object, or a property is what its style cannot say.
pub fn encode<T: Serialize + ?Sized>(
    body: &T,
    encodings: &[(&str, FormEncoding)],
) -> Result<String, String> {
    let Node::Object(properties) = Node::of(body)? else {
        return Err("a form body has to be an object".to_owned());
    };
    let mut pairs = Vec::new();
    for (name, value) in &properties {
        let declared = encodings
            .iter()
            .find(|(property, _)| property == name)
            .map(|(_, encoding)| *encoding);
        let failed = |why: String| format!("form property `{name}`: {why}");
        match declared.unwrap_or_else(|| default_for(value)) {
            FormEncoding::Style(style) => {
                pairs.extend(encode::query_node(style, name, value).map_err(failed)?)
            }
            FormEncoding::Json if matches!(value, Node::Null) => {}
            FormEncoding::Json => {
                let json =
                    serde_json::to_string(value).map_err(|error| failed(error.to_string()))?;
                pairs.push(format!(
                    "{}={}",
                    percent::encode(name),
                    percent::encode(&json)
                ));
            }
        }
    }
    Ok(pairs.join("&"))
}
