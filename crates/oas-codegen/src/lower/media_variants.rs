//! Distinguishes the media types of one body: which are one, the names of their variants, and what ranges are sent as.

use oas_document::Node;
use oas_document::openapi;
use oas_document::schema::Schema;
use oas_wire::MediaRange;

use crate::model::{Framing, MediaKind, MediaType};
use crate::names::camel;

/// Gives each range of JSON beside `application/json` a media type of its own: messages with that one are not in the range, because
/// an exact name is closer.
pub(super) fn set_apart(media: &mut [MediaType]) {
    const PLAIN: &str = "application/json";
    let documented: Vec<String> = media.iter().flat_map(MediaType::essences).collect();
    if !documented.iter().any(|name| name == PLAIN) {
        return;
    }
    for media in media {
        let ranges: Vec<String> = media.essences().collect();
        let is_range = ranges.iter().all(|name| MediaRange::is_several(name));
        if media.kind != MediaKind::Json || !is_range {
            continue;
        }
        let in_range = |name: &&str| {
            let includes = |range: &String| {
                let parse = MediaRange::parse_lenient;
                matches!((parse(range), parse(name)), (Ok(range), Ok(name)) if range.includes(&name))
            };
            ranges.iter().any(includes)
        };
        let mut names = ["text/json", "application/x.any+json"].into_iter();
        let own = names.find(|name| in_range(name) && !documented.iter().any(|it| it == name));
        media.others.extend(own.map(str::to_owned));
    }
}

/// Returns whether two media types of one object have the same schema: one node, or the same written twice.
pub(super) fn have_one_schema(
    one: &openapi::MediaType<'_>,
    other: &openapi::MediaType<'_>,
) -> bool {
    let same = |one: Node<'_>, other: Node<'_>| {
        Schema::of(one) == Schema::of(other) || (one.file() == other.file() && one.value_eq(other))
    };
    match (one.schema_node(), other.schema_node()) {
        (Some(one), Some(other)) => same(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// Returns the name of a body's variant, which is the subtype if there are several of JSON.
pub(super) fn variant(media: &openapi::MediaType<'_>, is_one_of_several: bool) -> String {
    let essence = MediaRange::parse_lenient(media.name).map(|range| range.essence());
    let essence = essence.unwrap_or_default();
    let (main, sub) = essence.split_once('/').unwrap_or_default();
    let fixed = match media.kind() {
        MediaKind::Json if is_one_of_several => match (main, sub) {
            ("application", "json") => "Json",
            ("*", _) => "AnyJson",
            (main, "json" | "*") => return format!("{}Json", camel(main)),
            (_, sub) => return camel(sub),
        },
        MediaKind::Json => "Json",
        MediaKind::Form => "Form",
        MediaKind::Multipart | MediaKind::Parts => "Multipart",
        MediaKind::Events | MediaKind::Items(Framing::Events | Framing::JsonEvents) => "Events",
        MediaKind::Text if sub == "plain" => "Text",
        MediaKind::Text | MediaKind::Items(_) | MediaKind::Bytes => match (main, sub) {
            ("*", _) => "Any",
            (main, "*") => return camel(main),
            ("application", "octet-stream") => "Bytes",
            (_, sub) => return camel(sub.trim_start_matches("x-")),
        },
    };
    fixed.to_owned()
}
