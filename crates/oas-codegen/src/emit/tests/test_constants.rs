//! Collects texts that generated tests contain: short ones are inline, long ones are constants.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;
use serde::Serialize;

use crate::emit::json_text;
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
    /// Emits an expression for a JSON text. `hint` becomes the name of a constant.
    pub(super) fn json(&mut self, hint: &str, value: &impl Serialize) -> TokenStream {
        let mut text = serde_json::to_string(value).unwrap_or_default();
        if text.len() > LINE {
            text = serde_json::to_string_pretty(value).unwrap_or(text);
        }
        let shown = json_text::visible(&text);
        self.expression(hint, &shown, json_text::literal)
    }

    /// Emits an expression for any text.
    pub(super) fn text(&mut self, hint: &str, text: &str) -> TokenStream {
        self.expression(hint, text, |text| quote!(#text))
    }

    fn expression(
        &mut self,
        hint: &str,
        text: &str,
        literal: impl FnOnce(&str) -> TokenStream,
    ) -> TokenStream {
        if text.len() <= SHORT {
            return literal(text);
        }
        if let Some(name) = self.known.get(text) {
            let name = ident(name);
            return quote!(#name);
        }
        let name = self.names.claim(&shouty(hint));
        let (constant, literal) = (ident(&name), literal(text));
        self.constants
            .push(quote!(const #constant: &str = #literal;));
        self.known.insert(text.to_owned(), name);
        quote!(#constant)
    }

    /// Emits the constants, in the order of their first use.
    pub(super) fn constants(self) -> TokenStream {
        let constants = self.constants;
        quote!(#(#constants)*)
    }
}
