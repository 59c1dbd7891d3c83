//! Emits `tests/round_trip.rs` of the server crate: the generated client calls the generated server over a socket. The
//! implementation has to receive the inputs of the client, and the client each documented response.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::assertions::compare;
use super::expected_request::{self, SECRET, USER};
use super::receivers::Receivers;
use super::rejection_tests::rejection_test;
use super::sample_call::{Call, SampleResponse, body_parts, hint, part_texts, sample_responses};
use super::test_constants::Quoted;
use crate::Settings;
use crate::emit::client::headers::{Format, view_name};
use crate::emit::rust_file::RustFile;
use crate::emit::server::api::{input_fields, input_name, output_name, variants};
use crate::emit::server::operation_static_name;
use crate::emit::type_tokens::chain;
use crate::model::{Api, MediaKind, Operation, PartKind, SecurityKind, Status, TagGroup};
use crate::names::{Scope, ident};
use crate::symbols::json::VALUE;
use crate::symbols::own::{CLIENT, CLIENT_CONFIG, HEADERS_MODULE};
use crate::symbols::run::TOKIO_TEST;
use crate::symbols::testing::{
    BODY_OF, IN_PROCESS, INPUT, RECORDING_HANDLER, STATUS_CODE, TESTING,
};
use crate::test_plan::{GroupPlan, HeaderPlan, OperationPlan, TestPlan};

