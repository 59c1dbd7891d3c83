//! Emits the assertions of generated tests about a client's result: the body of the response is compared with the
//! expected one.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::sample_call::SampleResponse;
use crate::emit::client::response_sets::{is_error, response_sets};
use crate::model::{Api, MediaKind, Operation};
use crate::symbols::client::OPAQUE_BODY;
use crate::symbols::testing::{BODY_OF, TESTING};

/// Emits an expression that compares `result` with the response; `text` is the response's body.
pub(super) fn compare(
    api: &Api,
    operation: &Operation,
    response: &SampleResponse<'_>,
    headers: &TokenStream,
    text: &TokenStream,
) -> TokenStream {
    let (success, failure) = response_sets(operation);
    let media = response.media.as_ref().map(|(media, _)| *media);
    let status = Literal::u16_unsuffixed(response.status);
    let failed = !success.covers(response.documented);
    let (responses, body) = if failed {
        (
            failure,
            quote!(#TESTING::failure(result, #status, #headers)),
        )
    } else {
        (
            success,
            quote!(#TESTING::success(result, #status, #headers)),
        )
    };
    let variant = responses.variant(response.documented, media);
    let Some(media) = media else {
        return match variant {
            Some(variant) => quote!(assert!(matches!(#body, #variant))),
            None if failed => quote!(assert_eq!(#body, #OPAQUE_BODY(()))),
            None => body,
        };
    };
    let body = match (&variant, failed) {
        (Some(variant), _) => quote!(#BODY_OF!(#body, #variant)),
        (None, true) if !is_error(api, media) => quote!(#body.0),
        (None, _) => body,
    };
    match media.kind {
        MediaKind::Items(_) if !failed => quote!(#TESTING::assert_item(#body, #text).await),
        MediaKind::Parts if !failed => quote!(#TESTING::assert_parts(#body, #text).await),
        // An error contains the body as bytes.
        MediaKind::Items(_) | MediaKind::Parts => quote!(drop(#body)),
        MediaKind::Bytes if !failed => quote!(assert_eq!(#TESTING::text_of(#body).await, #text)),
        MediaKind::Text | MediaKind::Bytes => quote!(assert_eq!(#body, #text)),
        _ => quote!(#TESTING::assert_same(&#body, #text)),
    }
}
