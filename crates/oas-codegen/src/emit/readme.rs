//! `README.md` of the generated crates: what each is, and a first example, which is a doctest of the crate.

use quote::{format_ident, quote};

use super::server::credential_names;
use super::source::statements;
use super::{client_call, docs, values};
use crate::Settings;
use crate::model::{Api, MediaKind};
use crate::names::ident;
use crate::symbols::Symbols;
use crate::symbols::json::TO_STRING;
use crate::symbols::run::{AXUM_ROUTER, AXUM_SERVE, TCP_LISTENER};

/// README of the types crate.
pub(super) fn types(api: &Api, settings: &Settings) -> Result<(String, Symbols), String> {
    let mut symbols = Symbols::default();
    let mut out = head(api, settings, "types", "Types");
    out.push_str(
        "Every struct is built by `new`, which takes what is required, and by chained setters for the rest. \
         Enums know an `Unknown` value: a peer that is newer than this crate breaks nothing.\n",
    );
    let here = format_ident!("{}", settings.crate_ident("types"));
    let bodies = api
        .operations()
        .flat_map(|operation| operation.body.iter().flat_map(|body| &body.media));
    let example = bodies
        .filter(|media| media.kind == MediaKind::Json)
        .find_map(|media| {
            values::expression(api, &media.ty, media.example.as_ref()?, &quote!(#here::))
        });
    if let Some(example) = example {
        let code = statements(symbols.resolve(quote! {
            let value = #example;
            let json = #TO_STRING(&value)?;
        }))?;
        out.push_str(&fenced(
            "rust",
            &format!("{code}\n# Ok::<(), serde_json::Error>(())"),
        ));
    }
    Ok((out, symbols))
}

/// README of the client crate.
pub(super) fn client(api: &Api, settings: &Settings) -> Result<(String, Symbols), String> {
    let mut symbols = Symbols::outside(&settings.crate_ident("client"));
    let mut out = head(api, settings, "client", "Client");
    let call = api
        .operations()
        .find_map(|operation| client_call::tokens(api, operation, None));
    let Some(call) = call else {
        return Ok((out, symbols));
    };
    let code = client_call::statements_of(call, &mut symbols)?;
    out.push_str(&fenced(
        "rust,no_run",
        &format!("# async fn example() -> Result<(), Box<dyn std::error::Error>> {{\n{code}\n# Ok(())\n# }}"),
    ));
    out.push_str(
        "\nThe credential never shows in `Debug` output or in an error. A response is not checked against constraints of \
         the document, but what it requires has to be there.\n",
    );
    Ok((out, symbols))
}

/// README of the server crate.
pub(super) fn server(api: &Api, settings: &Settings) -> Result<(String, Symbols), String> {
    let mut symbols = Symbols::default();
    let mut out = head(api, settings, "server", "Server stub");
    let here = format_ident!("{}", settings.crate_ident("server"));
    out.push_str(
        "Implement one trait for each tag, and get a tower service that axum serves. A request reaches a method only if \
         its path, credentials, media type and body are what the document says; every other request is answered in the \
         document's own error format, with all of its violations at once.\n",
    );
    if api.groups.is_empty() {
        return Ok((out, symbols));
    }
    let traits = api.groups.iter().map(|group| {
        let name = ident(&group.name);
        let methods = group.operations.iter().map(|operation| {
            let (method, input, output) = (
                ident(&operation.method_name),
                format_ident!("{}Input", operation.type_name),
                format_ident!("{}Output", operation.type_name),
            );
            quote! {
                async fn #method(&self, request: #here::#input) -> #here::#output {
                    // Your work goes here.
                    Examples.#method(request).await
                }
            }
        });
        quote! { impl #here::#name for Service { #(#methods)* } }
    });
    // One trait shows how it is done; the rest is left to the compiler, which names what is missing.
    let small = api.operations().count() <= 3;
    let (service, implementation) = if small {
        (quote!(Service), quote! { struct Service; #(#traits)* })
    } else {
        (quote!(Examples), quote!())
    };
    let code = statements(symbols.resolve(quote! {
        use #here::{Examples, server};

        #implementation

        let listener = #TCP_LISTENER::bind("127.0.0.1:8080").await?;
        #AXUM_SERVE(listener, #AXUM_ROUTER::from(server(#service).build())).await?;
    }))?;
    out.push_str(&fenced(
        "rust,no_run",
        &format!("# async fn example() -> Result<(), Box<dyn std::error::Error>> {{\n{code}\n# Ok(())\n# }}"),
    ));
    let credentials = credential_names(api);
    if !credentials.is_empty() {
        out.push_str(&format!(
            "\nCredentials arrive typed ({credentials}); whether one is good is for the implementation to say.\n"
        ));
    }
    out.push_str(
        "\n`Examples` answers with the examples of the document, `Unimplemented` with 501.\n",
    );
    Ok((out, symbols))
}

fn head(api: &Api, settings: &Settings, part: &str, what: &str) -> String {
    let title = docs::plain(&api.title);
    format!(
        "<!-- {} -->\n\n# {}-{part}\n\n{what} of {title}, version {}.\n\n",
        settings.preamble().replace("-->", ""),
        settings.name,
        docs::plain(&api.version)
    )
}

fn fenced(info: &str, code: &str) -> String {
    format!("```{info}\n{}\n```\n", code.trim_end())
}
