//! Emits `tests/wire.rs` of the client crate: the request of each operation, and the result of each response.

use proc_macro2::TokenStream;
use quote::quote;

use super::sample_call::{Call, SampleResponse, body_parts, hint, sample_responses};
use super::test_constants::Quoted;
use crate::Settings;
use crate::emit::client::response_sets::response_sets;
use crate::emit::rust_file::RustFile;
use crate::emit::type_tokens::chain;
use crate::model::{Api, MediaKind, Operation};
use crate::names::{Scope, ident};
use crate::symbols::client::FRAMING;
use crate::symbols::own::{CLIENT, CLIENT_CONFIG};
use crate::symbols::run::TOKIO_TEST;
use crate::symbols::testing::{EXPECTED_REQUEST, IN_PROCESS, TESTING};
use crate::test_plan::{OperationPlan, TestPlan};

/// Emits the file, and returns the operations without a test, with reasons; `None` if no operation has one.
pub(in crate::emit) fn wire_tests(
    api: &Api,
    plan: &TestPlan<'_>,
    settings: &Settings,
) -> Option<(String, RustFile)> {
    let mut scope = Scope::reserving(api.operations().map(|operation| &*operation.method_name));
    let client = ident(&scope.claim("client"));
    let mut quoted = Quoted::default();
    let mut missing = Vec::new();
    let own = settings.crate_ident("client");
    let mut tests = RustFile::outside(&own);
    for planned in plan.operations() {
        match Call::of(api, planned) {
            Ok(call) => tests.add(test(api, planned, &call, &client, &mut quoted)),
            Err(why) => missing.push(format!("`{}`: {why}", planned.operation.id)),
        }
    }
    if tests.is_empty() {
        return None;
    }
    tests.add(quoted.constants());
    let docs = super::test_docs(
        "Tests the requests that operations send, byte for byte where bytes matter, and their results for each response.",
        &missing,
    );
    let mut file = RustFile::outside(&own);
    file.add(quote! {
        fn #client(transport: &#IN_PROCESS) -> #CLIENT {
            let config = #CLIENT_CONFIG::default().transport(transport.clone());
            #CLIENT::with_config("http://localhost", config).expect("a client of the transport")
        }
    });
    file.append(tests);
    Some((docs, file))
}

