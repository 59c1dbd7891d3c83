//! Emits `service.rs` of the server crate: the conversion of requests to inputs, and of outputs to responses.

use std::collections::HashMap;

use oas_schema::SchemaId;
use oas_wire::MediaRange;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens as _, format_ident, quote};

use super::super::docs::doc;
use super::super::json_text;
use super::super::module::{Module, Names};
use super::super::source::Source;
use super::super::type_tokens::type_tokens;
use super::api::{InputField, form_name, input_fields, input_name, request_type};
use super::{bounds, operation_static_name};
use crate::model::{
    Api, Body, Bounds, Encoding, Group, InnerParts, Location, Media, MediaKind, Operation,
    Parameter, PartHeader, PartKind, PartSequence, PositionalPart, Rejection, RequiredScheme,
    SecurityKind, Selector, SelectorPlace, Status, Style,
};
use crate::names::{ident, shouty};
use crate::symbols::own::{RULES, TYPES};
use crate::symbols::server::{
    ANY_SCHEMA, ARC, BUILDER, ENCODING, FRAMING, INTO_RESPONSE, METHOD, NAMED_PART_RULE, OPERATION,
    PARAMETER, PART_RULE, PART_RULES, REJECTION, REJECTION_BODY, REQUEST, REQUIRED, REQUIREMENT,
    RESPONSE_OF, SELECTOR, STATUS, STYLE, VIOLATIONS,
};

