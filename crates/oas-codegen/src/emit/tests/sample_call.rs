//! Constructs calls of an operation with its samples, and the responses to them, for generated tests with a client.

use oas_wire::style::Value as Ordered;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use super::expected_request::{self, RequestHead, SECRET, USER};
use super::test_constants::Quoted;
use crate::emit::client::body_enum;
use crate::emit::type_tokens::{MAX_CHAIN_LEN, chain, type_tokens};
use crate::model::{
    Api, FormField, MediaKind, MediaType, Operation, PartKind, Response, SecurityKind,
    Serialization, Status, TypeRef,
};
use crate::names::ident;
use crate::symbols::client::{MULTIPART, PART, VALUE_PART};
use crate::symbols::own::{BODIES, TYPES};
use crate::symbols::testing::TESTING;
use crate::test_plan::{HeaderPlan, MediaPlan, OperationPlan};

/// A request of an operation, made of samples.
pub(super) struct Call<'a> {
    pub(super) head: RequestHead,
    /// The body and its media type.
    pub(super) body: Option<(&'a MediaType, &'a Value)>,
    /// The pairs of the body, where it is a form.
    pub(super) pairs: String,
    api: &'a Api,
    plan: &'a OperationPlan<'a>,
    operation: &'a Operation,
}

impl<'a> Call<'a> {
    /// Returns the call, or the reason why there is none.
    pub(super) fn of(api: &'a Api, plan: &'a OperationPlan<'a>) -> Result<Self, String> {
        let operation = plan.operation;
        let head = expected_request::head(api, plan)?;
        let mut bodies = plan.body.iter().filter_map(sendable);
        let body = bodies.find_map(|(media, sample)| {
            let pairs = match media.kind {
                MediaKind::Form => expected_request::form(api, media, sample)?,
                _ => String::new(),
            };
            Some(((media, sample), pairs))
        });
        let (body, pairs) = body.unzip();
        if body.is_none() && operation.body.as_ref().is_some_and(|body| body.required) {
            let why = "no body can be made that arrives as it is sent, or its media type is none";
            return Err(why.to_owned());
        }
        Ok(Self {
            head,
            body,
            pairs: pairs.unwrap_or_default(),
            api,
            plan,
            operation,
        })
    }

