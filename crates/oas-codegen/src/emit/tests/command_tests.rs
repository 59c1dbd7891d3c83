//! Emits `tests/commands.rs` of the command-line crate: the request of each operation's command, sent to the generated
//! server if there is one.

use oas_wire::style::Value as Ordered;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::expected_request::{SECRET, USER, typed};
use super::sample_call::Call;
use super::test_constants::Quoted;
use super::wire_tests::expected;
use crate::Settings;
use crate::emit::rust_file::RustFile;
use crate::model::{Api, Framing, MediaKind, SecurityKind};
use crate::names::{Scope, ident};
use crate::symbols::cli::{ARGUMENTS_IO, EXIT, OWN_CLI};
use crate::symbols::testing::IN_PROCESS;
use crate::test_plan::{OperationPlan, TestPlan};

/// Emits the file, and returns the operations without a test, with reasons; `None` if no operation has one.
pub(in crate::emit) fn command_tests(
    api: &Api,
    plan: &TestPlan<'_>,
    settings: &Settings,
) -> Option<(String, RustFile)> {
    let mut scope = Scope::reserving(api.operations().map(|operation| &*operation.method_name));
    let run = ident(&scope.claim("run"));
    let mut quoted = Quoted::default();
    let mut missing = Vec::new();
    let own = settings.crate_ident("cli");
    let mut tests = RustFile::outside(&own);
    for planned in plan.operations() {
        let call = Call::of(api, planned).and_then(|call| {
            let inputs = inputs(api, planned, &call)?;
            Ok((call, inputs))
        });
        match call {
            Ok((call, inputs)) => {
                let (id, name) = (&planned.operation.id, ident(&planned.operation.method_name));
                let inputs =
                    quoted.json(&format!("{}_inputs", planned.operation.const_name), &inputs);
                let expected = expected(planned.operation, &call, &api.base_path, &mut quoted);
                tests.add(quote! {
                    #[test]
                    fn #name() {
                        let transport = #run(#id, #inputs);
                        #expected
                    }
                });
            }
            Err(why) => missing.push(format!("`{}`: {why}", planned.operation.id)),
        }
    }
    if tests.is_empty() {
        return None;
    }
    tests.add(quoted.constants());
    let docs = super::test_docs(
        "Tests the request of each operation's command, with its inputs as flags.",
        &missing,
    );
    let mut file = RustFile::outside(&own);
    file.add(helper(api, settings, &run));
    file.append(tests);
    Some((docs, file))
}

/// Runs a command.
fn helper(api: &Api, settings: &Settings, run: &proc_macro2::Ident) -> TokenStream {
    let url = format!("--url=http://localhost{}", api.base_path);
    let stub = format_ident!("{}", settings.crate_ident("server"));
    let server = crate::symbols::Symbol::external(stub.to_string());
    // Without a server, no request can be rejected.
    let (transport, answered) = match settings.only {
        None => (
            quote!(#IN_PROCESS::new(#server::server(#server::Examples).build())),
            quote! {
                // An operation without an example responds 501, after the request was validated.
                let is_answered = exit == #EXIT::Done || written.err().contains("501 Not Implemented");
                assert!(is_answered, "{exit:?}: {}", written.err());
            },
        ),
        Some(_) => (
            quote!(#IN_PROCESS::replying(204, "", "")),
            quote!(assert_eq!(exit, #EXIT::Done, "{}", written.err());),
        ),
    };
    quote! {
        /// Runs the command of an operation with these inputs, and returns where its request arrived.
        fn #run(operation: &str, inputs: &str) -> #IN_PROCESS {
            let transport = #transport;
            let cli = #OWN_CLI().transport(transport.clone());
            let mut arguments = cli.arguments(operation, inputs).expect("a command line");
            arguments.words.push(#url.to_owned());
            let (io, written) = #ARGUMENTS_IO::captured(&arguments.input);
            let mut io = io.variables(arguments.variables);
            let exit = cli.run(arguments.words, &mut io);
            #answered
            transport
        }
    }
}

/// Returns the inputs of a command, by their names on the wire, or the reason why there are none.
fn inputs(api: &Api, planned: &OperationPlan<'_>, call: &Call<'_>) -> Result<Ordered, String> {
    let mut inputs: Vec<(String, Ordered)> = Vec::new();
    // The number of inputs that would be read from standard input, of which there is only one.
    let mut read = 0;
    for &index in &call.head.sent {
        let sent = planned.parameters.get(index);
        let sent = sent.and_then(|planned| Some((planned.parameter, planned.sample.as_ref()?)));
        let Some((parameter, sample)) = sent else {
            continue;
        };
        read += usize::from(parameter.secret);
        let value = typed(api, &parameter.ty, sample);
        if value == Ordered::Array(Vec::new()) {
            return Err(format!(
                "parameter `{}`: no flag is an empty list",
                parameter.name
            ));
        }
        let entry = (parameter.name.clone(), value);
        let place = parameter.location.name();
        match inputs.iter_mut().find(|(known, _)| known == place) {
            Some((_, Ordered::Object(entries))) => entries.push(entry),
            _ => inputs.push((place.to_owned(), Ordered::Object(vec![entry]))),
        }
    }
    if let Some((media, sample)) = &call.body {
        read += match media.kind {
            MediaKind::Multipart => {
                let headers = call.flagged_part_headers()?;
                if headers != Ordered::Object(Vec::new()) {
                    inputs.push(("partHeaders".to_owned(), headers));
                }
                call.read_parts()
            }
            MediaKind::Parts | MediaKind::Items(Framing::Parts) => {
                return Err("its parts are in a file".to_owned());
            }
            _ => 1,
        };
        let body = match media.kind {
            // The JSON of a property has an order.
            MediaKind::Form => typed(api, &media.ty, sample),
            _ => Ordered::of(*sample).map_err(|error| error.to_string())?,
        };
        inputs.push(("body".to_owned(), body));
        let several = planned
            .operation
            .body
            .as_ref()
            .is_some_and(|body| body.media.len() > 1);
        if several || media.content_type().is_none() {
            let name = super::content_type(media);
            inputs.push(("contentType".to_owned(), Ordered::String(name)));
        }
    }
    let credentials = call.head.credentials.iter().map(|index| {
        let scheme = &api.security[*index];
        let secret = match scheme.kind {
            SecurityKind::Basic => format!("{USER}:{SECRET}"),
            _ => SECRET.to_owned(),
        };
        (scheme.name.clone(), Ordered::String(secret))
    });
    let credentials: Vec<(String, Ordered)> = credentials.collect();
    if !credentials.is_empty() {
        inputs.push(("credentials".to_owned(), Ordered::Object(credentials)));
    }
    match read {
        0 | 1 => Ok(Ordered::Object(inputs)),
        _ => Err("more than one of its inputs would be read from standard input".to_owned()),
    }
}
