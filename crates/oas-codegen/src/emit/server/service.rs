//! placeholder
use proc_macro2::TokenStream;
use crate::model::Api;
pub(in crate::emit) fn service(_api: &Api) -> TokenStream { TokenStream::new() }
