//! Addresses of mailboxes (RFC 5321 §4.1.2, RFC 6531 §3.3).

use std::net::{Ipv4Addr, Ipv6Addr};

use unicode_normalization::UnicodeNormalization as _;

use super::hostname::{is_hostname, is_idn_hostname};

/// The longest part before the `@`, in octets (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL_PART_LEN: usize = 64;

pub(super) fn is_email(text: &str) -> bool {
    is_mailbox(text, |character| character.is_ascii(), is_hostname)
}

pub(super) fn is_idn_email(text: &str) -> bool {
    // Senders should normalize, receivers may not demand it (RFC 6532 §3.1).
    let is_domain = |domain: &str| is_idn_hostname(&domain.nfc().collect::<String>());
    is_mailbox(text, |_| true, is_domain)
}

fn is_mailbox(
    text: &str,
    is_allowed: impl Fn(char) -> bool,
    is_domain: impl Fn(&str) -> bool,
) -> bool {
    // A domain has no `@`, and a quoted local part may.
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_local = match local.strip_prefix('"') {
        Some(quoted) => is_quoted(quoted),
        None => local.split('.').all(is_atom),
    };
    let is_address = match domain.strip_prefix('[') {
        Some(literal) => literal.strip_suffix(']').is_some_and(is_address_literal),
        None => is_domain(domain),
    };
    local.len() <= MAX_LOCAL_PART_LEN && local.chars().all(is_allowed) && is_local && is_address
}

/// Returns whether a text is an `Atom` (RFC 5321 §4.1.2).
fn is_atom(atom: &str) -> bool {
    let is_text = |character: char| {
        character.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(character)
            || !character.is_ascii()
    };
    !atom.is_empty() && atom.chars().all(is_text)
}

/// Returns whether a text is a `Quoted-string` after its first quote, including the last one.
fn is_quoted(text: &str) -> bool {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let is_text = match character {
            '"' => return characters.next().is_none(),
            '\\' => characters
                .next()
                .is_some_and(|escaped| matches!(escaped, ' '..='~')),
            other => matches!(other, ' '..='~') || !other.is_ascii(),
        };
        if !is_text {
            return false;
        }
    }
    false
}

fn is_address_literal(literal: &str) -> bool {
    match literal.split_at_checked(5) {
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6:") => {
            address.parse::<Ipv6Addr>().is_ok()
        }
        _ => literal.parse::<Ipv4Addr>().is_ok(),
    }
}
