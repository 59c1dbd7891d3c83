//! Emits the README of the server crate.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{fenced, head};
use crate::Settings;
use crate::emit::rust_file::statements;
use crate::emit::server::{credential_names, credential_reader};
use crate::model::{Api, Operation, Side, TagGroup};
use crate::names::ident;
use crate::symbols::Symbols;
use crate::symbols::run::TCP_LISTENER;

/// The text that applies to every server, with `CRATE` for the name of the crate.
const GUIDE: &str = include_str!("server.md");

/// Emits the README of the server crate.
pub(in crate::emit) fn server(api: &Api, settings: &Settings) -> Result<(String, Symbols), String> {
    let mut symbols = Symbols::default();
    let mut out = head(api, settings, "server", "Server stub");
    let here = format_ident!("{}", settings.crate_ident("server"));
    out.push_str(
        "Implement one trait for each tag, and get a tower service. A request reaches a method only if \
         its path, credentials, media type and body are as documented; every other request is answered in the \
         document's own error format, with all of its violations at once.\n",
    );
    if api.groups.is_empty() {
        return Ok((out, symbols));
    }
    // A few operations are shown with the call that serves them; of more, one trait is.
    let small = api.operations().count() <= 3;
    let listen = |service: TokenStream| {
        quote! {
            let listener = #TCP_LISTENER::bind("127.0.0.1:8080").await?;
            serve(listener, server(#service).build()).await?;
        }
    };
    let mut parts = Vec::new();
    if small {
        let example = Implementation::of(&api.groups, usize::MAX);
        let (names, service) = (&example.names, &example.service);
        parts.push(quote!(use #here::{#(#names,)* serve, server};));
        parts.extend(example.items);
        parts.push(listen(quote!(#service)));
    } else {
        parts.push(quote!(use #here::{Examples, serve, server};));
        parts.push(listen(quote!(Examples)));
    }
    let code = block(parts, &mut symbols)?;
    out.push('\n');
    out.push_str(&fenced(
        "rust,no_run",
        &format!("# async fn example() -> Result<(), Box<dyn std::error::Error>> {{\n{code}\n# Ok(())\n# }}"),
    ));
    if !small {
        let count = if settings.strict { usize::MAX } else { 1 };
        let Implementation { names, items, .. } = Implementation::of(&api.groups[..1], count);
        out.push_str("\nA type of yours implements all traits, and is passed to `server` in the place of `Examples`");
        out.push_str(match settings.strict {
            true => ". This is the first trait:\n\n",
            false => {
                "; methods that it leaves out are answered with 501. This is the first trait:\n\n"
            }
        });
        let mut parts = vec![quote!(use #here::{#(#names),*};)];
        parts.extend(items);
        out.push_str(&fenced("rust", &block(parts, &mut symbols)?));
    }
    let credentials = credential_names(api);
    if !credentials.is_empty() {
        out.push_str(&format!(
            "\nCredentials arrive typed ({credentials}); whether one is good is for the implementation to decide.\n"
        ));
    }
    out.push_str(
        "\n`Examples` answers with the examples of the document, `Unimplemented` with 501.\n",
    );
    if let (Side::Api, Some(operation)) = (api.side, api.operations().next()) {
        let (name, path) = (&operation.const_name, &operation.path);
        out.push_str(&format!(
            "\nThe API sends these requests to URLs that you gave it: `mount(&operations::{name}, path)` serves an operation at a path of yours, \
             where it is `{path}` otherwise. `signature` has an implementation of the runtime's `Signature` check the bytes of each request \
             before they are decoded.\n",
        ));
    }
    let guide = GUIDE.replace("CRATE", &settings.crate_ident("server"));
    out.push_str(&guide.replace("SCHEME", &credential(api)));
    Ok((out, symbols))
}

/// A type that implements traits of the server.
struct Implementation {
    /// What the items use of the crate, sorted as rustfmt does.
    names: BTreeSet<Ident>,
    /// The name of the type.
    service: Ident,
    /// The type, and the implementations.
    items: Vec<TokenStream>,
}

impl Implementation {
    /// Implements the traits of these groups, with this many methods each.
    fn of(groups: &[TagGroup], count: usize) -> Self {
        let operations = groups
            .iter()
            .flat_map(|group| group.operations.iter().take(count));
        let mut names = BTreeSet::from(["ErrorResponse", "Examples"].map(ident));
        names.extend(groups.iter().map(|group| ident(&group.name)));
        names.extend(operations.flat_map(|operation| [input(operation), output(operation)]));
        let mut free = ["Service", "MyService"].into_iter().map(ident);
        let service = free.find(|name| !names.contains(name));
        let service = service.unwrap_or_else(|| ident("Implementation"));
        let implementations = groups.iter().map(|group| {
            let methods = group.operations.iter().take(count).map(|operation| {
                let method = ident(&operation.method_name);
                let (input, output) = (input(operation), output(operation));
                quote! {
                    async fn #method(&self, request: #input) -> Result<#output, ErrorResponse> {
                        Examples.#method(request).await
                    }
                }
            });
            let name = ident(&group.name);
            quote! { impl #name for #service { #(#methods)* } }
        });
        let mut items = vec![quote!(struct #service;)];
        items.extend(implementations);
        Self {
            names,
            service,
            items,
        }
    }
}

fn input(operation: &Operation) -> Ident {
    format_ident!("{}Input", operation.type_name)
}

fn output(operation: &Operation) -> Ident {
    format_ident!("{}Output", operation.type_name)
}

/// Formats the parts of a block of code, with an empty line between them.
fn block(parts: Vec<TokenStream>, symbols: &mut Symbols) -> Result<String, String> {
    let parts = parts
        .into_iter()
        .map(|part| statements(symbols.resolve(part)));
    let parts: Vec<String> = parts.collect::<Result<_, String>>()?;
    Ok(with_comments(&parts.join("\n\n")))
}

/// Adds a comment above each line that calls `Examples`. Tokens have no comments.
fn with_comments(code: &str) -> String {
    let lines = code.lines().map(|line| {
        let indentation = line.len() - line.trim_start().len();
        match line.trim_start().starts_with("Examples.") {
            true => format!(
                "{:indentation$}// Replace this by your own code.\n{line}",
                ""
            ),
            false => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the call that takes the credential of the first scheme that is one of a request, or of a usual one.
fn credential(api: &Api) -> String {
    let mut schemes = api.security.iter().filter_map(|scheme| {
        let method = credential_reader(&scheme.kind)?;
        // A name that is more than a name could end the block of code.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let name = &scheme.name;
        (name.bytes().all(is_plain)).then(|| format!("{method}({name:?})"))
    });
    schemes
        .next()
        .unwrap_or_else(|| "bearer(\"token\")".to_owned())
}
