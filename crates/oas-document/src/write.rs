//! Formats values as YAML or JSON: a whole file, a value in a block, or a value on one line.
//!
//! The text is parsed as the same value, with keys in the same order and every digit of numbers.
//!
//! ```
//! use oas_document::{Content, write};
//!
//! let value = Content::map([("openapi", "3.1.2".into()), ("x-lines", "one\ntwo".into())]);
//! assert_eq!(write::yaml(&value), "openapi: 3.1.2\nx-lines: |-\n  one\n  two\n");
//! assert_eq!(write::json(&value), "{\n  \"openapi\": \"3.1.2\",\n  \"x-lines\": \"one\\ntwo\"\n}\n");
//! ```

mod scalar;

use crate::Content;

pub use scalar::{rewrite, text};

/// Formats a value on one line: as JSON if `is_json` is true, otherwise as a flow collection of YAML.
#[must_use]
pub fn flow(content: &Content, is_json: bool) -> String {
    let text = |text: &str| scalar::text(text, is_json);
    match content {
        Content::Text(value) => text(value),
        Content::Literal(value) => value.clone(),
        Content::List(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(item, is_json)).collect();
            format!("[{}]", items.join(", "))
        }
        Content::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", text(key), flow(value, is_json)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Formats a value as the text after `key:` in a block of YAML, with a leading space or line break. Lines of the value
/// are indented by `indent` columns.
#[must_use]
pub fn after_key(content: &Content, indent: usize) -> String {
    match content {
        Content::Map(entries) if !entries.is_empty() => {
            let lines = entries.iter().map(|(key, value)| {
                let key = scalar::text(key, false);
                format!("\n{:indent$}{key}:{}", "", after_key(value, indent + 2))
            });
            lines.collect()
        }
        Content::List(items) if !items.is_empty() => {
            let lines = items
                .iter()
                .map(|item| format!("\n{:indent$}-{}", "", after_dash(item, indent + 2)));
            lines.collect()
        }
        scalar => format!(" {}", in_block(scalar, indent)),
    }
}

/// Formats a value as the text after `-` in a block of YAML, with a leading space. The first entry of an object is on
/// the same line, the others are indented by `indent` columns.
#[must_use]
pub fn after_dash(content: &Content, indent: usize) -> String {
    match content {
        Content::Map(entries) if !entries.is_empty() => {
            let lines = after_key(content, indent);
            format!(" {}", lines.trim_start())
        }
        other => format!(" {}", in_block(other, indent)),
    }
}

/// Writes what is not a block of its own; a text of several lines in several lines, where YAML can (YAML 1.2.2 §8.1.2).
fn in_block(content: &Content, indent: usize) -> String {
    let several = match content {
        Content::Text(text) => literal(text, indent),
        _ => None,
    };
    several.unwrap_or_else(|| flow(content, false))
}

/// Writes a text as a literal block scalar; `None` where its line breaks or indentation would not survive.
fn literal(text: &str, indent: usize) -> Option<String> {
    let (lines, header) = match text.strip_suffix('\n') {
        Some(lines) => (lines, "|"),
        None => (text, "|-"),
    };
    let is_odd =
        |c: char| c != '\n' && c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}');
    let is_blank = |line: &str| !line.is_empty() && line.trim().is_empty();
    let fits = text.contains('\n')
        && !lines.starts_with([' ', '\n'])
        && !lines.ends_with('\n')
        && !lines.is_empty()
        && !lines.contains(is_odd)
        && !lines.split('\n').any(is_blank);
    fits.then(|| {
        let mut out = header.to_owned();
        for line in lines.split('\n') {
            out.push('\n');
            if !line.is_empty() {
                out.push_str(&" ".repeat(indent));
                out.push_str(line);
            }
        }
        out
    })
}

/// Formats a value as a file of YAML, in block style.
#[must_use]
pub fn yaml(content: &Content) -> String {
    let text = after_key(content, 0);
    format!("{}\n", text.trim_start_matches(['\n', ' ']))
}

/// Formats a value as a file of JSON, indented by two columns for each level.
#[must_use]
pub fn json(content: &Content) -> String {
    let mut out = String::new();
    indented(content, 0, &mut out);
    out.push('\n');
    out
}

/// Writes a value, indented. The nesting of documents is limited, so that recursion is safe.
fn indented(content: &Content, depth: usize, out: &mut String) {
    let mut block = |brackets: [char; 2], parts: Vec<(Option<&str>, &Content)>| {
        out.push(brackets[0]);
        for (at, (key, value)) in parts.into_iter().enumerate() {
            out.push_str(if at == 0 { "\n" } else { ",\n" });
            out.push_str(&"  ".repeat(depth + 1));
            if let Some(key) = key {
                out.push_str(&scalar::text(key, true));
                out.push_str(": ");
            }
            indented(value, depth + 1, out);
        }
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
        out.push(brackets[1]);
    };
    match content {
        Content::List(items) if !items.is_empty() => {
            block(['[', ']'], items.iter().map(|item| (None, item)).collect());
        }
        Content::Map(entries) if !entries.is_empty() => {
            let entries = entries.iter();
            let entries = entries.map(|(key, value)| (Some(key.as_str()), value));
            block(['{', '}'], entries.collect());
        }
        other => out.push_str(&flow(other, true)),
    }
}
