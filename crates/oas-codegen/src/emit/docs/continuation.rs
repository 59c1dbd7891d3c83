//! Indents the lines that continue a paragraph of a list or a quotation.
//!
//! Markdown lets a writer omit the indentation (CommonMark 0.31, Laziness), and ignores how deep it is. clippy warns about both,
//! because a reader of the text cannot see where the item ends.

/// The list items and the quotation around the next line.
#[derive(Debug, Default)]
pub(super) struct Continuation {
    /// The columns where the texts of the open items begin, outermost first.
    items: Vec<usize>,
    /// Whether the last line is one of a quotation.
    quoted: bool,
    /// Whether the last line is one of a paragraph, which an ordinary line continues.
    paragraph: bool,
}

impl Continuation {
    /// Returns the line as it is written in place of `line`, which is not one of a code block.
    pub(super) fn line(&mut self, line: &str) -> String {
        let text = line.trim_start();
        let column = line.len() - text.len();
        if text.is_empty() {
            (self.paragraph, self.quoted) = (false, false);
            return line.to_owned();
        }
        if let Some(marker) = marker(text) {
            self.items.retain(|item| *item <= column);
            self.items.push(column + marker);
            (self.paragraph, self.quoted) = (true, false);
            return line.to_owned();
        }
        if text.starts_with('>') {
            (self.paragraph, self.quoted) = (true, true);
            return line.to_owned();
        }
        if begins_block(text) {
            (self.paragraph, self.quoted) = (false, false);
            return line.to_owned();
        }
        if self.paragraph && self.quoted {
            return format!("> {text}");
        }
        if !self.paragraph {
            self.items.retain(|item| *item <= column);
            self.paragraph = true;
        }
        match self.items.last() {
            Some(item) => format!("{}{text}", " ".repeat(*item)),
            None => line.to_owned(),
        }
    }
}

/// Returns the width of the marker at the beginning of a list item, with the spaces after it.
fn marker(text: &str) -> Option<usize> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let signs: &[char] = match digits {
        0 => &['-', '*', '+'],
        1..=9 => &['.', ')'],
        _ => return None,
    };
    let after = text.get(digits..)?.strip_prefix(signs)?;
    let spaces = after.len() - after.trim_start_matches(' ').len();
    // More spaces are the indentation of a code block.
    (1..=4).contains(&spaces).then_some(digits + 1 + spaces)
}

/// Returns whether a line is a heading, the line below one, or a thematic break, none of which continues a paragraph.
fn begins_block(text: &str) -> bool {
    let heading = text.trim_start_matches('#');
    let level = text.len() - heading.len();
    let is_heading = (1..=6).contains(&level) && (heading.is_empty() || heading.starts_with(' '));
    let is_rule = ['-', '=', '*', '_']
        .iter()
        .any(|sign| text.chars().all(|c| c == *sign || c == ' '));
    is_heading || is_rule
}

#[cfg(test)]
mod tests {
    use super::Continuation;

    #[test]
    fn a_line_that_continues_an_item_has_its_indentation() {
        for (text, expected) in [
            ("- a\nb", "- a\n  b"),
            ("- a\n      b", "- a\n  b"),
            ("10. a\nb\n11. c\n d", "10. a\n    b\n11. c\n    d"),
            ("* a\n  * b\nc", "* a\n  * b\n    c"),
            ("* a\n  * b\n* c\nd", "* a\n  * b\n* c\n  d"),
            ("- a\n\n  b\nc\n\nd\ne", "- a\n\n  b\n  c\n\nd\ne"),
            ("a\n- b\n# c\nd", "a\n- b\n# c\nd"),
            ("- a\n---\nb", "- a\n---\nb"),
            ("> a\nb\n\nc", "> a\n> b\n\nc"),
            ("a\nb\n  c", "a\nb\n  c"),
            ("1.5 times\nor -1\n-x", "1.5 times\nor -1\n-x"),
        ] {
            let mut continuation = Continuation::default();
            let lines: Vec<String> = text.lines().map(|line| continuation.line(line)).collect();
            assert_eq!(lines.join("\n"), expected);
        }
    }
}
