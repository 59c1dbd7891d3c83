//! The client crate: a `Client`, and a builder for each operation.

mod adapt;
mod forms;
pub(super) mod outcome;
mod progenitor;
mod request;
mod responses;

pub(super) use self::responses::responses;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs::{deprecated, doc};
use super::source::Source;
use crate::Settings;
use crate::model::{Api, Body, Operation, SecurityKind, SecurityScheme};
use crate::names::ident;

/// `client.rs`: the client and its operations.
pub(super) fn client(api: &Api) -> Result<Source, String> {
    let docs = doc([format!("Client of {}, version {}.", api.title, api.version)]);
    let credentials = api.security.iter().map(credential);
    let operations = api.operations().map(|operation| {
        let paragraphs = super::docs::operation(operation);
        let deprecated = deprecated(operation.deprecated);
        let (name, builder) = (ident(&operation.method_name), ident(&operation.type_name));
        quote! {
            #paragraphs
            #deprecated
            #[must_use]
            pub fn #name(&self) -> builder::#builder<'_> { builder::#builder::new(self) }
        }
    });
    let builder = api.operations().next().map(|_| {
        quote!(
            use crate::builder;
        )
    });
    let code = quote! {
        use oas_client::{BuildError, Config, Core};

        #builder

        #docs
        ///
        /// Cloning is cheap: clones share connections and configuration.
        #[derive(Debug, Clone)]
        pub struct Client { pub(crate) core: Core }

        impl Client {
            /// A client of the server at this URL, such as `http://localhost:8080`.
            ///
            /// # Errors
            ///
            /// The URL is not one that requests can be sent to.
            pub fn new(base_url: &str) -> Result<Self, BuildError> { Self::with_config(base_url, Config::default()) }

            /// A client with deadlines, limits, hooks and retries of your choice.
            ///
            /// # Errors
            ///
            /// The URL or the configuration is not one that requests can be sent with.
            pub fn with_config(base_url: &str, config: Config) -> Result<Self, BuildError> {
                Ok(Self { core: Core::new(base_url, config)? })
            }

            /// What the client stands on, for requests that the document does not know.
            #[must_use]
            pub fn core(&self) -> &Core { &self.core }

            #(#credentials)*
            #(#operations)*
        }
    };
    code.try_into()
}

