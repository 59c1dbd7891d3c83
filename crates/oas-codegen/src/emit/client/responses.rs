//! Emits `responses.rs` of the client crate: enums for operations whose responses differ.
//!
//! Operations with the same failures share one enum, so that one function can handle the errors of all of them. Its
//! name is generated from the statuses, as in `Failure404Or503`, and not of an operation: it stays the same while any
//! two operations have these failures. Each operation also has a name of its own, as in `GetImageFailure`, which is an
//! alias if the enum is shared: code that uses it compiles whether or not another operation has the same failures.

use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::quote;

use super::response_sets::{
    Arm, ResponseSet, inner_type, is_error, is_kept_as_bytes, response_sets,
};
use crate::emit::docs::{doc, doc_or};
use crate::emit::rust_file::RustFile;
use crate::model::{Api, MediaKind, Status, TypeRef};
use crate::names::{Scope, ident};

/// Emits all enums; empty if there are none.
pub(in crate::emit) fn responses(api: &Api) -> RustFile {
    let operations: Vec<_> = api
        .operations()
        .map(|operation| (operation, response_sets(operation)))
        .collect();
    let failures = operations.iter().map(|(_, (_, failure))| failure);
    let shared = shared(api, failures.filter(|failure| failure.is_enum()));
    let mut file = RustFile::default();
    for set in &shared {
        file.add(set.definition(api));
    }
    for (operation, (success, failure)) in &operations {
        let id = &operation.id;
        if success.is_enum() {
            let docs = doc([format!("The success responses of `{id}`, by status.")]);
            file.add(definition(api, docs, &success.name, &[success]));
        }
        if failure.is_enum() {
            let docs = format!("The failure responses of `{id}`, by status.");
            file.add(match shared.iter().find(|set| set.is_of(failure)) {
                Some(set) => set.alias(failure, docs),
                None => definition(api, doc([docs]), &failure.name, &[failure]),
            });
        }
    }
    file
}

/// The failures of several operations.
struct Shared<'a> {
    name: proc_macro2::Ident,
    /// The failures of each of these operations.
    members: Vec<&'a ResponseSet<'a>>,
}

/// The parts by which two failures are the same: status, variant and body, but not the description.
type Signature<'a> = (
    Status,
    &'a proc_macro2::Ident,
    Option<(MediaKind, &'a TypeRef)>,
);

fn signature<'a>(responses: &'a ResponseSet<'_>) -> Vec<Signature<'a>> {
    let body = |arm: &'a Arm<'_>| arm.media.map(|media| (media.kind, &media.ty));
    let signature = |arm: &'a Arm<'_>| (arm.response.status, &arm.variant, body(arm));
    let mut signatures: Vec<Signature<'_>> = responses.arms.iter().map(signature).collect();
    signatures.sort_by_key(|(status, variant, _)| (*status, *variant));
    signatures
}

/// Groups failures that are the same, and names the groups with more than one member.
fn shared<'a>(api: &Api, failures: impl Iterator<Item = &'a ResponseSet<'a>>) -> Vec<Shared<'a>> {
    let mut groups: IndexMap<Vec<Signature<'a>>, Vec<&'a ResponseSet<'a>>> = IndexMap::new();
    for failure in failures {
        groups.entry(signature(failure)).or_default().push(failure);
    }
    groups.retain(|_, members| members.len() > 1);
    let names = api.operations().flat_map(|operation| {
        ["Success", "Failure"].map(|suffix| format!("{}{suffix}", operation.type_name))
    });
    let names: Vec<String> = names.collect();
    let mut scope = Scope::reserving(names.iter().map(String::as_str));
    let short: Vec<String> = groups.keys().map(|signature| statuses(signature)).collect();
    let named = groups
        .into_iter()
        .zip(&short)
        .map(|((signature, members), name)| {
            // Two groups with the same statuses are distinguished by their bodies, in both names.
            let is_unique = short.iter().filter(|other| *other == name).count() == 1;
            let name = if is_unique {
                scope.claim(name)
            } else {
                scope.claim(&bodies(api, &signature))
            };
            let name = ident(&name);
            Shared { name, members }
        });
    named.collect()
}

