//! Formats single items of generated source files.
//!
//! A snapshot of one item changes when that item does, so that a reviewer sees which users a change affects.

use std::path::Path;

use quote::ToTokens as _;
use syn::{ImplItem, Item};

/// Returns one item of a Rust source file, by a name such as `struct Image`, `enum State`, `trait Images`, `static
/// IMAGES`, `fn Image::new` (a method of an inherent or generated `impl`) or `impl Display for Image`.
///
/// # Panics
///
/// Panics if the file contains no such item, or more than one.
#[must_use]
pub fn slice(file: &Path, name: &str) -> String {
    let found: Vec<Item> = items(file)
        .into_iter()
        .filter_map(|item| find(item, name))
        .collect();
    match <[Item; 1]>::try_from(found) {
        Ok(items) => prettyplease::unparse(&file_of(items.into())),
        Err(found) => panic!("{} has {} of `{name}`", file.display(), found.len()),
    }
}

/// Returns the names of all structs, enums and traits of a file.
#[must_use]
pub fn types(file: &Path) -> Vec<String> {
    items(file)
        .iter()
        .filter_map(name_of)
        .filter(|name| !name.starts_with("static "))
        .collect()
}

/// Returns the items of a file and of its modules, in the same file or in one of their own.
pub(crate) fn items(file: &Path) -> Vec<Item> {
    let text = std::fs::read_to_string(file)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()));
    let parsed = syn::parse_file(&text)
        .unwrap_or_else(|error| panic!("{} is not Rust: {error}", file.display()));
    let mut items = Vec::new();
    for item in parsed.items {
        match item {
            Item::Mod(module) => match module.content {
                Some((_, content)) => items.extend(content),
                None => {
                    let name = format!("{}.rs", module.ident);
                    items.extend(self::items(&file.with_extension("").join(name)));
                }
            },
            other => items.push(other),
        }
    }
    items
}

fn find(item: Item, name: &str) -> Option<Item> {
    if name_of(&item).is_some_and(|found| found == name) {
        return Some(item);
    }
    let Item::Impl(mut block) = item else {
        return None;
    };
    let subject = last_word(&block.self_ty);
    if let Some((implemented, _)) = &block.trait_ {
        let of = implemented.segments.last()?.ident.to_string();
        return (name == format!("impl {of} for {subject}")).then_some(Item::Impl(block));
    }
    block.items.retain(|item| {
        matches!(item, ImplItem::Fn(method) if name == format!("fn {subject}::{}", method.sig.ident))
    });
    (!block.items.is_empty()).then_some(Item::Impl(block))
}

fn name_of(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(format!("struct {}", item.ident)),
        Item::Enum(item) => Some(format!("enum {}", item.ident)),
        Item::Trait(item) => Some(format!("trait {}", item.ident)),
        Item::Static(item) => Some(format!("static {}", item.ident)),
        _ => None,
    }
}

fn last_word(subject: &syn::Type) -> String {
    match subject {
        syn::Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default(),
        other => other.to_token_stream().to_string(),
    }
}

pub(crate) fn file_of(items: Vec<Item>) -> syn::File {
    syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items,
    }
}
