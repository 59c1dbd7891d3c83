//! Formats texts as scalars of a file: plain, in single quotes, or in double quotes.

/// Formats `text` as the replacement of the scalar `written`, with its quotes included: in the same style if that is
/// valid.
///
/// ```
/// use oas_document::write::rewrite;
///
/// assert_eq!(rewrite("Pet", "Animal"), "Animal");
/// assert_eq!(rewrite("'Pet'", "Bob's pet"), "'Bob''s pet'");
/// assert_eq!(rewrite("\"Pet\"", "a\tb"), r#""a\tb""#);
/// assert_eq!(rewrite("Pet", "3.0"), "'3.0'");
/// ```
#[must_use]
pub fn rewrite(written: &str, text: &str) -> String {
    match written.chars().next() {
        Some('"') => double(text),
        Some('\'') => single(text),
        _ if is_plain(text, |c| written.contains(c)) => text.to_owned(),
        _ => single(text),
    }
}

/// Formats `text` as a string: in double quotes if `is_json` is true, otherwise as a plain scalar of YAML, or in single
/// quotes if a plain one would not be parsed as this string.
///
/// ```
/// use oas_document::write::text;
///
/// assert_eq!(text("Pet", false), "Pet");
/// assert_eq!(text("yes", false), "'yes'");
/// assert_eq!(text("Pet", true), "\"Pet\"");
/// ```
#[must_use]
pub fn text(text: &str, is_json: bool) -> String {
    match is_json {
        true => double(text),
        false if is_plain(text, |_| false) => text.to_owned(),
        false => single(text),
    }
}

fn double(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn single(text: &str) -> String {
    match text.chars().any(char::is_control) {
        true => double(text),
        false => format!("'{}'", text.replace('\'', "''")),
    }
}

/// Returns whether a plain scalar is parsed as this string (YAML 1.2.2 §7.3.3, §10.3.2).
///
/// `allows` returns whether an indicator of flow collections is valid here, because the scalar contained it before.
/// Words that parsers of YAML 1.1 read as Booleans or null are rejected.
fn is_plain(text: &str, allows: impl Fn(char) -> bool) -> bool {
    const WORDS: [&str; 11] = [
        "null", "true", "false", "yes", "no", "on", "off", "y", "n", "~", "<<",
    ];
    let is_start = |c: char| c.is_alphabetic() || matches!(c, '/' | '_' | '$' | '.' | '(' | ')');
    let is_inner = |c: char| match c {
        ',' | '[' | ']' | '{' | '}' => allows(c),
        _ => !c.is_control() && !matches!(c, '"' | '\u{feff}'),
    };
    let lower = text.to_lowercase();
    let is_number = || {
        let digits = text.trim_start_matches(['.', '+', '-', '_']);
        digits.starts_with(|c: char| c.is_ascii_digit())
            || matches!(lower.as_str(), ".inf" | ".nan")
    };
    // `3.1` is parsed as a number, `3.1.2` is not.
    let is_release = || {
        let parts = text.split('.');
        let is_number =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        parts.clone().count() == 3 && parts.clone().all(is_number)
    };
    is_release()
        || text.starts_with(is_start)
            && text.chars().all(is_inner)
            && !text.contains(": ")
            && !text.contains(" #")
            && !text.ends_with([':', ' '])
            && !text.starts_with("...")
            && !WORDS.contains(&lower.as_str())
            && !is_number()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Document;

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same_text(text in "\\PC{0,12}|[a-z.:#~ 0-9'\"-]{0,8}", quote in 0..3usize) {
            let written = rewrite(["a", "'a'", "\"a\""][quote], &text);
            let source = format!("openapi: 3.0.4\nx-a: {written}\nx-b: [{{a: {written}}}]\n");
            let document = Document::parse("a.yaml", &source);
            let document = document.map_err(|found| TestCaseError::fail(format!("{source}{found:?}")))?;
            for pointer in ["/x-a", "/x-b/0/a"] {
                let node = document.node_at(pointer).unwrap();
                prop_assert_eq!(node.as_str(), Some(&*text), "{}", source);
            }
        }
    }
}
