//! Collects the items of a Rust file.
//!
//! Every item is printed as soon as it is emitted: tokens take some forty times the memory of their text, and those of
//! a large document would have to be copied whenever they become part of others.

use proc_macro2::TokenStream;
use quote::quote;

use super::print::{self, Kind};
use crate::symbols::Symbols;

/// The items of a file, printed, and what they use from elsewhere.
#[derive(Default)]
pub(super) struct RustFile {
    /// Inner attributes.
    attributes: String,
    items: Vec<(Kind, String)>,
    symbols: Symbols,
}

impl RustFile {
    /// Creates a file outside of the generated crate of this name, such as a test of it.
    pub(super) fn outside(own: &str) -> Self {
        Self {
            symbols: Symbols::outside(own),
            ..Self::default()
        }
    }

    /// Adds items.
    pub(super) fn add(&mut self, items: TokenStream) {
        let printed = print::items(items, &mut self.symbols);
        self.attributes.push_str(&printed.attributes);
        self.items.extend(printed.items);
    }

    /// Adds items in their order.
    pub(super) fn add_all(&mut self, items: impl IntoIterator<Item = TokenStream>) {
        items.into_iter().for_each(|items| self.add(items));
    }

    /// Adds the items of another file.
    pub(super) fn append(&mut self, other: Self) {
        self.symbols.extend(other.symbols);
        self.items.extend(other.items);
    }

    /// Adds a module: `head` is its documentation and name, as in `/// … pub mod name`, `inner` its content, into which
    /// `use super::*` has to import the names of the file.
    pub(super) fn add_module(&mut self, head: TokenStream, inner: Self) {
        let head = print::items(quote!(#head {}), &mut self.symbols);
        let mut members = String::new();
        let mut text = String::new();
        join(&mut text, inner.items);
        for line in text.lines() {
            if !line.is_empty() {
                members.push_str("    ");
                members.push_str(line);
            }
            members.push('\n');
        }
        self.symbols.extend(inner.symbols);
        for (_, head) in head.items {
            let head = head.trim_end().trim_end_matches('}');
            self.items
                .push((Kind::Other, format!("{head}\n{members}}}\n")));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(super) fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    /// Returns the text of the file: a preamble, imports, and the items.
    pub(super) fn text(self, preamble: &str) -> String {
        let imports = print::items(self.symbols.imports(), &mut Symbols::default());
        let mut items = imports.items;
        items.extend(self.items);
        let length: usize = items.iter().map(|(_, text)| text.len() + 1).sum();
        let mut out = String::with_capacity(preamble.len() + self.attributes.len() + 1 + length);
        out.push_str(preamble);
        if !self.attributes.is_empty() {
            // Attributes have no empty lines between them.
            if out.ends_with("]\n\n") {
                out.pop();
            }
            out.push_str(&self.attributes);
            out.push('\n');
        }
        join(&mut out, items);
        out
    }
}

impl From<TokenStream> for RustFile {
    fn from(items: TokenStream) -> Self {
        let mut file = Self::default();
        file.add(items);
        file
    }
}

/// Formats statements, as a README shows them.
pub(super) fn statements(tokens: TokenStream) -> Result<String, String> {
    let function = quote! { async fn statements() { #tokens } };
    let function = syn::parse2(function).map_err(|error| error.to_string())?;
    let text = prettyplease::unparse(&function);
    let lines = inside(&text).lines();
    let lines: Vec<&str> = lines
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        .collect();
    Ok(lines.join("\n"))
}

/// Returns the text between the first and the last line.
fn inside(block: &str) -> &str {
    let start = block.find('\n').map_or(block.len(), |end| end + 1);
    let end = block.trim_end().rfind('\n').map_or(start, |end| end + 1);
    block.get(start..end).unwrap_or_default()
}

/// Adds items to a text, and drops each when it was added: together they are as long as the text.
fn join(out: &mut String, items: Vec<(Kind, String)>) {
    let mut previous = None;
    for (kind, text) in items {
        if previous.is_some_and(|previous: Kind| previous.is_apart_from(kind)) {
            out.push('\n');
        }
        out.push_str(&text);
        previous = Some(kind);
    }
}
