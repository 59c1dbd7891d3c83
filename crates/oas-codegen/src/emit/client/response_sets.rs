//! Computes the type that an operation returns: a single one if all its responses agree, otherwise an enum with a
//! variant for each.

use std::collections::HashSet;

use oas_wire::MediaRange;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use crate::emit::type_tokens::type_tokens;
use crate::model::{
    Api, ErrorRole, MediaKind, MediaType, Operation, Response, Status, TypeKind, TypeRef,
};
use crate::names::ident;
use crate::symbols::builder::RESPONSE_VALUE;
use crate::symbols::client::{
    BODY_PARTS, BYTE_STREAM, BYTES, EVENT_STREAM, FRAMING, ITEM_STREAM, OPAQUE_BODY, TEXT_BODY,
};
use crate::symbols::own::{RESPONSES, TYPES};

/// The successes or the failures of an operation.
pub(in crate::emit) struct ResponseSet<'a> {
    pub(in crate::emit) arms: Vec<Arm<'a>>,
    /// Name of the enum, where one is needed.
    pub(in crate::emit) name: proc_macro2::Ident,
    pub(in crate::emit) failure: bool,
}

/// One response in one media type.
pub(in crate::emit) struct Arm<'a> {
    pub(in crate::emit) response: &'a Response,
    pub(super) media: Option<&'a MediaType>,
    pub(in crate::emit) variant: proc_macro2::Ident,
}

/// Splits the responses of an operation into those that are returned in `Ok` and those in `Err`. A default is a success
/// only if no other response is.
pub(in crate::emit) fn response_sets(operation: &Operation) -> (ResponseSet<'_>, ResponseSet<'_>) {
    let declared = operation
        .responses
        .iter()
        .any(|response| response.status.is_success());
    let is_success = |response: &&Response| {
        response.status.is_success() || (response.status == Status::Default && !declared)
    };
    let (successes, failures): (Vec<&Response>, Vec<&Response>) =
        operation.responses.iter().partition(is_success);
    let name = &operation.type_name;
    (
        ResponseSet {
            arms: arms(&successes),
            name: format_ident!("{name}Success"),
            failure: false,
        },
        ResponseSet {
            arms: arms(&failures),
            name: format_ident!("{name}Failure"),
            failure: true,
        },
    )
}

fn arms<'a>(responses: &[&'a Response]) -> Vec<Arm<'a>> {
    let arms = responses.iter().flat_map(|&response| {
        let variants = response.variants().into_iter();
        variants.map(move |(name, media)| Arm {
            response,
            media,
            variant: ident(&name),
        })
    });
    arms.collect()
}

impl Arm<'_> {
    /// Returns the type of its variant, if it has a body.
    pub(in crate::emit) fn inner(&self, api: &Api, failure: bool) -> Option<TokenStream> {
        self.media.map(|media| inner_type(api, media, failure))
    }
}

