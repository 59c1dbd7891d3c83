//! Emits a part of `tests/round_trip.rs`: requests that violate one constraint each, and are rejected with its place.

use std::cell::Cell;

use oas_samples::InvalidSample;
use oas_schema::Types;
use oas_wire::{JsonPointer, query_string};
use proc_macro2::TokenStream;
use quote::quote;

use super::expected_request;
use super::round_trip::RoundTrip;
use super::test_constants::Quoted;
use crate::emit::type_tokens::chain;
use crate::model::{
    MediaKind, Operation, ParameterLocation, Rejection, SelectorPlace, Status, Style,
};
use crate::names::{Scope, ident};
use crate::symbols::run::TOKIO_TEST;
use crate::symbols::testing::RAW_REQUEST;
use crate::test_plan::ParameterPlan;

/// Emits the test of an operation, if any invalid request can be generated.
pub(super) fn rejection_test(
    trip: &RoundTrip<'_>,
    start: &proc_macro2::Ident,
    scope: &mut Scope,
    quoted: &mut Quoted,
) -> Option<TokenStream> {
    let mut targets = targets(trip);
    let mut headers = headers(trip);
    let mut in_body = in_body(trip, quoted);
    match unselected(trip) {
        Some(Unselected::Target(row)) => targets.push(row),
        Some(Unselected::Header(row)) => headers.push(row),
        Some(Unselected::Body(row)) => in_body.push(row),
        None => {}
    }
    if targets.is_empty() && headers.is_empty() && in_body.is_empty() {
        return None;
    }
    let operation = trip.operation;
    let name = ident(&scope.claim(&format!("{}_rejects", operation.method_name)));
    let method = &operation.method;
    let target = format!("{}{}", trip.api.base_path, trip.call.head.target);
    let given = trip
        .call
        .head
        .headers
        .iter()
        .map(|(name, value)| quote!(.header(#name, #value)));
    let body = match &trip.call.body {
        None => None,
        Some((media, sample)) => {
            let name = super::content_type(media);
            Some(match media.kind {
                // Its parts are the business of the client, which has no way to break a parameter.
                // So are items.
                MediaKind::Multipart | MediaKind::Parts | MediaKind::Items(_) => return None,
                MediaKind::Form => {
                    let pairs = expected_request::form(trip.api, media, sample)?;
                    quote!(.body(#name, #pairs))
                }
                _ => {
                    let text = trip.call.body_text(quoted);
                    quote!(.body(#name, #text))
                }
            })
        }
    };
    let output = trip.first_output(quoted);
    let without_places = (!names_places(operation)).then(|| quote!(.rejected_without_places()));
    let calls: Vec<TokenStream> = given.chain(body).chain(without_places).collect();
    let request = chain(&quote!(#RAW_REQUEST::new(#method, #target)), &calls);
    let targets = (!targets.is_empty()).then(|| {
        quote! {
            for (what, pointer, target) in [#(#targets),*] {
                request.clone().target(target).assert_rejected(&server, &handler, what, pointer).await;
            }
        }
    });
    let headers = headers.into_iter().map(|(what, pointer, change)| {
        quote!(request.clone() #change .assert_rejected(&server, &handler, #what, #pointer).await;)
    });
    let in_body = (!in_body.is_empty()).then(|| {
        quote! {
            for (what, pointer, value) in [#(#in_body),*] {
                request.clone().with(pointer, value).assert_rejected(&server, &handler, what, pointer).await;
            }
        }
    });
    Some(quote! {
        #[#TOKIO_TEST]
        async fn #name() {
            let (handler, _, server) = #start();
            let request = #request;
            handler.respond(#output);
            request.assert_accepted(&server, &handler).await;
            #targets
            #(#headers)*
            #in_body
        }
    })
}

/// Returns whether a rejection with 400 contains the places of violations: a problem does, a body of the document may
/// not.
fn names_places(operation: &Operation) -> bool {
    rejection(operation).is_none_or(|rejection| rejection.template.contains("{violations"))
}

/// Returns the body of a rejection with 400, if the document declares one.
fn rejection(operation: &Operation) -> Option<&Rejection> {
    let closest = [Status::Exact(400), Status::Range(4), Status::Default];
    closest.into_iter().find_map(|status| {
        let mut rejections = operation.rejections.iter();
        rejections.find(|rejection| rejection.status == status)
    })
}

/// A change of a request with which it names none of the operations that share its method and path.
enum Unselected {
    Target(TokenStream),
    Header((&'static str, String, TokenStream)),
    Body(TokenStream),
}

/// Returns the change that selects no operation, if all operations reject such requests with the same body; otherwise
/// the server chooses another.
fn unselected(trip: &RoundTrip<'_>) -> Option<Unselected> {
    let operation = trip.operation;
    let selector = operation.selector.as_ref()?;
    let text = |operation| {
        rejection(operation).map(|rejection| (&*rejection.media_type, &*rejection.template))
    };
    let mut peers = trip
        .api
        .operations()
        .filter(|peer| (&peer.path, &peer.method) == (&operation.path, &operation.method));
    // Credentials are verified before the operation is selected, and those of one operation may not be valid for
    // another.
    if !peers.all(|peer| text(peer) == text(operation) && peer.security == operation.security) {
        return None;
    }
    let what = "x-operations";
    let at = |name| String::from(JsonPointer::from_iter([name]));
    Some(match &selector.place {
        SelectorPlace::BodyKey => Unselected::Body(quote!((#what, "", Some("{}")))),
        SelectorPlace::Header(name) => {
            let (lower, pointer) = (name.to_ascii_lowercase(), at(name));
            Unselected::Header((what, pointer, quote!(.without(#lower))))
        }
        SelectorPlace::Query(name) => {
            let (path, query) = trip.call.head.target.split_once('?')?;
            let mut pairs = query.split('&');
            let mine = pairs.next()?;
            let others: Vec<&str> = pairs.filter(|pair| *pair != mine).collect();
            let target = format!("{}{path}?{}", trip.api.base_path, others.join("&"));
            let pointer = at(name);
            Unselected::Target(quote!((#what, #pointer, #target)))
        }
    })
}

/// Emits cases such as `("minLength", "/name", Some("\"\""))`.
fn in_body(trip: &RoundTrip<'_>, quoted: &mut Quoted) -> Vec<TokenStream> {
    let Some((media, _)) = trip
        .call
        .body
        .as_ref()
        .filter(|(media, _)| media.kind == MediaKind::Json)
    else {
        return Vec::new();
    };
    let hint = format!("{}_BROKEN", trip.operation.const_name);
    let planned = trip.plan.body.iter();
    let planned = planned.filter(|planned| planned.media.variant == media.variant);
    let rows = planned.flat_map(|planned| &planned.invalid).map(|invalid| {
        let (what, pointer) = (invalid.keyword, &invalid.pointer);
        let value = match &invalid.replacement {
            Some(value) => {
                let text = quoted.json(&hint, value);
                quote!(Some(#text))
            }
            None => quote!(None),
        };
        quote!((#what, #pointer, #value))
    });
    rows.collect()
}

/// The largest total size in bytes of a test's targets. Each contains all parameters, so that their size would grow
/// with the square of the number of parameters. Only the first parameters are violated then.
const TARGETS: usize = 1 << 18;

/// Emits cases such as `("minimum", "/limit", "/pets?limit=0")`.
fn targets(trip: &RoundTrip<'_>) -> Vec<TokenStream> {
    let places = [
        ParameterLocation::Path,
        ParameterLocation::Query,
        ParameterLocation::QueryString,
    ];
    let used = Cell::new(0);
    let changes = changes(trip, &places).into_iter();
    let rows = changes
        .take_while(|_| used.get() < TARGETS)
        .filter_map(|change| {
            let head = expected_request::head_with(
                trip.api,
                trip.plan,
                change.parameter,
                change.value.as_ref(),
            )
            .ok()?;
            // An empty text in a path, or a change that the style cannot express, makes no other request.
            let (what, pointer, target) = (change.what, change.pointer, head.target);
            (target != trip.call.head.target).then(|| {
                let target = format!("{}{target}", trip.api.base_path);
                used.set(used.get() + target.len());
                quote!((#what, #pointer, #target))
            })
        });
    rows.collect()
}

/// Emits cases such as `("pattern", "/X-Request-Id", .header("x-request-id", "!"))`.
fn headers(trip: &RoundTrip<'_>) -> Vec<(&'static str, String, TokenStream)> {
    let places = [ParameterLocation::Header, ParameterLocation::Cookie];
    let rows = changes(trip, &places).into_iter().filter_map(|change| {
        let head = expected_request::head_with(
            trip.api,
            trip.plan,
            change.parameter,
            change.value.as_ref(),
        )
        .ok()?;
        let parameter = trip.plan.parameters.get(change.parameter)?.parameter;
        let name = match parameter.location {
            ParameterLocation::Cookie => "cookie".to_owned(),
            _ => parameter.name.to_ascii_lowercase(),
        };
        let value = head.headers.iter().find(|(known, _)| *known == name);
        let before = trip
            .call
            .head
            .headers
            .iter()
            .find(|(known, _)| *known == name);
        if value == before {
            return None;
        }
        let call = match value {
            Some((name, value)) => quote!(.header(#name, #value)),
            None => quote!(.without(#name)),
        };
        Some((change.what, change.pointer, call))
    });
    rows.collect()
}

/// A change of one parameter.
struct Change {
    parameter: usize,
    what: &'static str,
    /// Into the parameters, by name.
    pointer: String,
    /// The value that is sent; nothing, if `None`.
    value: Option<serde_json::Value>,
}

/// The largest number of parameters that are encoded for the cases of a test. Each case encodes all parameters of the operation,
/// so that their number would grow with the square of the number of parameters.
const ENCODED: usize = 1 << 20;

fn changes(trip: &RoundTrip<'_>, places: &[ParameterLocation]) -> Vec<Change> {
    let mut changes = Vec::new();
    for (index, planned) in trip.plan.parameters.iter().enumerate() {
        let parameter = planned.parameter;
        if !places.contains(&parameter.location) || !trip.call.head.sent.contains(&index) {
            continue;
        }
        let is_whole = parameter.location == ParameterLocation::QueryString;
        let name = (!is_whole).then_some(&parameter.name);
        let pointer = String::from(JsonPointer::from_iter(name));
        // A form without fields is one.
        let is_form = is_whole && query_string::is_form(parameter.serialization);
        if parameter.required && parameter.location != ParameterLocation::Path && !is_form {
            changes.push(Change {
                parameter: index,
                what: "required",
                pointer: pointer.clone(),
                value: None,
            });
        }
        let is_visible = |invalid: &&InvalidSample<'_>| is_visible(trip, planned, invalid);
        for invalid in planned.invalid.iter().filter(is_visible) {
            changes.push(Change {
                parameter: index,
                what: invalid.keyword,
                pointer: format!("{pointer}{}", invalid.pointer),
                value: Some(invalid.value.clone()),
            });
        }
    }
    changes.truncate(ENCODED / trip.plan.parameters.len().max(1));
    changes
}

/// Returns whether the violation is visible in the text of a parameter: all values are text, so that `1` is a valid
/// string, and a list without items is absent.
fn is_visible(
    trip: &RoundTrip<'_>,
    planned: &ParameterPlan<'_>,
    invalid: &InvalidSample<'_>,
) -> bool {
    use serde_json::Value;
    let (parameter, sample) = (planned.parameter, planned.sample.as_ref());
    let Some(style) = parameter.serialization.style() else {
        return true;
    };
    // The members of an exploded object are parameters of their own: a text in its place is one more of them.
    let is_object = sample.is_some_and(Value::is_object);
    let is_exploded = parameter.serialization.is_exploded();
    if is_object && is_exploded && matches!(style, Style::Form | Style::Cookie) {
        return false;
    }
    let nested = invalid.pointer.matches('/').count() > 1;
    let in_list = sample.is_some_and(Value::is_array);
    let scalar = match &invalid.replacement {
        Some(Value::String(text)) => !text.is_empty() && text.trim() == text,
        Some(Value::Number(_)) => true,
        Some(Value::Array(items)) => {
            return invalid.pointer.is_empty() && invalid.keyword != "type" && !items.is_empty();
        }
        _ => false,
    };
    let place =
        invalid.pointer.is_empty() && !in_list || !nested && in_list && !invalid.pointer.is_empty();
    let types = trip.api.checks.table(parameter.schema).keywords().types;
    let text = invalid.pointer.is_empty() && types != Types::ALL && types.contains(Types::STRING);
    scalar && place && (invalid.keyword != "type" || !text)
}