/// Formats a name such as `Failure404Or5XXOrDefault`.
fn statuses(signature: &[Signature<'_>]) -> String {
    let mut statuses: Vec<String> = signature
        .iter()
        .map(|(status, ..)| short(*status))
        .collect();
    statuses.dedup();
    format!("Failure{}", statuses.join("Or"))
}

/// Formats a name such as `Failure404TextOr5XXProblem`.
fn bodies(api: &Api, signature: &[Signature<'_>]) -> String {
    let bodies = signature.iter().map(|(status, _, body)| {
        let body = match body {
            None => "Empty",
            Some((MediaKind::Json, TypeRef::Named(id))) => &api.type_of(*id).name,
            Some((MediaKind::Json, _)) => "Json",
            Some((MediaKind::Form, _)) => "Form",
            Some((MediaKind::Multipart, _)) => "Multipart",
            Some((MediaKind::Text, _)) => "Text",
            Some((MediaKind::Events, _)) => "Events",
            Some((MediaKind::Items(_) | MediaKind::Parts | MediaKind::Bytes, _)) => "Bytes",
        };
        format!("{}{body}", short(*status))
    });
    let bodies: Vec<String> = bodies.collect();
    format!("Failure{}", bodies.join("Or"))
}

/// Formats a status for a name, such as `404` or `5XX`.
pub(super) fn short(status: Status) -> String {
    match status {
        Status::Exact(code) => code.to_string(),
        Status::Range(class) => format!("{class}XX"),
        Status::Default => "Default".to_owned(),
    }
}

impl Shared<'_> {
    fn is_of(&self, failure: &ResponseSet<'_>) -> bool {
        self.members
            .iter()
            .any(|member| std::ptr::eq(*member, failure))
    }

    fn definition(&self, api: &Api) -> TokenStream {
        let docs = doc(["The failure responses of several operations, by status."]);
        definition(api, docs, &self.name, &self.members)
    }

    /// Emits the operation's own name, with the descriptions that the enum does not have.
    fn alias(&self, failure: &ResponseSet<'_>, docs: String) -> TokenStream {
        let own = failure.arms.iter().filter_map(|arm| {
            let description = arm.response.description.as_deref()?.trim();
            let differs = !description.is_empty() && description_of(arm, &self.members).is_none();
            differs.then(|| format!("`{}`: {description}", arm.variant))
        });
        let docs = doc(std::iter::once(docs).chain(own));
        let (alias, name) = (&failure.name, &self.name);
        quote! { #docs pub type #alias = #name; }
    }
}

/// Returns the description of a response, if all that share it have the same.
fn description_of<'a>(arm: &Arm<'a>, members: &[&ResponseSet<'_>]) -> Option<&'a str> {
    let description = arm.response.description.as_deref();
    let mut others = members.iter().flat_map(|member| &member.arms);
    let alike = others.all(|other| {
        other.variant != arm.variant || other.response.description.as_deref() == description
    });
    description.filter(|_| alike)
}

/// Emits an enum with a variant for each response; `members` are alike except for their descriptions.
fn definition(
    api: &Api,
    docs: TokenStream,
    name: &proc_macro2::Ident,
    members: &[&ResponseSet<'_>],
) -> TokenStream {
    let Some(responses) = members.first() else {
        return TokenStream::new();
    };
    let variants = responses.arms.iter().map(|arm| {
        let fallback = match arm.response.status {
            Status::Default => "Any other status.".to_owned(),
            status => format!("Status {}.", short(status)),
        };
        let docs = doc_or(description_of(arm, members), &fallback);
        let variant = &arm.variant;
        match arm.media {
            None => quote!(#docs #variant,),
            Some(media) => {
                let ty = inner_type(api, media, responses.failure);
                quote!(#docs #variant(#ty),)
            }
        }
    });
    let error = responses.failure.then(|| error(api, name, members));
    let debug = debug_without_bytes(name, responses);
    let derived = debug.is_none().then(|| quote!(Debug,));
    let derive = if responses.streams() {
        quote!(#[derive(Debug)])
    } else {
        quote!(#[derive(#derived Clone, PartialEq)])
    };
    quote! {
        #docs
        #derive
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "a value lives for one exchange")]
        pub enum #name { #(#variants)* }

        #debug

        #error
    }
}

/// Emits `Debug` for failures of which one has a body of bytes: errors are printed where nobody expects a body, so that only
/// its length is formatted, as by the runtime for an operation with a single failure.
fn debug_without_bytes(
    name: &proc_macro2::Ident,
    responses: &ResponseSet<'_>,
) -> Option<TokenStream> {
    let has_bytes = |arm: &Arm<'_>| arm.media.is_some_and(is_kept_as_bytes);
    if !responses.failure || !responses.arms.iter().any(has_bytes) {
        return None;
    }
    let arms = responses.arms.iter().map(|arm| {
        let variant = &arm.variant;
        let label = variant.to_string();
        if arm.media.is_none() {
            return quote!(Self::#variant => f.write_str(#label),);
        }
        let field = match has_bytes(arm) {
            true => quote!(&format_args!("{} bytes", body.len())),
            false => quote!(body),
        };
        quote!(Self::#variant(body) => f.debug_tuple(#label).field(#field).finish(),)
    });
    Some(quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self { #(#arms)* }
            }
        }
    })
}

/// Emits `Display` and `Error`.
fn error(api: &Api, name: &proc_macro2::Ident, members: &[&ResponseSet<'_>]) -> TokenStream {
    let arms = members.first().map_or(&[][..], |responses| &responses.arms);
    let shown = arms.iter().map(|arm| {
        let variant = &arm.variant;
        // A body without a message is explained by the document's description.
        let description = description_of(arm, members).and_then(|text| text.trim().lines().next());
        let description = description.map(|line| line.trim_end_matches(['.', '。']).to_owned());
        let text = description.filter(|text| !text.is_empty());
        let text = text.unwrap_or_else(|| text_of(arm.response.status));
        match arm.media {
            Some(media) if is_error(api, media) => {
                quote!(Self::#variant(error) => error.fmt(f),)
            }
            Some(media) if matches!(media.kind, MediaKind::Text | MediaKind::Events) => {
                quote!(Self::#variant(text) => f.write_str(text),)
            }
            Some(_) => quote!(Self::#variant(_) => f.write_str(#text),),
            None => quote!(Self::#variant => f.write_str(#text),),
        }
    });
    let sources = arms
        .iter()
        .filter(|arm| arm.media.is_some_and(|media| is_error(api, media)));
    let sources: Vec<_> = sources.map(|arm| &arm.variant).collect();
    let source = (!sources.is_empty()).then(|| {
        let rest = (sources.len() < arms.len()).then(|| quote!(_ => None,));
        quote! {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                match self { #(Self::#sources(error) => error.source(),)* #rest }
            }
        }
    });
    quote! {
        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self { #(#shown)* }
            }
        }

        impl std::error::Error for #name { #source }
    }
}

fn text_of(status: Status) -> String {
    match status {
        Status::Default => "any other status".to_owned(),
        status => format!("status {}", short(status)),
    }
}
