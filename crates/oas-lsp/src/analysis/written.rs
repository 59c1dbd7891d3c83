//! Texts of values, as a file contains them, at another column.

use oas_document::Node;

/// Returns whether a file is JSON, by its name or by its first character.
pub(crate) fn is_json(file: &str, text: &str) -> bool {
    let inside = text.trim_start().strip_prefix('{').map(str::trim_start);
    file.to_ascii_lowercase().ends_with(".json")
        || inside.is_some_and(|inside| inside.starts_with('"'))
}

/// Returns whether the file of a node is JSON.
pub(crate) fn is_json_file(node: Node<'_>) -> bool {
    let text = node.document().source(node.file());
    is_json(node.file(), text.unwrap_or_default())
}

/// Returns the column of the first character on the line of an offset that is not a blank.
pub(crate) fn line_indent(node: Node<'_>, offset: usize) -> usize {
    let source = node.document().source(node.file()).unwrap_or_default();
    let line = source
        .get(..offset)
        .map_or(0, |before| before.rfind('\n').map_or(0, |end| end + 1));
    let line = source.get(line..).unwrap_or_default();
    line.len() - line.trim_start_matches(' ').len()
}

/// The text of a value, and the column that its lines are indented from.
pub(crate) struct Written {
    text: String,
    column: usize,
}

impl Written {
    /// Returns the text of a value that is a block; `None` for one in brackets, and for one on a single line.
    pub(crate) fn block(node: Node<'_>, text: &str) -> Option<Self> {
        let is_block =
            (node.is_object() || node.is_array()) && !text.starts_with(['{', '[', '*', '&', '!']);
        if !is_block || text.is_empty() {
            return None;
        }
        let source = node.document().source(node.file())?;
        let before = source.get(..node.location().bytes.start)?;
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        Some(Self {
            text: text.to_owned(),
            column: before.get(line..)?.chars().count(),
        })
    }

    /// Returns the text of a value in brackets, or of a scalar.
    pub(crate) fn flow(node: Node<'_>, text: &str) -> Self {
        Self {
            text: text.to_owned(),
            column: line_indent(node, node.location().bytes.start),
        }
    }

    /// Formats the same lines at another column. The first line is not indented.
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
