//! Tests the parser of multipart bodies: in whatever pieces a body arrives, its parts are the same.

use oas_wire::items::ItemError;
use oas_wire::multipart::{
    BodyPart, Event, InvalidField, Malformed, Parser, PartDecoder, boundary, decode_field,
    encode_parts,
};
use oas_wire::style::Kinds;
use proptest::prelude::*;

use crate::shape::Shape;

const MEDIA_TYPE: &str = "multipart/mixed; boundary=\"-b\"";

/// Each part as its header fields and its content.
type Parts = Vec<(Vec<(String, String)>, String)>;

/// Takes a body apart that arrives in these pieces.
fn parse<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Result<Parts, Malformed> {
    let mut parser = Parser::new(MEDIA_TYPE)?;
    let (mut parts, mut pieces) = (Parts::new(), pieces.into_iter());
    loop {
        match parser.pop()? {
            Some(Event::Part(header)) => {
                let fields = header.fields();
                let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
                parts.push((fields.collect(), String::new()));
            }
            Some(Event::Content(content)) => {
                let (_, text) = parts.last_mut().expect("a part begins before its content");
                text.push_str(std::str::from_utf8(&content).expect("these are ASCII"));
            }
            Some(Event::PartEnd) => {}
            Some(Event::End) => return Ok(parts),
            None => match pieces.next() {
                Some(piece) => parser.push(piece.to_vec()),
                None => return parser.finish().map(|()| parts),
            },
        }
    }
}

/// A body with all that is allowed around boundaries.
const BODY: &str = "preamble\r\n---b  \r\n\r\nno header\r\n---b\r\nA: 1\r\nb:2\r\n\r\n\r\n--x\r\n-\r\n--\r\n---\r\r\n---b\t\r\n\
    A: 3\r\n\r\n\r\n---b--\r\nepilogue";

#[test]
fn a_body_is_taken_apart_wherever_it_is_split() {
    let whole = parse([BODY.as_bytes()]).unwrap();
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected = [
        (vec![], "no header".to_owned()),
        (
            vec![field("A", "1"), field("b", "2")],
            "\r\n--x\r\n-\r\n--\r\n---\r".to_owned(),
        ),
        (vec![field("A", "3")], String::new()),
    ];
    assert_eq!(whole, expected);
    for first in 0..BODY.len() {
        for second in first..BODY.len() {
            let (start, rest) = BODY.as_bytes().split_at(first);
            let (middle, end) = rest.split_at(second - first);
            assert_eq!(parse([start, middle, end]).as_ref(), Ok(&whole));
        }
    }
    assert_eq!(parse(BODY.as_bytes().chunks(1)).as_ref(), Ok(&whole));
}

#[test]
fn a_body_that_ends_too_early_has_a_reason_wherever_it_ends() {
    let end = BODY.find("---b--").unwrap() + "---b--".len();
    for length in 0..BODY.len() {
        let found = parse([&BODY.as_bytes()[..length]]);
        assert_eq!(found.is_ok(), length >= end, "{length}: {found:?}");
    }
}

#[test]
fn a_header_and_a_boundary_line_are_limited() {
    let long = "a".repeat(20_000);
    let cases = [
        (format!("---b\r\nA: {long}"), Malformed::LongHeader),
        (
            format!("---b\r\nA: {long}\r\n\r\n\r\n---b--"),
            Malformed::LongHeader,
        ),
        (format!("---b{long}"), Malformed::BoundaryLine),
        ("---b\r\nA: 1\r\n---b--".to_owned(), Malformed::Header),
    ];
    for (body, expected) in cases {
        assert_eq!(parse([body.as_bytes()]), Err(expected));
    }
    assert_eq!(
        parse([b"---b\r\nA: \xff\r\n\r\n\r\n---b--" as &[u8]]),
        Err(Malformed::NotUtf8)
    );
    for media_type in ["multipart/mixed", "multipart/mixed; boundary=\"\"", ""] {
        assert_eq!(Parser::new(media_type).err(), Some(Malformed::NoBoundary));
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        contents in prop::collection::vec("[\\r\\n\\-b ]{0,12}", 0..4),
        size in 1usize..9,
    ) {
        prop_assume!(contents.iter().all(|content| !format!("\r\n{content}").contains("\r\n---b")));
        let mut body = String::new();
        for content in &contents {
            body.push_str(&format!("---b\r\nA: 1\r\n\r\n{content}\r\n"));
        }
        body.push_str("---b--");
        let parts = parse(body.as_bytes().chunks(size)).unwrap();
        let read: Vec<String> = parts.into_iter().map(|(_, content)| content).collect();
        prop_assert_eq!(read, contents);
    }
}

proptest! {
    #[test]
    fn parts_are_read_as_they_were_written(
        parts in prop::collection::vec((prop::option::of("[ -~]{1,12}"), prop::collection::vec(any::<u8>(), 0..40)), 0..4),
        size in 1usize..9,
    ) {
        let parts: Vec<BodyPart> = parts
            .into_iter()
            .map(|(field, content)| match field {
                Some(field) => BodyPart::new(content).header("X-Field", field.trim()),
                None => BodyPart::new(content),
            })
            .collect();
        let boundary = boundary();
        let body = encode_parts(&parts, &boundary).unwrap();
        let mut decoder = PartDecoder::new(&format!("multipart/mixed; boundary={boundary}"), 40).unwrap();
        for piece in body.chunks(size) {
            decoder.push(piece.to_vec()).unwrap();
        }
        decoder.finish().unwrap();
        let read: Vec<BodyPart> = std::iter::from_fn(|| decoder.pop()).collect();
        prop_assert_eq!(read, parts);
    }
}

#[test]
fn a_part_has_a_limit_and_its_fields_are_lines() {
    let mut decoder = PartDecoder::new("multipart/mixed; boundary=b", 4).unwrap();
    let read = decoder.push("--b\r\n\r\nfour\r\n--b\r\n\r\nfive!");
    assert_eq!(read, Err(ItemError::TooLong { limit: 4 }));
    assert_eq!(decoder.pop().unwrap().content(), "four");

    for (name, value) in [("A", "1\r\nB: 2"), ("A: 1\r\nB", "2"), ("", "1")] {
        let part = BodyPart::new("").header(name, value);
        assert_eq!(
            encode_parts(&[part], "b"),
            Err(InvalidField),
            "{name}: {value}"
        );
    }
}

#[test]
fn the_parts_of_a_field_are_the_items_of_a_list_by_position() {
    let text = || Shape::Scalar(Kinds::STRING);
    let number = || Shape::Scalar(Kinds::NUMBER);
    let object = Shape::Object(vec![("a".to_owned(), number())]);
    let pair = Shape::Array(vec![text(), number()]);
    let mixed = Shape::Array(vec![object, text(), Shape::Array(vec![number()])]);
    // The parts, each with whether it is declared as JSON.
    let table = [
        (&pair, vec![("1", false), ("2", false)], r#"["1",2]"#),
        (&pair, vec![("\"1\"", true), ("2", false)], r#"["1",2]"#),
        (&pair, vec![("[\"1\", 2]", true)], r#"["1", 2]"#),
        (
            &mixed,
            vec![("{\"a\":1}", false), ("2", false), ("[3]", false)],
            r#"[{"a":1},"2",[3]]"#,
        ),
    ];
    for (shape, parts, expected) in table {
        assert_eq!(decode_field(&parts, shape).unwrap(), expected);
    }
    assert!(decode_field(&[("{", false), ("2", false)], &mixed).is_err());
}
