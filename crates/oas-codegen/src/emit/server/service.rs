//! Emits `service.rs` of the server crate: the conversion of requests to inputs, and of outputs to responses.

mod body;
mod parts;

use std::collections::HashMap;

use oas_schema::SchemaId;
use oas_wire::MediaRange;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens as _, format_ident, quote};

use self::body::{encoding, read_body};
use super::api::{InputField, input_fields, input_name};
use super::{bounds, credential_reader, operation_static_name};
use crate::emit::docs::doc;
use crate::emit::json_text;
use crate::emit::module::{Module, Names};
use crate::emit::rust_file::RustFile;
use crate::emit::type_tokens::{explode, type_tokens};
use crate::model::{
    Api, Operation, Parameter, ParameterLocation, Rejection, RequiredScheme, SecurityKind,
    Selector, SelectorPlace, Serialization, Status, Style, TagGroup,
};
use crate::names::{camel, ident, shouty};
use crate::symbols::own::{RULES, TYPES};
use crate::symbols::server::{
    ANY_SCHEMA, ARC, BUILDER, INTO_RESPONSE, METHOD, OPERATION, PARAMETER, REJECTION,
    REJECTION_BODY, REQUEST, REQUIRE_DECODED, REQUIREMENT, RESPONSE_OF, SELECTOR, STATUS_PATTERN,
    STYLE, VIOLATIONS,
};

