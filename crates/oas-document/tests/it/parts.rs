//! Tests the encodings of the parts of forms.

use oas_document::Document;
use oas_document::openapi::{PartKind, media_types};

const JSON: Option<&str> = Some("application/json");
const TEXT: Option<&str> = Some("text/plain");
const BYTES: Option<&str> = Some("application/octet-stream");

/// The version, the schema and the `contentType` of a property, its default media type, and the encoding of its parts.
const PARTS: &[(&str, &str, &str, Option<&str>, PartKind)] = &[
    // The tables of the standard.
    ("3.0.4", "{type: string}", "", TEXT, PartKind::Text),
    (
        "3.0.4",
        "{type: string, format: binary}",
        "",
        BYTES,
        PartKind::Bytes,
    ),
    (
        "3.0.4",
        "{type: string, format: byte}",
        "",
        BYTES,
        PartKind::Text,
    ),
    ("3.0.4", "{type: object}", "", JSON, PartKind::Json),
    (
        "3.0.4",
        "{type: array, items: {type: string, format: byte}}",
        "",
        BYTES,
        PartKind::Text,
    ),
    ("3.1.2", "{}", "", BYTES, PartKind::Bytes),
    ("3.1.2", "true", "", BYTES, PartKind::Bytes),
    (
        "3.1.2",
        "{type: string, contentEncoding: base64}",
        "",
        BYTES,
        PartKind::Text,
    ),
    (
        "3.1.2",
        "{type: [string, 'null']}",
        "",
        TEXT,
        PartKind::Text,
    ),
    (
        "3.1.2",
        "{type: [integer, boolean]}",
        "",
        TEXT,
        PartKind::Text,
    ),
    (
        "3.1.2",
        "{type: [array, 'null'], items: {type: number}}",
        "",
        TEXT,
        PartKind::Text,
    ),
    (
        "3.2.0",
        "{type: array, items: {type: array, items: {type: string}}}",
        "",
        JSON,
        PartKind::Json,
    ),
    // The media type of a text is that of a file.
    (
        "3.1.2",
        "{type: string, contentMediaType: image/png}",
        "",
        BYTES,
        PartKind::Bytes,
    ),
    (
        "3.1.2",
        "{contentMediaType: image/png}",
        "",
        BYTES,
        PartKind::Bytes,
    ),
    (
        "3.1.2",
        "{type: string, contentMediaType: application/json}",
        "",
        TEXT,
        PartKind::Text,
    ),
    // Without `type`, 3.0 has no default, and other keywords imply a type.
    ("3.0.4", "{}", "", None, PartKind::Json),
    ("3.1.2", "{enum: [a, b]}", "", TEXT, PartKind::Text),
    (
        "3.1.2",
        "{properties: {a: {type: string}}}",
        "",
        None,
        PartKind::Json,
    ),
    (
        "3.1.2",
        "{type: [string, object]}",
        "",
        None,
        PartKind::Json,
    ),
    // `contentType` takes precedence.
    (
        "3.0.4",
        "{type: object}",
        "application/xml",
        JSON,
        PartKind::Bytes,
    ),
    (
        "3.0.4",
        "{type: object}",
        "application/problem+json",
        JSON,
        PartKind::Json,
    ),
    ("3.0.4", "{}", "text/plain", None, PartKind::Bytes),
    (
        "3.0.4",
        "{type: string}",
        "application/json",
        TEXT,
        PartKind::Json,
    ),
    (
        "3.0.4",
        "{type: string}",
        "'text/csv, text/html'",
        TEXT,
        PartKind::Text,
    ),
    (
        "3.0.4",
        "{type: string}",
        "'text/csv, image/png'",
        TEXT,
        PartKind::Bytes,
    ),
    (
        "3.0.4",
        "{type: string, format: binary}",
        "text/csv",
        BYTES,
        PartKind::Bytes,
    ),
    (
        "3.0.4",
        "{type: string, format: binary}",
        "application/json",
        BYTES,
        PartKind::Bytes,
    ),
];

#[test]
fn a_part_has_the_media_type_of_its_value() {
    for (version, schema, content_type, default, kind) in PARTS {
        let encoding = match *content_type {
            "" => String::new(),
            name => format!("contentType: {name}"),
        };
        let text = format!(
            "openapi: {version}
content:
  multipart/form-data:
    schema: {{type: object, properties: {{part: {schema}}}}}
    encoding: {{part: {{{encoding}}}}}
"
        );
        let document = Document::parse("form.yaml", &text).unwrap();
        let media = media_types(document.root())[0];
        let part = media.part("part").unwrap().part;
        let found = (part.default_content_type(), part.kind());
        assert_eq!(
            found,
            (*default, *kind),
            "{version} {schema} {content_type}"
        );
    }
}

#[test]
fn items_that_differ_by_position_are_parts_of_their_own() {
    let text = "
openapi: 3.1.2
content:
  multipart/form-data:
    schema: {properties: {pair: {type: array, prefixItems: [{type: integer}, {type: object}], items: false}}}
";
    let document = Document::parse("form.yaml", text).unwrap();
    let pair = media_types(document.root())[0].part("pair").unwrap();
    let kinds = [pair.at(0).kind(), pair.at(1).kind()];
    assert_eq!(kinds, [PartKind::Text, PartKind::Json]);
    // No schema is that of each of them.
    assert_eq!(pair.part.schema, None);
}
