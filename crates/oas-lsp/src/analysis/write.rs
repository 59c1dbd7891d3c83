//! Formats values as text: in the lines of a YAML block, or on one line.

use oas_document::{Content, Node};

use super::scalar;

/// Formats a value on one line: as JSON, or as a flow collection of YAML.
pub(crate) fn flow(content: &Content, is_json: bool) -> String {
    let text = |text: &str| scalar::write(text, is_json);
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
        _ => String::new(),
    }
}

/// Formats a value after `key:` in a block, with its content indented by this number of columns.
pub(crate) fn after_key(content: &Content, indent: usize) -> String {
    match content {
        Content::Map(entries) if !entries.is_empty() => {
            let lines = entries.iter().map(|(key, value)| {
                let key = scalar::write(key, false);
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
        scalar => format!(" {}", flow(scalar, false)),
    }
}

/// Formats a value after `-` in a block: the first entry of an object is on the same line.
pub(crate) fn after_dash(content: &Content, indent: usize) -> String {
    match content {
        Content::Map(entries) if !entries.is_empty() => {
            let lines = after_key(content, indent);
            format!(" {}", lines.trim_start())
        }
        other => format!(" {}", flow(other, false)),
    }
}

/// The text of a value, and the column that it starts in.
pub(crate) struct Written<'d> {
    text: &'d str,
    column: usize,
}

impl<'d> Written<'d> {
    /// Returns the text of a value that is a block; `None` for one in brackets, and for one on a single line.
    pub(crate) fn block(node: Node<'d>) -> Option<Self> {
        let source = node.document().source(node.file())?;
        let range = node.location().bytes;
        let text = source.get(range.clone())?;
        let is_block =
            (node.is_object() || node.is_array()) && !text.starts_with(['{', '[', '*', '&', '!']);
        if !is_block || text.is_empty() {
            return None;
        }
        let before = source.get(..range.start)?;
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before.get(line..)?.chars().count();
        Some(Self { text, column })
    }

    /// Formats the same lines at another column. The first line is not indented. The first line is not indented.
    pub(crate) fn at(&self, column: usize) -> String {
        let mut lines = self.text.split('\n');
        let mut out = lines.next().unwrap_or_default().to_owned();
        for line in lines {
            out.push('\n');
            let spaces = line.len() - line.trim_start_matches(' ').len();
            let rest = line.get(spaces..).unwrap_or_default();
            if !rest.trim().is_empty() {
                let spaces = (spaces + column).saturating_sub(self.column);
                out.push_str(&" ".repeat(spaces));
            }
            out.push_str(rest);
        }
        out
    }
}
