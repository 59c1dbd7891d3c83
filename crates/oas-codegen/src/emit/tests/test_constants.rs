//! Texts that generated tests quote: short ones where they are used, long ones once, under a name.

use std::collections::HashMap;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde::Serialize;

use crate::names::{Scope, ident, shouty};

/// Texts up to this length are written where they are used.
const SHORT: usize = 40;
/// JSON up to this length is written on one line.
const LINE: usize = 90;

/// The texts of one file.
#[derive(Default)]
pub(super) struct Quoted {
    names: Scope,
    known: HashMap<String, String>,
    constants: Vec<TokenStream>,
}

impl Quoted {
    /// An expression for a JSON text. `hint` names it, should it need a name.
    pub(super) fn json(&mut self, hint: &str, value: &impl Serialize) -> TokenStream {
        let mut text = serde_json::to_string(value).unwrap_or_default();
        if text.len() > LINE {
            text = serde_json::to_string_pretty(value).unwrap_or(text);
        }
        // The content of a JSON string may be escaped there, so that it shows in the file.
        let shown: String = text
            .chars()
            .flat_map(|c| {
                let escaped: Vec<char> = if is_hidden(c) {
                    let mut units = [0; 2];
                    let units = c.encode_utf16(&mut units).iter();
                    units
                        .flat_map(|unit| format!("\\u{unit:04x}").chars().collect::<Vec<_>>())
                        .collect()
                } else {
                    vec![c]
                };
                escaped
            })
            .collect();
        self.expression(hint, &shown, raw(&shown))
    }

    /// An expression for any text.
    pub(super) fn text(&mut self, hint: &str, text: &str) -> TokenStream {
        self.expression(hint, text, quote!(#text))
    }

    fn expression(&mut self, hint: &str, text: &str, literal: TokenStream) -> TokenStream {
        if text.len() <= SHORT {
            return literal;
        }
        if let Some(name) = self.known.get(text) {
            let name = ident(name);
            return quote!(#name);
        }
        let name = self.names.claim(&shouty(hint));
        let constant = ident(&name);
        self.constants
            .push(quote!(const #constant: &str = #literal;));
        self.known.insert(text.to_owned(), name);
        quote!(#constant)
    }

    /// The constants, in the order in which they were first used.
    pub(super) fn constants(self) -> TokenStream {
        let constants = self.constants;
        quote!(#(#constants)*)
    }
}

/// Characters that a reader of the file does not see, or that change the order of what is seen.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A raw string, with as many number signs as it takes.
fn raw(text: &str) -> TokenStream {
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
