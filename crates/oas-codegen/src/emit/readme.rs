//! Emits `README.md` of the generated crates: a description of each, and examples, which are doctests of the crate.

mod cli;
mod client;
mod server;

use quote::{format_ident, quote};

use super::rust_file::statements;
use super::types::is_absent_or_null;
use super::{docs, literals};
use crate::Settings;
use crate::model::{Api, MediaKind, TypeKind, TypeRef};
use crate::symbols::Symbols;
use crate::symbols::json::TO_STRING;

pub(super) use self::cli::cli;
pub(super) use self::client::client;
pub(super) use self::server::server;

/// Emits the README of the types crate.
pub(super) fn types(api: &Api, settings: &Settings) -> Result<(String, Symbols), String> {
    let mut symbols = Symbols::default();
    let mut out = head(api, settings, "types", "Types");
    out.push_str(
        "Structs are constructed by `new`, which takes the required properties, and chained setters for the others. \
         Enums decode values that the document does not list as `Unknown`, so that a newer peer breaks nothing.\n",
    );
    let mut structs = api.types.iter().filter_map(|ty| match &ty.kind {
        TypeKind::Struct(body) => Some(body),
        _ => None,
    });
    if structs.any(|body| body.fields.iter().any(is_absent_or_null)) {
        out.push_str(
            "\nA property that may be absent or null is an `Option<Option<T>>`: `None` is absent, `Some(None)` is null, and \
             `flatten()` takes both for the same. Its setter takes a value, or `None` for null.\n",
        );
    }
    let here = format_ident!("{}", settings.crate_ident("types"));
    let bodies = api
        .operations()
        .flat_map(|operation| operation.body.iter().flat_map(|body| &body.media));
    let example = bodies
        // A type of another crate shows nothing of this one.
        .filter(|media| media.kind == MediaKind::Json && matches!(media.ty, TypeRef::Named(_)))
        .find_map(|media| {
            literals::expression(api, &media.ty, media.example.as_ref()?, &quote!(#here::))
        });
    if let Some(example) = example {
        let code = statements(symbols.resolve(quote! {
            let value = #example;
            let json = #TO_STRING(&value)?;
        }))?;
        out.push('\n');
        out.push_str(&fenced(
            "rust",
            &format!("{code}\n# Ok::<(), serde_json::Error>(())"),
        ));
    }
    Ok((out, symbols))
}

fn head(api: &Api, settings: &Settings, part: &str, what: &str) -> String {
    let title = docs::plain(&api.title);
    format!(
        "<!-- {} -->\n\n# {}-{part}\n\n{what} of {}{title}, version {}.\n\n",
        settings.preamble().replace("-->", ""),
        settings.name,
        super::of_side(api),
        docs::plain(&api.version)
    )
}

fn fenced(info: &str, code: &str) -> String {
    format!("```{info}\n{}\n```\n", code.trim_end())
}
