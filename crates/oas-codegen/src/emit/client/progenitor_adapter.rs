//! Converts progenitor's builders to our runtime.
//!
//! The fields, the setters and the checks before sending are progenitor's. Converted are the names (identifiers made of
//! an index become the operation's), the paths (`::std::string::String` becomes `String`), the texts of errors, the
//! required inputs, which become arguments of the constructor, and the second half of `send`, which constructs the
//! request and decodes the response.

use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::fold::{self, Fold};
use syn::parse::Parser as _;
use syn::{Expr, FnArg, ImplItemFn, ItemStruct, Local, Pat, Stmt, parse_quote};

use super::arguments::{Argument, arguments};
use super::headers::{view_name, views};
use super::progenitor::Builder;
use super::request;
use super::response_sets::{ResponseSet, pattern, response_sets, unexpected};
use crate::emit::docs::{self, deprecated, doc};
use crate::emit::type_tokens::{crowded, debug};
use crate::model::{Api, Operation, Parameter, Status};
use crate::names::ident;
use crate::symbols::builder::{CALL_OPTIONS, ERROR, RESPONSE_VALUE};
use crate::symbols::text;

/// Emits the builder of one operation.
pub(super) fn adapt(
    api: &Api,
    operation: &Operation,
    builder: Builder,
) -> Result<TokenStream, String> {
    let mut names = Names::new(operation, builder.name);
    let definition = syn::parse2(builder.definition).map_err(|error| error.to_string())?;
    let mut definition = names.fold_item_struct(definition);
    let name = &definition.ident;

    let streams = operation
        .body
        .as_ref()
        .is_some_and(|body| body.media.iter().any(|media| media.kind.is_stream()));
    // A stream can be sent once.
    let hides = operation
        .parameters
        .iter()
        .any(|parameter| parameter.secret);
    definition.attrs = match (hides, streams) {
        (false, true) => vec![parse_quote!(#[derive(Debug)])],
        (false, false) => vec![parse_quote!(#[derive(Debug, Clone)])],
        (true, true) => Vec::new(),
        (true, false) => vec![parse_quote!(#[derive(Clone)])],
    };
    let docs = doc([format!(
        "A builder of a request to the operation `{}`. Nothing is sent before `send` is called.",
        operation.id
    )]);
    // In links, keywords are written as they are.
    let method = ident(&operation.method_name).to_string();
    let link = format!(
        " See [`Client::{0}`](crate::Client::{0}).",
        method.trim_start_matches("r#")
    );
    if let syn::Fields::Named(fields) = &mut definition.fields {
        fields.named.push(parse_quote!(options: #CALL_OPTIONS));
    }

    let arguments = arguments(api, operation);
    for field in &mut definition.fields {
        let argument = arguments
            .iter()
            .find(|argument| field.ident.as_ref() == Some(&argument.name));
        if let Some(Argument { kept, .. }) = argument {
            field.ty = parse_quote!(#kept);
        }
    }

    let redacted = hides.then(|| debug(&quote!(<'_>), name, debug_fields(operation, &definition)));

    let mut new = None;
    let mut setters = Vec::new();
    let mut prologue = None;
    for method in builder.methods {
        let ours = names.fold_ident(format_ident!("{}", method.name));
        // What is required has no setter.
        if arguments.iter().any(|argument| argument.name == ours) {
            continue;
        }
        let parsed = syn::parse2(method.tokens).map_err(|error| error.to_string())?;
        let parsed = names.fold_impl_item_fn(parsed);
        match method.name.as_str() {
            "new" => new = Some(constructor(&arguments, parsed)?),
            "send" => prologue = Some(unpacking(&arguments, parsed)?),
            _ => setters.push(setter(operation, parsed)?),
        }
    }
    let new = new.ok_or("progenitor's builder has no constructor")?;
    let prologue = prologue.ok_or("progenitor's builder has no `send`")?;
    let send = send(api, operation, &prologue);
    Ok(quote! {
        #docs
        #[doc = ""]
        #[doc = #link]
        #definition

        #redacted

        impl<'a> #name<'a> {
            #new
            #(#setters)*

            /// Sets the options of this call, such as its timeout, credential and additional headers. They replace all options that were set
            /// before.
            #[must_use]
            pub fn options(mut self, options: #CALL_OPTIONS) -> Self {
                self.options = options;
                self
            }

            #send
        }
    })
}

/// Returns the fields of a builder for `Debug`, if one of them is secret.
fn debug_fields(operation: &Operation, definition: &ItemStruct) -> Vec<(String, TokenStream)> {
    let names = definition
        .fields
        .iter()
        .filter_map(|field| field.ident.as_ref());
    names
        .map(|name| {
            let mut parameters = operation.parameters.iter();
            let secret =
                parameters.any(|parameter| parameter.secret && ident(&parameter.field) == *name);
            let value = if secret {
                quote!("***")
            } else {
                quote!(self.#name)
            };
            (name.to_string(), value)
        })
        .collect()
}

/// Gives things the names of the model.
struct Names {
    /// The identifiers of progenitor, with those that replace them.
    identifiers: Vec<(String, proc_macro2::Ident)>,
}

impl Names {
    fn new(operation: &Operation, builder: String) -> Self {
        let mut identifiers = vec![(builder, format_ident!("{}", operation.type_name))];
        for parameter in &operation.parameters {
            let ours = ident(&parameter.field);
            if ours != parameter.field.as_str() {
                // A keyword: progenitor adds an underscore (to those that it knows), we write a raw identifier.
                identifiers.push((format!("{}_", parameter.field), ours.clone()));
                identifiers.push((parameter.field.clone(), ours));
            }
        }
        Self { identifiers }
    }
}

impl Fold for Names {
    fn fold_ident(&mut self, name: proc_macro2::Ident) -> proc_macro2::Ident {
        let mut known = self.identifiers.iter();
        let ours = known.find(|(theirs, _)| name == theirs);
        ours.map_or(name, |(_, ours)| ours.clone())
    }

    fn fold_path(&mut self, path: syn::Path) -> syn::Path {
        let mut path = fold::fold_path(self, path);
        // The client is at the root of the crate, regardless of the module of the builders.
        if let Some(first) = path.segments.first_mut()
            && first.ident == "super"
        {
            first.ident = format_ident!("crate");
        }
        // Items of the prelude need no path.
        const PRELUDE: [&str; 4] = ["String", "Vec", "TryInto", "Option"];
        let short = path.segments.len() > 1
            && path
                .segments
                .first()
                .is_some_and(|first| first.ident == "std")
            && path
                .segments
                .last()
                .is_some_and(|last| PRELUDE.iter().any(|name| last.ident == name));
        if short && let Some(last) = path.segments.pop() {
            path.leading_colon = None;
            path.segments.clear();
            path.segments.push(last);
        }
        path
    }
}

/// Emits `new`, with required inputs as arguments, and options with their default.
fn constructor(arguments: &[Argument], mut method: ImplItemFn) -> Result<TokenStream, String> {
    let Some(Stmt::Expr(Expr::Struct(value), _)) = method.block.stmts.last_mut() else {
        return Err("progenitor's constructor is not a struct expression".to_owned());
    };
    for field in &mut value.fields {
        let shorthand = matches!((&field.member, &field.expr), (syn::Member::Named(name), Expr::Path(path)) if path.path.is_ident(name));
        if shorthand {
            field.colon_token = None;
        } else if let syn::Member::Named(name) = &field.member
            && let Some(argument) = arguments.iter().find(|argument| argument.name == *name)
        {
            let conversion = &argument.conversion;
            field.expr = parse_quote!(#conversion);
            if *name == conversion.to_string() {
                field.colon_token = None;
            }
        }
    }
    for Argument { name, given, .. } in arguments {
        method.sig.inputs.push(parse_quote!(#name: #given));
    }
    value
        .fields
        .push(parse_quote!(options: #CALL_OPTIONS::default()));
    method.vis = parse_quote!(pub(crate));
    method.attrs.clear();
    let crowded = crowded(arguments.len() + 1);
    Ok(quote!(#crowded #method))
}

/// Returns the document's name of a field in the builder.
fn wire_name<'a>(operation: &'a Operation, field: &'a str) -> &'a str {
    let field = field.trim_start_matches("r#");
    let parameter = operation
        .parameters
        .iter()
        .find(|parameter| parameter.field == field);
    parameter.map_or(field, |parameter| &parameter.name)
}

/// Emits a setter, with the parameter's description and a readable error.
fn setter(operation: &Operation, mut method: ImplItemFn) -> Result<TokenStream, String> {
    let name = method.sig.ident.to_string();
    let name = name.trim_start_matches("r#");
    let parameter = operation
        .parameters
        .iter()
        .find(|parameter| parameter.field == name);
    let (docs, obsolete) = match parameter {
        Some(parameter) => (parameter_docs(parameter), deprecated(parameter.deprecated)),
        None => (body_docs(operation), TokenStream::new()),
    };
    let text = format!("`{}` does not take this value", wire_name(operation, name));
    let [Stmt::Expr(Expr::Assign(assign), _), Stmt::Expr(_, None)] =
        method.block.stmts.as_mut_slice()
    else {
        return Err("progenitor's setter is not an assignment".to_owned());
    };
    let Expr::MethodCall(call) = &mut *assign.right else {
        return Err("progenitor's setter does not convert its value".to_owned());
    };
    call.args = std::iter::once::<Expr>(parse_quote!(|_| #text.to_owned())).collect();
    method.attrs.clear();
    Ok(quote! { #docs #obsolete #[must_use] #method })
}

fn parameter_docs(parameter: &Parameter) -> TokenStream {
    let fallback = format!("Sets the parameter `{}`.", parameter.name);
    doc(docs::parameter(parameter, &fallback))
}

fn body_docs(operation: &Operation) -> TokenStream {
    let docs = operation.body.as_ref();
    let docs = docs.map(|body| docs::body(body, "Sets the request body."));
    doc(docs.unwrap_or_default())
}

/// Emits the first half of `send`, which destructures the builder and reports a value that did not convert.
fn unpacking(arguments: &[Argument], method: ImplItemFn) -> Result<Vec<Stmt>, String> {
    let takes_self = matches!(method.sig.inputs.first(), Some(FnArg::Receiver(_)));
    let mut statements = method.block.stmts.into_iter();
    let Some(Stmt::Local(mut first)) = statements.next().filter(|_| takes_self) else {
        return Err("progenitor's `send` does not begin by taking the builder apart".to_owned());
    };
    if let Pat::Struct(pattern) = &mut first.pat {
        let fields = pattern.fields.iter();
        let path = &pattern.path;
        first.pat = syn::Pat::parse_single
            .parse2(quote!(#path { #(#fields,)* options }))
            .map_err(|error| error.to_string())?;
    }
    let checks = statements.take_while(|statement| match statement {
        Stmt::Local(local) => local
            .init
            .as_ref()
            .is_some_and(|init| matches!(&*init.expr, Expr::Try(_))),
        _ => false,
    });
    // Required inputs are present, in their type.
    let checks = checks.filter(|check| {
        !matches!(check, Stmt::Local(Local { pat: Pat::Ident(known), .. })
            if arguments.iter().any(|argument| argument.name == known.ident))
    });
    Ok(std::iter::once(Stmt::Local(first)).chain(checks).collect())
}

fn send(api: &Api, operation: &Operation, prologue: &[Stmt]) -> TokenStream {
    let (success, failure) = response_sets(operation);
    let (ok, err) = (success.ty(api), failure.ty(api));
    let docs = doc([format!(
        "Sends the request: `{} {}`.",
        operation.method, operation.path
    )]);
    let headers = header_docs(operation);
    let headers = headers.map(|links| quote!(#[doc = ""] #[doc = #links]));
    let errors = doc(["# Errors".to_owned(), error_docs(&success, &failure, api)]);
    let request = request::build(operation);
    let decoded = decoded(&success, &failure, api);
    let send = if success.streams() {
        quote!(send_streaming)
    } else {
        quote!(send)
    };
    quote! {
        #docs
        #headers
        #[doc = ""]
        #errors
        pub async fn send(self) -> Result<#RESPONSE_VALUE<#ok>, #ERROR<#err>> {
            #(#prologue)*
            #request
            let response = client.core.#send(request, options).await?;
            #decoded
        }
    }
}

/// Formats links to the views of headers, if any are documented.
fn header_docs(operation: &Operation) -> Option<String> {
    let links = views(operation).map(|response| {
        let name = view_name(operation, response);
        format!("[`{name}`](crate::headers::{name})")
    });
    let links: Vec<String> = links.collect();
    (!links.is_empty()).then(|| format!(" Views of the documented headers: {}.", links.join(", ")))
}

fn error_docs(success: &ResponseSet<'_>, failure: &ResponseSet<'_>, api: &Api) -> String {
    let body = text(failure.ty(api));
    if body.ends_with("Infallible") {
        return "The document declares no failures. Every other response is `Error::UnexpectedResponse`; see `Error` for other errors."
            .to_owned();
    }
    let mut media = success.arms.iter().filter_map(|arm| arm.media);
    let reported = media
        .find_map(|media| media.failure.as_ref())
        .map(|failure| {
            let property = &failure.property;
            format!(", or a success response whose `{property}` is not null")
        });
    format!(
        "Returns `Error::ErrorResponse` with `{body}` for a documented failure{}; see `Error` for other errors.",
        reported.unwrap_or_default()
    )
}

/// Emits the choice of a response by its status: exact statuses before ranges before the default; equal responses share an
/// arm, and nothing is matched where all are equal.
fn decoded(success: &ResponseSet<'_>, failure: &ResponseSet<'_>, api: &Api) -> TokenStream {
    let mut by_body: IndexMap<String, (Vec<Status>, TokenStream)> = IndexMap::new();
    let receiving = success.streams();
    for (status, body) in success
        .match_arms(api, receiving)
        .into_iter()
        .chain(failure.match_arms(api, receiving))
    {
        let (statuses, _) = by_body
            .entry(body.to_string())
            .or_insert_with(|| (Vec::new(), body));
        statuses.push(status);
    }
    let mut arms: Vec<(Vec<Status>, TokenStream)> = by_body.into_values().collect();
    for (statuses, _) in &mut arms {
        statuses.sort();
        // A status that a range with the same response covers is omitted; the default covers all.
        let all = statuses.clone();
        let covered = |status: &Status| {
            match status {
            Status::Exact(code) => all.contains(&Status::Default) || all.iter().any(|range| matches!(range, Status::Range(class) if u16::from(*class) == code / 100)),
            Status::Range(_) => all.contains(&Status::Default),
            Status::Default => false,
        }
        };
        statuses.retain(|status| !covered(status));
    }
    // The widest pattern of a response decides: an exact status of another response has to come before it.
    arms.sort_by_key(|(statuses, _)| statuses.last().copied());
    let open = !arms
        .iter()
        .any(|(statuses, _)| statuses.contains(&Status::Default));
    let unexpected = unexpected(receiving);
    match arms.as_slice() {
        [] => return unexpected,
        [(_, body)] if !open => return body.clone(),
        _ => {}
    }
    let unexpected = open.then(|| quote!(_ => #unexpected,));
    let arms = arms.into_iter().map(|(statuses, body)| {
        let pattern = pattern(&statuses);
        quote!(#pattern => #body,)
    });
    let arms = arms.chain(unexpected);
    quote! { match response.status().as_u16() { #(#arms)* } }
}
