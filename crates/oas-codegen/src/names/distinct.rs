//! Names siblings: each by its own name, and none by its position, so that reordering a document changes nothing for
//! the users of generated code.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::Scope;

/// A name that was given to one of several things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    /// Whether only a number distinguishes it from the name of another of them.
    pub(crate) is_numbered: bool,
}

impl Scope {
    /// Returns names for all of these, in their order. Of those that `convert` makes equal, the plainest keeps the
    /// name, and the signs and capitals of the others become words.
    pub(crate) fn claim_all(
        &mut self,
        originals: &[&str],
        convert: fn(&str) -> String,
    ) -> Vec<Named> {
        let simple: Vec<String> = originals.iter().map(|original| convert(original)).collect();
        let mut order: Vec<usize> = (0..originals.len()).collect();
        order.sort_by_key(|&index| {
            let original = originals[index];
            (original != simple[index], oddity(original), original)
        });
        let mut owners: HashMap<&str, usize> = HashMap::new();
        for &index in &order {
            owners.entry(&simple[index]).or_insert(index);
        }
        // Unique names come first, so that no spelled one takes them.
        order.sort_by_key(|&index| Reverse(owners.get(&*simple[index]) == Some(&index)));
        let mut names = vec![None; originals.len()];
        let mut given: HashMap<String, usize> = HashMap::new();
        for index in order {
            let wanted = match owners.get(&*simple[index]) == Some(&index) {
                true => simple[index].clone(),
                false => convert(&spelled(originals[index])),
            };
            let name = self.claim(&wanted);
            let is_numbered = name != wanted && given.contains_key(&wanted);
            given.insert(name.clone(), index);
            names[index] = Some(Named { name, is_numbered });
        }
        names.into_iter().flatten().collect()
    }
}

/// Returns how much an original differs from a plain name, by its signs and capitals.
fn oddity(original: &str) -> usize {
    let is_odd = |c: &char| !c.is_alphanumeric() || c.is_uppercase();
    original.chars().filter(is_odd).count()
}

/// Spells a name with its signs as words, or with its capitals if it has none.
pub(super) fn spelled(original: &str) -> String {
    let mut out = String::new();
    for c in original.chars() {
        match word(c) {
            Some(word) => out.push_str(&format!(" {word} ")),
            None => out.push(c),
        }
    }
    if out != original {
        return out;
    }
    if let Some(spelled) = super::look_alikes::spelled_variant(original) {
        return spelled;
    }
    let has_lower = original.chars().any(char::is_lowercase);
    let has_upper = original.chars().any(char::is_uppercase);
    let kind = match (has_lower, has_upper) {
        (false, true) => "upper",
        (true, true) if original.starts_with(char::is_uppercase) => "capital",
        (true, false) => "lower",
        _ => "mixed",
    };
    format!("{original} {kind}")
}

/// Returns the word for a sign.
fn word(c: char) -> Option<&'static str> {
    Some(match c {
        '!' => "not",
        '"' => "quote",
        '#' => "hash",
        '$' => "dollar",
        '%' => "percent",
        '&' => "and",
        '\'' => "apostrophe",
        '(' => "open",
        ')' => "close",
        '*' => "star",
        '+' => "plus",
        ',' => "comma",
        '-' => "minus",
        '.' => "dot",
        '/' => "slash",
        ':' => "colon",
        ';' => "semicolon",
        '<' => "less",
        '=' => "equals",
        '>' => "greater",
        '?' => "question",
        '@' => "at",
        '[' => "bracket",
        '\\' => "backslash",
        ']' => "closed",
        '^' => "caret",
        '_' => "underscore",
        '`' => "backtick",
        '{' => "brace",
        '|' => "pipe",
        '}' => "ended",
        '~' => "tilde",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{camel, snake};
    use super::*;

    fn names(originals: &[&str], convert: fn(&str) -> String) -> Vec<String> {
        let named = Scope::default().claim_all(originals, convert);
        named.into_iter().map(|named| named.name).collect()
    }

    #[test]
    fn names_are_told_apart_by_what_they_are() {
        let values = ["-name", "name", "<=", ">=", "!=", "~=", "~", "="];
        let expected = [
            "MinusName",
            "Name",
            "LessEquals",
            "GreaterEquals",
            "NotEquals",
            "TildeEquals",
            "Tilde",
            "Equals",
        ];
        assert_eq!(names(&values, camel), expected);
        let properties = ["a.b", "a_b", "a-b", "_id", "id", "ID", "Id"];
        let expected = [
            "a_dot_b",
            "a_b",
            "a_minus_b",
            "underscore_id",
            "id",
            "id_upper",
            "id_capital",
        ];
        assert_eq!(names(&properties, snake), expected);
    }

    #[test]
    fn their_order_does_not_matter() {
        let mut originals = vec!["x", "X", "x2", "-x", "+x", "x!", "_x", "x_", "xX", "Xx"];
        let mut known: HashMap<&str, String> = HashMap::new();
        for _ in 0..originals.len() {
            originals.rotate_left(3);
            originals.swap(0, 5);
            for (original, name) in originals.iter().zip(names(&originals, snake)) {
                let first = known.entry(original).or_insert_with(|| name.clone());
                assert_eq!(*first, name, "{original}");
            }
        }
    }

    #[test]
    fn a_number_that_nothing_else_explains_is_reported() {
        let mut scope = Scope::reserving(["new"]);
        let named = scope.claim_all(&["new", "ⅰ!", "ⅰ!!"], snake);
        let is_numbered: Vec<bool> = named.iter().map(|named| named.is_numbered).collect();
        assert_eq!(named[0].name, "new2");
        assert_eq!(is_numbered, [false, false, false], "{named:?}");
        let named = scope.claim_all(&["\u{2028}", "\u{2029}"], snake);
        assert!(named.iter().any(|named| named.is_numbered), "{named:?}");
    }
}
