//! Encodes and compares multipart bodies whose parts have no names.

use oas_client::{BodyPart, BodyParts};
use oas_wire::multipart::{PLAIN_BOUNDARY, PartDecoder, encode_parts};

/// Encodes a body of parts with the boundary `part`.
///
/// # Panics
///
/// Panics if a part has an invalid header field, or is not text.
#[must_use]
#[track_caller]
pub fn parts_body(parts: &[BodyPart]) -> String {
    let body = encode_parts(parts, PLAIN_BOUNDARY).expect("the fields are valid");
    String::from_utf8(body.into()).expect("the parts are text")
}

/// Asserts that a stream consists of the `expected` parts, in this order. Parts are equal if they have the same content and the same
/// header fields; the order of the fields and the case of their names are ignored.
///
/// # Panics
///
/// Panics if the parts differ, or the body is malformed.
pub async fn assert_parts(mut parts: BodyParts, expected: &[BodyPart]) {
    let mut found = Vec::new();
    while let Some(part) = parts.next().await {
        found.push(part.expect("the part arrives"));
    }
    assert_eq!(shown(&found), shown(expected));
}

/// Returns the contents of parts as text.
///
/// # Panics
///
/// Panics if one of them is not text.
#[must_use]
#[track_caller]
pub fn texts_of(parts: &[BodyPart]) -> Vec<&str> {
    let texts = parts.iter().map(BodyPart::to_text);
    texts.map(|text| text.expect("the part is text")).collect()
}

/// Decodes the parts in a body of this media type.
pub(crate) fn parts_in(content_type: Option<&str>, body: &[u8]) -> Vec<BodyPart> {
    let decoder = PartDecoder::new(content_type.unwrap_or_default(), usize::MAX);
    let mut decoder = decoder.expect("there is a boundary");
    decoder.push(body.to_vec()).expect("these are parts");
    decoder.finish().expect("all of them");
    std::iter::from_fn(|| decoder.pop()).collect()
}

/// Formats parts for a comparison: with the names of fields in lower case, and the fields sorted.
pub(crate) fn shown(parts: &[BodyPart]) -> String {
    let parts = parts.iter().map(|part| {
        let fields = part.fields();
        let mut fields: Vec<String> = fields
            .map(|(name, value)| format!("{}: {value}", name.to_ascii_lowercase()))
            .collect();
        fields.sort();
        // In quotes, so that neither bytes which are no text nor empty lines make different parts equal.
        let content = part.content().escape_ascii();
        format!("{}\n\"{content}\"", fields.join("\n"))
    });
    parts.collect::<Vec<_>>().join("\n\n")
}
