//! Emits a call of the generated client, for its README and documentation.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::client::server_url;
use super::literals;
use super::rust_file::statements;
use crate::Settings;
use crate::model::{Api, MediaKind, Operation, SecurityKind, Server, TypeRef};
use crate::names::ident;
use crate::symbols::Symbols;
use crate::symbols::own::{CLIENT, TYPES};
use crate::test_plan::OperationPlan;

/// Returns the statements that call an operation from outside of the client crate, in a function that returns a `Result`;
/// `None` where no short expression makes a value that it requires.
pub(crate) fn client_call(
    api: &Api,
    planned: &OperationPlan<'_>,
    settings: &Settings,
) -> Option<String> {
    let mut symbols = Symbols::outside(&settings.crate_ident("client"));
    let call = tokens(api, planned.operation, Some(planned))?;
    statements_of(call, &mut symbols).ok()
}

/// Formats the statements of a call, with the imports that they need.
pub(super) fn statements_of(call: TokenStream, symbols: &mut Symbols) -> Result<String, String> {
    let call = symbols.resolve(call);
    let imports = symbols.imports();
    statements(quote!(#imports #call))
}

/// Emits the call of an operation, which is sent and whose result is printed.
pub(super) fn tokens(
    api: &Api,
    operation: &Operation,
    planned: Option<&OperationPlan<'_>>,
) -> Option<TokenStream> {
    let is_http = |server: &&Server| server.default_url().starts_with("http");
    let first = api.servers.first().filter(is_http);
    let url = first.map_or_else(|| quote!("http://localhost:8080"), server_url);
    let credentials = credentials(api, operation);
    let call = call(api, operation, planned)?;
    Some(quote! {
        let client = #CLIENT::new(#url)? #credentials;
        let response = #call.send().await?;
        println!("{:?}", response.into_inner());
    })
}

/// Emits `client.recover_image(…)`: the call of an operation whose required values all have examples, or samples if
/// there is a plan.
pub(super) fn call(
    api: &Api,
    operation: &Operation,
    planned: Option<&OperationPlan<'_>>,
) -> Option<TokenStream> {
    let mut arguments = parameters(api, operation, planned)?;
    let body = body(api, operation, planned)?;
    let method = ident(&operation.method_name);
    if operation.body.as_ref().is_some_and(|body| body.required) {
        arguments.extend(body);
        return Some(quote!(client.#method(#(#arguments),*)));
    }
    let body = body.map(|body| quote!(.body(#body)));
    Some(quote!(client.#method(#(#arguments),*) #body))
}

/// Emits `.with_session("secret")` for each credential of the first requirement.
pub(super) fn credentials(api: &Api, operation: &Operation) -> TokenStream {
    let needed = operation.security.first().into_iter().flatten();
    let schemes = needed.map(|required| &api.security[required.scheme]);
    let sent = schemes.filter(|scheme| scheme.kind != SecurityKind::MutualTls);
    let credentials = sent.map(|scheme| {
        let method = format_ident!("with_{}", scheme.field);
        if scheme.kind == SecurityKind::Basic {
            quote!(.#method("user", "secret"))
        } else {
            quote!(.#method("secret"))
        }
    });
    quote!(#(#credentials)*)
}

/// Emits the required parameters.
fn parameters(
    api: &Api,
    operation: &Operation,
    planned: Option<&OperationPlan<'_>>,
) -> Option<Vec<TokenStream>> {
    let mut values = Vec::new();
    for (at, parameter) in operation.parameters.iter().enumerate() {
        if !parameter.required {
            continue;
        }
        let sample = || planned?.parameters.get(at)?.sample.as_ref();
        let value = match (parameter.example.as_ref().or_else(sample), &parameter.ty) {
            (Some(Value::String(value)), TypeRef::String) => quote!(#value),
            (Some(value), ty) => literals::expression(api, ty, value, &quote!(#TYPES::))?,
            (None, TypeRef::String) => quote!("example"),
            (None, TypeRef::Integer(_)) => quote!(1),
            (None, TypeRef::Bool) => quote!(true),
            (None, _) => return None,
        };
        values.push(value);
    }
    Some(values)
}

/// Emits the body if it is JSON and has an example, and nothing if no body is sent.
fn body(
    api: &Api,
    operation: &Operation,
    planned: Option<&OperationPlan<'_>>,
) -> Option<Option<TokenStream>> {
    let Some(body) = operation.body.as_ref() else {
        return Some(None);
    };
    let example = match body.media.as_slice() {
        [only] if only.kind == MediaKind::Json => {
            let sample = || planned?.body.first()?.sample.as_ref();
            only.example
                .as_ref()
                .or_else(sample)
                .map(|value| (only, value))
        }
        _ => None,
    };
    match example {
        Some((media, example)) => {
            let value = literals::expression(api, &media.ty, example, &quote!(#TYPES::))?;
            Some(Some(value))
        }
        None => (!body.required).then_some(None),
    }
}