/// Emits `server`, the statics of the operations, and a handler for each.
pub(in crate::emit) fn service(api: &Api) -> Module {
    let mut root = RustFile::default();
    if api.groups.is_empty() {
        root.add(quote! {
            /// Returns the builder of a server without routes, because the document has no operations.
            pub fn server<A>(_api: A) -> #BUILDER { #BUILDER::new() }

            /// The operations of the document: none.
            pub mod operations {}
        });
        return Module {
            root,
            parts: Vec::new(),
        };
    }
    let lists = RejectionLists::of(api);
    let names = Names::of(api);
    let modules: Vec<_> = names.modules().collect();
    root.add(server(api, &lists, &modules));
    let docs = quote! {
        /// The operations of the document, which layers and verifiers of single operations refer to.
        pub mod operations
    };
    if !modules.is_empty() {
        let mut operations = RustFile::default();
        operations.add(quote!(#(pub use super::#modules::operations::*;)*));
        root.add_module(docs.clone(), operations);
    }
    root.add_all(lists.statics());
    let parts = api.groups.iter().map(|group| {
        let mut part = RustFile::default();
        if modules.is_empty() {
            part.add_module(docs.clone(), operations(api, &lists, group));
        } else {
            part.add(quote!(
                use crate::api::*;
                use super::*;
            ));
            part.add(routes(group));
            let docs = quote! {
                /// The operations of the group.
                pub mod operations
            };
            part.add_module(docs, operations(api, &lists, group));
        }
        for operation in &group.operations {
            let parameters = operation.parameters.iter();
            part.add_all(parameters.map(|parameter| parameter_static(api, operation, parameter)));
        }
        let operations = group.operations.iter();
        part.add_all(operations.map(|operation| handler(api, group, operation)));
        part
    });
    let parts = parts.collect();
    Module { root, parts }
}

/// Emits the function that constructs a server around an implementation, from the routes of these modules, or from
/// those of the only group.
fn server(api: &Api, lists: &RejectionLists<'_>, modules: &[Ident]) -> TokenStream {
    let bounds = bounds(api);
    let rejections = lists.call(&api.rejections);
    let base_path = (!api.base_path.is_empty()).then(|| {
        let base_path = &api.base_path;
        quote!(.base_path(#base_path))
    });
    let routes = match modules {
        [] => {
            let routes = api.operations().map(route);
            quote!(#(#routes)*)
        }
        modules => quote!(#(builder = #modules::routes(builder, api);)*),
    };
    quote! {
        use crate::api::*;

        /// Returns the builder of a server whose routes call `api`; its `build` creates the server.
        pub fn server<A: #bounds>(api: A) -> #BUILDER {
            let api = &#ARC::new(api);
            let mut builder = #BUILDER::new() #base_path #rejections;
            #routes
            builder
        }

        /// Returns `handler` with the implementation that it calls.
        fn with_api<A, H, O>(api: &#ARC<A>, handler: H) -> impl Fn(#REQUEST) -> O + use<A, H, O>
        where
            H: Fn(#ARC<A>, #REQUEST) -> O,
        {
            let api = #ARC::clone(api);
            move |request| handler(#ARC::clone(&api), request)
        }
    }
}

/// Emits the routes of a group, as a function of its module.
fn routes(group: &TagGroup) -> TokenStream {
    let name = ident(&group.name);
    let routes = group.operations.iter().map(route);
    quote! {
        /// Adds the operations of the group.
        pub(super) fn routes<A: #name>(mut builder: #BUILDER, api: &#ARC<A>) -> #BUILDER {
            #(#routes)*
            builder
        }
    }
}

/// Emits a statement for a route. A chain of calls would take rustfmt time and memory that grow with the square of its
/// length.
fn route(operation: &Operation) -> TokenStream {
    let (name, handler) = (
        operation_static_name(operation),
        ident(&operation.method_name),
    );
    // A static with the name of a local item would be resolved to that item.
    let of_function = matches!(&*operation.method_name, "api" | "builder");
    let here = of_function.then(|| quote!(self::));
    quote!(builder = builder.route(&operations::#name, with_api(api, #here #handler));)
}

/// Emits the statics of the operations of a group.
fn operations(api: &Api, lists: &RejectionLists<'_>, group: &TagGroup) -> RustFile {
    let statics = group.operations.iter();
    let mut operations = RustFile::default();
    operations.add(quote!(
        use super::*;
    ));
    operations.add_all(statics.map(|operation| operation_static(api, lists, operation)));
    operations
}

fn operation_static(api: &Api, lists: &RejectionLists<'_>, operation: &Operation) -> TokenStream {
    let docs = doc([format!("`{}`", operation.id)]);
    let mut calls = Vec::new();
    calls.extend(operation.selector.as_ref().map(selector));
    if !operation.security.is_empty() {
        let alternatives = operation.security.iter().map(|alternative| {
            let schemes = alternative
                .iter()
                .map(|required| requirement(api, required));
            quote!(&[#(#schemes),*])
        });
        calls.push(quote!(.security(&[#(#alternatives),*])));
    }
    if let Some(body) = &operation.body {
        let names = operation.consumes();
        calls.push(quote!(.consumes(&[#(#names),*])));
        if body.required {
            calls.push(quote!(.body_required()));
        }
    }
    let produces = operation.produces();
    if !produces.is_empty() {
        calls.push(quote!(.produces(&[#(#produces),*])));
    }
    calls.extend(lists.call(&operation.rejections));
    crate::emit::type_tokens::operation_static(
        operation,
        &docs,
        [&OPERATION, &METHOD],
        &quote!(#(#calls)*),
    )
}

fn selector(selector: &Selector) -> TokenStream {
    let value = &selector.value;
    let selector = match &selector.place {
        SelectorPlace::BodyKey => quote!(#SELECTOR::body_key(#value)),
        SelectorPlace::Query(name) => quote!(#SELECTOR::query(#name, #value)),
        SelectorPlace::Header(name) => quote!(#SELECTOR::header(#name, #value)),
    };
    quote!(.selector(#selector))
}

/// The lists of error bodies, each once: most operations share theirs.
struct RejectionLists<'a> {
    lists: Vec<RejectionList<'a>>,
    index: HashMap<&'a [Rejection], usize>,
}

struct RejectionList<'a> {
    bodies: &'a [Rejection],
    name: Ident,
    docs: &'static str,
}

impl<'a> RejectionLists<'a> {
    fn of(api: &'a Api) -> Self {
        let mut lists = Self {
            lists: Vec::new(),
            index: HashMap::new(),
        };
        for operation in api.operations() {
            let name = match lists.lists.len() {
                0 => format_ident!("REJECTIONS"),
                count => format_ident!("REJECTIONS_{}", count + 1),
            };
            let docs = "Templates of the document's own error bodies for requests that the server rejects.";
            lists.add(&operation.rejections, name, docs);
        }
        let name = format_ident!("UNROUTED_REJECTIONS");
        let docs =
            "Templates of the document's own error bodies for requests that no operation serves.";
        lists.add(&api.rejections, name, docs);
        lists
    }

    fn add(&mut self, bodies: &'a [Rejection], name: Ident, docs: &'static str) {
        if !bodies.is_empty() && !self.index.contains_key(bodies) {
            self.index.insert(bodies, self.lists.len());
            self.lists.push(RejectionList { bodies, name, docs });
        }
    }

    /// Emits `.rejections(&REJECTIONS)`, if there are any.
    fn call(&self, list: &[Rejection]) -> Option<TokenStream> {
        let name = &self.lists[*self.index.get(list)?].name;
        Some(quote!(.rejections(&#name)))
    }

    fn statics(&self) -> impl Iterator<Item = TokenStream> {
        self.lists
            .iter()
            .map(|RejectionList { bodies, name, docs }| {
                let (docs, count) = (doc([docs]), Literal::usize_unsuffixed(bodies.len()));
                let bodies = bodies.iter().map(rejection_body);
                quote! {
                    #docs
                    static #name: [#REJECTION_BODY; #count] = [#(#bodies),*];
                }
            })
    }
}

fn rejection_body(rejection: &Rejection) -> TokenStream {
    let status = match rejection.status {
        Status::Exact(code) => {
            let code = Literal::u16_unsuffixed(code);
            quote!(#STATUS_PATTERN::Exact(#code))
        }
        Status::Range(class) => {
            let class = Literal::u8_unsuffixed(class);
            quote!(#STATUS_PATTERN::Range(#class))
        }
        Status::Default => quote!(#STATUS_PATTERN::Default),
    };
    let media_type = &rejection.media_type;
    let template = match MediaRange::parse(media_type) {
        Ok(parsed) if parsed.is_json() => {
            json_text::literal(&json_text::visible(&rejection.template))
        }
        _ => rejection.template.to_token_stream(),
    };
    quote!(#REJECTION_BODY::new(#status, #media_type, #template))
}

fn requirement(api: &Api, required: &RequiredScheme) -> TokenStream {
    let scheme = &api.security[required.scheme];
    let name = &scheme.name;
    let requirement = match &scheme.kind {
        SecurityKind::Basic => quote!(#REQUIREMENT::basic(#name)),
        SecurityKind::Bearer => quote!(#REQUIREMENT::bearer(#name)),
        SecurityKind::Http(scheme) => quote!(#REQUIREMENT::http(#name, #scheme)),
        SecurityKind::Header(header) => quote!(#REQUIREMENT::api_key_header(#name, #header)),
        SecurityKind::Query(parameter) => quote!(#REQUIREMENT::api_key_query(#name, #parameter)),
        SecurityKind::Cookie(cookie) => quote!(#REQUIREMENT::api_key_cookie(#name, #cookie)),
        SecurityKind::MutualTls => quote!(#REQUIREMENT::mutual_tls(#name)),
    };
    let scopes = &required.scopes;
    let scopes = (!scopes.is_empty()).then(|| quote!(.with_scopes(&[#(#scopes),*])));
    quote!(#requirement #scopes)
}

fn parameter_name(operation: &Operation, parameter: &Parameter) -> proc_macro2::Ident {
    ident(&format!(
        "{}_{}",
        operation.const_name,
        shouty(&parameter.field)
    ))
}

/// Emits the calls that set a serialization, unless it is the default of the location.
fn serialization(serialization: Serialization, location: ParameterLocation) -> TokenStream {
    let Some(style) = serialization.style() else {
        return quote!(.json());
    };
    let explode = explode(serialization);
    let style = (style != location.default_style()).then(|| self::style(style));
    let style = style.map(|style| quote!(.style(#style)));
    quote!(#style #explode)
}

/// Emits a style: its variant has its name.
fn style(style: Style) -> TokenStream {
    let variant = ident(&camel(style.name()));
    quote!(#STYLE::#variant)
}

fn parameter_static(api: &Api, operation: &Operation, parameter: &Parameter) -> TokenStream {
    let static_name = parameter_name(operation, parameter);
    let table = table(api, Some(parameter.schema));
    let name = &parameter.name;
    let constructor = ident(parameter.location.name());
    let mut calls = vec![serialization(parameter.serialization, parameter.location)];
    if !parameter.encodings.is_empty() {
        let encodings = parameter.encodings.iter().map(encoding);
        calls.push(quote!(.encodings(const { &[#(#encodings),*] })));
    }
    if parameter.required && parameter.location != ParameterLocation::Path {
        calls.push(quote!(.required()));
    }
    if parameter.allow_empty {
        calls.push(quote!(.empty_allowed()));
    }
    if let Some(default) = parameter.assumed() {
        calls.push(quote!(.default(#default)));
    }
    let siblings = api.siblings(operation, parameter);
    if !siblings.is_empty() {
        calls.push(quote!(.siblings(&[#(#siblings),*])));
    }
    quote! {
        static #static_name: #PARAMETER = #PARAMETER::#constructor(#name, #table) #(#calls)*;
    }
}

fn handler(api: &Api, group: &TagGroup, operation: &Operation) -> TokenStream {
    let (method, bound, input) = (
        ident(&operation.method_name),
        ident(&group.name),
        input_name(operation),
    );
    let here = quote!(#TYPES::);
    let parameters = operation.parameters.iter().map(|parameter| {
        let (name, ty) = (
            ident(&parameter.field),
            type_tokens(api, &parameter.ty, &here),
        );
        let table = parameter_name(operation, parameter);
        quote!(let #name = request.parameter::<#ty>(&#table, &mut violations);)
    });
    let body = operation
        .body
        .as_ref()
        .map(|body| read_body(api, operation, body));
    let checked = !operation.parameters.is_empty() || operation.body.is_some();
    let (start, end) = if checked {
        (
            Some(quote!(let mut violations = #VIOLATIONS::new();)),
            Some(quote!(violations.into_result()?;)),
        )
    } else {
        (None, None)
    };
    let credentials: Vec<TokenStream> = api
        .security
        .iter()
        .enumerate()
        .filter_map(|(index, scheme)| {
            let wanted = operation.alternatives_with(index) > 0;
            let (field, name) = (ident(&scheme.field), &scheme.name);
            let read = ident(credential_reader(&scheme.kind)?);
            wanted.then(|| quote!(let #field = credentials.#read(#name);))
        })
        .collect();
    let authenticate = if credentials.is_empty() {
        quote!(request.authenticate_and_negotiate().await?;)
    } else {
        quote!(let mut credentials = request.authenticate_and_negotiate().await?;)
    };
    let fields = input_fields(api, operation).into_iter().map(|field| {
        let has_value = field.has_value();
        let InputField { name, .. } = field;
        if has_value {
            quote!(#name: #REQUIRE_DECODED(#name)?)
        } else {
            quote!(#name)
        }
    });
    quote! {
        async fn #method<A: #bound>(api: #ARC<A>, mut request: #REQUEST) -> Result<impl #INTO_RESPONSE, #REJECTION> {
            #authenticate
            #start
            #(#parameters)*
            #body
            #end
            #(#credentials)*
            let input = #input { #(#fields,)* context: request.into_context() };
            Ok(#RESPONSE_OF(api.#method(input).await))
        }
    }
}

/// Emits a reference to the table of a schema. Tables that operations refer to have names; without a schema, every
/// value is valid.
fn table(api: &Api, schema: Option<SchemaId>) -> TokenStream {
    match schema.and_then(|schema| api.checks.name(schema)) {
        Some(name) => {
            let name = ident(name);
            quote!(&#RULES::#name)
        }
        None => quote!(&#ANY_SCHEMA),
    }
}
