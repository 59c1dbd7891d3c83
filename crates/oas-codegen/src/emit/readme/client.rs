//! Emits the README of the client crate.

use proc_macro2::TokenStream;
use quote::quote;

use super::{fenced, head};
use crate::Settings;
use crate::emit::client::headers::{view_name, views};
use crate::emit::client_call;
use crate::emit::rust_file::statements;
use crate::model::{Api, SecurityKind, Side};
use crate::names::ident;
use crate::symbols::Symbols;
use crate::symbols::run::TOKIO_RUNTIME;
use crate::test_plan::TestPlan;

/// The text that applies to every client, with `CRATE` for the name of the crate.
const GUIDE: &str = include_str!("client.md");

/// The transport of the unit test that the README shows, with `CRATE` for the name of the crate.
const TRANSPORT: &str = r#"use CRATE::testing::{FnTransport, response};
use CRATE::{Client, Config};

let transport = FnTransport::new(|outgoing| {
    assert_eq!(outgoing.request.url().host_str(), Some("api.test"));
    response(503, "text/plain", "down for maintenance")
});
let config = Config::default().transport(transport);
"#;

/// Emits the README of the client crate.
pub(in crate::emit) fn client(
    api: &Api,
    plan: Option<&TestPlan<'_>>,
    settings: &Settings,
) -> Result<(String, Symbols), String> {
    let own = settings.crate_ident("client");
    let mut symbols = Symbols::outside(&own);
    let mut out = head(api, settings, "client", "Client");
    let Some(ExampleCall {
        first,
        credentials,
        call,
    }) = example_call(api, plan)
    else {
        return Ok((out, symbols));
    };
    let first = client_call::statements_of(first, &mut symbols)?;
    out.push_str(&example("async fn example()", &first));
    out.push_str(
        "\nThe required inputs of an operation are arguments, which the compiler checks; the rest is set on its builder. ",
    );
    if !api.security.is_empty() {
        out.push_str("The credential never shows in `Debug` output or in an error. ");
    }
    out.push_str(
        "A response is not checked against constraints of the document, but what it requires has to be there.\n",
    );
    if api.side == Side::Api {
        out.push_str(
            "\nThe API sends these requests to URLs that their receivers gave: `client.to_url(url)?` is a client of one. A hook of the configuration \
             can sign what is sent: it sees the body, and sets header fields.\n",
        );
    }
    out.push_str(&headers(api, &own));
    let mut schemes = api.security.iter();
    if schemes.any(|scheme| scheme.kind == SecurityKind::MutualTls) {
        out.push_str(
            "\nThe API asks for a client certificate: `Config::client_certificate_pem`, as below.\n",
        );
    }
    out.push_str(&GUIDE.replace("CRATE", &own));
    let tested = statements(symbols.resolve(quote! {
        let client = Client::with_config("http://api.test", config)? #credentials;
        let error = #call.send().await.unwrap_err();
        assert_eq!(error.status().unwrap(), 503);
    }))?;
    let (types, hidden) = match tested.contains("types::") {
        true => (format!("use {own}::types;\n"), "# "),
        false => (String::new(), ""),
    };
    out.push_str("\n## In a unit test\n\nA function can take the place of the server:\n\n");
    let transport = TRANSPORT.replace("CRATE", &own);
    let code = format!("{types}{transport}{tested}");
    out.push_str(&example("async fn example()", &code));
    let blocking = statements(symbols.resolve(quote! {
        let runtime = #TOKIO_RUNTIME::new_current_thread().enable_all().build()?;
        let call = #call;
        let response = runtime.block_on(call.send())?;
    }))?;
    out.push_str("\n## Without async\n\n");
    out.push_str(&example(
        &format!("fn example(client: {own}::Client)"),
        &format!("{hidden}{types}{blocking}\n# drop(response);"),
    ));
    Ok((out, symbols))
}

/// The call that the README shows.
struct ExampleCall {
    /// The call as a program.
    first: TokenStream,
    /// The setters of a client for its credentials.
    credentials: TokenStream,
    /// The call on a client.
    call: TokenStream,
}

/// Chooses the call that the README shows.
///
/// A body shows more of the crate than a path does, and values of the document more than samples.
fn example_call(api: &Api, plan: Option<&TestPlan<'_>>) -> Option<ExampleCall> {
    let planned = plan.into_iter().flat_map(TestPlan::operations);
    let sampled = planned.map(|planned| (planned.operation, Some(planned)));
    let documented = api.operations().map(|operation| (operation, None));
    let (with_body, without): (Vec<_>, Vec<_>) = documented
        .chain(sampled)
        .partition(|(operation, _)| operation.body.is_some());
    let mut candidates = with_body.into_iter().chain(without);
    candidates.find_map(|(operation, planned)| {
        Some(ExampleCall {
            first: client_call::tokens(api, operation, planned)?,
            credentials: client_call::credentials(api, operation),
            call: client_call::call(api, operation, planned)?,
        })
    })
}

/// Formats how documented headers are decoded, with one of them.
fn headers(api: &Api, own: &str) -> String {
    let mut views = api.operations().flat_map(|operation| {
        let views = views(operation);
        views.map(move |response| (view_name(operation, response), response))
    });
    let Some((view, response)) = views.find(|(_, response)| !response.headers[0].deprecated) else {
        return String::new();
    };
    let method = ident(&response.headers[0].field);
    let code = format!(
        "# fn example(headers: &{own}::reqwest::header::HeaderMap) -> Result<(), Box<dyn std::error::Error>> {{\n\
         use {own}::headers::{view};\n\n\
         let value = {view}::of(headers).{method}()?;\n\
         # drop(value);\n# Ok(())\n# }}"
    );
    format!(
        "\nThe documented headers of a response are decoded by a view of `ResponseValue::headers` or `Error::headers`. A header that is not as \
         documented fails by itself, and the call does not:\n\n{}",
        fenced("rust", &code)
    )
}

/// Wraps code in a hidden function that can fail.
fn example(signature: &str, code: &str) -> String {
    let start = format!("# {signature} -> Result<(), Box<dyn std::error::Error>> {{");
    fenced("rust,no_run", &format!("{start}\n{code}\n# Ok(())\n# }}"))
}
