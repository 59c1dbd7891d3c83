//! How a diagnostic looks on a terminal.
//!
//! Text of the document is untrusted: nothing of it that could move the cursor, change the colour or turn the
//! direction of writing reaches the terminal as it is.

use std::fmt;

use super::{Diagnostic, Place};

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place {
            file, line, column, ..
        } = &self.place;
        write!(
            f,
            "{}:{line}:{column}: {}[{}]: ",
            visible(file),
            self.severity,
            self.code
        )?;
        write!(f, "{}", visible(&self.what))?;
        if !self.pointer.is_empty() {
            write!(f, "\n  at {}", visible(&shortened(&self.pointer)))?;
        }
        excerpt(f, &self.place)?;
        for (place, label) in &self.related {
            write!(
                f,
                "\n  {}:{}:{}: {}",
                visible(&place.file),
                place.line,
                place.column,
                visible(label)
            )?;
            excerpt(f, place)?;
        }
        if !self.why.is_empty() {
            write!(f, "\n  why: {}", visible(&self.why))?;
        }
        if !self.fix.is_empty() {
            write!(f, "\n  fix: {}", visible(&self.fix))?;
        }
        Ok(())
    }
}

/// A pointer without its middle where it is longer than anyone would read.
fn shortened(pointer: &str) -> String {
    const KEPT: usize = 120;
    let count = pointer.chars().count();
    if count <= 2 * KEPT {
        return pointer.to_owned();
    }
    let head: String = pointer.chars().take(KEPT).collect();
    let tail: String = pointer.chars().skip(count - KEPT).collect();
    format!("{head}\u{2026}{tail}")
}

fn excerpt(f: &mut fmt::Formatter<'_>, place: &Place) -> fmt::Result {
    let number = place.line.to_string();
    let gutter = number.len();
    let mut line = String::new();
    let (mut before, mut marked) = (0, 0);
    for (at, character) in place.source_line.chars().enumerate() {
        let width = show(&mut line, character, "    ");
        if at < place.caret {
            before += width;
        } else if at < place.caret + place.length {
            marked += width;
        }
    }
    let carets = "^".repeat(marked.max(1));
    write!(f, "\n  {:gutter$} |\n  {number} | {}", "", line.trim_end())?;
    write!(f, "\n  {:gutter$} | {:before$}{carets}", "", "")
}

/// Text with everything that a terminal would act upon written as an escape.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        show(&mut shown, character, "\\t");
    }
    shown
}

/// Appends one character in its visible form and returns the columns it takes.
fn show(out: &mut String, character: char, tab: &str) -> usize {
    match character {
        '\t' => {
            out.push_str(tab);
            tab.len()
        }
        '\n' => {
            out.push_str("\\n");
            2
        }
        _ if is_active(character) => {
            let escaped = character.escape_unicode().to_string();
            out.push_str(&escaped);
            escaped.len()
        }
        _ => {
            out.push(character);
            width(character)
        }
    }
}

/// Control characters, and the marks that turn the direction of writing (Unicode Technical Report 36 §2.4).
fn is_active(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Columns that a character takes on a terminal: 2 for the wide blocks, 0 for combining marks, else 1.
fn width(character: char) -> usize {
    match character as u32 {
        0x0300..=0x036f | 0x200b..=0x200d | 0xfe00..=0xfe0f | 0xfeff => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}
