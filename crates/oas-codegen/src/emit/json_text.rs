//! Formats JSON for Rust files: as a raw string, with every character visible.

use std::borrow::Cow;

use oas_wire::text::{is_hidden, is_invisible};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// Returns a JSON text whose strings show every character: hidden ones are escaped, which changes no value.
pub(super) fn visible(json: &str) -> Cow<'_, str> {
    const DELETE: char = '\u{7f}';
    if json.is_ascii() && !json.contains(DELETE) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // The control characters of ASCII are escaped in strings, but for this one.
        let is_plain = c.is_ascii() && c != DELETE;
        // A space that does not break looks like one that does.
        if !is_plain && (c == '\u{a0}' || is_hidden(c) || is_invisible(c)) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Returns a literal of a text without hidden characters: a raw string, with as many number signs as it takes, where an
/// ordinary one would need escapes.
pub(super) fn literal(text: &str) -> TokenStream {
    if !text.contains(['"', '\\']) {
        return quote!(#text);
    }
    let mut signs = "#".to_owned();
    while text.contains(&format!("\"{signs}")) {
        signs.push('#');
    }
    match format!("r{signs}\"{text}\"{signs}").parse::<Literal>() {
        Ok(literal) => quote!(#literal),
        Err(_) => quote!(#text),
    }
}
