//! Formats the public interface of generated files: types, traits, and how each call of a client begins and ends.

use std::path::Path;

use quote::ToTokens as _;
use syn::{Fields, ImplItem, Item, TraitItem, Visibility};

/// Formats the public types and traits of a file, without documentation, attributes and implementations.
///
/// # Panics
///
/// Panics if the file is invalid Rust.
#[must_use]
pub fn types(file: &Path) -> String {
    let items = crate::slices::items(file);
    let items = items.into_iter().filter_map(bare).collect();
    prettyplease::unparse(&crate::slices::file_of(items))
}

/// Formats a line for each builder of a client: its setters, and the type that `send` returns.
///
/// # Panics
///
/// Panics if the file is invalid Rust.
#[must_use]
pub fn calls(file: &Path) -> String {
    let mut lines = Vec::new();
    for item in crate::slices::items(file) {
        let Item::Impl(block) = item else { continue };
        let name = block.self_ty.to_token_stream().to_string();
        let name = name.split(' ').next().unwrap_or_default().to_owned();
        let methods = block.items.iter().filter_map(|item| match item {
            ImplItem::Fn(method) => Some(&method.sig),
            _ => None,
        });
        let mut line = name;
        for method in methods {
            match method.ident.to_string().as_str() {
                "new" | "options" => {}
                "send" => {
                    let output = method.output.to_token_stream().to_string();
                    line.push_str(&format!(
                        " {}",
                        output.replace(' ', "").replace("->", "-> ")
                    ));
                }
                setter => line.push_str(&format!(" .{setter}")),
            }
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// Formats a line for each method of the views of a client's headers: what it returns.
///
/// # Panics
///
/// Panics if the file is invalid Rust.
#[must_use]
pub fn headers(file: &Path) -> String {
    let mut lines = Vec::new();
    for item in crate::slices::items(file) {
        let Item::Impl(block) = item else { continue };
        let ty = block.self_ty.to_token_stream().to_string();
        let view = ty.split(' ').next().unwrap_or_default();
        for item in &block.items {
            let ImplItem::Fn(method) = item else { continue };
            let (name, output) = (&method.sig.ident, method.sig.output.to_token_stream());
            let output = output.to_string().replace(' ', "").replace("->", "-> ");
            if name != "of" {
                lines.push(format!("{view} .{name} {output}\n"));
            }
        }
    }
    lines.concat()
}

fn bare(item: Item) -> Option<Item> {
    match item {
        Item::Struct(mut item) if is_public(&item.vis) => {
            item.attrs.clear();
            strip(&mut item.fields);
            Some(Item::Struct(item))
        }
        Item::Enum(mut item) if is_public(&item.vis) => {
            item.attrs.clear();
            for variant in &mut item.variants {
                variant.attrs.clear();
                strip(&mut variant.fields);
            }
            Some(Item::Enum(item))
        }
        Item::Type(mut item) => {
            item.attrs.clear();
            Some(Item::Type(item))
        }
        Item::Trait(mut item) => {
            item.attrs.clear();
            for part in &mut item.items {
                if let TraitItem::Fn(method) = part {
                    method.attrs.clear();
                    method.default = None;
                    method.semi_token = Some(Default::default());
                }
            }
            Some(Item::Trait(item))
        }
        _ => None,
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn strip(fields: &mut Fields) {
    for field in fields {
        field.attrs.clear();
    }
}
