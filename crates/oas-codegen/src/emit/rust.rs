//! Tokens for model types, and text for tokens.

use std::collections::HashSet;

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::quote;

use crate::model::{Api, TypeRef};
use crate::names::ident;

/// How a type is written, with this path before named types.
pub(super) fn type_tokens(api: &Api, ty: &TypeRef, path: &TokenStream) -> TokenStream {
    match ty {
        TypeRef::Bool => quote!(bool),
        TypeRef::Integer(name) | TypeRef::Float(name) => {
            let name = ident(name);
            quote!(#name)
        }
        TypeRef::String => quote!(String),
        TypeRef::Base64 => quote!(#path Base64),
        TypeRef::Bytes => quote!(Vec<u8>),
        TypeRef::Json => quote!(serde_json::Value),
        TypeRef::JsonObject => quote!(serde_json::Map<String, serde_json::Value>),
        TypeRef::List(item) => {
            let item = type_tokens(api, item, path);
            quote!(Vec<#item>)
        }
        TypeRef::Map(value) => {
            let value = type_tokens(api, value, path);
            quote!(std::collections::BTreeMap<String, #value>)
        }
        TypeRef::Nullable(inner) => {
            let inner = type_tokens(api, inner, path);
            quote!(Option<#inner>)
        }
        TypeRef::Named(id) => {
            let name = ident(&api.type_of(*id).name);
            quote!(#path #name)
        }
    }
}

/// Parameter type and conversion of a setter: strings and lists take whatever turns into them.
pub(super) fn setter(api: &Api, ty: &TypeRef, path: &TokenStream) -> (TokenStream, TokenStream) {
    match ty {
        TypeRef::String => (quote!(impl Into<String>), quote!(value.into())),
        TypeRef::List(item) => match &**item {
            TypeRef::String => (
                quote!(impl IntoIterator<Item = impl Into<String>>),
                quote!(value.into_iter().map(Into::into).collect()),
            ),
            item => {
                let item = type_tokens(api, item, path);
                (
                    quote!(impl IntoIterator<Item = #item>),
                    quote!(value.into_iter().collect()),
                )
            }
        },
        TypeRef::Nullable(_) | TypeRef::Json => {
            let ty = type_tokens(api, ty, path);
            (quote!(impl Into<#ty>), quote!(value.into()))
        }
        _ => (type_tokens(api, ty, path), quote!(value)),
    }
}

/// The conversion of a setter, applied to a variable of another name.
pub(super) fn rename_value(conversion: &TokenStream, name: &proc_macro2::Ident) -> TokenStream {
    conversion
        .clone()
        .into_iter()
        .map(|token| match &token {
            proc_macro2::TokenTree::Ident(found) if found == "value" => name.clone().into(),
            _ => token,
        })
        .collect()
}

/// An attribute for a constructor with this many parameters: clippy draws the line at seven.
pub(super) fn crowded(parameters: usize) -> Option<TokenStream> {
    let reason = "all of them are required";
    (parameters > 7).then(|| quote!(#[expect(clippy::too_many_arguments, reason = #reason)]))
}

/// The names that code holds, so that it imports what it uses and nothing else.
pub(super) struct Names {
    /// All identifiers.
    idents: HashSet<String>,
    /// Identifiers that a path goes through: `module` in `module::item`.
    modules: HashSet<String>,
}

impl Names {
    pub(super) fn of(tokens: &TokenStream) -> Self {
        let mut names = Self {
            idents: HashSet::new(),
            modules: HashSet::new(),
        };
        names.read(tokens.clone());
        names
    }

    fn read(&mut self, tokens: TokenStream) {
        let mut last: Option<String> = None;
        for token in tokens {
            let mut name = None;
            match token {
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Ident(ident) => {
                    let ident = ident.to_string();
                    self.idents.insert(ident.clone());
                    name = Some(ident);
                }
                TokenTree::Punct(punct)
                    if punct.as_char() == ':' && punct.spacing() == Spacing::Joint =>
                {
                    self.modules.extend(last.take());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            last = name;
        }
    }

    /// Those of these names that the code holds.
    pub(super) fn among(&self, names: &[&str]) -> Vec<proc_macro2::Ident> {
        names
            .iter()
            .filter(|name| self.idents.contains(**name))
            .map(|name| ident(name))
            .collect()
    }

    /// Whether a path goes through a module of this name.
    pub(super) fn has_module(&self, name: &str) -> bool {
        self.modules.contains(name)
    }

    /// `use crate::{…};` of those of these modules that paths go through.
    pub(super) fn own_modules(&self, names: &[&str]) -> TokenStream {
        let used: Vec<proc_macro2::Ident> = names
            .iter()
            .filter(|name| self.has_module(name))
            .map(|name| ident(name))
            .collect();
        if used.is_empty() {
            TokenStream::new()
        } else {
            quote!(use crate::{#(#used),*};)
        }
    }
}

/// Formats a file of items, with a blank line after each item that ends in a brace.
pub(super) fn file(preamble: &str, tokens: TokenStream) -> Result<String, syn::Error> {
    let file = syn::parse2::<syn::File>(tokens)?;
    let text = prettyplease::unparse(&file);
    let mut out = String::with_capacity(preamble.len() + text.len() + text.len() / 16);
    out.push_str(preamble);
    let mut previous: Option<(usize, Line)> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let kind = Line::of(line.trim_start());
        if let Some((before, last)) = previous
            && before >= indent
            && last.wants_blank(kind)
        {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        previous = Some((indent, kind));
    }
    Ok(out)
}

/// Formats statements, as they stand in a README.
pub(super) fn statements(tokens: &TokenStream) -> String {
    let Ok(file) = syn::parse2::<syn::File>(quote! { async fn statements() { #tokens } }) else {
        return tokens.to_string();
    };
    let text = prettyplease::unparse(&file);
    let lines: Vec<&str> = text.lines().collect();
    let body = lines
        .get(1..lines.len().saturating_sub(1))
        .unwrap_or_default();
    body.iter()
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What a line of formatted code is, as far as blank lines go. String literals hold no line breaks in generated code,
/// so no line is the inside of one.
#[derive(Clone, Copy, PartialEq)]
enum Line {
    Use,
    Module,
    Inner,
    Close,
    Item,
    Other,
}

impl Line {
    fn of(line: &str) -> Self {
        const ITEMS: [&str; 9] = [
            "///",
            "#[",
            "pub ",
            "fn ",
            "async fn ",
            "impl",
            "static ",
            "const ",
            "struct ",
        ];
        if line.starts_with("use ") || line.starts_with("pub use ") {
            Self::Use
        } else if line.starts_with("//!") || line.starts_with("#![") {
            Self::Inner
        } else if (line.starts_with("mod ") || line.starts_with("pub mod ")) && line.ends_with(';')
        {
            Self::Module
        } else if line == "}" || line.ends_with(';') {
            Self::Close
        } else if ITEMS.iter().any(|start| line.starts_with(start)) {
            Self::Item
        } else {
            Self::Other
        }
    }

    fn wants_blank(self, next: Self) -> bool {
        match (self, next) {
            (Self::Close, Self::Item) => true,
            (Self::Use | Self::Module | Self::Inner, _) => self != next && next != Self::Close,
            _ => false,
        }
    }
}
