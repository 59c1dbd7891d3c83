//! Emits the tests of the generated crates. Nothing else of the emitted code depends on them.

mod assertions;
mod command_tests;
mod expected_request;
mod receivers;
mod rejection_tests;
mod round_trip;
mod sample_call;
mod test_constants;
mod union_tests;
mod wire_tests;

use crate::model::{Framing, MediaKind, MediaType};

pub(super) use self::command_tests::command_tests;
pub(super) use self::round_trip::round_trip;
pub(super) use self::union_tests::union_tests;
pub(super) use self::wire_tests::wire_tests;

/// Returns the media type of a sample: that of the document, or one in its range.
fn content_type(media: &MediaType) -> String {
    let example = || {
        let range = oas_wire::MediaRange::parse_lenient(&media.name);
        range.map_or_else(|_| media.name.clone(), |range| range.example())
    };
    let name = media.content_type().map_or_else(example, str::to_owned);
    match media.kind {
        MediaKind::Items(framing) => framing.content_type(&name).into_owned(),
        MediaKind::Parts => Framing::Parts.content_type(&name).into_owned(),
        _ => name,
    }
}

/// Formats the documentation of a test file: its subject, and the operations without a test.
fn test_docs(what: &str, missing: &[String]) -> String {
    let mut docs = what.to_owned();
    if !missing.is_empty() {
        docs.push_str("\n//!\n//! Without a test:");
        for line in missing {
            docs.push_str(&format!("\n//! * {}", super::docs::visible(line)));
        }
    }
    docs
}