/// Emits `server`, the statics of the operations, and a handler for each.
pub(in crate::emit) fn service(api: &Api) -> Module {
    let mut root = Source::default();
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
        let mut operations = Source::default();
        operations.add(quote!(#(pub use super::#modules::operations::*;)*));
        root.add_module(docs.clone(), operations);
    }
    root.add_all(lists.statics());
    let parts = api.groups.iter().map(|group| {
        let mut part = Source::default();
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
fn routes(group: &Group) -> TokenStream {
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
fn operations(api: &Api, lists: &RejectionLists<'_>, group: &Group) -> Source {
    let statics = group.operations.iter();
    let mut operations = Source::default();
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
    super::super::type_tokens::operation_static(
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
            quote!(#STATUS::exact(#code))
        }
        Status::Range(class) => {
            let class = Literal::u8_unsuffixed(class);
            quote!(#STATUS::range(#class))
        }
        Status::Default => quote!(#STATUS::any()),
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

/// Emits a style that is not the default of its location.
fn style(style: Style) -> Option<TokenStream> {
    Some(match style {
        Style::Json | Style::Simple | Style::Form => return None,
        Style::Label => quote!(#STYLE::Label),
        Style::Matrix => quote!(#STYLE::Matrix),
        Style::SpaceDelimited => quote!(#STYLE::SpaceDelimited),
        Style::PipeDelimited => quote!(#STYLE::PipeDelimited),
        Style::DeepObject => quote!(#STYLE::DeepObject),
        Style::Cookie => quote!(#STYLE::Cookie),
    })
}

fn parameter_static(api: &Api, operation: &Operation, parameter: &Parameter) -> TokenStream {
    let static_name = parameter_name(operation, parameter);
    let table = table(api, Some(parameter.schema));
    let name = &parameter.name;
    let constructor = ident(parameter.location.name());
    let mut calls = Vec::new();
    if parameter.style == Style::Json {
        calls.push(quote!(.json()));
    }
    calls.extend(style(parameter.style).map(|style| quote!(.style(#style))));
    if parameter.location == Location::QueryString && parameter.style == Style::Simple {
        calls.push(quote!(.style(#STYLE::Simple)));
    }
    if !parameter.encodings.is_empty() {
        let encodings = parameter.encodings.iter().map(encoding);
        calls.push(quote!(.encodings(const { &[#(#encodings),*] })));
    }
    if parameter.style != Style::Json && parameter.explode != parameter.style.default_explode() {
        let explode = parameter.explode;
        calls.push(quote!(.explode(#explode)));
    }
    if parameter.required && parameter.location != Location::Path {
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

fn handler(api: &Api, group: &Group, operation: &Operation) -> TokenStream {
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
            let read = ident(match scheme.kind {
                SecurityKind::Basic => "basic",
                SecurityKind::Bearer => "bearer",
                SecurityKind::Http(_) => "http",
                SecurityKind::Header(_) | SecurityKind::Query(_) | SecurityKind::Cookie(_) => {
                    "api_key"
                }
                SecurityKind::MutualTls => return None,
            });
            wanted.then(|| quote!(let #field = credentials.#read(#name);))
        })
        .collect();
    let admit = if credentials.is_empty() {
        quote!(request.admit().await?;)
    } else {
        quote!(let mut credentials = request.admit().await?;)
    };
    let fields = input_fields(api, operation).into_iter().map(|field| {
        let has_value = field.has_value();
        let InputField { name, .. } = field;
        if has_value {
            quote!(#name: #REQUIRED(#name)?)
        } else {
            quote!(#name)
        }
    });
    quote! {
        async fn #method<A: #bound>(api: #ARC<A>, mut request: #REQUEST) -> Result<impl #INTO_RESPONSE, #REJECTION> {
            #admit
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

fn read_body(api: &Api, operation: &Operation, body: &Body) -> TokenStream {
    if let [only] = body.media.as_slice() {
        let read = read_medium(api, operation, only);
        return quote!(let body = #read;);
    }
    let name = format_ident!("{}Body", operation.type_name);
    // The places of its media types among those that the operation consumes.
    let mut next = 0;
    let arms = body.media.iter().map(|media| {
        let first = next;
        next += 1 + media.others.len();
        let indices = (first..next).map(Literal::usize_unsuffixed);
        let variant = ident(&media.variant);
        let read = read_medium(api, operation, media);
        quote!(Some(#(#indices)|*) => #read.map(#name::#variant),)
    });
    let first = body.media.first().map(|media| {
        let (read, variant) = (read_medium(api, operation, media), ident(&media.variant));
        quote!(#read.map(#name::#variant))
    });
    quote! {
        let body = match request.media_type()? {
            #(#arms)*
            _ => #first,
        };
    }
}

fn read_medium(api: &Api, operation: &Operation, media: &Media) -> TokenStream {
    let table = table(api, media.schema);
    let ty = request_type(api, operation, media);
    match media.kind {
        MediaKind::Json => {
            quote!(request.json::<#ty>(#table, &mut violations).await?)
        }
        MediaKind::Form => {
            if media.encodings.is_empty() {
                return quote!(request.form::<#ty>(#table, &mut violations).await?);
            }
            let encodings = media.encodings.iter().map(encoding);
            quote! {
                request
                    .form_encoded::<#ty>(#table, const { &[#(#encodings),*] }, &mut violations)
                    .await?
            }
        }
        MediaKind::Text | MediaKind::Events => {
            quote!(request.text::<#ty>(#table, &mut violations).await?)
        }
        MediaKind::Items(framing) => {
            let framing = super::super::type_tokens::framing(framing, &FRAMING);
            quote!(request.items(#framing, #table, &mut violations)?)
        }
        MediaKind::Multipart if media.form.is_empty() => {
            quote!(request.multipart(&mut violations).await?)
        }
        MediaKind::Multipart => read_form(api, operation, media),
        MediaKind::Parts => {
            let rules = media.parts.as_ref().map(|parts| part_rules(api, parts));
            quote!({
                static PARTS: #PART_RULES = #rules;
                request.body_parts(&PARTS, &mut violations)?
            })
        }
        MediaKind::Bytes => quote!(request.stream(&mut violations)?),
    }
}

/// Emits the table of the parts of a multipart body without names.
fn part_rules(api: &Api, parts: &PartSequence) -> TokenStream {
    let first = parts.first.iter().map(|part| part_rule(api, part));
    let rest = match &parts.rest {
        Some(part) => {
            let rule = part_rule(api, part);
            quote!(Some(#rule))
        }
        None => quote!(None),
    };
    let least = Some(parts.least).filter(|least| *least > 0).map(|least| {
        let least = Literal::u64_unsuffixed(least);
        quote!(.at_least(#least))
    });
    let most = parts.most.map(|most| {
        let most = Literal::u64_unsuffixed(most);
        quote!(.at_most(#most))
    });
    quote!(#PART_RULES::new(&[#(#first),*], #rest) #least #most)
}

/// Emits the table of the parts inside a part.
fn inner_rules(api: &Api, parts: &InnerParts) -> TokenStream {
    let (parts, is_closed) = match parts {
        InnerParts::Positions(sequence) => return part_rules(api, sequence),
        InnerParts::Names { parts, is_closed } => (parts, is_closed),
    };
    let named = parts.iter().map(|named| {
        let (name, rule) = (&named.name, part_rule(api, &named.part));
        let times = (named.least, named.most) != (1, Some(1));
        let times = times.then(|| {
            let least = Literal::u64_unsuffixed(named.least);
            let most = match named.most.map(Literal::u64_unsuffixed) {
                Some(most) => quote!(Some(#most)),
                None => quote!(None),
            };
            quote!(.times(#least, #most))
        });
        quote!(#NAMED_PART_RULE::new(#name, #rule) #times)
    });
    quote!(#PART_RULES::by_name(&[#(#named),*], #is_closed))
}

fn part_rule(api: &Api, part: &PositionalPart) -> TokenStream {
    let table = table(api, part.schema);
    let rule = match (&part.parts, part.kind) {
        (Some(parts), _) => {
            let rules = inner_rules(api, parts);
            quote!(#PART_RULE::parts(&#rules))
        }
        (None, PartKind::Json) => quote!(#PART_RULE::json(#table)),
        (None, PartKind::Text) => quote!(#PART_RULE::text(#table)),
        (None, PartKind::Bytes) => quote!(#PART_RULE::bytes()),
    };
    let types = &part.content_types;
    let types = (!types.is_empty()).then(|| quote!(.media_types(&[#(#types),*])));
    let headers = part.headers.iter().map(|header| part_header(api, header));
    let headers = (!part.headers.is_empty()).then(|| quote!(.headers(&[#(#headers),*])));
    quote!(#rule #types #headers)
}

fn part_header(api: &Api, header: &PartHeader) -> TokenStream {
    let (name, table) = (&header.name, table(api, Some(header.schema)));
    let json = header.json.then(|| quote!(.json()));
    let explode = (header.explode && !header.json).then(|| quote!(.explode(true)));
    let required = header.required.then(|| quote!(.required()));
    quote!(#PARAMETER::header(#name, #table) #json #explode #required)
}

fn encoding(encoding: &Encoding) -> TokenStream {
    let property = &encoding.property;
    if encoding.style == Style::Json {
        return quote!(#ENCODING::json(#property));
    }
    let explode = encoding.explode;
    let explode = (explode != encoding.style.default_explode()).then(|| quote!(.explode(#explode)));
    let style = style(encoding.style).unwrap_or_else(|| quote!(#STYLE::Form));
    quote!(#ENCODING::style(#property, #style) #explode)
}

/// Takes the parts out of a form. What is missing is collected like any other violation.
fn read_form(api: &Api, operation: &Operation, media: &Media) -> TokenStream {
    let name = form_name(operation);
    let reads = media.form.iter().map(|field| {
        let (wire, member, required) = (&field.name, ident(&field.field), field.required);
        let read = match (field.kind, field.repeated) {
            (PartKind::Bytes, true) => quote!(form.files(#wire, #required, &mut violations)),
            (PartKind::Bytes, false) => quote!(form.file(#wire, #required, &mut violations)),
            (_, repeated) => {
                let ty = type_tokens(api, &field.ty, &quote!(#TYPES::));
                let table = table(api, Some(field.schema));
                let ty = if repeated { quote!(Vec<#ty>) } else { ty };
                let read = quote!(form.field::<#ty>(#wire, #table, #required, &mut violations));
                if repeated {
                    quote!(#read.unwrap_or_default())
                } else {
                    read
                }
            }
        };
        let types = &field.content_types;
        let check = (field.kind == PartKind::Bytes && !types.is_empty())
            .then(|| quote!(form.check_media_type(#wire, &[#(#types),*], &mut violations);));
        // The table of a value has the limits of other parts.
        let limited = |bounds: Bounds, method: TokenStream| {
            let is_limited = bounds.least > 0 || bounds.most.is_some();
            (field.kind == PartKind::Bytes && is_limited).then(|| {
                let least = Literal::u64_unsuffixed(bounds.least);
                let most = bounds.most.map(Literal::u64_unsuffixed);
                let most = most.map_or(quote!(None), |most| quote!(Some(#most)));
                quote!(form.#method(#wire, #least, #most, &mut violations);)
            })
        };
        let count = limited(field.count, quote!(check_count));
        let size = limited(field.size, quote!(check_size));
        let headers = field.headers.iter().map(|header| part_header(api, header));
        let headers = (!field.headers.is_empty()).then(|| {
            quote! {
                static HEADERS: &[#PARAMETER] = &[#(#headers),*];
                form.check_headers(#wire, HEADERS, &mut violations);
            }
        });
        let headers = headers.map(|check| quote!({ #check }));
        let parts = field.parts.as_ref().map(|parts| {
            let rules = inner_rules(api, parts);
            quote!({
                static PARTS: #PART_RULES = #rules;
                form.check_parts(#wire, &PARTS, &mut violations);
            })
        });
        quote!(#check #count #size #headers #parts let #member = #read;)
    });
    let refuse = media
        .closed
        .then(|| quote!(form.refuse_others(&mut violations);));
    let fields = media.form.iter().map(|field| {
        let member = ident(&field.field);
        if field.required && !field.repeated {
            quote!(#member: #REQUIRED(#member)?)
        } else {
            quote!(#member)
        }
    });
    quote! {
        match request.multipart(&mut violations).await? {
            Some(mut form) => {
                #(#reads)*
                #refuse
                std::mem::take(&mut violations).into_result()?;
                Some(#name { #(#fields),* })
            }
            None => None,
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
