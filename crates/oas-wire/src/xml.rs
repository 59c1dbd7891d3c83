//! Escapes text in XML.

/// Escapes a text for the content of an element or the value of an attribute (XML 1.0 §2.4).
///
/// A carriage return is written as a reference, because parsers read a bare one as a line feed (§2.11). Characters that XML
/// does not allow (§2.2) become U+FFFD.
///
/// ```
/// assert_eq!(oas_wire::xml::escape("a < \"b\"\u{1}"), "a &lt; &quot;b&quot;\u{fffd}");
/// ```
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
