//! Puts names in the places of symbols, and records which of them code uses.

use std::collections::{BTreeSet, HashMap};
use std::str::FromStr as _;
use std::sync::Arc;

use indexmap::IndexMap;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{TokenStreamExt as _, quote};

use super::{Form, Symbol, is_placeholder};
use crate::names::ident;

/// The symbols that code uses from elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    /// The name of the generated crate, for code that is outside of it, such as its tests.
    own: Option<String>,
    /// Paths that are imported.
    imports: BTreeSet<String>,
    /// All paths into crates.
    paths: BTreeSet<String>,
    /// Names that the file has to define.
    locals: BTreeSet<String>,
    /// The code in place of placeholders that were met before, as nearly all are.
    known: HashMap<String, Arc<str>>,
}

impl Symbols {
    /// Creates a set for code outside of the generated crate of this name.
    pub(crate) fn outside(own: &str) -> Self {
        Self {
            own: Some(own.to_owned()),
            ..Self::default()
        }
    }

    /// Puts names in the places of symbols, and records them.
    pub(crate) fn resolve(&mut self, tokens: TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let inner = self.resolve(group.stream());
                    out.append(Group::new(group.delimiter(), inner));
                }
                TokenTree::Ident(name) => match self.name(&name.to_string()) {
                    Some(text) => out.append_all(TokenStream::from_str(&text)),
                    None => out.append(name),
                },
                other => out.append(other),
            }
        }
        out
    }

    /// Returns the code in place of a symbol, and records the symbol; `None` for a name that is not a placeholder.
    pub(crate) fn name(&mut self, placeholder: &str) -> Option<Arc<str>> {
        if !is_placeholder(placeholder) {
            return None;
        }
        if let Some(known) = self.known.get(placeholder) {
            return Some(Arc::clone(known));
        }
        let text = self.named(placeholder)?.into();
        self.known.insert(placeholder.to_owned(), Arc::clone(&text));
        Some(text)
    }

    fn named(&mut self, placeholder: &str) -> Option<String> {
        let symbol = Symbol::of(placeholder)?;
        let path = match (&self.own, symbol.path.strip_prefix("crate")) {
            (Some(own), Some(rest)) => format!("{own}{rest}"),
            _ => symbol.path.clone().into_owned(),
        };
        let (parent, last) = path.rsplit_once("::").unwrap_or(("", &path));
        let module = parent.rsplit("::").next().unwrap_or(parent);
        let text = match symbol.form {
            Form::Imported => {
                let text = ident(last).to_string();
                self.imports.insert(path.clone());
                text
            }
            Form::Qualified => path_text(&path),
            Form::Local => {
                let text = ident(&path).to_string();
                self.locals.insert(path);
                return Some(text);
            }
            Form::Quoted => {
                self.imports.insert(parent.to_owned());
                format!("{:?}", format!("{module}::{last}"))
            }
        };
        self.paths.insert(path);
        Some(text)
    }

    /// Adds the symbols of other code in the same file.
    pub(crate) fn extend(&mut self, other: Self) {
        self.imports.extend(other.imports);
        self.paths.extend(other.paths);
        self.locals.extend(other.locals);
    }

    /// Returns whether the code uses a symbol that the file has to define.
    pub(crate) fn include(&self, local: &Symbol) -> bool {
        self.locals.contains(&*local.path)
    }

    /// Returns `use` of all imported symbols, an item for each module.
    pub(crate) fn imports(&self) -> TokenStream {
        let mut modules: IndexMap<&str, Vec<Ident>> = IndexMap::new();
        for path in &self.imports {
            let (module, name) = path.rsplit_once("::").unwrap_or(("self", path));
            modules.entry(module).or_default().push(ident(name));
        }
        let items = modules.into_iter().map(|(module, names)| {
            let module = path_tokens(module);
            match names.as_slice() {
                [only] => quote!(use #module::#only;),
                _ => quote!(use #module::{#(#names),*};),
            }
        });
        quote!(#(#items)*)
    }

    /// Returns the paths into other crates, except for the standard library.
    pub(crate) fn external_paths(&self) -> impl Iterator<Item = &str> {
        let is_external = |path: &&str| {
            let first = path.split("::").next();
            !matches!(first, Some("crate" | "std"))
        };
        self.paths.iter().map(String::as_str).filter(is_external)
    }
}

fn path_tokens(path: &str) -> TokenStream {
    let segments = segments(path);
    quote!(#(#segments)::*)
}

/// Formats a path as it is in code.
fn path_text(path: &str) -> String {
    let segments: Vec<String> = segments(path).map(|name| name.to_string()).collect();
    segments.join("::")
}

fn segments(path: &str) -> impl Iterator<Item = Ident> {
    path.split("::").map(|segment| match segment {
        "crate" => Ident::new("crate", Span::call_site()),
        segment => ident(segment),
    })
}
