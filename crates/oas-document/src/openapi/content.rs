//! Media types (OpenAPI 3.0.4 §4.7.14; RFC 9110 §8.3.1).

use std::fmt;

use crate::{Node, schema::Schema};

/// An entry of `content`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MediaType<'d> {
    /// The key, as written.
    pub name: &'d str,
    /// The media type object.
    pub node: Node<'d>,
}

/// The entries of `content` of an object, in document order.
pub(super) fn of(node: Node<'_>) -> Vec<MediaType<'_>> {
    let entries = node.get("content").into_iter().flat_map(Node::entries);
    let entries = entries.filter(|(name, _)| !name.starts_with("x-"));
    // From 3.1 on a media type may be a `$ref` (3.2: officially); what it leads to is the object.
    entries
        .filter_map(|(name, node)| {
            Some(MediaType {
                name,
                node: node.resolve().ok()?,
            })
        })
        .collect()
}

impl<'d> MediaType<'d> {
    /// The name, taken apart; `None` where it is no media type.
    pub fn parsed(&self) -> Option<MediaTypeName<'d>> {
        MediaTypeName::parse(self.name)
    }

    /// `schema`.
    pub fn schema(&self) -> Option<Schema<'d>> {
        self.node.get("schema").map(Schema::of)
    }

    /// `itemSchema` (OpenAPI 3.2): what each item of a stream must be.
    pub fn item_schema(&self) -> Option<Schema<'d>> {
        self.node.get("itemSchema").map(Schema::of)
    }

    /// `encoding` of a property of a form.
    pub fn encoding(&self, property: &str) -> Option<Node<'d>> {
        self.node
            .get("encoding")
            .and_then(|encoding| encoding.get(property))
    }

    /// The example values: `example`, then the `value`s of `examples`.
    pub fn examples(&self) -> Vec<Node<'d>> {
        examples(self.node)
    }
}

/// The example values of a media type, parameter or header object.
pub(crate) fn examples(node: Node<'_>) -> Vec<Node<'_>> {
    let named = node.get("examples").into_iter().flat_map(Node::entries);
    let named = named.filter_map(|(_, example)| example.resolve().ok()?.get("value"));
    node.get("example").into_iter().chain(named).collect()
}

/// A media type or media range, taken apart.
///
/// ```
/// use oas_document::openapi::MediaTypeName;
///
/// let name = MediaTypeName::parse("Application/Problem+JSON; charset=utf-8").unwrap();
/// assert_eq!(name.essence(), "application/problem+json");
/// assert!(name.is_json());
/// assert_eq!(name.parameters, [("charset", "utf-8".to_owned())]);
/// assert!(MediaTypeName::parse("json").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MediaTypeName<'d> {
    /// The type before the slash, as written; `*` in a range.
    pub r#type: &'d str,
    /// The subtype after it, as written; `*` in a range.
    pub subtype: &'d str,
    /// The parameters, in order, without quotes.
    pub parameters: Vec<(&'d str, String)>,
}

impl<'d> MediaTypeName<'d> {
    /// Takes a media type apart; `None` where the text is none.
    pub fn parse(text: &'d str) -> Option<MediaTypeName<'d>> {
        let (essence, mut rest) = match text.find(';') {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let (r#type, subtype) = essence.trim().split_once('/')?;
        if !is_token(r#type) || !is_token(subtype) || (r#type == "*" && subtype != "*") {
            return None;
        }
        let mut parameters = Vec::new();
        while let Some(after) = rest.strip_prefix(';') {
            let after = after.trim_start();
            if after.is_empty() || after.starts_with(';') {
                rest = after;
                continue;
            }
            let (name, value) = after.split_once('=')?;
            let (value, remaining) = parameter_value(value)?;
            if !is_token(name) {
                return None;
            }
            parameters.push((name, value));
            rest = remaining.trim_start();
        }
        rest.is_empty().then_some(MediaTypeName {
            r#type,
            subtype,
            parameters,
        })
    }

    /// Type and subtype in lower case; media types are compared by it.
    pub fn essence(&self) -> String {
        format!("{}/{}", self.r#type, self.subtype).to_ascii_lowercase()
    }

    /// Whether values are JSON: `application/json`, `text/json`, or a `+json` suffix (RFC 6839 §3.1).
    pub fn is_json(&self) -> bool {
        let essence = self.essence();
        essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
    }

    /// Whether it is a range, such as `image/*`.
    pub fn is_range(&self) -> bool {
        self.subtype == "*"
    }
}

impl fmt::Display for MediaTypeName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.essence())
    }
}

/// A token or a quoted string (RFC 9110 §5.6.2, §5.6.4), and what follows it.
fn parameter_value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return is_token(value.trim_end()).then(|| (value.trim_end().to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, quoted.get(at + 1..)?)),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

fn is_token(text: &str) -> bool {
    let mark = |byte| matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~');
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || mark(byte))
}
