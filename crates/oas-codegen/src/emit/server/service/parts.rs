//! Emits the tables by which a server checks the parts of multipart bodies.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{serialization, table};
use crate::model::{
    Api, Bounds, InnerParts, ParameterLocation, PartHeader, PartKind, PartSequence, PositionalPart,
};
use crate::symbols::server::{NAMED_PART_RULE, PARAMETER, PART_RULE, PART_RULES};

/// Emits the table of the parts of a multipart body without names.
pub(super) fn part_rules(api: &Api, parts: &PartSequence) -> TokenStream {
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
pub(super) fn inner_rules(api: &Api, parts: &InnerParts) -> TokenStream {
    let (parts, is_closed) = match parts {
        InnerParts::Positions(sequence) => return part_rules(api, sequence),
        InnerParts::Names { parts, is_closed } => (parts, is_closed),
    };
    let named = parts.iter().map(|named| {
        let (name, rule) = (&named.name, part_rule(api, &named.part));
        let times = (named.least, named.most) != (1, Some(1));
        let times = times.then(|| {
            let times = bounds(Bounds {
                least: named.least,
                most: named.most,
            });
            quote!(.times(#times))
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
        (None, PartKind::Bytes) if part.size.is_limited() => {
            let size = bounds(part.size);
            quote!(#PART_RULE::bytes_within(#size))
        }
        (None, PartKind::Bytes) => quote!(#PART_RULE::bytes()),
    };
    let types = &part.content_types;
    let types = (!types.is_empty()).then(|| quote!(.media_types(&[#(#types),*])));
    let headers = part.headers.iter().map(|header| part_header(api, header));
    let headers = (!part.headers.is_empty()).then(|| quote!(.headers(&[#(#headers),*])));
    quote!(#rule #types #headers)
}

/// Emits the least and the greatest number of something as two arguments.
pub(super) fn bounds(Bounds { least, most }: Bounds) -> TokenStream {
    let least = Literal::u64_unsuffixed(least);
    let most = most.map(Literal::u64_unsuffixed);
    let most = most.map_or(quote!(None), |most| quote!(Some(#most)));
    quote!(#least, #most)
}

/// Emits the table of a header field of a part.
pub(super) fn part_header(api: &Api, header: &PartHeader) -> TokenStream {
    let (name, table) = (&header.name, table(api, Some(header.schema)));
    let calls = serialization(header.serialization, ParameterLocation::Header);
    let required = header.required.then(|| quote!(.required()));
    quote!(#PARAMETER::header(#name, #table) #calls #required)
}
