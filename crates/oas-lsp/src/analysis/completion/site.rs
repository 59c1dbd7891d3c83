//! Scans the line for the word that is being typed, and its surroundings.

use std::ops::Range;

/// The word that is being typed, as far as it exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// The range of the word with its quotes.
    pub(super) range: Range<usize>,
    /// The quote that the word begins with.
    pub(super) quote: Option<char>,
    /// Whether a key precedes the word.
    pub(super) is_value: bool,
    /// Whether a colon follows the word.
    pub(super) has_colon: bool,
    /// Whether the word is in brackets that were opened on the same line.
    pub(super) in_brackets: bool,
}

/// Returns the word at an offset of a text; `None` in a comment. `line` is the range of the line.
pub(super) fn at(text: &str, line: Range<usize>, offset: usize, is_json: bool) -> Option<Site> {
    let mut scan = Scan::new(is_json);
    let written = text.get(line.clone())?;
    for (at, c) in written.char_indices() {
        let at = line.start + at;
        if at >= offset {
            break;
        }
        let rest = text.get(at + c.len_utf8()..line.end).unwrap_or_default();
        scan.take(at, c, rest)?;
    }
    let start = scan.word.unwrap_or(offset);
    let end = end(text, offset.min(line.end)..line.end, &scan);
    let after = text.get(end..line.end).unwrap_or_default();
    Some(Site {
        range: start..end.max(start),
        quote: scan.quote,
        is_value: scan.is_value,
        has_colon: after.trim_start().starts_with(':'),
        in_brackets: scan.depth > 0,
    })
}

/// The state after some characters of a line.
struct Scan {
    is_json: bool,
    /// The offset at which the word begins.
    word: Option<usize>,
    quote: Option<char>,
    /// The previous character.
    last: char,
    is_value: bool,
    depth: usize,
}

impl Scan {
    fn new(is_json: bool) -> Self {
        Self {
            is_json,
            word: None,
            quote: None,
            last: ' ',
            is_value: false,
            depth: 0,
        }
    }

    /// Processes a character; returns `None` if a comment begins.
    fn take(&mut self, at: usize, c: char, rest: &str) -> Option<()> {
        let before = std::mem::replace(&mut self.last, c);
        if let Some(quote) = self.quote {
            if c == quote && before != '\\' {
                self.quote = None;
            }
            return Some(());
        }
        let separates = self.is_json || self.depth > 0;
        match c {
            '"' | '\'' if self.word.is_none() => {
                self.word = Some(at);
                self.quote = Some(c);
            }
            '{' | '[' if self.word.is_none() => {
                self.depth += 1;
                self.is_value = false;
            }
            '}' | ']' if separates => {
                self.depth = self.depth.saturating_sub(1);
                self.word = None;
                self.is_value = false;
            }
            ',' if separates => {
                self.word = None;
                self.is_value = false;
            }
            ':' if !self.is_value
                && (self.is_json || rest.is_empty() || rest.starts_with([' ', '\t'])) =>
            {
                self.word = None;
                self.is_value = true;
            }
            '-' if self.word.is_none() && !self.is_value && rest.starts_with(' ') => {}
            // A reference without quotes looks like a comment, but is what people type first.
            '#' if self.word.is_none() && self.is_value => self.word = Some(at),
            '#' if before == ' ' && !self.is_json => return None,
            ' ' | '\t' => {}
            _ if self.word.is_none() => self.word = Some(at),
            _ => {}
        }
        Some(())
    }
}

/// Returns the offset at which the word ends.
fn end(text: &str, rest: Range<usize>, scan: &Scan) -> usize {
    let after = text.get(rest.clone()).unwrap_or_default();
    if let Some(quote) = scan.quote {
        let close = after.find(quote).map(|at| at + 1);
        return rest.start + close.unwrap_or(after.trim_end().len());
    }
    let separates = scan.is_json || scan.depth > 0;
    let mut last = ' ';
    for (at, c) in after.char_indices() {
        let following = after.get(at + c.len_utf8()..).unwrap_or_default();
        let ends = match c {
            ',' | '}' | ']' => separates,
            ':' => scan.is_json || following.is_empty() || following.starts_with(' '),
            '#' => last == ' ',
            _ => false,
        };
        if ends {
            return rest.start + after.get(..at).unwrap_or_default().trim_end().len();
        }
        last = c;
    }
    rest.start + after.trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(marked: &str, is_json: bool) -> Option<(String, bool, bool)> {
        let offset = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        let site = at(&text, 0..text.len(), offset, is_json)?;
        Some((text[site.range].to_owned(), site.is_value, site.has_colon))
    }

    #[test]
    fn words_are_found_in_keys_and_values() {
        let cases = [
            ("  des|", "des", false, false),
            ("  |", "", false, false),
            ("  de|s: x", "des", false, true),
            ("  type: str|ing", "string", true, false),
            ("  type: |", "", true, false),
            ("  - na|", "na", false, false),
            ("  - $ref: '#/comp|onents'", "'#/components'", true, false),
            ("  $ref: #/comp|", "#/comp", true, false),
            ("  a: {type: string, for|}", "for", false, false),
            ("  a: {type: str|, format: x}", "str", true, false),
            ("  tags: [a, b|]", "b", false, false),
            ("  url: http://x|", "http://x", true, false),
            ("  a: b # |", "", false, false),
        ];
        for (marked, expected, is_value, has_colon) in cases {
            let found = word(marked, false);
            match marked.contains("# ") {
                true => assert_eq!(found, None, "{marked}"),
                false => assert_eq!(
                    found,
                    Some((expected.to_owned(), is_value, has_colon)),
                    "{marked}"
                ),
            }
        }
        let json = |marked| word(marked, true).map(|(word, is_value, _)| (word, is_value));
        assert_eq!(
            json("\"type\": \"str|\","),
            Some(("\"str\"".to_owned(), true))
        );
        assert_eq!(json("{\"a\": 1, \"ty|"), Some(("\"ty".to_owned(), false)));
    }
}