/// `with_session("…")`: a client that sends a credential.
fn credential(scheme: &SecurityScheme) -> TokenStream {
    let (name, method) = (&scheme.name, format_ident!("with_{}", scheme.field));
    let docs = doc([
        format!("A client that sends this credential of the security scheme `{name}`."),
        scheme.description.clone().unwrap_or_default(),
    ]);
    let (parameters, credential) = match &scheme.kind {
        SecurityKind::Basic => (
            quote!(user: &str, password: impl Into<oas_client::Secret>),
            quote!(oas_client::Credential::basic(user, password)),
        ),
        kind => {
            let credential = match kind {
                SecurityKind::Http(scheme) => quote!(oas_client::Credential::http(#scheme, secret)),
                SecurityKind::Header(name) => {
                    quote!(oas_client::Credential::api_key_header(#name, secret))
                }
                SecurityKind::Query(name) => {
                    quote!(oas_client::Credential::api_key_query(#name, secret))
                }
                SecurityKind::Cookie(name) => {
                    quote!(oas_client::Credential::api_key_cookie(#name, secret))
                }
                SecurityKind::Bearer | SecurityKind::Basic => {
                    quote!(oas_client::Credential::bearer(secret))
                }
            };
            (quote!(secret: impl Into<oas_client::Secret>), credential)
        }
    };
    quote! {
        #docs
        #[must_use]
        pub fn #method(&self, #parameters) -> Self {
            Self { core: self.core.with_credential(#name, #credential) }
        }
    }
}

/// `builder.rs`: a builder for each operation.
pub(super) fn builders(api: &Api, settings: &Settings) -> Result<Source, String> {
    let mut source = Source::default();
    let statics = api.operations();
    source.add_all(statics.map(|operation| operation_static(api, settings, operation)))?;
    for (operation, builder) in api.operations().zip(progenitor::builders(api)?) {
        source.add(adapt::adapt(api, operation, builder)?)?;
    }
    let imports = imports(&source);
    source.after(imports)
}

/// Imports of what the code names, so that nothing is imported in vain.
fn imports(body: &Source) -> TokenStream {
    let names = body.names();
    let runtime = names.among(&[
        "CallOptions",
        "Error",
        "Method",
        "Operation",
        "ResponseValue",
        "Serialization",
        "encode",
    ]);
    let modules = names.own_modules(&["bodies", "responses", "types"]);
    quote! { use oas_client::{#(#runtime),*}; #modules }
}

fn operation_static(api: &Api, settings: &Settings, operation: &Operation) -> TokenStream {
    let name = ident(&operation.const_name);
    let (id, method, path) = (
        &operation.id,
        format_ident!("{}", operation.method),
        &operation.path,
    );
    let security = (!operation.security.is_empty()).then(|| {
        let alternatives = operation.security.iter().map(|alternative| {
            let names = alternative.iter().map(|index| &api.security[*index].name);
            quote!(&[#(#names),*])
        });
        quote!(.security(&[#(#alternatives),*]))
    });
    let idempotent = operation
        .idempotent
        .map(|idempotent| quote!(.idempotent(#idempotent)));
    let wanted = |(name, _): &&(String, String)| settings.extensions.contains(name);
    let extensions: Vec<_> = operation.extensions.iter().filter(wanted).collect();
    let extensions = (!extensions.is_empty()).then(|| {
        let pairs = extensions
            .iter()
            .map(|(name, value)| quote!((#name, #value)));
        quote!(.extensions(&[#(#pairs),*]))
    });
    let docs = doc([format!("What the document says about `{id}`.")]);
    quote! {
        #docs
        pub static #name: Operation =
            Operation::new(#id, Method::#method, #path) #security #idempotent #extensions;
    }
}

/// `bodies.rs`: forms, and enums for operations that take several media types; empty where there are none.
pub(super) fn bodies(api: &Api) -> Result<Source, String> {
    let enums = api
        .operations()
        .filter_map(|operation| Some((operation, operation.body.as_ref()?)))
        .filter(|(_, body)| body.media.len() > 1)
        .map(|(operation, body)| {
            let name = body_enum(operation);
            let docs = doc([format!(
                "The request body of `{}`, by media type.",
                operation.id
            )]);
            let variants = body.media.iter().map(|media| {
                let (docs, variant) = (doc([format!("`{}`", media.name)]), ident(&media.variant));
                let ty = request::media_type(api, operation, media, &TokenStream::new());
                quote!(#docs #variant(#ty),)
            });
            // A stream can be sent once.
            let once = body.media.iter().any(|media| media.kind.is_stream());
            let clone = (!once).then(|| quote!(, Clone));
            quote! {
                #docs
                #[derive(Debug #clone)]
                #[non_exhaustive]
                #[allow(clippy::large_enum_variant, reason = "a value lives for one exchange")]
                pub enum #name { #(#variants)* }
            }
        });
    let forms = api.operations().filter_map(|operation| {
        let media = operation
            .body
            .as_ref()?
            .media
            .iter()
            .find(|media| !media.form.is_empty())?;
        Some(forms::form(api, operation, media))
    });
    let mut source = Source::default();
    source.add_all(enums)?;
    source.add_all(forms)?;
    let names = source.names();
    let modules = names.own_modules(&["types"]);
    let runtime = names.among(&["Multipart", "Part"]);
    let runtime = (!runtime.is_empty()).then(|| quote!(use oas_client::{#(#runtime),*};));
    source.after(quote! { #runtime #modules })
}

pub(super) fn body_enum(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}Body", operation.type_name)
}

/// The type that a builder takes for a body.
fn body_type(api: &Api, operation: &Operation, body: &Body) -> TokenStream {
    match body.media.as_slice() {
        [only] => request::media_type(api, operation, only, &quote!(bodies::)),
        _ => {
            let name = body_enum(operation);
            quote!(bodies::#name)
        }
    }
}

/// `lib.rs`
pub(super) fn library(settings: &Settings, modules: &[&str]) -> TokenStream {
    let types = format_ident!("{}", settings.crate_ident("types"));
    let modules = modules.iter().map(|name| ident(name));
    quote! {
        #![doc = include_str!("../README.md")]

        pub mod builder;
        mod client;
        #(pub mod #modules;)*

        pub use client::Client;
        pub use oas_client::{BuildError, CallOptions, Config, Error, ResponseValue, Secret};
        pub use #types as types;
    }
}