impl ResponseSet<'_> {
    /// Returns the type in the signature of `send`.
    pub(in crate::emit) fn ty(&self, api: &Api) -> TokenStream {
        match self.arms.as_slice() {
            [] if self.failure => quote!(std::convert::Infallible),
            [] => quote!(()),
            [first, ..] if !self.is_enum() => arm_type(api, first.media, self.failure),
            _ => {
                let name = &self.name;
                quote!(#RESPONSES::#name)
            }
        }
    }

    /// Returns whether it contains this response.
    pub(in crate::emit) fn covers(&self, response: &Response) -> bool {
        self.arms
            .iter()
            .any(|arm| std::ptr::eq(arm.response, response))
    }

    /// Returns the variant of a response in a media type, if there is an enum.
    pub(in crate::emit) fn variant(
        &self,
        response: &Response,
        media: Option<&MediaType>,
    ) -> Option<TokenStream> {
        let same = |arm: &&Arm<'_>| {
            let name = |media: &MediaType| media.variant.clone();
            std::ptr::eq(arm.response, response) && arm.media.map(name) == media.map(name)
        };
        let arm = self.arms.iter().find(same).filter(|_| self.is_enum())?;
        let (name, variant) = (&self.name, &arm.variant);
        Some(quote!(#RESPONSES::#name::#variant))
    }

    /// Returns whether the responses differ, so that an enum is emitted.
    pub(in crate::emit) fn is_enum(&self) -> bool {
        let Some((first, rest)) = self.arms.split_first() else {
            return false;
        };
        let key = |arm: &Arm<'_>| arm.media.map(|media| (media.kind, media.ty.clone()));
        let first = key(first);
        rest.iter().any(|arm| key(arm) != first)
    }

    /// Returns whether a success is returned as a stream.
    pub(super) fn streams(&self) -> bool {
        let stream = |arm: &Arm<'_>| arm.media.is_some_and(|media| media.kind.is_stream());
        !self.failure && self.arms.iter().any(stream)
    }

    /// Emits the arms of the `match` over the status, which decode the response. Statuses with the same response share
    /// an arm.
    ///
    /// With `receiving`, the body has not been read yet.
    pub(super) fn match_arms(&self, api: &Api, receiving: bool) -> Vec<(Status, TokenStream)> {
        let mut grouped: Vec<(Status, Vec<&Arm<'_>>)> = Vec::new();
        for arm in &self.arms {
            match grouped.last_mut() {
                Some((status, arms)) if *status == arm.response.status => arms.push(arm),
                _ => grouped.push((arm.response.status, vec![arm])),
            }
        }
        grouped
            .into_iter()
            .map(|(status, arms)| {
                let body = match arms.as_slice() {
                    [only] => self.read_and_decode(api, only, receiving),
                    several => self.by_media_type(api, several, receiving),
                };
                (status, body)
            })
            .collect()
    }

    fn by_media_type(&self, api: &Api, arms: &[&Arm<'_>], receiving: bool) -> TokenStream {
        let mut seen = HashSet::new();
        let mut choices = Vec::new();
        let mut ranges = Vec::new();
        let mut rest = unexpected(receiving);
        for (index, arm) in arms.iter().enumerate() {
            let essences = arm.media.into_iter().flat_map(MediaType::essences);
            // A media type that differs only in parameters cannot be distinguished by the declarations of servers.
            let new: Vec<String> = essences.filter(|new| seen.insert(new.clone())).collect();
            let (wide, mut exact): (Vec<String>, Vec<String>) = new
                .into_iter()
                .partition(|essence| MediaRange::is_several(essence));
            let body = self.read_and_decode(api, arm, receiving);
            // A server that does not declare one gets the benefit of the doubt.
            exact.extend((index == 0).then(String::new));
            if !exact.is_empty() {
                choices.push(quote!(#(#exact)|* => #body,));
            }
            for range in wide {
                if range == "*/*" {
                    rest = body.clone();
                    continue;
                }
                let (start, end) = range.split_once('*').unwrap_or_default();
                let end = (!end.is_empty()).then(|| quote!(&& essence.ends_with(#end)));
                let arm = quote!(essence if essence.starts_with(#start) #end => #body,);
                ranges.push((end.is_none(), arm));
            }
        }
        // The narrower ranges come first.
        ranges.sort_by_key(|(is_wide, _)| *is_wide);
        let ranges = ranges.into_iter().map(|(_, arm)| arm);
        quote! {
            match response.essence().as_str() {
                #(#choices)*
                #(#ranges)*
                _ => #rest,
            }
        }
    }

    /// Emits the decoding of a response, which is read before unless it is a stream.
    fn read_and_decode(&self, api: &Api, arm: &Arm<'_>, receiving: bool) -> TokenStream {
        let decoded = self.decode(api, arm);
        let stream = !self.failure && arm.media.is_some_and(|media| media.kind.is_stream());
        if stream || !receiving {
            decoded
        } else {
            quote!({ let response = response.read().await?; #decoded })
        }
    }

    fn decode(&self, api: &Api, arm: &Arm<'_>) -> TokenStream {
        let wrap = self.is_enum().then(|| {
            let (name, variant) = (&self.name, &arm.variant);
            match arm.media {
                Some(_) => quote!(#RESPONSES::#name::#variant),
                None => quote!(|()| #RESPONSES::#name::#variant),
            }
        });
        if self.failure {
            let error = match arm.media {
                None => quote!(response.error_empty()),
                Some(media) => match media.kind {
                    MediaKind::Json if is_error(api, media) => quote!(response.error()),
                    MediaKind::Json | MediaKind::Form | MediaKind::Multipart => {
                        let ty = inner_type(api, media, true);
                        quote!(response.error_opaque::<#ty>())
                    }
                    MediaKind::Text | MediaKind::Events => quote!(response.error_text()),
                    MediaKind::Items(_) | MediaKind::Parts | MediaKind::Bytes => {
                        quote!(response.error_bytes())
                    }
                },
            };
            return match (&wrap, arm.media) {
                (None, _) => quote!(Err(#error)),
                (Some(wrap), Some(media))
                    if media.kind == MediaKind::Json && is_error(api, media) =>
                {
                    quote!(Err(#error.map(#wrap)))
                }
                (Some(_), None) => {
                    let (name, variant) = (&self.name, &arm.variant);
                    quote!(Err(#error.map(|_| #RESPONSES::#name::#variant)))
                }
                (Some(wrap), Some(_)) => quote!(Err(#error.map(|error| #wrap(error.0)))),
            };
        }
        let map = wrap.as_ref().map(|wrap| quote!(.map(#wrap)));
        match arm.media {
            None => quote!(Ok(response.empty() #map)),
            Some(media) => {
                let value = match media.kind {
                    MediaKind::Json | MediaKind::Form | MediaKind::Multipart => json(api, media),
                    MediaKind::Text => quote!(response.text()),
                    MediaKind::Events => return quote!(Ok(response.into_events() #map)),
                    MediaKind::Items(framing) => {
                        let framing = crate::emit::type_tokens::framing(framing, &FRAMING);
                        return quote!(Ok(response.into_items(#framing) #map));
                    }
                    MediaKind::Parts => return quote!(Ok(response.into_parts() #map)),
                    MediaKind::Bytes => return quote!(Ok(response.into_stream() #map)),
                };
                match wrap {
                    // The path is explicit, because a method call would be resolved on the body too, whose type is not
                    // inferred yet.
                    Some(wrap) => quote!(#value.map(|value| #RESPONSE_VALUE::map(value, #wrap))),
                    None => value,
                }
            }
        }
    }
}

/// Emits the arm for a response that the document does not contain.
pub(super) fn unexpected(receiving: bool) -> TokenStream {
    if receiving {
        quote!(Err(response.read().await?.unexpected()))
    } else {
        quote!(Err(response.unexpected()))
    }
}

fn json(api: &Api, media: &MediaType) -> TokenStream {
    let Some(failure) = &media.failure else {
        return quote!(response.json());
    };
    let (property, field) = (&failure.property, ident(&failure.field));
    let ty = inner_type(api, media, false);
    let failed = if failure.nullable {
        quote!(body.#field.as_ref().is_some_and(Option::is_some))
    } else {
        quote!(body.#field.is_some())
    };
    quote!(response.json_unless(#property, |body: &#ty| #failed))
}

/// Returns the type of a body, wrapped as an error if it has to be one.
fn arm_type(api: &Api, media: Option<&MediaType>, failure: bool) -> TokenStream {
    let Some(media) = media else {
        return if failure {
            quote!(#OPAQUE_BODY<()>)
        } else {
            quote!(())
        };
    };
    let ty = inner_type(api, media, failure);
    match media.kind {
        MediaKind::Text | MediaKind::Events if failure => quote!(#TEXT_BODY),
        MediaKind::Json if failure && is_error(api, media) => ty,
        _ if failure => quote!(#OPAQUE_BODY<#ty>),
        _ => ty,
    }
}

pub(super) fn inner_type(api: &Api, media: &MediaType, failure: bool) -> TokenStream {
    match media.kind {
        MediaKind::Text => quote!(String),
        MediaKind::Events if failure => quote!(String),
        MediaKind::Events => quote!(#EVENT_STREAM),
        _ if failure && is_kept_as_bytes(media) => quote!(#BYTES),
        MediaKind::Parts => quote!(#BODY_PARTS),
        MediaKind::Items(_) => {
            let item = type_tokens(api, &media.ty, &quote!(#TYPES::));
            quote!(#ITEM_STREAM<#item>)
        }
        MediaKind::Bytes => quote!(#BYTE_STREAM),
        MediaKind::Json | MediaKind::Form | MediaKind::Multipart => {
            type_tokens(api, &media.ty, &quote!(#TYPES::))
        }
    }
}

/// Returns whether a failure keeps a body as the bytes that it is: sequences are decoded in successes alone.
pub(super) fn is_kept_as_bytes(media: &MediaType) -> bool {
    matches!(
        media.kind,
        MediaKind::Items(_) | MediaKind::Parts | MediaKind::Bytes
    )
}

/// Returns whether the type of a body implements `Error`.
pub(in crate::emit) fn is_error(api: &Api, media: &MediaType) -> bool {
    let TypeRef::Named(id) = &media.ty else {
        return false;
    };
    let ty = api.type_of(*id);
    matches!(ty.kind, TypeKind::Struct(_))
        && matches!(
            ty.error,
            Some(ErrorRole::Wraps(_) | ErrorRole::Message { .. })
        )
        && media.kind == MediaKind::Json
}

/// Emits a pattern over `u16` that matches all of these statuses.
pub(super) fn pattern(statuses: &[Status]) -> TokenStream {
    let mut spans: Vec<(u16, u16)> = Vec::new();
    for status in statuses {
        spans.push(match *status {
            Status::Exact(code) => (code, code),
            Status::Range(class) => (u16::from(class) * 100, u16::from(class) * 100 + 99),
            Status::Default => return quote!(_),
        });
    }
    spans.sort_unstable();
    let mut merged: Vec<(u16, u16)> = Vec::new();
    for (low, high) in spans {
        match merged.last_mut() {
            Some(last) if low <= last.1 + 1 => last.1 = last.1.max(high),
            _ => merged.push((low, high)),
        }
    }
    let literal = Literal::u16_unsuffixed;
    let patterns = merged.into_iter().map(|(low, high)| {
        let (first, last) = (literal(low), literal(high));
        match high - low {
            0 => quote!(#first),
            1 => quote!(#first | #last),
            _ => quote!(#first..=#last),
        }
    });
    quote!(#(#patterns)|*)
}
