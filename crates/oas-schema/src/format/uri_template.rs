//! Validates URI templates (RFC 6570 §2). The parsers of existing crates are for expansion, and accept more.

pub(super) fn is_uri_template(text: &str) -> bool {
    let mut rest = text;
    loop {
        let (literal, after) = match rest.split_once('{') {
            Some((literal, after)) => (literal, Some(after)),
            None => (rest, None),
        };
        if !is_encoded(literal, is_literal) {
            return false;
        }
        let Some(after) = after else {
            return true;
        };
        match after.split_once('}') {
            Some((expression, after)) if is_expression(expression) => rest = after,
            _ => return false,
        }
    }
}

/// Returns whether a text consists of characters that `is_allowed` accepts and percent-encoded octets.
fn is_encoded(text: &str, is_allowed: impl Fn(char) -> bool) -> bool {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default();
    first.chars().all(&is_allowed)
        && parts.all(|part| {
            part.split_at_checked(2).is_some_and(|(digits, rest)| {
                digits.bytes().all(|digit| digit.is_ascii_hexdigit())
                    && rest.chars().all(&is_allowed)
            })
        })
}

/// Returns whether a character is valid in `literals` (§2.1), which include the apostrophe by an erratum.
fn is_literal(character: char) -> bool {
    !character.is_control() && !" \"%<>\\^`{|}".contains(character)
}

/// Returns whether a text is a valid expression between braces (§2.2): an operator, and variables with modifiers.
fn is_expression(text: &str) -> bool {
    let variables = text
        .strip_prefix(|first: char| "+#./;?&=,!@|".contains(first))
        .unwrap_or(text);
    variables.split(',').all(|variable| {
        if let Some((name, length)) = variable.split_once(':') {
            let is_length = (1..=4).contains(&length.len())
                && !length.starts_with('0')
                && length.bytes().all(|digit| digit.is_ascii_digit());
            is_name(name) && is_length
        } else {
            is_name(variable.strip_suffix('*').unwrap_or(variable))
        }
    })
}

/// Returns whether a text is a `varname` (§2.3).
fn is_name(name: &str) -> bool {
    let is_character = |character: char| character.is_ascii_alphanumeric() || character == '_';
    name.split('.')
        .all(|part| !part.is_empty() && is_encoded(part, is_character))
}
