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

/// Returns whether a character is not displayed, or changes how the text around it is: a control character, a line or paragraph
/// separator, and all that sets the direction of writing, marks such as U+200E among them (Unicode Technical Report 36 §2.4).
///
/// ```
/// use oas_wire::text::is_hidden;
///
/// assert!(is_hidden('\n') && is_hidden('\u{200e}'));
/// assert!(!is_hidden('é'));
/// ```
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || is_directional(c)
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
        )
}

/// Returns whether a character has no shape of its own, so that two names may differ in nothing else (Unicode Technical Standard 39
/// §3.1).
///
/// ```
/// assert!(oas_wire::text::is_invisible('\u{200b}'));
/// ```
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}')
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
