//! Emits the client crate: a `Client`, and a builder for each operation.

pub(super) mod arguments;
mod builders;
mod forms;
pub(super) mod headers;
mod progenitor;
mod progenitor_adapter;
mod request;
pub(super) mod response_sets;
mod responses;
mod servers;

pub(super) use self::responses::responses;
pub(super) use self::servers::{server_url, servers};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use self::arguments::Argument;
use super::docs::{deprecated, doc};
use super::module::Module;
use super::rust_file::RustFile;
use super::type_tokens::crowded;
use crate::Settings;
use crate::model::{
    Api, Body, MediaType, Operation, SecurityKind, SecurityScheme, Selector, SelectorPlace, Side,
};
use crate::names::ident;
use crate::symbols::Symbol;
use crate::symbols::builder::{METHOD, OPERATION};
use crate::symbols::client::{BUILD_ERROR, CLIENT_CORE, CONFIG, CREDENTIAL, OAS_CLIENT, SECRET};
use crate::symbols::own::{BODIES, BUILDER_MODULE};

/// Emits `client.rs`: the client and its operations.
pub(super) fn client(api: &Api) -> Module {
    let parts = api.groups.iter().map(|group| {
        let operations = group.operations.iter();
        let operations = operations.map(|operation| method(api, operation));
        let import = (api.groups.len() > 1).then(|| {
            quote!(
                use super::Client;
            )
        });
        RustFile::from(quote! {
            #import

            impl Client { #(#operations)* }
        })
    });
    Module {
        parts: parts.collect(),
        root: definition(api),
    }
}

/// Emits the method that begins a call of an operation.
fn method(api: &Api, operation: &Operation) -> TokenStream {
    let arguments = arguments::arguments(api, operation);
    let docs: Vec<String> = arguments
        .iter()
        .map(|argument| argument.docs.clone())
        .collect();
    let paragraphs = super::docs::operation(operation, &docs);
    let deprecated = deprecated(operation.deprecated);
    let (name, builder) = (ident(&operation.method_name), ident(&operation.type_name));
    // The client is one more.
    let crowded = crowded(arguments.len() + 1);
    let parameters = arguments
        .iter()
        .map(|Argument { name, given, .. }| quote!(#name: #given));
    let values = arguments.iter().map(|argument| &argument.name);
    quote! {
        #paragraphs
        #deprecated
        #[must_use]
        #crowded
        pub fn #name(&self #(, #parameters)*) -> #BUILDER_MODULE::#builder<'_> {
            #BUILDER_MODULE::#builder::new(self #(, #values)*)
        }
    }
}

/// Emits the client, with the methods that all operations share.
fn definition(api: &Api) -> RustFile {
    let certificates = api.security.iter();
    let certificates = certificates.filter(|scheme| scheme.kind == SecurityKind::MutualTls);
    let certificates = certificates.map(|scheme| {
        let name = &scheme.name;
        format!("The security scheme `{name}` is a client certificate: `Config::client_certificate_pem`.")
    });
    let docs = doc(std::iter::once(format!(
        "A client of {}{}, version {}.",
        super::of_side(api),
        api.title,
        api.version
    ))
    .chain(certificates));
    let new_docs = match api.side {
        Side::Callers => doc(["Creates a client of the server at `base_url`, such as `http://localhost:8080`, with the default configuration. No connection is established.".to_owned()]),
        Side::Api => doc(["Creates a client that sends each request to a path of its operation below `base_url`, such as `http://localhost:8080`, with the default configuration. Use `to_url` to send to the URL of a subscriber. No connection is established.".to_owned()]),
    };
    let credentials = api.security.iter().filter_map(credential);
    let to_url = (api.side == Side::Api).then(|| {
        quote! {
            /// Returns a client that sends every request to exactly `url`, such as one that a subscriber has registered, with the
            /// credentials of this client. If another party chose the URL, check that its host is one to which requests may be sent.
            ///
            /// # Errors
            ///
            /// Returns an error if `url` is not an absolute `http` or `https` URL, or has a user or a fragment; or if the HTTP
            /// client cannot be created, for example because TLS is not available.
            pub fn to_url(&self, url: &str) -> Result<Self, #BUILD_ERROR> { Ok(Self { core: self.core.to_url(url)? }) }
        }
    });
    let code = quote! {
        #docs
        ///
        /// Cloning is cheap: clones share connections and configuration.
        #[derive(Debug, Clone)]
        pub struct Client { pub(crate) core: #CLIENT_CORE }

        impl Client {
            #new_docs
            ///
            /// # Errors
            ///
            /// Returns an error if `base_url` is not an absolute `http` or `https` URL, or has a user, a query, a fragment or a variable
            /// in braces; if it is an `https` URL and neither the feature `rustls` nor `native-tls` is enabled; or if the HTTP client
            /// cannot be created, for example because no TLS certificates are found.
            pub fn new(base_url: &str) -> Result<Self, #BUILD_ERROR> { Self::with_config(base_url, #CONFIG::default()) }

            /// Creates a client like [`new`](Self::new), with the timeouts, limits, hooks and retries of `config`.
            ///
            /// # Errors
            ///
            /// Returns an error as [`new`](Self::new) does, or if a setting is invalid. If `config` has a transport or an HTTP client, an
            /// `https` URL needs no feature for TLS.
            pub fn with_config(base_url: &str, config: #CONFIG) -> Result<Self, #BUILD_ERROR> {
                Ok(Self { core: #CLIENT_CORE::new(base_url, config)? })
            }

            #to_url

            /// Returns the underlying `ClientCore`, which can send requests that the document does not describe.
            #[must_use]
            pub fn core(&self) -> &#CLIENT_CORE { &self.core }

            #(#credentials)*
        }
    };
    code.into()
}

/// Emits `with_session("…")`, which returns a client that sends a credential; nothing for a certificate, which the
/// transport presents.
fn credential(scheme: &SecurityScheme) -> Option<TokenStream> {
    let (name, method) = (&scheme.name, format_ident!("with_{}", scheme.field));
    let subject = match scheme.kind {
        SecurityKind::Basic => "`user` and `password`",
        _ => "`secret`",
    };
    let docs = doc([
        format!(
            "Returns a client that sends {subject} for the security scheme `{name}`, in place of an earlier credential. This client does not change."
        ),
        scheme.description.as_deref().unwrap_or_default().to_owned(),
    ]);
    let (parameters, credential) = match &scheme.kind {
        SecurityKind::Basic => (
            quote!(user: &str, password: impl Into<#SECRET>),
            quote!(#CREDENTIAL::basic(user, password)),
        ),
        kind => {
            let credential = match kind {
                SecurityKind::Http(scheme) => quote!(#CREDENTIAL::http(#scheme, secret)),
                SecurityKind::Header(name) => {
                    quote!(#CREDENTIAL::api_key_header(#name, secret))
                }
                SecurityKind::Query(name) => {
                    quote!(#CREDENTIAL::api_key_query(#name, secret))
                }
                SecurityKind::Cookie(name) => {
                    quote!(#CREDENTIAL::api_key_cookie(#name, secret))
                }
                SecurityKind::Bearer | SecurityKind::Basic => {
                    quote!(#CREDENTIAL::bearer(secret))
                }
                SecurityKind::MutualTls => return None,
            };
            (quote!(secret: impl Into<#SECRET>), credential)
        }
    };
    let deprecated = deprecated(scheme.deprecated);
    Some(quote! {
        #docs
        #deprecated
        #[must_use]
        pub fn #method(&self, #parameters) -> Self {
            Self { core: self.core.with_credential(#name, #credential) }
        }
    })
}

/// Emits `builder.rs`: a builder for each operation.
pub(super) fn builders(api: &Api, settings: &Settings) -> Result<Module, String> {
    let mut builders = builders::builders(api)?.into_iter();
    let parts = api.groups.iter().map(|group| {
        let mut part = RustFile::default();
        let operations = group.operations.iter();
        part.add_all(operations.map(|operation| operation_static(api, settings, operation)));
        let builders = builders.by_ref().take(group.operations.len());
        builders.for_each(|builder| part.append(builder));
        part
    });
    Ok(Module {
        root: RustFile::default(),
        parts: parts.collect(),
    })
}

fn operation_static(api: &Api, settings: &Settings, operation: &Operation) -> TokenStream {
    let security = (!operation.security.is_empty()).then(|| {
        let alternatives = operation.security.iter().map(|alternative| {
            let schemes = alternative
                .iter()
                .map(|required| &api.security[required.scheme]);
            let sent = schemes.filter(|scheme| scheme.kind != SecurityKind::MutualTls);
            let names = sent.map(|scheme| &scheme.name);
            quote!(&[#(#names),*])
        });
        quote!(.security(&[#(#alternatives),*]))
    });
    let selector = operation.selector.as_ref();
    let selector = selector.and_then(|Selector { place, value }| match place {
        // The body has the key already.
        SelectorPlace::BodyKey => None,
        SelectorPlace::Query(name) => Some(quote!(.selected_by_query(#name, #value))),
        SelectorPlace::Header(name) => Some(quote!(.selected_by_header(#name, #value))),
    });
    let accept = accept(operation).map(|accept| quote!(.accept(#accept)));
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
    let docs = doc([format!(
        "The operation `{}`: its id, method, path, security requirements and `Accept` field.",
        operation.id
    )]);
    let calls = quote!(#selector #security #accept #idempotent #extensions);
    super::type_tokens::operation_static(operation, &docs, [&OPERATION, &METHOD], &calls)
}

/// Returns the media types of all documented responses, for `Accept`; `None` if any is acceptable.
fn accept(operation: &Operation) -> Option<String> {
    let media = operation
        .responses
        .iter()
        .flat_map(|response| &response.media);
    let mut essences: Vec<String> = Vec::new();
    for essence in media.flat_map(MediaType::essences) {
        // Suffixes such as `*+json` are the document's, not those of HTTP.
        let essence = match essence.split_once("/*+") {
            Some((main, _)) => format!("{main}/*"),
            None => essence,
        };
        if !essences.contains(&essence) {
            essences.push(essence);
        }
    }
    let is_any = essences.is_empty() || essences.iter().any(|essence| essence == "*/*");
    let can_be_sent = essences.iter().all(|essence| essence.is_ascii());
    (!is_any && can_be_sent).then(|| essences.join(", "))
}

/// Emits `bodies.rs`: forms, and enums for operations that accept several media types; empty if there are none.
pub(super) fn bodies(api: &Api) -> RustFile {
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
    let mut file = RustFile::default();
    file.add_all(enums);
    file.add_all(forms);
    file
}

pub(super) fn body_enum(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}Body", operation.type_name)
}

/// Returns the type of a body in a builder.
fn body_type(api: &Api, operation: &Operation, body: &Body) -> TokenStream {
    match body.media.as_slice() {
        [only] => request::media_type(api, operation, only, &quote!(#BODIES::)),
        _ => {
            let name = body_enum(operation);
            quote!(#BODIES::#name)
        }
    }
}

/// Emits `lib.rs`.
pub(super) fn library(settings: &Settings, modules: &[&str]) -> TokenStream {
    let types = Symbol::external(settings.crate_ident("types"));
    let modules = modules.iter().map(|name| ident(name));
    quote! {
        #![doc = include_str!("../README.md")]

        pub mod builder;
        mod client;
        #(pub mod #modules;)*

        pub use client::Client;
        pub use #OAS_CLIENT::{
            self, BuildError, CallOptions, Config, Credential, Error, Hook, HookFuture, Multipart, Operation, Part,
            ResponseValue, RetryPolicy, Secret, Transport, reqwest, testing,
        };
        pub use #types as types;
    }
}
