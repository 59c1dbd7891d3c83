//! Keeps names apart from others that look the same (UTS #39), of which the compiler warns in every crate that has them.

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::{
    GeneralSecurityProfile as _, confusable_detection::skeleton,
    is_potential_mixed_script_confusable_char,
};

/// Converts a name with `case`. Letters that are not for identifiers, and those of a name that consists of letters which
/// look like Latin ones, become their code points: `ѕсоре` in Cyrillic letters is not `scope`.
pub(super) fn apart(name: &str, case: impl Fn(&str) -> String) -> String {
    if name.is_ascii() {
        return case(name);
    }
    // Variants of letters, such as those of full width, are the letters.
    let name: String = name.nfkc().collect();
    let is_restricted = |c: char| c.is_alphanumeric() && !c.identifier_allowed();
    let converted = case(&spelled(&name, is_restricted));
    let mut foreign = converted.chars().filter(|c| !c.is_ascii()).peekable();
    match foreign.peek().is_some() && foreign.all(looks_latin) {
        true => case(&spelled(&name, |c| !c.is_ascii())),
        false => converted,
    }
}

/// Spells the letters of a name that is another one after normalization (UAX #15), such as that with the micro sign of
/// that with a Greek letter.
pub(super) fn spelled_variant(name: &str) -> Option<String> {
    let is_variant = name.nfkc().ne(name.chars());
    is_variant.then(|| spelled(name, |c| !c.is_ascii()))
}

fn looks_latin(c: char) -> bool {
    let mut text = [0; 4];
    is_potential_mixed_script_confusable_char(c)
        || skeleton(c.encode_utf8(&mut text)).all(|c| c.is_ascii())
}

/// Replaces characters by words of their code points.
fn spelled(name: &str, is_spelled: impl Fn(char) -> bool) -> String {
    let mut out = String::new();
    for c in name.chars() {
        match is_spelled(c) {
            true => out.push_str(&format!(" u{:04x} ", u32::from(c))),
            false => out.push(c),
        }
    }
    out
}
