//! Emits the server crate: traits to implement, and the service that calls them.

mod adapters;
pub(super) mod api;
mod schema;
mod service;

use proc_macro2::TokenStream;
use quote::quote;

use crate::Settings;
use crate::model::{Api, Operation, SecurityKind};
use crate::names::ident;
use crate::symbols::server::{
    API_KEY, BASIC_CREDENTIAL, BEARER_CREDENTIAL, HTTP_CREDENTIAL, OAS_SERVER,
};
use crate::symbols::{Symbol, text};

pub(super) use self::adapters::adapters;
pub(super) use self::api::api;
pub(super) use self::schema::schema;
pub(super) use self::service::service;

/// Emits `lib.rs`.
pub(super) fn library(api: &Api, settings: &Settings, has_schema: bool) -> TokenStream {
    let schema = has_schema.then(|| {
        quote!(
            mod schema;
        )
    });
    let types = Symbol::external(settings.crate_ident("types"));
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
        pub use #OAS_SERVER::{
            self, Builder, Context, ErrorResponse, IntoResponse, RejectedRequest, Rejection, Response, Server, serve,
        };
        pub use service::{operations, server};
        pub use #types as types;
    }
}

/// Formats the types of the credentials that operations require, in words.
pub(super) fn credential_names(api: &Api) -> String {
    let names = api
        .security
        .iter()
        .filter_map(|scheme| Some((&scheme.field, text(credential_type(&scheme.kind)?))))
        .map(|(field, ty)| format!("`{field}`: `{ty}`"));
    names.collect::<Vec<_>>().join(", ")
}

pub(super) fn operation_static_name(operation: &Operation) -> proc_macro2::Ident {
    ident(&operation.const_name)
}

/// Returns the type of a credential; `None` if the transport validates it.
fn credential_type(kind: &SecurityKind) -> Option<TokenStream> {
    Some(match kind {
        SecurityKind::Basic => quote!(#BASIC_CREDENTIAL),
        SecurityKind::Bearer => quote!(#BEARER_CREDENTIAL),
        SecurityKind::Http(_) => quote!(#HTTP_CREDENTIAL),
        SecurityKind::Header(_) | SecurityKind::Query(_) | SecurityKind::Cookie(_) => {
            quote!(#API_KEY)
        }
        SecurityKind::MutualTls => return None,
    })
}

/// Returns the method of the runtime's `Credentials` that takes a credential; `None` if the transport validates it.
pub(super) const fn credential_reader(kind: &SecurityKind) -> Option<&'static str> {
    Some(match kind {
        SecurityKind::Basic => "basic",
        SecurityKind::Bearer => "bearer",
        SecurityKind::Http(_) => "http",
        SecurityKind::Header(_) | SecurityKind::Query(_) | SecurityKind::Cookie(_) => "api_key",
        SecurityKind::MutualTls => return None,
    })
}

/// Emits the names of the traits, as bounds.
fn bounds(api: &Api) -> TokenStream {
    let traits = api.groups.iter().map(|group| ident(&group.name));
    quote!(#(#traits)+*)
}
