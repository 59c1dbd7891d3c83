//! Formats places: pointers that stay the same when lists are reordered, and names for readers.

use oas_document::{
    Kind, Node,
    openapi::{Method, OPERATION_GROUPS},
};
use oas_wire::{json_pointer, path_template};

/// Returns the JSON pointer of a node in which items of lists are identified by their content rather than their position:
/// parameters by location and name, values of `enum` and `required` by themselves, branches by their reference.
pub(crate) fn canonical(node: Node<'_>) -> String {
    let mut segments = Vec::new();
    let mut at = node;
    while let Some(parent) = at.parent() {
        segments.push(segment(at, parent));
        at = parent;
    }
    segments.reverse();
    segments.iter().flat_map(|segment| ["/", segment]).collect()
}

fn segment(node: Node<'_>, parent: Node<'_>) -> String {
    let Some(index) = node.index() else {
        if parent.key() == Some("paths") {
            // Names of path parameters are no part of the path.
            let path = node.key().unwrap_or_default();
            return json_pointer::escape(&path_template::shape(path)).into_owned();
        }
        return json_pointer::escape(node.key().unwrap_or_default()).into_owned();
    };
    match (parent.key(), node.kind()) {
        (Some("parameters"), Kind::Object) => match node.resolve().ok().and_then(parameter_name) {
            Some((place, name)) => format!("{place}:{name}"),
            None => index.to_string(),
        },
        (_, Kind::Object) => match node.reference() {
            Some(reference) => reference.to_owned(),
            None => index.to_string(),
        },
        (_, Kind::Array) => index.to_string(),
        _ => format!("[{}]", node.scalar_text().unwrap_or_default()),
    }
}

fn parameter_name(node: Node<'_>) -> Option<(&str, &str)> {
    Some((node.get("in")?.as_str()?, node.get("name")?.as_str()?))
}

/// Returns the component that contains a node: its kind and its name.
pub(crate) fn component(node: Node<'_>) -> Option<(&str, &str)> {
    let keys = keys(node);
    match keys.as_slice() {
        [
            Key::Name("components"),
            Key::Name(kind),
            Key::Name(name),
            ..,
        ] => Some((kind, name)),
        _ => None,
    }
}

enum Key<'d> {
    Name(&'d str),
    Index(usize, Node<'d>),
}

fn keys(node: Node<'_>) -> Vec<Key<'_>> {
    let mut keys = Vec::new();
    let mut at = Some(node);
    while let Some(node) = at {
        match (node.key(), node.index()) {
            (Some(key), _) => keys.push(Key::Name(key)),
            (None, Some(index)) => keys.push(Key::Index(index, node)),
            (None, None) => {}
        }
        at = node.parent();
    }
    keys.reverse();
    keys
}

/// Formats the name of an element for readers: `User.email`, `query parameter limit`, `response 200 body .items[]`.
pub(crate) fn display_name(node: Node<'_>) -> String {
    let keys = keys(node);
    let mut name = String::new();
    let mut rest = keys.as_slice();
    match rest {
        [
            Key::Name("components"),
            Key::Name("schemas"),
            Key::Name(component),
            more @ ..,
        ] => {
            name.push_str(component);
            rest = more;
        }
        [
            Key::Name("components"),
            Key::Name(kind),
            Key::Name(component),
            more @ ..,
        ] => {
            let kind = kind.strip_suffix("ies").map_or_else(
                || kind.strip_suffix('s').unwrap_or(kind).to_owned(),
                |stem| format!("{stem}y"),
            );
            name = format!("{kind} {component}");
            rest = more;
        }
        [Key::Name("paths" | "webhooks"), Key::Name(path), more @ ..] => {
            rest = more;
            if let [
                Key::Name(OPERATION_GROUPS),
                Key::Name(method),
                Key::Name("operations"),
                Key::Name(value),
                after @ ..,
            ] = more
                && let Some(method) = Method::from_field(method)
            {
                name = format!("{method} {path} {value}");
                rest = after;
            } else if let [Key::Name(method), after @ ..] = more
                && let Some(method) = Method::from_field(method)
            {
                name = format!("{method} {path}");
                rest = after;
            } else {
                name.push_str(path);
            }
        }
        // An element in a file of its own has the name of the file.
        _ if node.file_root() != node.document().root() => {
            let file = node.file().rsplit('/').next().unwrap_or_default();
            name = file.split('.').next().unwrap_or(file).to_owned();
        }
        _ => {}
    }
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        let Key::Name(key) = first else {
            if let Key::Index(index, _) = first {
                name.push_str(&format!("[{index}]"));
            }
            continue;
        };
        match (*key, more) {
            ("properties", [Key::Name(property), after @ ..]) => {
                name.push('.');
                name.push_str(property);
                rest = after;
            }
            ("items" | "contains", _) => name.push_str("[]"),
            ("additionalProperties" | "unevaluatedProperties", _) => name.push_str(".*"),
            ("allOf", [Key::Index(..), after @ ..]) => rest = after,
            ("oneOf" | "anyOf", [Key::Index(index, branch), after @ ..]) => {
                let branch = branch.reference().and_then(|text| text.rsplit('/').next());
                name.push('|');
                name.push_str(&branch.map_or_else(|| index.to_string(), str::to_owned));
                rest = after;
            }
            ("parameters", [Key::Index(_, parameter), after @ ..]) => {
                let named = parameter.resolve().ok().and_then(parameter_name);
                let (place, parameter) = named.unwrap_or(("", "parameter"));
                word(&mut name, &format!("{place} parameter {parameter}"));
                rest = after;
            }
            ("responses", [Key::Name(status), after @ ..]) => {
                word(&mut name, &format!("response {status}"));
                rest = after;
            }
            ("headers", [Key::Name(header), after @ ..]) => {
                word(&mut name, &format!("header {header}"));
                rest = after;
            }
            ("requestBody", _) => word(&mut name, "request body"),
            ("content", [Key::Name(media), after @ ..]) => {
                word(&mut name, media);
                rest = after;
            }
            ("schema", _) => {}
            (other, _) => word(&mut name, other),
        }
    }
    match name.is_empty() {
        true => "the document".to_owned(),
        false => name,
    }
}

fn word(name: &mut String, word: &str) {
    if !name.is_empty() {
        name.push(' ');
    }
    name.push_str(word.trim());
}

/// Computes a stable hash (FNV-1a, 64 bits) of texts; the hashers of the standard library may change between releases.
pub(crate) fn hash(texts: &[&str]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for text in texts {
        for byte in text.bytes().chain([0xff]) {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}
