//! Formats JSON for Rust files: as a raw string, with every character visible.

use std::borrow::Cow;

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
        if is_hidden(c) {
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

/// Returns whether a character is invisible in the file, or changes the order in which text is displayed.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
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
