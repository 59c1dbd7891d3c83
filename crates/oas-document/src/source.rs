//! Converts between coordinates in a source file: bytes, characters, lines and columns.
//!
//! The text itself is parsed by the readers.

use std::ops::Range;

/// Bytes between two entries of the character table. Small enough that a scan of one stride is cheap, large
/// enough that the table stays a thousandth of the text.
const STRIDE: usize = 1024;

/// Byte range of a piece of a source file. Files are limited to [`Source::MAX_BYTES`], so `u32` is enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        // Callers hand in offsets into a text of at most MAX_BYTES.
        Self {
            start: start as u32,
            end: end.max(start) as u32,
        }
    }

    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The location of a value or a key in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceLocation<'d> {
    /// The name of the file, as it was passed to [`Document::parse`](crate::Document::parse) or to the loader.
    pub file: &'d str,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1, in characters (Unicode scalar values).
    pub column: usize,
    /// The range of bytes within the text that [`Document::source`](crate::Document::source) returns.
    pub bytes: Range<usize>,
}

/// One file: its name, its text (without a byte order mark) and tables for quick coordinates.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) name: Box<str>,
    pub(crate) text: Box<str>,
    /// Byte offset of the first byte of each line.
    lines: Vec<u32>,
    /// Number of characters before byte `i * STRIDE`.
    characters: Vec<u32>,
    ascii: bool,
}

impl Source {
    /// Longest text that is accepted, in bytes.
    pub(crate) const MAX_BYTES: usize = 512 << 20;

    /// Indexes a text. The caller has checked its length against [`Source::MAX_BYTES`].
    pub(crate) fn new(name: &str, text: impl Into<Box<str>>) -> Self {
        let mut text: Box<str> = text.into();
        if let Some(rest) = text.strip_prefix('\u{feff}') {
            text = rest.into();
        }
        let bytes = text.as_bytes();
        let mut lines = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            // A lone carriage return ends a line too (YAML 1.2.2 §5.4).
            let ends = bytes.get(at) == Some(&b'\n') || bytes.get(at + 1) != Some(&b'\n');
            if ends {
                lines.push(at as u32 + 1);
            }
        }
        let mut characters = Vec::with_capacity(bytes.len() / STRIDE + 1);
        let mut before = 0;
        for chunk in bytes.chunks(STRIDE) {
            characters.push(before);
            before += count_characters(chunk) as u32;
        }
        Self {
            name: name.into(),
            ascii: text.is_ascii(),
            text,
            lines,
            characters,
        }
    }

    /// Returns the text of a span; empty if the span does not lie on character boundaries.
    pub(crate) fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    pub(crate) fn location(&self, span: Span) -> SourceLocation<'_> {
        let (line, column) = self.line_column(span.start as usize);
        SourceLocation {
            file: &self.name,
            line,
            column,
            bytes: span.range(),
        }
    }

    /// Returns the line and column, both counted from 1, of a byte offset.
    pub(crate) fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self
            .lines
            .partition_point(|start| *start as usize <= offset);
        let start = self.line_start(line);
        let before = match self.text.as_bytes().get(start..offset) {
            // Most lines are short: what is before them needs no count.
            Some(before) if before.len() < STRIDE => count_characters(before),
            _ => self.characters_before(offset) - self.characters_before(start),
        };
        (line, before + 1)
    }

    /// Returns the byte range of a line (counted from 1), without its line break.
    pub(crate) fn line_range(&self, line: usize) -> Range<usize> {
        let start = self.line_start(line);
        let end = self
            .lines
            .get(line)
            .map_or(self.text.len(), |next| *next as usize);
        let text = self.text.get(start..end).unwrap_or_default();
        start..start + text.trim_end_matches(['\n', '\r']).len()
    }

    /// Returns a line (counted from 1), without its line break; `None` after the last one.
    pub(crate) fn line(&self, line: usize) -> Option<&str> {
        let exists = line > 0 && self.line_start(line) < self.text.len();
        exists.then(|| self.text.get(self.line_range(line)).unwrap_or_default())
    }

    fn line_start(&self, line: usize) -> usize {
        let index = line.saturating_sub(1);
        self.lines
            .get(index)
            .map_or(self.text.len(), |start| *start as usize)
    }

    /// Returns the byte offset of the character with an index; the end of the text if there are fewer.
    pub(crate) fn byte_of_character(&self, index: usize) -> usize {
        if self.ascii {
            return index.min(self.text.len());
        }
        let stride = self
            .characters
            .partition_point(|before| *before as usize <= index)
            .saturating_sub(1);
        let mut seen = self
            .characters
            .get(stride)
            .map_or(0, |before| *before as usize);
        let start = stride * STRIDE;
        for (at, byte) in self.text.as_bytes().iter().enumerate().skip(start) {
            if is_first_byte(*byte) {
                if seen == index {
                    return at;
                }
                seen += 1;
            }
        }
        self.text.len()
    }

    fn characters_before(&self, offset: usize) -> usize {
        if self.ascii {
            return offset;
        }
        let stride = offset / STRIDE;
        let before = self
            .characters
            .get(stride)
            .map_or(0, |before| *before as usize);
        match self.text.as_bytes().get(stride * STRIDE..offset) {
            Some(rest) => before + count_characters(rest),
            None => before,
        }
    }
}

fn is_first_byte(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

fn count_characters(bytes: &[u8]) -> usize {
    // Sums of so few bytes fit one byte each, which registers have many of.
    let sum = |few: &[u8]| {
        few.iter()
            .map(|byte| u8::from(is_first_byte(*byte)))
            .sum::<u8>()
    };
    bytes.chunks(255).map(|few| usize::from(sum(few))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_three_ways() {
        let source = Source::new("x", "\u{feff}a\u{e9}b\r\nc\rd\ne");
        assert_eq!(source.line_column(3), (1, 3));
        let positions: Vec<_> = ["b", "c", "d", "e"]
            .iter()
            .map(|letter| source.line_column(source.text.find(letter).unwrap()))
            .collect();
        assert_eq!(positions, [(1, 3), (2, 1), (3, 1), (4, 1)]);
        assert_eq!(&source.text[source.line_range(1)], "a\u{e9}b");
    }

    #[test]
    fn characters_and_bytes_agree_across_strides() {
        let text: String = (0..5000)
            .map(|i| if i % 3 == 0 { '\u{20ac}' } else { 'x' })
            .collect();
        let source = Source::new("x", text.as_str());
        for (index, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(source.byte_of_character(index), byte);
            assert_eq!(source.line_column(byte), (1, index + 1));
        }
        assert_eq!(source.byte_of_character(5000), text.len());
    }
}
