//! Emits `servers.rs` of the client crate: the URLs of the document's servers.

use oas_wire::path_template::{self, Part};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::emit::docs::doc;
use crate::emit::rust_file::RustFile;
use crate::model::{Api, Server, ServerVariable};
use crate::names::{camel, ident, shouty};
use crate::symbols::own::SERVERS;

/// Emits a constant for each server, and a struct for each whose URL has variables; empty if no URL is absolute.
pub(in crate::emit) fn servers(api: &Api) -> RustFile {
    let servers = api.servers.iter().filter(|server| server.is_absolute());
    let mut file = RustFile::default();
    file.add_all(servers.map(|server| match server.variables.is_empty() {
        true => constant(server),
        false => structure(server),
    }));
    file
}

/// Emits an expression for the URL of a server: its constant, or the defaults of its variables.
pub(in crate::emit) fn server_url(server: &Server) -> TokenStream {
    if server.variables.is_empty() {
        let name = ident(&shouty(&server.name));
        return quote!(#SERVERS::#name);
    }
    let url = server.default_url();
    quote!(#url)
}

fn docs(server: &Server) -> TokenStream {
    let url = format!("`{}`", server.url);
    doc([server.description.clone().unwrap_or_default(), url])
}

fn constant(server: &Server) -> TokenStream {
    let (docs, name, url) = (docs(server), ident(&shouty(&server.name)), &server.url);
    quote!(#docs pub const #name: &str = #url;)
}

fn structure(server: &Server) -> TokenStream {
    let (docs, name) = (docs(server), ident(&server.name));
    let fields = server.variables.iter().map(|variable| {
        let (field, ty) = (ident(&variable.field), ty(server, variable));
        let text = variable.description.clone();
        let docs = doc([text.unwrap_or_else(|| format!("The variable `{}`.", variable.name))]);
        quote!(#docs pub #field: #ty,)
    });
    let setters = server.variables.iter().map(|variable| {
        let (field, ty) = (ident(&variable.field), ty(server, variable));
        let docs = doc([format!("Sets `{}`.", variable.name)]);
        let (given, value) = match variable.values.is_empty() {
            true => (quote!(impl Into<String>), quote!(value.into())),
            false => (quote!(#ty), quote!(value)),
        };
        quote! {
            #docs
            #[must_use]
            pub fn #field(mut self, value: #given) -> Self {
                self.#field = #value;
                self
            }
        }
    });
    let defaults = server.variables.iter().map(|variable| {
        let (field, default) = (ident(&variable.field), default(server, variable));
        quote!(#field: #default)
    });
    let (mut format, mut values) = (String::new(), Vec::new());
    for part in path_template::parts(&server.url) {
        match part {
            Part::Literal(literal) => format.push_str(&literal.replace('}', "}}")),
            Part::Parameter(name) => {
                let mut variables = server.variables.iter();
                let variable = variables.find(|variable| variable.name == name);
                values.extend(variable.map(|variable| ident(&variable.field)));
                format.push_str("{}");
            }
        }
    }
    let choices = server
        .variables
        .iter()
        .map(|variable| choice(server, variable));
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct #name { #(#fields)* }

        impl #name {
            /// Creates the server with the default of each variable.
            #[must_use]
            pub fn new() -> Self { Self { #(#defaults),* } }

            #(#setters)*

            /// Returns the URL with the values of the variables.
            #[must_use]
            pub fn url(&self) -> String { format!(#format #(, self.#values)*) }
        }

        impl Default for #name {
            fn default() -> Self { Self::new() }
        }

        #(#choices)*
    }
}

fn choice_name(server: &Server, variable: &ServerVariable) -> proc_macro2::Ident {
    format_ident!("{}{}", server.name, camel(&variable.field))
}

fn ty(server: &Server, variable: &ServerVariable) -> TokenStream {
    match variable.values.is_empty() {
        true => quote!(String),
        false => {
            let name = choice_name(server, variable);
            quote!(#name)
        }
    }
}

/// Emits the default; the first of the listed values if it is none of them.
fn default(server: &Server, variable: &ServerVariable) -> TokenStream {
    let default = &variable.default;
    let mut known = variable.values.iter();
    let value = known.find(|value| value.value == *default);
    match value.or(variable.values.first()) {
        Some(value) => {
            let (name, variant) = (choice_name(server, variable), ident(&value.name));
            quote!(#name::#variant)
        }
        None => quote!(#default.to_owned()),
    }
}

/// Returns the values of a variable, if they are listed: the server decides what they are.
fn choice(server: &Server, variable: &ServerVariable) -> Option<TokenStream> {
    if variable.values.is_empty() {
        return None;
    }
    let name = choice_name(server, variable);
    let docs = doc([format!("The values of `{}`.", variable.name)]);
    let variants = variable.values.iter().map(|value| {
        let (docs, variant) = (doc([format!("`{}`", value.value)]), ident(&value.name));
        quote!(#docs #variant,)
    });
    let texts = variable.values.iter().map(|value| {
        let (variant, text) = (ident(&value.name), &value.value);
        quote!(Self::#variant => #text,)
    });
    Some(quote! {
        #docs
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum #name { #(#variants)* }

        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { #(#texts)* })
            }
        }
    })
}
