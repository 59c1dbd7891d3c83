//! Converts names of a document to Rust identifiers that are valid and unique.

mod distinct;
mod look_alikes;

use std::collections::{HashMap, HashSet};

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// Converts a name to `snake_case`, for fields, methods and modules. Keywords are escaped later, by [`ident`].
pub(crate) fn snake(name: &str) -> String {
    look_alikes::apart(name, |name| valid(&spoken(name).to_snake_case(), "value"))
}

/// Converts a name to `UpperCamelCase`, for types and variants.
pub(crate) fn camel(name: &str) -> String {
    let camel = look_alikes::apart(name, |name| {
        valid(&spoken(name).to_upper_camel_case(), "Value")
    });
    if camel == "Self" {
        "SelfValue".to_owned()
    } else {
        camel
    }
}

/// Converts a name to `UPPER_SNAKE_CASE`, for statics.
pub(crate) fn shouty(name: &str) -> String {
    look_alikes::apart(name, |name| {
        valid(&spoken(name).to_shouty_snake_case(), "VALUE")
    })
}

/// Converts a name to an identifier: keywords become raw identifiers, and the few that are invalid as raw ones get an
/// underscore.
pub(crate) fn ident(name: &str) -> proc_macro2::Ident {
    let span = proc_macro2::Span::call_site();
    match name {
        "self" | "super" | "crate" | "Self" | "_" => {
            proc_macro2::Ident::new(&format!("{name}_"), span)
        }
        _ if KEYWORDS.binary_search(&name).is_ok() => proc_macro2::Ident::new_raw(name, span),
        _ => proc_macro2::Ident::new(name, span),
    }
}

/// The strict and reserved keywords of the edition 2024 (The Rust Reference, Keywords), in order; without those that no
/// raw identifier can be.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Signs that carry meaning at the start of a name are spoken, so that `+1` and `-1`, or `+name` and `-name`, are a pair.
fn spoken(name: &str) -> String {
    // Names of signs alone are made of the names of the signs.
    if name != "*" && !name.is_empty() && !name.chars().any(char::is_alphanumeric) {
        return distinct::spelled(name);
    }
    let mut rest = name.chars();
    let prefix = match rest.next() {
        Some('+') => "plus ",
        Some('-') if rest.clone().next().is_some_and(char::is_alphanumeric) => "minus ",
        Some('$') => "dollar ",
        Some('@') => "at ",
        Some('*') if name.len() == 1 => "any ",
        Some('<') => "less ",
        Some('>') => "greater ",
        Some('=') => "equals ",
        Some('!') => "not ",
        _ => return name.to_owned(),
    };
    format!("{prefix}{}", rest.as_str())
}

/// Removes characters that are invalid in an identifier; an empty result becomes `fallback`.
fn valid(name: &str, fallback: &str) -> String {
    let kept: String = name
        .chars()
        .filter(|&c| c == '_' || (c.is_alphanumeric() && unicode_ident::is_xid_continue(c)))
        .collect();
    match kept.chars().next() {
        None => fallback.to_owned(),
        Some(first) if first == '_' || unicode_ident::is_xid_start(first) => kept,
        // Digits cannot start an identifier.
        Some(_) => {
            let glue = if fallback.starts_with(char::is_uppercase) {
                ""
            } else {
                "_"
            };
            format!("{}{glue}{kept}", &fallback[..1])
        }
    }
}

/// Names of one scope, each given out once.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    taken: HashSet<String>,
    /// The number that a name had last: a thousand names that are alike would each try those of all before it.
    last: HashMap<String, u32>,
}

impl Scope {
    /// Creates a scope in which these names are reserved.
    pub(crate) fn reserving<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            taken: names.into_iter().map(str::to_owned).collect(),
            last: HashMap::new(),
        }
    }

    /// Returns whether a name is in use or reserved.
    pub(crate) fn is_taken(&self, name: &str) -> bool {
        self.taken.contains(name)
    }

    /// Returns `name` if it is free, and otherwise `name` with the smallest number that makes it unique.
    pub(crate) fn claim(&mut self, name: &str) -> String {
        self.claim_family(name, &[""])
    }

    /// Returns `name`, or `name` with the smallest number, such that its combinations with these suffixes are free, and claims them. It
    /// is one of them: the first suffix is empty.
    pub(crate) fn claim_family(&mut self, name: &str, suffixes: &[&str]) -> String {
        let mut unique = name.to_owned();
        let mut number = self.last.get(name).copied().unwrap_or(1);
        let members = |name: &str| -> Vec<String> {
            let members = suffixes.iter().map(|suffix| format!("{name}{suffix}"));
            members.collect()
        };
        while members(&unique)
            .iter()
            .any(|member| self.taken.contains(member))
        {
            number = number.saturating_add(1); // numbers do not run out before memory does
            unique = format!("{name}{number}");
        }
        if number > 1 {
            self.last.insert(name.to_owned(), number);
        }
        self.taken.extend(members(&unique));
        unique
    }

    /// Claims the first of these names that is free, or else the last of them with a number.
    pub(crate) fn claim_first(&mut self, names: &[String]) -> String {
        let free = names.iter().find(|name| !self.taken.contains(*name));
        let name = free.or(names.last()).cloned().unwrap_or_default();
        self.claim(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_like_rust() {
        for (document, field, ty) in [
            ("imageUuid", "image_uuid", "ImageUuid"),
            ("md5Sum", "md5_sum", "Md5Sum"),
            ("type", "type", "Type"),
            ("self", "self", "SelfValue"),
            ("+1", "plus_1", "Plus1"),
            ("-1", "minus_1", "Minus1"),
            ("+name", "plus_name", "PlusName"),
            ("-name", "minus_name", "MinusName"),
            ("--", "minus_minus", "MinusMinus"),
            ("2fa", "v_2fa", "V2fa"),
            ("", "value", "Value"),
            ("\"; fn x() {}", "fn_x", "FnX"),
            ("镜像", "镜像", "镜像"),
            ("название", "название", "Название"),
            ("ﬁle", "file", "File"),
            // In Cyrillic letters.
            (
                "ѕсоре",
                "u0455_u0441_u043e_u0440_u0435",
                "U0455U0441U043eU0440U0435",
            ),
            ("ℓ", "l", "L"),
        ] {
            assert_eq!(
                (snake(document).as_str(), camel(document).as_str()),
                (field, ty),
                "{document}"
            );
        }
    }

    #[test]
    fn keywords_become_raw_identifiers() {
        assert_eq!(ident("type").to_string(), "r#type");
        assert_eq!(ident("self").to_string(), "self_");
        assert_eq!(ident("name").to_string(), "name");
    }

    #[test]
    fn a_name_is_given_out_once() {
        let mut scope = Scope::default();
        assert_eq!(scope.claim("Item"), "Item");
        assert_eq!(scope.claim("Item"), "Item2");
        assert_eq!(
            scope.claim_first(&["Item".into(), "ItemBody".into()]),
            "ItemBody"
        );
    }
}