/// Emits the documentation of the file and its code; returns `None` if no operation has a test.
pub(in crate::emit) fn round_trip(
    api: &Api,
    plan: &TestPlan<'_>,
    settings: &Settings,
) -> Option<(String, RustFile)> {
    let mut quoted = Quoted::default();
    let mut missing = Vec::new();
    let mut scope = Scope::reserving(api.operations().map(|operation| &*operation.method_name));
    let start = ident(&scope.claim("start"));
    let (here, client) = (
        format_ident!("{}", settings.crate_ident("server")),
        settings.crate_ident("client"),
    );
    let (mut file, mut tests) = (RustFile::outside(&client), RustFile::outside(&client));
    let receivers = Receivers::of(api);
    let mut implementations = Vec::new();
    for GroupPlan { group, operations } in &plan.groups {
        let mut methods = Vec::new();
        for planned in operations {
            let call = receivers.reach(planned.operation);
            let call = call.and_then(|()| Call::of(api, planned));
            let trip = call.map(|call| RoundTrip::new(api, planned, call, &mut missing));
            match trip {
                Ok(trip) => {
                    methods.push(trip.method());
                    tests.add(trip.test(&start, &mut quoted));
                    tests.add_all(rejection_test(&trip, &start, &mut scope, &mut quoted));
                }
                Err(why) => {
                    missing.push(format!("`{}`: {why}", planned.operation.id));
                    methods.push(rejecting(planned.operation));
                }
            }
        }
        implementations.push(implementation(group, &methods));
    }
    if tests.is_empty() {
        return None;
    }
    tests.add(quoted.constants());
    let url = format!("http://localhost{}", api.base_path);
    let docs = super::test_docs(
        "Tests that requests of the generated client reach an implementation, and its responses reach the caller.",
        &missing,
    );
    file.add(quote!(use #here as stub;));
    if tests.symbols().include(&BODY_OF) {
        file.add(quote! {
            /// The body in a variant.
            macro_rules! body_of {
                ($value:expr, $variant:path) => {
                    match $value {
                        $variant(body) => body,
                        other => panic!("another variant: {other:?}"),
                    }
                };
            }
        });
    }
    file.add(quote! {
        /// Records what arrives, and returns what the test has set.
        struct Implementation(#RECORDING_HANDLER);

        /// Returns the handler of a server, a client of the server, and the server itself, in this process.
        fn #start() -> (#RECORDING_HANDLER, #CLIENT, #IN_PROCESS) {
            let handler = #RECORDING_HANDLER::new();
            let server = stub::server(Implementation(handler.clone())).build();
            let server = #IN_PROCESS::new(server);
            let config = #CLIENT_CONFIG::default().transport(server.clone());
            let client = #CLIENT::with_config(#url, config).expect("a client of the server");
            (handler, client, server)
        }
    });
    file.add_all(implementations);
    file.append(tests);
    Some((docs, file))
}

fn implementation(group: &TagGroup, methods: &[TokenStream]) -> TokenStream {
    let name = ident(&group.name);
    quote! {
        impl stub::#name for Implementation { #(#methods)* }
    }
}

/// Emits a method that no test calls.
fn rejecting(operation: &Operation) -> TokenStream {
    let (method, input, output) = (
        ident(&operation.method_name),
        input_name(operation),
        output_name(operation),
    );
    let rejection = rejection(operation);
    quote! {
        async fn #method(&self, _: stub::#input) -> Result<stub::#output, stub::ErrorResponse> { Err(#rejection.into()) }
    }
}

fn rejection(operation: &Operation) -> TokenStream {
    let operation_static = operation_static_name(operation);
    quote!(stub::Rejection::not_implemented(&stub::operations::#operation_static))
}

/// One operation there and back.
pub(super) struct RoundTrip<'a> {
    pub(super) api: &'a Api,
    pub(super) plan: &'a OperationPlan<'a>,
    pub(super) operation: &'a Operation,
    pub(super) call: Call<'a>,
    responses: Vec<SampleResponse<'a>>,
}

impl<'a> RoundTrip<'a> {
    fn new(
        api: &'a Api,
        plan: &'a OperationPlan<'a>,
        call: Call<'a>,
        missing: &mut Vec<String>,
    ) -> Self {
        let operation = plan.operation;
        let mut kept = Vec::new();
        for response in sample_responses(plan) {
            let usable = response.and_then(|response| {
                let lacks = |plan: &&HeaderPlan<'_>| plan.header.required && plan.sample.is_none();
                match (response.headers.iter().find(lacks), &response.media) {
                    (Some(HeaderPlan { header, .. }), _) => Err(format!(
                        "{}: no value of `{}`",
                        response.status, header.name
                    )),
                    (None, Some((media, _))) if media.kind == MediaKind::Multipart => {
                        Err(format!("{}: its parts have no type", response.status))
                    }
                    (None, _) if response.status < 200 => {
                        Err(format!("{}: it is not a final response", response.status))
                    }
                    (None, _) => Ok(response),
                }
            });
            match usable {
                Ok(response) => kept.push(response),
                Err(why) => missing.push(format!("the response of `{}` with {why}", operation.id)),
            }
        }
        Self {
            api,
            plan,
            operation,
            call,
            responses: kept,
        }
    }

    /// Emits the method of the implementation.
    fn method(&self) -> TokenStream {
        let (method, input, output) = (
            ident(&self.operation.method_name),
            input_name(self.operation),
            output_name(self.operation),
        );
        let (take_body, record, taken) = self.record();
        quote! {
            async fn #method(&self, #taken: stub::#input) -> Result<stub::#output, stub::ErrorResponse> {
                #take_body
                Ok(self.0.record(#record))
            }
        }
    }

    /// Emits the recorded parts of an input, the statements that unpack the body before that, and the name of the
    /// input, which is empty if nothing of it is recorded.
    fn record(&self) -> (TokenStream, TokenStream, TokenStream) {
        let mut calls: Vec<TokenStream> = Vec::new();
        for parameter in &self.operation.parameters {
            let (name, field) = (&parameter.field, ident(&parameter.field));
            calls.push(quote!(.with(#name, &input.#field)));
        }
        let fields = input_fields(self.api, self.operation);
        for scheme in &self.api.security {
            let name = ident(&scheme.field);
            let Some(field) = fields.iter().find(|field| field.name == name) else {
                continue;
            };
            // A parameter of that name would have another one, for schemes come first.
            let key = &scheme.field;
            let shown = match scheme.kind {
                SecurityKind::Basic => quote!([credential.username(), credential.expose()]),
                _ => quote!(credential.expose()),
            };
            calls.push(match (field.required, &scheme.kind) {
                (true, SecurityKind::Basic) => {
                    quote!(.with(#key, &[input.#name.username(), input.#name.expose()]))
                }
                (true, _) => quote!(.with(#key, input.#name.expose())),
                (false, _) => quote!(.with(#key, &input.#name.as_ref().map(|credential| #shown))),
            });
        }
        let (take_body, body) = self.record_body();
        calls.extend(body);
        let unused = calls.is_empty() && take_body.is_empty();
        let taken = if unused { quote!(_) } else { quote!(input) };
        (take_body, chain(&quote!(#INPUT::new()), &calls), taken)
    }

    /// Emits the statements that unpack the body, and the calls that record it.
    fn record_body(&self) -> (TokenStream, Vec<TokenStream>) {
        let (Some(body), Some((media, _))) = (&self.operation.body, &self.call.body) else {
            return (TokenStream::new(), Vec::new());
        };
        let several = body.media.len() > 1;
        let plain = matches!(
            media.kind,
            MediaKind::Json | MediaKind::Form | MediaKind::Text | MediaKind::Events
        );
        if !several && plain {
            return (TokenStream::new(), vec![quote!(.body(&input.body))]);
        }
        let pattern = if several {
            let (name, variant) = (
                format_ident!("{}Body", self.operation.type_name),
                ident(&media.variant),
            );
            quote!(stub::#name::#variant(body))
        } else {
            quote!(body)
        };
        let take = match (body.required, several) {
            (true, false) => quote!(let body = input.body;),
            (true, true) => {
                quote!(let #pattern = input.body else { panic!("another media type") };)
            }
            (false, _) => {
                quote!(let Some(#pattern) = input.body else { panic!("no body, or another media type") };)
            }
        };
        match media.kind {
            MediaKind::Items(_) => (
                quote! { #take let body = body.read_all().await.expect("the items are valid"); },
                vec![quote!(.body(&body))],
            ),
            MediaKind::Parts => (
                quote! { #take let body = body.read_all().await.expect("the parts are valid"); },
                vec![quote!(.body(&#TESTING::texts_of(&body)))],
            ),
            MediaKind::Bytes => (
                quote! { #take let body = body.read_all().await.expect("the body arrives"); },
                vec![quote!(.body(&String::from_utf8_lossy(&body)))],
            ),
            MediaKind::Multipart => {
                let fields = media.form.iter().map(|field| {
                    let (name, member) = (format!("body.{}", field.name), ident(&field.field));
                    // A sample is not as large as what is in a temporary file.
                    let text = quote!(String::from_utf8_lossy(
                        part.bytes().expect("the part is in memory")
                    ));
                    let value = match (field.kind, field.repeated, field.required) {
                        (PartKind::Bytes, true, _) => {
                            quote!(body.#member.iter().map(|part| #text).collect::<Vec<_>>())
                        }
                        (PartKind::Bytes, false, true) => {
                            quote!(Some(&body.#member).map(|part| #text))
                        }
                        (PartKind::Bytes, false, false) => {
                            quote!(body.#member.as_ref().map(|part| #text))
                        }
                        (_, true, _) if field.has_headers() => {
                            quote!(body.#member.iter().map(|part| &part.value).collect::<Vec<_>>())
                        }
                        (_, false, true) if field.has_headers() => quote!(body.#member.value),
                        (_, false, false) if field.has_headers() => {
                            quote!(body.#member.as_ref().map(|part| &part.value))
                        }
                        _ => quote!(body.#member),
                    };
                    quote!(.with(#name, &#value))
                });
                let fields: Vec<TokenStream> = fields.collect();
                // Parts without names in the schema are not taken apart.
                let take = if fields.is_empty() {
                    TokenStream::new()
                } else {
                    take
                };
                (take, fields)
            }
            _ => (take, vec![quote!(.body(&body))]),
        }
    }

    /// Emits the inputs that the implementation is expected to receive: parameters and credentials, and the body.
    fn expected(&self, quoted: &mut Quoted) -> (TokenStream, TokenStream) {
        let mut values = Map::new();
        for (index, planned) in self.plan.parameters.iter().enumerate() {
            let parameter = planned.parameter;
            let sent = self.call.head.sent.contains(&index);
            let value = if sent {
                &planned.sample
            } else {
                &parameter.default
            };
            // An empty list is written as nothing, and nothing is read as an absent parameter.
            if let Some(value) = value.as_ref().filter(|value| !value.is_null()) {
                values.insert(parameter.field.clone(), value.clone());
            }
        }
        for &index in &self.call.head.credentials {
            let scheme = &self.api.security[index];
            let value = match scheme.kind {
                SecurityKind::Basic => Value::from(vec![USER, SECRET]),
                _ => Value::from(SECRET),
            };
            values.insert(scheme.field.clone(), value);
        }
        let body = match &self.call.body {
            Some((media, sample)) if media.kind == MediaKind::Multipart => {
                for field in &media.form {
                    let given = sample.get(&field.name).cloned();
                    let absent = field.repeated.then(|| Value::Array(Vec::new()));
                    if let Some(value) = given.or(absent) {
                        values.insert(format!("body.{}", field.name), value);
                    }
                }
                quote!(&#VALUE::Null)
            }
            Some((media, sample)) if media.kind == MediaKind::Parts => {
                let hint = format!("{}_parts", self.operation.const_name);
                let texts = quoted.json(&hint, &part_texts(sample));
                quote!(&#TESTING::sample(#texts))
            }
            Some((media, _)) => {
                let text = self.call.body_text(quoted);
                match media.kind {
                    MediaKind::Json | MediaKind::Form => quote!(&#TESTING::sample(#text)),
                    MediaKind::Items(_) => quote!(&vec![#TESTING::sample::<#VALUE>(#text)].into()),
                    _ => quote!(&#text.into()),
                }
            }
            None => quote!(&#VALUE::Null),
        };
        let hint = format!("{}_INPUT", self.operation.const_name);
        (quoted.json(&hint, &Value::Object(values)), body)
    }

    /// Emits `Output::Ok(…)`, with the type below this path.
    fn output(
        &self,
        response: &SampleResponse<'_>,
        path: &TokenStream,
        quoted: &mut Quoted,
    ) -> TokenStream {
        let media = response.media.as_ref().map(|(media, _)| *media);
        let variant = variants(self.operation).into_iter().find(|variant| {
            let same =
                |media: Option<&crate::model::MediaType>| media.map(|media| media.variant.clone());
            std::ptr::eq(variant.response, response.documented)
                && same(variant.media) == same(media)
        });
        let name = variant.map_or_else(|| ident("Undocumented"), |variant| variant.name);
        let exact = matches!(response.documented.status, Status::Exact(_));
        let code = Literal::u16_unsuffixed(response.status);
        let status = (!exact).then(|| quote!(#STATUS_CODE::from_u16(#code).expect("a status")));
        let body = media.map(|media| {
            let text = self.text(response, quoted);
            match media.kind {
                MediaKind::Json | MediaKind::Form => quote!(#TESTING::sample(#text)),
                MediaKind::Text => quote!(#text.to_owned()),
                MediaKind::Bytes if media.content_type().is_none() => {
                    let name = super::content_type(media);
                    quote!((#name, #text).into())
                }
                MediaKind::Items(_) => quote!([#TESTING::sample(#text)].into()),
                MediaKind::Parts => {
                    let parts = response
                        .media
                        .as_ref()
                        .map(|(_, sample)| body_parts(sample));
                    let parts = parts.unwrap_or_default();
                    quote!([#(#parts),*].into())
                }
                MediaKind::Multipart | MediaKind::Bytes | MediaKind::Events => quote!(#text.into()),
            }
        });
        if response.documented.headers.is_empty() {
            let parts: Vec<TokenStream> = status.into_iter().chain(body).collect();
            let parts = (!parts.is_empty()).then(|| quote!((#(#parts),*)));
            return quote!(#path::#name #parts);
        }
        let (status, body) = (
            status.map(|status| quote!(status: #status,)),
            body.map(|body| quote!(body: #body,)),
        );
        let headers = response
            .headers
            .iter()
            .map(|HeaderPlan { header, sample }| {
                let field = ident(&header.field);
                let value = sample.as_ref().map(|sample| {
                    let text = quoted.json(&hint(self.api, &header.ty, &header.field), sample);
                    quote!(#TESTING::sample(#text))
                });
                match (header.required, value) {
                    (true, Some(value)) => quote!(#field: #value),
                    (false, Some(value)) => quote!(#field: Some(#value)),
                    (_, None) => quote!(#field: None),
                }
            });
        quote!(#path::#name { #status #body #(#headers),* })
    }

    /// Emits the body of a response.
    fn text(&self, response: &SampleResponse<'_>, quoted: &mut Quoted) -> TokenStream {
        let Some((media, sample)) = &response.media else {
            return quote!("");
        };
        let name = format!("{}_{}", self.operation.const_name, response.status);
        let hint = hint(self.api, &media.ty, &name);
        match media.kind {
            MediaKind::Text | MediaKind::Bytes | MediaKind::Events => {
                quoted.text(&hint, sample.as_str().unwrap_or_default())
            }
            MediaKind::Parts => {
                let parts = body_parts(sample);
                quote!(&[#(#parts),*])
            }
            _ => quoted.json(&hint, sample),
        }
    }

    /// Emits the headers of a response, as `name: value` pairs of text.
    fn headers(&self, response: &SampleResponse<'_>) -> TokenStream {
        let pairs = response
            .headers
            .iter()
            .filter_map(|HeaderPlan { header, sample }| {
                let text = expected_request::header_text(self.api, header, sample.as_ref()?)?;
                let name = header.name.to_ascii_lowercase();
                Some(quote!((#name, #text)))
            });
        quote!(&[#(#pairs),*])
    }

    /// Emits the handler's response to a valid request.
    pub(super) fn first_output(&self, quoted: &mut Quoted) -> TokenStream {
        match self.responses.first() {
            Some(response) => {
                let output = output_name(self.operation);
                self.output(response, &quote!(stub::#output), quoted)
            }
            None => {
                let (output, rejection) = (output_name(self.operation), rejection(self.operation));
                quote!(stub::#output::Undocumented(stub::IntoResponse::into_response(#rejection)))
            }
        }
    }

    /// Emits statements that compare `result` with the response.
    fn compared(&self, response: &SampleResponse<'_>, quoted: &mut Quoted) -> TokenStream {
        let (headers, text) = (self.headers(response), self.text(response, quoted));
        let decoded = self.decoded_headers(response, quoted);
        let compared = compare(self.api, self.operation, response, &headers, &text);
        quote!(#decoded #compared)
    }

    /// Emits statements that compare the client's view of the headers with their samples, where a text has one meaning only.
    fn decoded_headers(&self, response: &SampleResponse<'_>, quoted: &mut Quoted) -> TokenStream {
        let calls = response
            .headers
            .iter()
            .filter_map(|HeaderPlan { header, sample }| {
                let sample = sample.as_ref()?;
                let is_exact = Format::of(self.api, header).is_exact();
                expected_request::header_text(self.api, header, sample).filter(|_| is_exact)?;
                let method = ident(&header.field);
                let text = quoted.json(&hint(self.api, &header.ty, &header.field), sample);
                Some(quote!(#TESTING::assert_header(headers.#method(), #text);))
            });
        let calls: Vec<TokenStream> = calls.collect();
        if calls.is_empty() {
            return TokenStream::new();
        }
        let name = view_name(self.operation, response.documented);
        let view = quote!(#HEADERS_MODULE::#name::of(#TESTING::headers_of(&result)));
        quote!(let headers = #view; #(#calls)*)
    }

    fn test(&self, start: &proc_macro2::Ident, quoted: &mut Quoted) -> TokenStream {
        let name = ident(&self.operation.method_name);
        let send = self.call.send(&quote!(client), quoted);
        let (parameters, body) = self.expected(quoted);
        let called = quote!(handler.assert_called(#parameters, #body););
        let exchange = match self.responses.as_slice() {
            [] => {
                let output = self.first_output(quoted);
                quote!(handler.respond(#output); drop(#send); #called)
            }
            [only] => {
                let (output, compared) = (self.first_output(quoted), self.compared(only, quoted));
                quote!(handler.respond(#output); let result = #send; #compared; #called)
            }
            several => {
                let exchanges = several.iter().map(|response| {
                    let output = self.output(response, &quote!(Output), quoted);
                    let compared = self.compared(response, quoted);
                    quote!(let result = exchange(#output).await; #compared;)
                });
                quote! {
                    let exchange = async |output| {
                        handler.respond(output);
                        let result = #send;
                        #called
                        result
                    };
                    #(#exchanges)*
                }
            }
        };
        let output = output_name(self.operation);
        let import = (self.responses.len() > 1).then(|| quote!(use stub::#output as Output;));
        quote! {
            #[#TOKIO_TEST]
            async fn #name() {
                #import

                let (handler, client, _) = #start();
                #exchange
            }
        }
    }
}
