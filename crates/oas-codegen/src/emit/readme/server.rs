//! Emits the README of the server crate.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{fenced, head};
use crate::Settings;
use crate::emit::rust_file::statements;
use crate::emit::server::{credential_names, credential_reader};
use crate::model::{Api, Side, TagGroup};
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
    let implementation = |group: &TagGroup, count: usize| {
        let name = ident(&group.name);
        let methods = group.operations.iter().take(count).map(|operation| {
            let (method, input, output) = (
                ident(&operation.method_name),
                format_ident!("{}Input", operation.type_name),
                format_ident!("{}Output", operation.type_name),
            );
            quote! {
                async fn #method(&self, request: #here::#input) -> Result<#here::#output, #here::ErrorResponse> {
                    Examples.#method(request).await
                }
            }
        });
        quote! { impl #here::#name for Service { #(#methods)* } }
    };
    // A few operations are shown with the call that serves them; of more, one trait is.
    let small = api.operations().count() <= 3;
    let (service, all) = if small {
        let traits = api.groups.iter();
        let traits = traits.map(|group| implementation(group, usize::MAX));
        (quote!(Service), quote! { struct Service; #(#traits)* })
    } else {
        (quote!(Examples), quote!())
    };
    let parts = [
        quote! { use #here::{Examples, serve, server}; },
        all,
        quote! {
            let listener = #TCP_LISTENER::bind("127.0.0.1:8080").await?;
            serve(listener, server(#service).build()).await?;
        },
    ];
    let code = block(parts, &mut symbols)?;
    out.push('\n');
    out.push_str(&fenced(
        "rust,no_run",
        &format!("# async fn example() -> Result<(), Box<dyn std::error::Error>> {{\n{code}\n# Ok(())\n# }}"),
    ));
    if let Some(group) = api.groups.first().filter(|_| !small) {
        let count = if settings.strict { usize::MAX } else { 1 };
        let parts = [
            quote! { use #here::Examples; },
            quote! { struct Service; },
            implementation(group, count),
        ];
        out.push_str("\nA type of yours implements all traits, and is passed to `server` in the place of `Examples`");
        out.push_str(match settings.strict {
            true => ". This is the first trait:\n\n",
            false => {
                "; methods that it leaves out are answered with 501. This is the first trait:\n\n"
            }
        });
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

/// Formats the parts of a block of code, with an empty line between them.
fn block<const N: usize>(parts: [TokenStream; N], symbols: &mut Symbols) -> Result<String, String> {
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    let parts = parts.map(|part| statements(symbols.resolve(part)));
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
