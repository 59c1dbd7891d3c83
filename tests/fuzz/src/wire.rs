//! Fuzzes the codecs of `oas-wire`, and patterns.

use std::borrow::Cow;

use oas_schema::Pattern;
use oas_wire::items::{self, Framing};
use oas_wire::multipart::{Disposition, Event, Malformed, Parser};
use oas_wire::style::{Codec, Serialization, Style, Value};
use oas_wire::{
    JsonPointer, MediaRange, MediaType, ParameterLocation, base64, form, json_pointer, percent, sse,
};

/// Encodes a value as a parameter in each style, and decodes it again: a text stays the same.
pub(crate) fn styles(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(value) = Value::parse(text) else {
        return;
    };
    let styles = [
        (ParameterLocation::Path, Style::Simple),
        (ParameterLocation::Path, Style::Label),
        (ParameterLocation::Path, Style::Matrix),
        (ParameterLocation::Header, Style::Simple),
        (ParameterLocation::Query, Style::Form),
        (ParameterLocation::Query, Style::DeepObject),
        (ParameterLocation::Query, Style::SpaceDelimited),
        (ParameterLocation::Query, Style::PipeDelimited),
        (ParameterLocation::Cookie, Style::Form),
    ];
    for (location, style) in styles {
        for explode in [false, true] {
            let codec = Codec::new("n", location, Serialization::of(style).explode(explode));
            let is_one_text = matches!(
                location,
                ParameterLocation::Path | ParameterLocation::Header
            );
            if is_one_text {
                if let (Ok(Some(encoded)), Value::String(value)) =
                    (codec.encode_text(&value), &value)
                {
                    let decoded = codec.decode_string(&encoded);
                    // A header field has no blanks around it.
                    let expected: &str = match location {
                        ParameterLocation::Header => value.trim_matches([' ', '\t']),
                        _ => value,
                    };
                    assert_eq!(
                        decoded.as_deref().ok(),
                        Some(expected),
                        "{location:?} {style:?}: {encoded:?}"
                    );
                }
            } else if let (Ok(pairs), Value::String(value)) = (codec.encode_pairs(&value), &value)
                && let [pair] = &pairs[..]
                && let Some((_, encoded)) = pair.split_once('=')
            {
                let decoded = codec.decode_string(encoded);
                assert_eq!(
                    decoded.as_deref().ok(),
                    Some(&**value),
                    "{location:?} {style:?}: {encoded:?}"
                );
            }
        }
    }
    if let Ok(encoded) = form::encode(&value, &[]) {
        assert!(encoded.is_ascii(), "{encoded:?}");
    }
    let again = Value::parse(&value.to_json()).expect("what was parsed is written as JSON");
    assert_eq!(again, value);
}

/// Decodes header fields, pointers, streams and texts; a value that can be encoded is decoded to the same value again.
pub(crate) fn codecs(data: &[u8]) {
    let encoded = base64::encode(data);
    assert_eq!(base64::decode(&encoded).ok().as_deref(), Some(data));
    streams(data);
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let encoded = percent::encode(text);
    let decoded = percent::decode_form(&encoded);
    assert_eq!(decoded.ok().as_deref(), Some(text), "{encoded}");
    let decoded = percent::decode(&encoded);
    assert_eq!(decoded.ok().as_deref(), Some(text), "{encoded}");
    // An escape sequence is preserved.
    let encoded = percent::encode_path(text);
    assert_eq!(percent::encode_path(&encoded), encoded, "{text:?}");
    let _ = (percent::decode(text), percent::decode_lenient(text));
    assert_eq!(json_pointer::unescape(&json_pointer::escape(text)), text);
    if let Ok(pointer) = JsonPointer::parse(text) {
        let mut again = JsonPointer::root();
        pointer.tokens().for_each(|token| again.push(&token));
        assert_eq!(again.to_string(), pointer.to_string());
    }
    if let Ok(range) = MediaRange::parse(text) {
        let normalized = range.normalized();
        let again = MediaRange::parse(&normalized).unwrap_or_else(|_| panic!("{normalized:?}"));
        assert_eq!(again.normalized(), normalized, "{text:?}");
        assert!(range.includes(&range), "{text:?}");
    }
    let _ = (MediaType::parse(text), MediaType::parse_lenient(text));
    let disposition = Disposition {
        name: Some(Cow::Borrowed(text)),
        file_name: None,
    };
    // A percent sign before two digits is ambiguous with the escape of a quote.
    if !text.contains(['%', '\\']) && !text.contains(char::is_control) {
        let field = disposition.encode();
        assert_eq!(Disposition::decode(&field), disposition, "{field:?}");
    }
    let _ = Disposition::decode(text);
    let _ = oas_wire::basic::decode(text);
    let pairs = form::pairs(text).count();
    assert!(pairs <= text.len());
}

