//! Formats diagnostics for a terminal.
//!
//! Text of the document is untrusted: characters that could move the cursor, change the color or the direction of
//! writing are escaped, and long texts are cut.

use std::{fmt, ops::Range};

use oas_wire::text::{is_hidden, is_invisible};

use super::{Diagnostic, Severity, SourceExcerpt};
use crate::report;

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.styled(false).fmt(f)
    }
}

impl Diagnostic {
    /// Formats the diagnostic in several lines for a terminal, with the source line; with escape sequences for colors
    /// if `color` is true. `Display` formats it so without colors.
    ///
    /// ```
    /// use oas_document::{Document, lint};
    ///
    /// let document = Document::parse("api.yaml", "openapi: 3.0.3\ninfo: {title: t}\npaths: {}\n").unwrap();
    /// let finding = &lint(&document)[0];
    /// assert!(finding.styled(true).to_string().contains("\u{1b}[1;31merror[missing-field]\u{1b}[0m"));
    /// assert_eq!(finding.styled(false).to_string(), finding.to_string());
    /// ```
    #[must_use]
    pub fn styled(&self, color: bool) -> impl fmt::Display {
        Styled {
            diagnostic: self,
            style: Style { color },
        }
    }

    /// Formats the diagnostic on one line: place, severity, code and message; with escape sequences for colors if
    /// `color` is true.
    ///
    /// ```
    /// use oas_document::{Document, lint};
    ///
    /// let document = Document::parse("api.yaml", "openapi: 3.0.3\ninfo: {title: t}\npaths: {}\n").unwrap();
    /// let line = lint(&document)[0].headline(false).to_string();
    /// assert_eq!(line, "api.yaml:2:1: error[missing-field]: the info object has no `version`");
    /// ```
    #[must_use]
    pub fn headline(&self, color: bool) -> impl fmt::Display {
        Headline {
            diagnostic: self,
            style: Style { color },
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
    color: bool,
}

impl Style {
    const BOLD: &'static str = "1";
    const DIM: &'static str = "2";

    fn of(severity: Severity) -> &'static str {
        match severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Note => "1;36",
        }
    }

    /// Wraps text in the escape sequences of a style (ECMA-48 8.3.117).
    fn paint(self, style: &str, text: &str) -> String {
        match self.color {
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
        let SourceExcerpt {
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
        write!(f, "{}", diagnostic.headline(style.color))?;
        if !diagnostic.pointer.is_empty() {
            let pointer = format!("at {}", visible(&clipped(&diagnostic.pointer)));
            write!(f, "\n  {}", style.paint(Style::DIM, &pointer))?;
        }
        let color = |severity| style.color.then_some(severity);
        excerpt(f, &diagnostic.place, color(diagnostic.severity))?;
        for (place, label) in &diagnostic.related {
            write!(
                f,
                "\n  {}:{}:{}: {}",
                visible(&place.file),
                place.line,
                place.column,
                visible(&clipped(label))
            )?;
            excerpt(f, place, color(Severity::Note))?;
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

fn excerpt(
    f: &mut fmt::Formatter<'_>,
    place: &SourceExcerpt,
    severity: Option<Severity>,
) -> fmt::Result {
    // A file that is empty, or could not be read, has no line to display.
    if place.source_line.is_empty() && place.line == 1 {
        return Ok(());
    }
    let mut line = String::new();
    let mut marked: Option<Range<usize>> = None;
    for (at, character) in place.source_line.chars().enumerate() {
        let start = line.len();
        show(&mut line, character, "    ");
        if (place.caret..place.caret + place.length).contains(&at) {
            marked = Some(marked.map_or(start, |marked| marked.start)..line.len());
        }
    }
    // A place after the end of the line.
    let marked = marked.unwrap_or(line.len()..line.len());
    for line in report::excerpt(&line, place.line, marked, severity) {
        write!(f, "\n  {line}")?;
    }
    Ok(())
}

/// Escapes every character that a terminal would act upon, and every invisible one.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        show(&mut shown, character, "\\t");
    }
    shown
}

/// Appends one character in its visible form.
fn show(out: &mut String, character: char, tab: &str) {
    match character {
        '\t' => out.push_str(tab),
        '\n' => out.push_str("\\n"),
        _ if is_hidden(character) || is_invisible(character) => {
            out.extend(character.escape_unicode());
        }
        _ => out.push(character),
    }
}
