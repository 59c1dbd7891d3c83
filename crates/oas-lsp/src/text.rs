//! Converts between offsets and an editor's positions: lines, and columns in the units that client and server agreed
//! on.

use std::{ops::Range, sync::Arc};

/// The units in which an editor counts columns (`PositionEncodingKind` of LSP 3.17).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Columns are bytes of UTF-8.
    Utf8,
    /// Columns are code units of UTF-16, which every client supports.
    #[default]
    Utf16,
    /// Columns are Unicode scalar values.
    Utf32,
}

impl Encoding {
    fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// A position in a text: line and column, both counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column, in the units of an [`Encoding`].
    pub column: u32,
}

const MARK: char = '\u{feff}';

/// A text with an index of its lines, which [`replace`](Self::replace) updates.
///
/// Offsets are in bytes and do not include a byte order mark, as in a [`Document`](oas_document::Document). Columns of the first
/// line do count it, because an editor may keep it in its text.
///
/// ```
/// use oas_lsp::text::{Encoding, Position, Text};
///
/// let mut text = Text::new("a: 𝄞\nb: 2\n");
/// let end = text.position(7, Encoding::Utf16);
/// assert_eq!(end, Position { line: 0, column: 5 });
/// assert_eq!(text.offset(Position { line: 1, column: 3 }, Encoding::Utf16), 11);
///
/// text.replace(11..12, "3\nc: 4");
/// assert_eq!((text.as_str(), text.position(14, Encoding::Utf8).line), ("a: 𝄞\nb: 3\nc: 4\n", 2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text without a byte order mark.
    text: Arc<str>,
    /// The offset of the first byte of each line.
    lines: Vec<usize>,
    has_mark: bool,
}

impl Text {
    /// Creates a text, and indexes its lines.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (text, has_mark) = match text.strip_prefix(MARK) {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let mut lines = vec![0];
        lines.extend(line_ends(text, 0..text.len()));
        Self {
            text: text.into(),
            lines,
            has_mark,
        }
    }

    /// Returns the text, without a byte order mark.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the text, without a byte order mark, in shared ownership. Later edits do not change it.
    #[must_use]
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Converts a position to an offset. A column inside of a character is the start of the character, a column after the end of
    /// the line is the end of the line, and a line after the end of the text is the end of the text.
    #[must_use]
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        let Some(range) = self.line(line) else {
            return self.text.len();
        };
        let written = self.text.get(range.clone()).unwrap_or_default();
        let mut column = position.column as usize;
        if line == 0 && self.has_mark {
            column = column.saturating_sub(encoding.width(MARK));
        }
        if written.is_ascii() {
            return range.start + column.min(written.len());
        }
        for (at, c) in written.char_indices() {
            match column.checked_sub(encoding.width(c)) {
                Some(_) if column == 0 => return range.start + at,
                Some(rest) => column = rest,
                None => return range.start + at,
            }
        }
        range.end
    }

    /// Converts an offset to a position. An offset inside of a character has the position of the character, and one after the end
    /// of the text has that of the end.
    #[must_use]
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= offset) - 1;
        let start = self.lines.get(line).copied().unwrap_or_default();
        let mut end = offset;
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.text.get(start..end).unwrap_or_default();
        let mut column = match before.is_ascii() {
            true => before.len(),
            false => before.chars().map(|c| encoding.width(c)).sum(),
        };
        if line == 0 && self.has_mark {
            column += encoding.width(MARK);
        }
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }

    /// Returns the range of a line, counted from 0, without its line break; `None` after the last line.
    #[must_use]
    pub fn line(&self, line: usize) -> Option<Range<usize>> {
        let start = *self.lines.get(line)?;
        let end = self.lines.get(line + 1).copied();
        let end = end.unwrap_or(self.text.len());
        let written = self.text.get(start..end).unwrap_or_default();
        Some(start..start + written.trim_end_matches(['\n', '\r']).len())
    }

    /// Returns the range of the line that contains an offset, without its line break.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> Range<usize> {
        let line = self.lines.partition_point(|start| *start <= offset);
        let end = self.text.len();
        self.line(line.saturating_sub(1)).unwrap_or(end..end)
    }

    /// Replaces a range of bytes by `new`, and updates the index. An end of the range that is inside of a character is moved to
    /// the start of the character, and one after the end of the text to the end.
    pub fn replace(&mut self, range: Range<usize>, new: &str) {
        let range = self.on_boundaries(range);
        let mut text = String::with_capacity(self.text.len() - range.len() + new.len());
        text.push_str(self.text.get(..range.start).unwrap_or_default());
        text.push_str(new);
        text.push_str(self.text.get(range.end..).unwrap_or_default());
        // A line break has up to two characters, which an edit can join or separate, so that the adjacent lines are
        // included.
        let before = self.lines.partition_point(|start| *start <= range.start);
        let kept = before.saturating_sub(1).max(1);
        let after = self.lines.partition_point(|start| *start <= range.end) + 1;
        let rest = self.lines.get(after..).unwrap_or_default();
        let shift = |offset: usize| offset + new.len() - range.len();
        let from = self.lines.get(kept - 1).copied().unwrap_or_default();
        let to = rest.first().map_or(text.len(), |start| shift(*start) - 1);
        let mut lines: Vec<usize> = self.lines.iter().take(kept).copied().collect();
        lines.extend(line_ends(&text, from..to));
        lines.extend(rest.iter().copied().map(shift));
        self.lines = lines;
        self.text = text.into();
    }

    fn on_boundaries(&self, range: Range<usize>) -> Range<usize> {
        let on_boundary = |mut offset: usize| {
            offset = offset.min(self.text.len());
            while !self.text.is_char_boundary(offset) {
                offset -= 1;
            }
            offset
        };
        let start = on_boundary(range.start);
        start..on_boundary(range.end).max(start)
    }
}