fn test(
    api: &Api,
    planned: &OperationPlan<'_>,
    call: &Call<'_>,
    client: &proc_macro2::Ident,
    quoted: &mut Quoted,
) -> TokenStream {
    let operation = planned.operation;
    let name = ident(&operation.method_name);
    let response = sample_responses(planned)
        .into_iter()
        .flatten()
        .find(|response| response_sets(operation).0.covers(response.documented));
    let send = call.send(&quote!(#client(&transport)), quoted);
    let expected = expected(operation, call, "", quoted);
    let Some(response) = response else {
        // No success has a sample: the request is compared all the same.
        return quote! {
            #[#TOKIO_TEST]
            async fn #name() {
                let transport = #IN_PROCESS::replying(200, "", "");
                drop(#send);
                #expected
            }
        };
    };
    let (media_type, text) = content(api, operation, &response, quoted);
    let status = proc_macro2::Literal::u16_unsuffixed(response.status);
    let check = check(operation, &response, &text);
    let text = match response.media.as_ref().map(|(media, _)| media.kind) {
        Some(MediaKind::Items(framing)) => {
            let framing = crate::emit::type_tokens::framing(framing, &FRAMING);
            quote!(&#TESTING::framed(#framing, #text))
        }
        Some(MediaKind::Parts) => quote!(&#TESTING::parts_body(#text)),
        _ => text,
    };
    quote! {
        #[#TOKIO_TEST]
        async fn #name() {
            let transport = #IN_PROCESS::replying(#status, #media_type, #text);
            let response = #send.unwrap();
            #expected
            #check
        }
    }
}

/// Emits `ExpectedRequest::new("PUT", "/…").header(…).json(…).assert_sent(&transport);`. `base` is the prefix of the path.
pub(super) fn expected(
    operation: &Operation,
    call: &Call<'_>,
    base: &str,
    quoted: &mut Quoted,
) -> TokenStream {
    let (method, target) = (&operation.method, format!("{base}{}", call.head.target));
    let headers = call
        .head
        .headers
        .iter()
        .map(|(name, value)| quote!(.header(#name, #value)));
    let body = call.body.as_ref().map(|(media, _)| {
        let name = super::content_type(media);
        match media.kind {
            MediaKind::Json => {
                let text = call.body_text(quoted);
                quote!(.json(#name, #text))
            }
            MediaKind::Parts => {
                // The boundary is any.
                let name = media.content_type().unwrap_or_default();
                let parts = call.body.as_ref().map(|(_, sample)| body_parts(sample));
                let parts = parts.unwrap_or_default();
                quote!(.parts(#name, &[#(#parts),*]))
            }
            MediaKind::Multipart => {
                let parts = call
                    .parts()
                    .into_iter()
                    .map(|(name, text)| quote!((#name, #text)));
                quote!(.multipart(#name, &[#(#parts),*]))
            }
            MediaKind::Text | MediaKind::Bytes | MediaKind::Events => {
                let text = call.body_text(quoted);
                quote!(.text(#name, #text))
            }
            MediaKind::Items(framing) => {
                let framing = crate::emit::type_tokens::framing(framing, &FRAMING);
                let text = call.body_text(quoted);
                quote!(.item(#name, #framing, #text))
            }
            MediaKind::Form => {
                let pairs = &call.pairs;
                quote!(.form(#name, #pairs))
            }
        }
    });
    let calls: Vec<TokenStream> = headers.chain(body).collect();
    let expected = chain(&quote!(#EXPECTED_REQUEST::new(#method, #target)), &calls);
    quote!(#expected.assert_sent(&transport);)
}

/// Emits the media type and body of a response.
fn content(
    api: &Api,
    operation: &Operation,
    response: &SampleResponse<'_>,
    quoted: &mut Quoted,
) -> (String, TokenStream) {
    let Some((media, sample)) = &response.media else {
        return (String::new(), quote!(""));
    };
    let hint = hint(
        api,
        &media.ty,
        &format!("{}_response", operation.const_name),
    );
    let text = match media.kind {
        MediaKind::Text | MediaKind::Bytes => {
            quoted.text(&hint, sample.as_str().unwrap_or_default())
        }
        MediaKind::Parts => {
            let parts = body_parts(sample);
            quote!(&[#(#parts),*])
        }
        _ => quoted.json(&hint, sample),
    };
    (super::content_type(media), text)
}

/// Emits the comparison of the client's result with the response.
fn check(operation: &Operation, response: &SampleResponse<'_>, text: &TokenStream) -> TokenStream {
    let (success, _) = response_sets(operation);
    let media = response.media.as_ref().map(|(media, _)| *media);
    let status = proc_macro2::Literal::u16_unsuffixed(response.status);
    let variant = success.variant(response.documented, media);
    let Some(media) = media else {
        return match variant {
            Some(variant) => quote!(assert!(matches!(response.into_inner(), #variant));),
            None => quote!(assert_eq!(response.status().as_u16(), #status);),
        };
    };
    let unwrap = match variant {
        Some(variant) => quote! {
            let body = response.into_inner();
            let #variant(body) = body else { panic!("another variant: {body:?}") };
        },
        None => quote!(let body = response.into_inner();),
    };
    let compare = match media.kind {
        MediaKind::Text => quote!(assert_eq!(body, #text);),
        MediaKind::Bytes => quote!(assert_eq!(#TESTING::text_of(body).await, #text);),
        MediaKind::Items(_) => quote!(#TESTING::assert_item(body, #text).await;),
        MediaKind::Parts => quote!(#TESTING::assert_parts(body, #text).await;),
        _ => quote!(#TESTING::assert_same(&body, #text);),
    };
    quote!(#unwrap #compare)
}
