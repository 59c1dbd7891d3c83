//! Rust source in the making.
//!
//! Every item is formatted as soon as it is made: tokens take some forty times the memory of their text, and those of a
//! large document would have to be copied whenever they become part of others.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;

use crate::names::ident;

/// Formatted items, one after the other.
#[derive(Default)]
pub(super) struct Source {
    text: String,
}

impl Source {
    /// Adds items.
    pub(super) fn add(&mut self, items: TokenStream) -> Result<(), String> {
        if !items.is_empty() {
            self.text.push_str(&formatted(items)?);
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
        self.text.push_str(&other.text);
    }

    /// Adds a module: its documentation and name, as in `/// … pub mod name`, and what it holds.
    pub(super) fn add_module(&mut self, head: TokenStream, inner: &Self) -> Result<(), String> {
        let head = formatted(quote!(#head {}))?;
        let head = head.trim_end().trim_end_matches('}');
        self.text.push_str(head);
        self.text.push('\n');
        for line in inner.text.lines() {
            if !line.is_empty() {
                self.text.push_str("    ");
                self.text.push_str(line);
            }
            self.text.push('\n');
        }
        self.text.push_str("}\n");
        Ok(())
    }

    /// Puts items before all others: imports, once it is known what they are for.
    pub(super) fn after(mut self, items: TokenStream) -> Result<Self, String> {
        if !items.is_empty() {
            self.text.insert_str(0, &formatted(items)?);
        }
        Ok(self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The names that the code holds.
    pub(super) fn names(&self) -> Names<'_> {
        Names::of(&self.text)
    }

    /// Whether the code holds a text, strings included and comments not.
    pub(super) fn says(&self, text: &str) -> bool {
        let code = self.text.lines();
        code.filter(|line| !line.trim_start().starts_with("//"))
            .any(|line| line.contains(text))
    }

    /// The file: a preamble, and a blank line after each item that ends in a brace.
    pub(super) fn file(&self, preamble: &str) -> String {
        let text = &self.text;
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
        out
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

fn formatted(items: TokenStream) -> Result<String, String> {
    let file = syn::parse2::<syn::File>(items).map_err(|error| error.to_string())?;
    Ok(prettyplease::unparse(&file))
}

/// Formats statements, as they stand in a README.
pub(super) fn statements(tokens: &TokenStream) -> String {
    let Ok(text) = formatted(quote! { async fn statements() { #tokens } }) else {
        return tokens.to_string();
    };
    let lines: Vec<&str> = text.lines().collect();
    let body = lines
        .get(1..lines.len().saturating_sub(1))
        .unwrap_or_default();
    body.iter()
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The names that code holds, so that it imports what it uses and nothing else.
pub(super) struct Names<'t> {
    /// All identifiers.
    idents: HashSet<&'t str>,
    /// Identifiers that a path goes through: `module` in `module::item`.
    modules: HashSet<&'t str>,
}

impl<'t> Names<'t> {
    /// Reads them from formatted code; comments, strings, characters and lifetimes hold none.
    pub(super) fn of(text: &'t str) -> Self {
        let mut names = Self {
            idents: HashSet::new(),
            modules: HashSet::new(),
        };
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = if let Some(comment) = rest.strip_prefix("//") {
                comment.find('\n').map_or("", |end| &comment[end..])
            } else if c == '"' {
                after_quote(&rest[1..], '"')
            } else if c == '\'' {
                after_character(&rest[1..])
            } else if c == '_' || c.is_alphabetic() {
                let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric());
                let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
                names.idents.insert(name);
                // Tokens as text have a space there.
                if after.trim_start_matches(' ').starts_with("::") {
                    names.modules.insert(name);
                }
                after
            } else if c.is_ascii_digit() {
                // The suffix of a number is no name.
                rest.trim_start_matches(|c: char| c == '_' || c.is_alphanumeric())
            } else {
                &rest[c.len_utf8()..]
            };
        }
        names
    }

    /// Those of these names that the code holds.
    pub(super) fn among(&self, names: &[&str]) -> Vec<proc_macro2::Ident> {
        names
            .iter()
            .filter(|name| self.idents.contains(**name))
            .map(|name| ident(name))
            .collect()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.idents.contains(name)
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

/// What follows the end of a literal.
fn after_quote(text: &str, quote: char) -> &str {
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return &text[index + c.len_utf8()..],
            _ => {}
        }
    }
    ""
}

/// What follows a character, or a lifetime.
fn after_character(text: &str) -> &str {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), _) | (_, Some('\'')) => after_quote(text, '\''),
        _ => text.trim_start_matches(|c: char| c == '_' || c.is_alphanumeric()),
    }
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
