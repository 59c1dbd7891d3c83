//! Formats diagnostics for a terminal.
//!
//! Text of the document is untrusted: characters that could move the cursor, change the colour or the direction of
//! writing are escaped, and long texts are cut.

use std::fmt;

use super::{Diagnostic, Place, Severity};

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.styled(false).fmt(f)
    }
}

impl Diagnostic {
    /// Formats the diagnostic for a terminal, with escape sequences for colours if `colour` is set.
    ///
    /// ```
    /// use oas_document::{Document, lint};
    ///
    /// let document = Document::parse("api.yaml", "openapi: 3.0.3\ninfo: {title: t}\npaths: {}\n").unwrap();
    /// let finding = &lint(&document)[0];
    /// assert!(finding.styled(true).to_string().contains("\u{1b}[1;31merror[missing-field]\u{1b}[0m"));
    /// assert_eq!(finding.styled(false).to_string(), finding.to_string());
    /// ```
    pub fn styled(&self, colour: bool) -> impl fmt::Display {
        Styled {
            diagnostic: self,
            style: Style { colour },
        }
    }

    /// Formats the finding on one line: place, severity, rule and message.
    ///
    /// ```
    /// use oas_document::{Document, lint};
    ///
    /// let document = Document::parse("api.yaml", "openapi: 3.0.3\ninfo: {title: t}\npaths: {}\n").unwrap();
    /// let line = lint(&document)[0].headline(false).to_string();
    /// assert_eq!(line, "api.yaml:2:1: error[missing-field]: the info object has no `version`");
    /// ```
    pub fn headline(&self, colour: bool) -> impl fmt::Display {
        Headline {
            diagnostic: self,
            style: Style { colour },
        }
    }
}

struct Styled<'a> {
    diagnostic: &'a Diagnostic,
    style: Style,
}

struct Headline<'a> {
    diagnostic: &'a Diagnostic,
    style: Style,
}

/// The styles of the parts of a diagnostic.
#[derive(Clone, Copy)]
struct Style {
    colour: bool,
}

impl Style {
    const BOLD: &'static str = "1";
    const DIM: &'static str = "2";
    const CYAN: &'static str = "36";

    fn of(severity: Severity) -> &'static str {
        match severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Note => "1;36",
        }
    }

    /// Wraps text in the escape sequences of a style (ECMA-48 8.3.117).
    fn paint(self, style: &str, text: &str) -> String {
        match self.colour {
            true => format!("\u{1b}[{style}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }
}

impl fmt::Display for Headline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diagnostic {
            severity,
            code,
            place,
            message,
            ..
        } = self.diagnostic;
        let Place {
            file, line, column, ..
        } = place;
        let place = format!("{}:{line}:{column}", visible(file));
        let kind = self
            .style
            .paint(Style::of(*severity), &format!("{severity}[{code}]"));
        write!(
            f,
            "{}: {kind}: {}",
            self.style.paint(Style::BOLD, &place),
            visible(&clipped(message))
        )
    }
}

impl fmt::Display for Styled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Styled { diagnostic, style } = *self;
        write!(f, "{}", diagnostic.headline(style.colour))?;
        if !diagnostic.pointer.is_empty() {
            let pointer = format!("at {}", visible(&clipped(&diagnostic.pointer)));
            write!(f, "\n  {}", style.paint(Style::DIM, &pointer))?;
        }
        let accent = Style::of(diagnostic.severity);
        excerpt(f, &diagnostic.place, style, accent)?;
        for (place, label) in &diagnostic.related {
            write!(
                f,
                "\n  {}:{}:{}: {}",
                visible(&place.file),
                place.line,
                place.column,
                visible(&clipped(label))
            )?;
            excerpt(f, place, style, Style::CYAN)?;
        }
        for (label, text) in [("note", &diagnostic.note), ("help", &diagnostic.help)] {
            if !text.is_empty() {
                let label = style.paint(Style::BOLD, &format!("{label}:"));
                write!(f, "\n  {label} {}", visible(&clipped(text)))?;
            }
        }
        Ok(())
    }
}

/// Cuts the middle of a text that is too long to read.
fn clipped(text: &str) -> String {
    const KEPT: usize = 200;
    let count = text.chars().count();
    if count <= 2 * KEPT {
        return text.to_owned();
    }
    let head: String = text.chars().take(KEPT).collect();
    let tail: String = text.chars().skip(count - KEPT).collect();
    format!("{head}\u{2026}{tail}")
}

fn excerpt(f: &mut fmt::Formatter<'_>, place: &Place, style: Style, accent: &str) -> fmt::Result {
    // A file that is empty, or could not be read, has no line to display.
    if place.source_line.is_empty() && place.line == 1 {
        return Ok(());
    }
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
    let dim = |text: String| style.paint(Style::DIM, &text);
    let carets = style.paint(accent, &"^".repeat(marked.max(1)));
    write!(
        f,
        "\n  {}\n  {} {}",
        dim(format!("{:gutter$} |", "")),
        dim(format!("{number} |")),
        line.trim_end()
    )?;
    write!(
        f,
        "\n  {} {:before$}{carets}",
        dim(format!("{:gutter$} |", "")),
        ""
    )
}

/// Escapes every character that a terminal would act upon, and every invisible one.
pub(super) fn visible(text: &str) -> String {
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
        _ if is_active(character) || is_invisible(character) => {
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

/// Returns whether a character is a control character, or changes the direction of writing (Unicode Technical Report 36
/// §2.4).
fn is_active(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters without a shape of their own: two names may differ in nothing else (Unicode Technical Standard 39 §3.1).
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2064}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}')
}

/// Columns that a character takes on a terminal: 2 for the wide blocks, 0 for combining marks, else 1.
fn width(character: char) -> usize {
    match character as u32 {
        0x0300..=0x036f | 0xfe00..=0xfe0f => 0,
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
