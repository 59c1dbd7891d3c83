//! Tests that parts of forms with header fields have them on both sides, in tests and in command lines.

use oas_codegen::{Document, Settings, generate};

const DOCUMENT: &str = "
openapi: 3.0.4
info: { title: Forms, version: 1.0.0 }
paths:
  /books:
    post:
      operationId: addBook
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [title, author]
              properties:
                title: { type: string }
                author: { type: object, required: [name], properties: { name: { type: string } } }
                pages: { type: array, items: { type: integer } }
                plain: { type: string }
                cover: { type: string, format: binary }
            encoding:
              title: { headers: { X-Language: { required: true, schema: { type: string, minLength: 2 } } } }
              author: { headers: { X-Born: { schema: { type: integer } } } }
              pages: { headers: { X-Weight: { required: true, schema: { type: integer, maximum: 9 } } } }
              cover: { headers: { X-Width: { schema: { type: integer } } } }
      responses: { '204': { description: Added. } }
";

#[test]
fn values_of_parts_with_header_fields_have_them() {
    let document = Document::parse("forms.yaml", DOCUMENT).unwrap();
    let output = generate(&document, &Settings::new("forms", "forms.yaml")).unwrap();
    let untyped = output.diagnostics.iter();
    let untyped = untyped.filter(|finding| finding.code == "untyped-parts");
    assert_eq!(untyped.count(), 0);
    // The files are not formatted yet.
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let whole = |file: &str| plain(&output.files[file]);
    let client = whole("forms-client/src/bodies.rs");
    for part in [
        "pub title: ValuePart<String>,",
        "pub author: ValuePart<types::AddBookBodyAuthor>,",
        "pub pages: Vec<ValuePart<i64>>,",
        "pub plain: Option<String>,",
        "pub cover: Option<Part>,",
        "title: impl Into<ValuePart<String>>",
        "value.into_part(Part::json)",
    ] {
        assert!(client.contains(&plain(part)), "{part} is not in {client}");
    }
    let server = whole("forms-server/src/api.rs");
    for part in [
        "pub title: oas_server::ValuePart<String>,",
        "pub pages: Vec<oas_server::ValuePart<i64>>,",
        "pub plain: Option<String>,",
    ] {
        assert!(server.contains(&plain(part)), "{part} is not in {server}");
    }
    let tests = whole("forms-client/tests/wire.rs");
    let call = r#"ValuePart::new("text".to_owned()).header("X-Language", "text")"#;
    assert!(tests.contains(&plain(call)), "{tests}");
}