    /// Emits `.with_session("secret")` for each credential.
    fn credentials(&self) -> TokenStream {
        let calls = self.head.credentials.iter().map(|index| {
            let scheme = &self.api.security[*index];
            let method = format_ident!("with_{}", scheme.field);
            match scheme.kind {
                SecurityKind::Basic => quote!(.#method(#USER, #SECRET)),
                _ => quote!(.#method(#SECRET)),
            }
        });
        quote!(#(#calls)*)
    }

    /// Emits `client.recover_image("…", …).send().await`, for an expression that is a client.
    pub(super) fn send(&self, client: &TokenStream, quoted: &mut Quoted) -> TokenStream {
        let method = ident(&self.operation.method_name);
        let mut arguments = Vec::new();
        let mut setters = Vec::new();
        let parameters = self
            .head
            .sent
            .iter()
            .filter_map(|index| self.plan.parameters.get(*index))
            .filter_map(|planned| {
                let (parameter, sample) = (planned.parameter, planned.sample.as_ref()?);
                let field = ident(&parameter.field);
                let hint = format!("{}_{}", self.operation.const_name, parameter.field);
                let value = argument(self.api, quoted, &hint, &parameter.ty, sample);
                Some((parameter.required, field, value))
            });
        for (required, field, value) in parameters {
            if required {
                arguments.push(value);
            } else {
                setters.push(quote!(.#field(#value)));
            }
        }
        if let Some((media, sample)) = &self.body {
            let value = self.body_argument(quoted, media, sample);
            let several = self
                .operation
                .body
                .as_ref()
                .is_some_and(|body| body.media.len() > 1);
            let value = if several {
                let (name, variant) = (body_enum(self.operation), ident(&media.variant));
                quote!(#BODIES::#name::#variant(#value))
            } else {
                value
            };
            if self
                .operation
                .body
                .as_ref()
                .is_some_and(|body| body.required)
            {
                arguments.push(value);
            } else {
                setters.push(quote!(.body(#value)));
            }
        }
        let credentials = self.credentials();
        // The client lives as long as the call.
        let begin = quote!(.#method(#(#arguments),*));
        let client = quote!(#client #credentials);
        match chain(&quote!(client #begin), &setters) {
            many if setters.len() > MAX_CHAIN_LEN => quote! {
                {
                    let client = &#client;
                    #many.send().await
                }
            },
            _ => quote!(#client #begin #(#setters)* .send().await),
        }
    }

    /// Emits an expression for the text of the body: JSON, or the text itself.
    pub(super) fn body_text(&self, quoted: &mut Quoted) -> TokenStream {
        let Some((media, sample)) = &self.body else {
            return quote!("");
        };
        let hint = hint(
            self.api,
            &media.ty,
            &format!("{}_body", self.operation.const_name),
        );
        match media.kind {
            MediaKind::Text | MediaKind::Bytes | MediaKind::Events => {
                quoted.text(&hint, sample.as_str().unwrap_or_default())
            }
            MediaKind::Json
            | MediaKind::Form
            | MediaKind::Multipart
            | MediaKind::Parts
            | MediaKind::Items(_) => quoted.json(&hint, sample),
        }
    }

    /// Returns the parts of a multipart body: name and text.
    pub(super) fn parts(&self) -> Vec<(String, String)> {
        let Some((media, sample)) = &self.body else {
            return Vec::new();
        };
        let mut parts = Vec::new();
        for (name, value) in sample.as_object().into_iter().flatten() {
            let field = media.form.iter().find(|field| field.name == *name);
            let is_list = |field: &FormField| field.repeated || !field.items.is_empty();
            let items = match value {
                Value::Array(items) if field.is_none_or(is_list) => items.as_slice(),
                value => std::slice::from_ref(value),
            };
            for (place, item) in items.iter().enumerate() {
                let kind = field.map(|field| field.items.get(place).unwrap_or(&field.kind));
                let text = match (kind, item) {
                    (Some(PartKind::Json), item) => item.to_string(),
                    (_, Value::String(text)) => text.clone(),
                    // The format of `Display`: `1`, not `1.0`.
                    (_, Value::Number(number)) => {
                        let whole = number.as_f64().filter(|float| float.fract() == 0.0);
                        whole.map_or_else(|| number.to_string(), |float| format!("{float:.0}"))
                    }
                    (_, item) => item.to_string(),
                };
                parts.push((name.clone(), text));
            }
        }
        parts
    }

    /// Returns the number of parts of the body that a command reads: files and secrets.
    pub(super) fn read_parts(&self) -> usize {
        let Some((media, sample)) = &self.body else {
            return 0;
        };
        let files = media
            .form
            .iter()
            .filter(|field| field.kind == PartKind::Bytes || field.secret);
        let values = files.filter_map(|field| sample.get(&field.name));
        values
            .map(|value| value.as_array().map_or(1, Vec::len))
            .sum()
    }

    fn body_argument(&self, quoted: &mut Quoted, media: &MediaType, sample: &Value) -> TokenStream {
        let several = self
            .operation
            .body
            .as_ref()
            .is_some_and(|body| body.media.len() > 1);
        match media.kind {
            MediaKind::Json | MediaKind::Form => {
                let text = self.body_text(quoted);
                let ty = type_tokens(self.api, &media.ty, &quote!(#TYPES::));
                quote!(#TESTING::sample::<#ty>(#text))
            }
            MediaKind::Items(_) => {
                let text = self.body_text(quoted);
                let ty = type_tokens(self.api, &media.ty, &quote!(#TYPES::));
                let into = several.then(|| quote!(.into()));
                quote!([#TESTING::sample::<#ty>(#text)] #into)
            }
            MediaKind::Parts => {
                let parts = body_parts(sample);
                let parts = parts.iter().map(|part| quote!(.push(#part)));
                chain(&quote!(#MULTIPART::new()), &parts.collect::<Vec<_>>())
            }
            MediaKind::Multipart if media.form.is_empty() => {
                let parts = self.parts().into_iter();
                let parts = parts.map(|(name, text)| quote!(.part(#name, #PART::text(#text))));
                chain(&quote!(#MULTIPART::new()), &parts.collect::<Vec<_>>())
            }
            MediaKind::Multipart => self.form(quoted, media, sample),
            MediaKind::Bytes if media.content_type().is_none() => {
                let (name, text) = (super::content_type(media), self.body_text(quoted));
                let into = several.then(|| quote!(.into()));
                quote!((#name, #text) #into)
            }
            MediaKind::Text | MediaKind::Events | MediaKind::Bytes => {
                let text = self.body_text(quoted);
                if several { quote!(#text.into()) } else { text }
            }
        }
    }

    /// Returns the required header fields of a part in the body, with their texts.
    fn part_headers(&self, media: &MediaType, part: &str) -> impl Iterator<Item = (&str, &str)> {
        let planned = self.plan.body.iter();
        let planned = planned.filter(|planned| planned.media.name == media.name);
        let headers = planned.flat_map(|planned| &planned.part_headers);
        headers
            .filter(move |(name, ..)| *name == part)
            .map(|(_, header, text)| (*header, text.as_str()))
    }

    /// Returns the required header fields of the parts of the body, by part and name, as values of flags.
    ///
    /// # Errors
    ///
    /// Returns the reason if no flag of a command sets one of them by its text.
    pub(super) fn flagged_part_headers(&self) -> Result<Ordered, String> {
        let mut parts = Vec::new();
        let Some((media, sample)) = &self.body else {
            return Ok(Ordered::Object(parts));
        };
        for field in media
            .form
            .iter()
            .filter(|field| sample.get(&field.name).is_some())
        {
            let mut headers = Vec::new();
            for (name, text) in self.part_headers(media, &field.name) {
                let declared = field.headers.iter().find(|header| header.name == name);
                let is_text = declared.is_some_and(|header| {
                    header.serialization != Serialization::Json && is_one(&header.ty)
                });
                if !is_text {
                    return Err(format!(
                        "no flag sets the header `{name}` of a part by its text"
                    ));
                }
                headers.push((name.to_owned(), Ordered::String(text.to_owned())));
            }
            if !headers.is_empty() {
                parts.push((field.name.clone(), Ordered::Object(headers)));
            }
        }
        Ok(Ordered::Object(parts))
    }

    /// Emits `bodies::UploadForm::new(…).comment("…")`.
    fn form(&self, quoted: &mut Quoted, media: &MediaType, sample: &Value) -> TokenStream {
        let name = format_ident!("{}Form", self.operation.type_name);
        let mut required = Vec::new();
        let mut setters = Vec::new();
        for field in &media.form {
            let Some(value) = sample.get(&field.name) else {
                continue;
            };
            let items = match value {
                Value::Array(items) if field.repeated => items.as_slice(),
                value => std::slice::from_ref(value),
            };
            let items = items.iter().map(|item| match (field.kind, item) {
                (PartKind::Bytes, item) => {
                    let text = item.as_str().unwrap_or_default();
                    let headers = self.part_headers(media, &field.name);
                    let headers = headers.map(|(name, text)| quote!(.header(#name, #text)));
                    chain(&quote!(#PART::bytes(#text)), &headers.collect::<Vec<_>>())
                }
                (_, item) => {
                    let hint = format!("{}_{}", self.operation.const_name, field.field);
                    let value = argument(self.api, quoted, &hint, &field.ty, item);
                    let has_headers = field.has_headers();
                    let owned = (field.repeated || has_headers) && field.ty == TypeRef::String;
                    let value = match owned {
                        true => quote!(#value.to_owned()),
                        false => value,
                    };
                    let headers = self.part_headers(media, &field.name);
                    let headers = headers.map(|(name, text)| quote!(.header(#name, #text)));
                    match has_headers {
                        true => chain(
                            &quote!(#VALUE_PART::new(#value)),
                            &headers.collect::<Vec<_>>(),
                        ),
                        false => value,
                    }
                }
            });
            let items: Vec<TokenStream> = items.collect();
            let value = if field.repeated {
                quote!([#(#items),*])
            } else {
                quote!(#(#items),*)
            };
            if field.required {
                required.push(value);
            } else {
                let setter = ident(&field.field);
                setters.push(quote!(.#setter(#value)));
            }
        }
        chain(&quote!(#BODIES::#name::new(#(#required),*)), &setters)
    }
}

/// Returns the body in a media type, if it has a sample and the media type is valid in a header.
fn sendable<'a>(planned: &'a MediaPlan<'_>) -> Option<(&'a MediaType, &'a Value)> {
    let (media, sample) = (planned.media, planned.sample.as_ref()?);
    let in_form = |field: &FormField| !field.required || sample.get(&field.name).is_some();
    let is_sendable = media.name.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && media.form.iter().all(in_form);
    is_sendable.then_some((media, sample))
}

/// Returns whether a value of this type is encoded as one text, and not as a list.
fn is_one(ty: &TypeRef) -> bool {
    matches!(
        ty,
        TypeRef::String | TypeRef::Bool | TypeRef::Integer(_) | TypeRef::Float
    )
}

/// Emits the value of a parameter, as short as its type allows.
fn argument(
    api: &Api,
    quoted: &mut Quoted,
    name: &str,
    ty: &TypeRef,
    sample: &Value,
) -> TokenStream {
    match (ty, sample) {
        (TypeRef::String, Value::String(text)) => quoted.text(name, text),
        (TypeRef::Bool, Value::Bool(value)) => quote!(#value),
        (TypeRef::Integer("i64"), Value::Number(number)) if number.is_i64() => {
            let literal = Literal::i64_suffixed(number.as_i64().unwrap_or_default().abs());
            match number.as_i64() {
                Some(i64::MIN) => quote!(i64::MIN),
                Some(..0) => quote!(-#literal),
                _ => quote!(#literal),
            }
        }
        (ty, sample) => {
            let text = quoted.json(&hint(api, ty, name), sample);
            let ty = type_tokens(api, ty, &quote!(#TYPES::));
            quote!(#TESTING::sample::<#ty>(#text))
        }
    }
}

/// Returns the name of a sample's constant: that of its type, because several places may share a sample.
pub(super) fn hint(api: &Api, ty: &TypeRef, otherwise: &str) -> String {
    match ty {
        TypeRef::Named(id) => api.type_of(*id).name.clone(),
        _ => otherwise.to_owned(),
    }
}

/// A response of an operation, made of a sample.
pub(super) struct SampleResponse<'a> {
    pub(super) documented: &'a Response,
    pub(super) headers: &'a [HeaderPlan<'a>],
    pub(super) status: u16,
    /// The body and its media type.
    pub(super) media: Option<(&'a MediaType, Value)>,
}

/// Returns the responses that an operation documents, in the order of the document, each with the reason if it cannot
/// be generated.
pub(super) fn sample_responses<'a>(
    plan: &'a OperationPlan<'_>,
) -> Vec<Result<SampleResponse<'a>, String>> {
    let mut responses = Vec::new();
    let operation = plan.operation;
    for planned in &plan.responses {
        let (response, headers) = (planned.response, &*planned.headers);
        let Some(status) = status(operation, response) else {
            responses.push(Err(format!(
                "{:?}: no status is left for it",
                response.status
            )));
            continue;
        };
        let bodiless = operation.method == "HEAD" || !oas_wire::may_have_content(status);
        if response.media.is_empty() {
            responses.push(Ok(SampleResponse {
                documented: response,
                headers,
                status,
                media: None,
            }));
        }
        for MediaPlan { media, sample, .. } in &planned.media {
            responses.push(match sample {
                _ if bodiless => Err(format!("{status}: it can have no body")),
                None => Err(format!("{status}: no body can be made of its schema")),
                Some(sample) => Ok(SampleResponse {
                    documented: response,
                    headers,
                    status,
                    media: Some((media, successful(media, sample))),
                }),
            });
        }
    }
    responses
}

/// Returns the sample without the property that would make it a failure.
fn successful(media: &MediaType, sample: &Value) -> Value {
    let mut sample = sample.clone();
    if let (Some(failure), Some(values)) = (&media.failure, sample.as_object_mut()) {
        values.remove(&failure.property);
    }
    sample
}

/// Returns a status that matches the response.
fn status(operation: &Operation, response: &Response) -> Option<u16> {
    let taken = |status: &Status| {
        operation
            .responses
            .iter()
            .any(|other| other.status == *status)
    };
    match response.status {
        Status::Exact(code) => Some(code),
        Status::Range(class) => {
            let first = u16::from(class) * 100;
            (first..first + 100)
                .rev()
                .find(|code| !taken(&Status::Exact(*code)))
        }
        Status::Default => {
            let declared = operation
                .responses
                .iter()
                .any(|response| response.status.is_success());
            let free = |code: &u16| {
                !taken(&Status::Exact(*code)) && !taken(&Status::Range((code / 100) as u8))
            };
            let codes = if declared { 500..600 } else { 200..300 };
            codes
                .into_iter()
                .find(free)
                .or_else(|| (400..500).find(free))
        }
    }
}

/// Emits the parts of a multipart body without names, as the test plan has them.
pub(super) fn body_parts(sample: &Value) -> Vec<TokenStream> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let parts = sample.as_array().into_iter().flatten().map(|part| {
        let content = text(part.pointer("/text"));
        let fields = part.pointer("/fields").and_then(Value::as_array);
        let fields = fields.into_iter().flatten().map(|field| {
            let (name, value) = (text(field.pointer("/0")), text(field.pointer("/1")));
            match name == "content-type" {
                true => quote!(.content_type(#value)),
                false => quote!(.header(#name, #value)),
            }
        });
        chain(
            &quote!(#TESTING::BodyPart::new(#content)),
            &fields.collect::<Vec<_>>(),
        )
    });
    parts.collect()
}

/// Returns the contents of the parts of a multipart body without names.
pub(super) fn part_texts(sample: &Value) -> Value {
    let parts = sample.as_array().into_iter().flatten();
    parts
        .filter_map(|part| part.pointer("/text").cloned())
        .collect()
}
