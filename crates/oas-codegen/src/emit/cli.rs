//! Emits the crate of a command line: a description of its commands as data, and the operations of the client that they
//! call.
//!
//! The runtime implements all commands, so that no code is emitted for any of them.

mod description;
mod layout;
mod names;
mod response_types;

use proc_macro2::Literal;
use quote::{format_ident, quote};

use super::rust_file::RustFile;
use crate::Settings;
use crate::model::Api;
use crate::names::ident;
use crate::symbols::Symbol;
use crate::symbols::cli::{CLI, CLIENT_OPERATION, EXIT_CODE};

pub(super) use description::description;

/// Emits `lib.rs`.
pub(super) fn library(api: &Api, settings: &Settings) -> RustFile {
    let client = Symbol::external(settings.crate_ident("client"));
    let statics = api.operations().map(|operation| {
        let name = ident(&operation.const_name);
        quote!(&builder::#name)
    });
    let count = Literal::usize_unsuffixed(api.operations().count());
    let import = (api.operations().next().is_some()).then(|| quote!(use #client::builder;));
    quote! {
        #![doc = include_str!("../README.md")]

        #import

        /// The operations of the commands, in the order of their description.
        static OPERATIONS: [&#CLIENT_OPERATION; #count] = [#(#statics),*];

        /// Returns the command line.
        #[must_use]
        pub fn cli() -> #CLI {
            #CLI::new(include_str!("commands.json"), &OPERATIONS)
        }
    }
    .into()
}

/// Emits `main.rs`.
pub(super) fn main(settings: &Settings) -> RustFile {
    let own = format_ident!("{}", settings.crate_ident("cli"));
    quote! {
        fn main() -> #EXIT_CODE {
            #own::cli().main()
        }
    }
    .into()
}
