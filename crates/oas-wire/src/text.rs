//! Replaces characters that change how the text around them is displayed: control characters, and those that set the
//! direction of writing.
//!
//! Text of strangers is displayed in terminals, reports and source files, where such a character can hide or reorder
//! what is beside it.

/// Returns whether a character sets the direction of the text that follows it (Unicode Bidirectional Algorithm,
/// explicit formatting characters).
///
/// ```
/// assert!(oas_wire::text::is_directional('\u{202e}'));
/// ```
#[must_use]
pub const fn is_directional(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Replaces every control character, line breaks included, and every character that sets the direction of writing by
/// U+FFFD.
///
/// ```
/// assert_eq!(oas_wire::text::visible("a\u{1b}[31m\n\u{202e}b"), "a\u{fffd}[31m\u{fffd}\u{fffd}b");
/// ```
#[must_use]
pub fn visible(text: &str) -> String {
    text.replace(is_hidden, "\u{fffd}")
}

/// Replaces as [`visible`] does, but keeps line breaks.
///
/// ```
/// assert_eq!(oas_wire::text::visible_lines("a\u{1b}[31m\n\u{202e}b"), "a\u{fffd}[31m\n\u{fffd}b");
/// ```
#[must_use]
pub fn visible_lines(text: &str) -> String {
    text.replace(|c| c != '\n' && is_hidden(c), "\u{fffd}")
}

fn is_hidden(c: char) -> bool {
    c.is_control() || is_directional(c)
}
