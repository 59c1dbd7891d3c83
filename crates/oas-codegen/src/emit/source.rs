//! Rust source in the making.
//!
//! Every item is formatted as soon as it is made: tokens take some forty times the memory of their text, and those of a
//! large document would have to be copied whenever they become part of others.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, ItemImpl, ItemTrait, parse_quote};

use crate::symbols::Symbols;

/// The items of a file, formatted, and what they use from elsewhere.
#[derive(Default)]
pub(super) struct Source {
    /// Inner attributes.
    attributes: String,
    items: Vec<(Kind, String)>,
    symbols: Symbols,
}

/// What an item is, as far as blank lines go.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Use,
    /// `mod name;`
    Module,
    /// A constant or static on one line.
    Constant,
    Other,
}

impl Kind {
    /// Whether there is a blank line between an item and the next one.
    fn is_apart_from(self, next: Self) -> bool {
        match next {
            Self::Use | Self::Module => self != next,
            Self::Constant => matches!(self, Self::Use | Self::Module),
            Self::Other => true,
        }
    }
}

impl Source {
    /// A file outside of the generated crate of this name, such as a test of it.
    pub(super) fn outside(own: &str) -> Self {
        Self {
            symbols: Symbols::outside(own),
            ..Self::default()
        }
    }

    /// Adds items.
    pub(super) fn add(&mut self, items: TokenStream) -> Result<(), String> {
        let mut file = parsed(self.symbols.resolve(items))?;
        self.items.extend(file.items.drain(..).map(print));
        if !file.attrs.is_empty() {
            self.attributes.push_str(&prettyplease::unparse(&file));
        }
        Ok(())
    }

    /// Adds what several places make, in their order.
    pub(super) fn add_all(
        &mut self,
        items: impl IntoIterator<Item = TokenStream>,
    ) -> Result<(), String> {
        items.into_iter().try_for_each(|items| self.add(items))
    }

    /// Adds what was made elsewhere.
    pub(super) fn append(&mut self, other: Self) {
        self.symbols.extend(other.symbols);
        self.items.extend(other.items);
    }

    /// Adds a module: its documentation and name, as in `/// … pub mod name`, and what it holds. Inside, the names of the
    /// file have to be imported by `use super::*`.
    pub(super) fn add_module(&mut self, head: TokenStream, inner: Self) -> Result<(), String> {
        let head = prettyplease::unparse(&parsed(quote!(#head {}))?);
        let mut members = String::new();
        for line in joined(&inner.items).lines() {
            if !line.is_empty() {
                members.push_str("    ");
                members.push_str(line);
            }
            members.push('\n');
        }
        self.symbols.extend(inner.symbols);
        self.items.push((Kind::Other, block(&head, &members)));
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(super) fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    /// The file: a preamble, imports, and the items.
    pub(super) fn file(&self, preamble: &str) -> Result<String, String> {
        let mut out = preamble.to_owned();
        if !self.attributes.is_empty() {
            out.push_str(self.attributes.trim_end());
            out.push_str("\n\n");
        }
        let imports = parsed(self.symbols.imports())?.items;
        let imports: Vec<(Kind, String)> = imports.into_iter().map(print).collect();
        out.push_str(&joined(imports.iter().chain(&self.items)));
        Ok(out)
    }
}

impl TryFrom<TokenStream> for Source {
    type Error = String;

    fn try_from(items: TokenStream) -> Result<Self, String> {
        let mut source = Self::default();
        source.add(items)?;
        Ok(source)
    }
}

/// Formats statements, as a README shows them.
pub(super) fn statements(tokens: TokenStream) -> Result<String, String> {
    let function = parsed(quote! { async fn statements() { #tokens } })?;
    let text = prettyplease::unparse(&function);
    let lines = inside(&text).lines();
    let lines: Vec<&str> = lines
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        .collect();
    Ok(lines.join("\n"))
}

fn parsed(tokens: TokenStream) -> Result<syn::File, String> {
    syn::parse2(tokens).map_err(|error| error.to_string())
}

fn print(item: Item) -> (Kind, String) {
    match item {
        Item::Use(_) => (Kind::Use, unparse(item)),
        Item::Mod(ref module) if module.content.is_none() => (Kind::Module, unparse(item)),
        Item::Impl(mut item) => {
            let bare: ItemImpl = parse_quote!(impl X {});
            let members = std::mem::take(&mut item.items).into_iter().map(|member| {
                let mut bare = bare.clone();
                bare.items.push(member);
                unparse(Item::Impl(bare))
            });
            let members = spaced(members);
            (Kind::Other, block(&unparse(Item::Impl(item)), &members))
        }
        Item::Trait(mut item) => {
            let bare: ItemTrait = parse_quote!(
                trait X {}
            );
            let members = std::mem::take(&mut item.items).into_iter().map(|member| {
                let mut bare = bare.clone();
                bare.items.push(member);
                unparse(Item::Trait(bare))
            });
            let members = spaced(members);
            (Kind::Other, block(&unparse(Item::Trait(item)), &members))
        }
        Item::Const(_) | Item::Static(_) => {
            let text = unparse(item);
            let kind = match text.trim_end().contains('\n') {
                true => Kind::Other,
                false => Kind::Constant,
            };
            (kind, text)
        }
        item => (Kind::Other, unparse(item)),
    }
}

fn unparse(item: Item) -> String {
    prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    })
}

/// The members of blocks that hold one each, with blank lines between them.
fn spaced(blocks: impl Iterator<Item = String>) -> String {
    let mut members = String::new();
    for block in blocks {
        if !members.is_empty() {
            members.push('\n');
        }
        members.push_str(inside(&block));
    }
    members
}

/// What is between the first and the last line.
fn inside(block: &str) -> &str {
    let start = block.find('\n').map_or(block.len(), |end| end + 1);
    let end = block.trim_end().rfind('\n').map_or(start, |end| end + 1);
    block.get(start..end).unwrap_or_default()
}

/// A block like this empty one, with members.
fn block(empty: &str, members: &str) -> String {
    if members.is_empty() {
        return empty.to_owned();
    }
    let head = empty.trim_end().trim_end_matches('}');
    format!("{head}\n{members}}}\n")
}

fn joined<'a>(items: impl IntoIterator<Item = &'a (Kind, String)>) -> String {
    let mut out = String::new();
    let mut previous = None;
    for (kind, text) in items {
        if previous.is_some_and(|previous: Kind| previous.is_apart_from(*kind)) {
            out.push('\n');
        }
        out.push_str(text);
        previous = Some(*kind);
    }
    out
}
