//! The server crate: traits to implement, and the service that calls them.

mod adapters;
pub(super) mod api;
mod schema;
mod service;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::Settings;
use crate::model::{Api, Operation, SecurityKind};
use crate::names::ident;

pub(super) use self::adapters::adapters;
pub(super) use self::api::api;
pub(super) use self::schema::schema;
pub(super) use self::service::service;

/// `lib.rs`
pub(super) fn library(api: &Api, settings: &Settings, has_schema: bool) -> TokenStream {
    let schema = has_schema.then(|| {
        quote!(
            mod schema;
        )
    });
    let types = format_ident!("{}", settings.crate_ident("types"));
    let (module, export) = match api.groups.as_slice() {
        [] => (None, None),
        _ => (
            Some(quote!(
                mod api;
            )),
            Some(quote!(
                pub use api::*;
            )),
        ),
    };
    quote! {
        #![doc = include_str!("../README.md")]

        mod adapters;
        #module
        #schema
        mod service;

        pub use adapters::{Examples, Unimplemented};
        #export
        pub use oas_server::{self, Builder, Rejection, Response, Server};
        pub use service::{operations, server};
        pub use #types as types;
    }
}

/// `examples/serve.rs`
pub(super) fn serve_example(settings: &Settings) -> TokenStream {
    let here = format_ident!("{}", settings.crate_ident("server"));
    quote! {
        use #here::{Examples, server};

        #[tokio::main]
        async fn main() -> std::io::Result<()> {
            let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
            let listener = tokio::net::TcpListener::bind(address).await?;
            println!("listening on http://{}", listener.local_addr()?);
            axum::serve(listener, axum::Router::from(server(Examples).build())).await
        }
    }
}

/// The types of the credentials that operations ask for, in words.
pub(super) fn credential_names(api: &Api) -> String {
    let names = api
        .security
        .iter()
        .map(|scheme| format!("`{}`: `{}`", scheme.field, credential_type(&scheme.kind)));
    names.collect::<Vec<_>>().join(", ")
}

pub(super) fn operation_static_name(operation: &Operation) -> proc_macro2::Ident {
    ident(&operation.const_name)
}

/// The type of a credential.
fn credential_type(kind: &SecurityKind) -> TokenStream {
    match kind {
        SecurityKind::Basic => quote!(BasicCredential),
        SecurityKind::Bearer => quote!(BearerCredential),
        SecurityKind::Http(_) => quote!(HttpCredential),
        SecurityKind::Header(_) | SecurityKind::Query(_) | SecurityKind::Cookie(_) => {
            quote!(ApiKey)
        }
    }
}

/// Names of the traits, as bounds.
fn bounds(api: &Api) -> TokenStream {
    let traits = api.groups.iter().map(|group| ident(&group.name));
    quote!(#(#traits)+*)
}