/// Returns the offsets after the line breaks in a part of a text: `\n`, `\r\n` and `\r` (LSP 3.17, Text Documents).
fn line_ends(text: &str, part: Range<usize>) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    part.filter_map(move |at| match bytes.get(at)? {
        b'\n' => Some(at + 1),
        b'\r' if bytes.get(at + 1) != Some(&b'\n') => Some(at + 1),
        _ => None,
    })
}

/// A mapping of offsets between two revisions of a text, such as the last valid one and the current one. The revisions are regarded
/// as equal except for one part.
///
/// ```
/// use oas_lsp::text::Shift;
///
/// let shift = Shift::between("a: 1\nb: 2\n", "a: 1\nc: [\nb: 2\n");
/// assert_eq!((shift.to_new(5), shift.to_old(10)), (10, 5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    start: usize,
    old_end: usize,
    new_end: usize,
}

impl Shift {
    /// Creates the mapping between two texts.
    #[must_use]
    pub fn between(old: &str, new: &str) -> Self {
        let pairs = old.bytes().zip(new.bytes());
        let start = pairs.take_while(|(old, new)| old == new).count();
        let most = old.len().min(new.len()) - start;
        let pairs = old.bytes().rev().zip(new.bytes().rev()).take(most);
        let same = pairs.take_while(|(old, new)| old == new).count();
        Self {
            start,
            old_end: old.len() - same,
            new_end: new.len() - same,
        }
    }

    /// Converts an offset in the old text to the offset of the same place in the new text. An offset in the part that differs
    /// becomes the start of that part.
    #[must_use]
    pub fn to_new(self, offset: usize) -> usize {
        match offset {
            offset if offset < self.start => offset,
            offset if offset >= self.old_end => offset - self.old_end + self.new_end,
            _ => self.start,
        }
    }

    /// Converts an offset in the new text to the offset of the same place in the old text, as [`to_new`](Self::to_new) does.
    #[must_use]
    pub fn to_old(self, offset: usize) -> usize {
        let back = Self {
            old_end: self.new_end,
            new_end: self.old_end,
            ..self
        };
        back.to_new(offset)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn edits_find_the_same_lines_as_reading_anew(
            text in "([a\u{e9}\u{1d11e}]|\r|\n|\r\n){0,20}",
            edits in prop::collection::vec((0..40usize, 0..6usize, "([ab]|\r|\n){0,4}"), 1..6),
        ) {
            let mut text = Text::new(&text);
            for (start, length, new) in edits {
                text.replace(start..start + length, &new);
                prop_assert_eq!(&text, &Text::new(text.as_str()));
            }
        }

        #[test]
        fn positions_lead_back_to_their_offsets(text in "([a\u{e9}\u{1d11e}]|\r|\n|\r\n){0,20}") {
            let text = Text::new(&text);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                for (offset, _) in text.as_str().char_indices() {
                    let position = text.position(offset, encoding);
                    let back = text.offset(position, encoding);
                    // There is no column between the two characters of a line break.
                    let expected = text.line(position.line as usize).map(|line| line.end.min(offset));
                    prop_assert_eq!(Some(back), expected);
                }
            }
        }

        #[test]
        fn what_is_around_an_edit_is_found_again(before in "[ab]{0,9}", old in "[ab]{0,5}", new in "[ab]{0,5}", after in "[ab]{0,9}") {
            let shift = Shift::between(&format!("{before}{old}{after}"), &format!("{before}{new}{after}"));
            for at in 0..before.len() + old.len() + after.len() {
                prop_assert!(shift.to_new(at) <= before.len() + new.len() + after.len());
            }
            prop_assert_eq!(shift.to_new(before.len() + old.len() + after.len()), before.len() + new.len() + after.len());
        }
    }

    #[test]
    fn a_byte_order_mark_takes_a_column_and_no_offset() {
        let text = Text::new("\u{feff}a: 1\n");
        let place = Position { line: 0, column: 4 };
        assert_eq!(text.offset(place, Encoding::Utf16), 3);
        assert_eq!(text.position(3, Encoding::Utf16), place);
    }
}
