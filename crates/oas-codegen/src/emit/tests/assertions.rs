//! What a generated test makes of a client's result: the body of the answer that it expects, compared.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::client::outcome::{is_error, outcomes};
use super::sample_call::Answer;
use crate::model::{Api, MediaKind, Operation};

/// An expression that compares `result` with the answer; `text` is the answer's body.
pub(super) fn compare(
    api: &Api,
    operation: &Operation,
    answer: &Answer<'_>,
    headers: &TokenStream,
    text: &TokenStream,
) -> TokenStream {
    let (success, failure) = outcomes(operation);
    let media = answer.media.as_ref().map(|(media, _)| *media);
    let status = Literal::u16_unsuffixed(answer.status);
    let failed = !success.covers(answer.response);
    let (outcome, body) = if failed {
        (
            failure,
            quote!(oas_testing::failure(result, #status, #headers)),
        )
    } else {
        (
            success,
            quote!(oas_testing::success(result, #status, #headers)),
        )
    };
    let variant = outcome.variant(answer.response, media);
    let Some(media) = media else {
        return match variant {
            Some(variant) => quote!(assert!(matches!(#body, #variant))),
            None if failed => quote!(assert_eq!(#body, oas_client::Opaque(()))),
            None => body,
        };
    };
    let body = match (&variant, failed) {
        (Some(variant), _) => quote!(body_of!(#body, #variant)),
        (None, true) if !is_error(api, media) => quote!(#body.0),
        (None, _) => body,
    };
    match media.kind {
        MediaKind::Bytes if !failed => quote!(assert_eq!(oas_testing::text_of(#body).await, #text)),
        MediaKind::Text | MediaKind::Bytes => quote!(assert_eq!(#body, #text)),
        _ => quote!(oas_testing::assert_same(&#body, #text)),
    }
}
