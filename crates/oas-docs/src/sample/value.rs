//! Chooses sample values: the documented example, or else the default, or else one that is generated from the schema.

use oas_document::openapi::{Header, MediaKind, MediaType, Parameter};
use oas_document::schema::Schema;
use oas_document::{Direction, Kind, Node};
use serde_json::Value;

use crate::context::Context;

/// A value and its source.
pub(crate) struct Sample {
    pub(crate) value: Value,
    /// The formatted value; a documented example keeps the order of its properties.
    pub(crate) text: String,
    pub(crate) is_documented: bool,
    /// The name of the example in the document.
    pub(crate) name: Option<String>,
}

impl Sample {
    fn documented(node: Node<'_>) -> Self {
        let mut text = String::new();
        push_pretty(&mut text, node, 0);
        Self {
            value: node.to_json(),
            text,
            is_documented: true,
            name: None,
        }
    }

    fn of(value: Value, is_documented: bool) -> Self {
        Self {
            text: pretty(&value),
            value,
            is_documented,
            name: None,
        }
    }
}

/// Formats a value for a field of a form: a string as it is, and everything else as JSON.
pub(crate) fn plain(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

/// Formats JSON for people.
pub(crate) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

/// Formats a node as JSON, in the order of the document.
fn push_pretty(out: &mut String, node: Node<'_>, depth: usize) {
    let (open, close) = match node.kind() {
        Kind::Object => ('{', '}'),
        Kind::Array => ('[', ']'),
        _ => {
            out.push_str(&node.to_json().to_string());
            return;
        }
    };
    let entries = node.entries().map(|(name, value)| (Some(name), value));
    let members: Vec<_> = entries
        .chain(node.items().map(|item| (None, item)))
        .collect();
    out.push(open);
    for (at, (name, value)) in members.iter().enumerate() {
        out.push_str(if at > 0 { ",\n" } else { "\n" });
        out.push_str(&"  ".repeat(depth + 1));
        if let Some(name) = name {
            out.push_str(&format!("{}: ", Value::from(*name)));
        }
        push_pretty(out, *value, depth + 1);
    }
    if !members.is_empty() {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(close);
}

/// Returns a sample value of a parameter.
pub(crate) fn parameter_sample<'d>(
    context: &Context<'d>,
    parameter: &Parameter<'d>,
) -> Option<Sample> {
    let content = parameter.content();
    let mut examples = parameter.examples();
    examples.extend(content.iter().flat_map(MediaType::examples));
    let schema = match content {
        Some(content) => content.schema(),
        None => parameter.schema(),
    };
    sample(
        context,
        schema.as_ref(),
        examples.first().copied(),
        Direction::Request,
    )
}

/// Returns a sample value of a header.
pub(crate) fn header_sample<'d>(context: &Context<'d>, header: &Header<'d>) -> Option<Sample> {
    let example = header.examples().first().copied();
    sample(
        context,
        header.schema().as_ref(),
        example,
        Direction::Response,
    )
}

/// Returns a sample body in a media type.
pub(crate) fn media_sample<'d>(
    context: &Context<'d>,
    media: &MediaType<'d>,
    direction: Direction,
) -> Option<Sample> {
    let example = media.examples().first().copied();
    let schema = media.schema().or_else(|| media.item_schema());
    sample(context, schema.as_ref(), example, direction)
}

/// Returns all documented bodies in a media type, or else a generated one.
pub(crate) fn response_samples<'d>(context: &Context<'d>, media: &MediaType<'d>) -> Vec<Sample> {
    let documented = media.examples().into_iter();
    let names = media.named_examples();
    let name = |node: Node<'d>| {
        names
            .iter()
            .find(|(_, named)| *named == node)
            .map(|(name, _)| *name)
    };
    let documented: Vec<Sample> = documented
        .map(|node| Sample {
            name: name(node).map(str::to_owned),
            ..Sample::documented(node)
        })
        .collect();
    if !documented.is_empty() {
        return documented;
    }
    // A sample of binary content has no use for a reader.
    match media.kind() {
        MediaKind::Bytes => Vec::new(),
        _ => media_sample(context, media, Direction::Response)
            .into_iter()
            .collect(),
    }
}

fn sample<'d>(
    context: &Context<'d>,
    schema: Option<&Schema<'d>>,
    example: Option<Node<'d>>,
    direction: Direction,
) -> Option<Sample> {
    if let Some(node) = example {
        return Some(Sample::documented(node));
    }
    let schema = schema?;
    let mut sampler = context.sampler.borrow_mut();
    let documented = sampler.documented(schema, direction).into_iter().next();
    let default = || Some(context.effective(schema).default?.to_json());
    let documented = documented.or_else(default);
    let is_documented = documented.is_some();
    let value = documented.or_else(|| sampler.sample(schema, direction).ok())?;
    Some(Sample::of(value, is_documented))
}
