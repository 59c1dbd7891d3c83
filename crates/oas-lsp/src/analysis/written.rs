//! Values of a file as they are written there, to be moved to another column.

use oas_document::Node;

/// Returns whether a file is JSON, by its name or by its first character.
pub(crate) fn is_json(file: &str, text: &str) -> bool {
    let inside = text.trim_start().strip_prefix('{').map(str::trim_start);
    file.to_ascii_lowercase().ends_with(".json")
        || inside.is_some_and(|inside| inside.starts_with('"'))
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