/// Streams are decoded alike, however they are cut.
fn streams(data: &[u8]) {
    for framing in [
        Framing::Lines,
        Framing::Sequence,
        Framing::Events,
        Framing::JsonEvents,
        Framing::Parts,
    ] {
        let content_type = framing.content_type("multipart/mixed");
        let read = |piece: usize| {
            let mut decoder = items::Decoder::new(framing, Some(&content_type), 1_000_000);
            let mut pieces = data.chunks(piece);
            let read = pieces.try_for_each(|piece| decoder.push(piece));
            let is_whole = read.and_then(|()| decoder.finish()).is_ok();
            assert!(is_whole || framing == Framing::Parts, "it is short");
            let items = std::iter::from_fn(|| decoder.pop());
            is_whole.then(|| items.collect::<Vec<String>>())
        };
        let whole = read(data.len().max(1));
        for piece in [1, 2, 7] {
            assert_eq!(read(piece), whole, "{framing:?} in pieces of {piece}");
        }
    }
    let parts = |piece: usize| -> Result<Vec<_>, Malformed> {
        let mut parser = Parser::new("multipart/mixed; boundary=b").expect("there is a boundary");
        let mut parts = Vec::new();
        for piece in data.chunks(piece) {
            parser.push(piece.to_vec());
            loop {
                match (parser.pop()?, parts.last_mut()) {
                    (Some(Event::Part(header)), _) => parts.push((header, Vec::new())),
                    (Some(Event::Content(content)), Some((_, all))) => all.extend(content),
                    (Some(Event::End), _) => return Ok(parts),
                    (Some(_), _) => {}
                    (None, _) => break,
                }
            }
        }
        parser.finish().map(|()| parts)
    };
    let whole = parts(data.len().max(1));
    for piece in [1, 2, 7] {
        // Which of several mistakes is found first depends on what has arrived.
        assert_eq!(
            parts(piece).ok(),
            whole.clone().ok(),
            "multipart in pieces of {piece}"
        );
    }
    let mut decoder = sse::Decoder::new(16);
    let _ = decoder.push(data);
    while decoder.pop().is_some() {}
}

/// Reports whether a class of a pattern has an opening bracket: a class of its own to `regex`, and a character to ECMA-262.
fn has_nested_class(pattern: &str) -> bool {
    let mut is_inside = false;
    pattern.bytes().any(|byte| {
        let is_nested = is_inside && byte == b'[';
        is_inside = (is_inside || byte == b'[') && byte != b']';
        is_nested
    })
}

/// Matches a text, on the last line, by the pattern before it: the engines of a server and the crate `regex` agree, about the
/// translation of the pattern and about the pattern itself where both read it alike.
pub(crate) fn patterns(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (source, text) = text.rsplit_once('\n').unwrap_or((text, ""));
    if source.len() > 100 || text.len() > 1_000 {
        return;
    }
    let pattern: Pattern = Pattern::from(source.to_owned());
    let matched = pattern.matches(text);
    let _ = (
        pattern.error().map(ToString::to_string),
        pattern.regular_superset(),
    );
    if pattern.error().is_some() {
        return;
    }
    if let Ok(Some(translated)) = pattern.regular()
        && let Ok(reference) = regex::Regex::new(&translated)
    {
        assert_eq!(
            reference.is_match(text),
            matched,
            "{source:?} as {translated:?} and {text:?}"
        );
    }
    let is_common = |byte: u8| byte.is_ascii_alphanumeric() || b"^$.*+?()|[]-, _".contains(&byte);
    let differs = ["(?", "[]", "[^]", "[[", "--", "]]"];
    if source.bytes().all(is_common)
        && !differs.iter().any(|part| source.contains(part))
        && !has_nested_class(source)
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && let Ok(reference) = regex::Regex::new(source)
    {
        assert_eq!(reference.is_match(text), matched, "{source:?} and {text:?}");
    }
}
