//! Tests that the generated server validates every format that its runtime supports.

use std::fmt::Write as _;

use oas_codegen::{Document, Settings, generate};
use oas_schema::{Format, Types};

#[test]
fn formats_reach_the_tables_of_the_server() {
    let mut text = r"
openapi: 3.1.0
info: { title: Formats, version: 1.0.0 }
paths:
  /a:
    post:
      operationId: send
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/A' } } } }
      responses: { '204': { description: Taken. } }
components:
  schemas:
    A:
      type: object
      properties:
"
    .to_owned();
    for format in Format::ALL {
        let kind = match format.types() {
            Types::NUMBER => "integer",
            _ => "string",
        };
        let name = format.name();
        writeln!(
            text,
            "        {name}: {{ type: [{kind}, boolean], format: {name} }}"
        )
        .unwrap();
    }
    let document = Document::parse("formats.yaml", &text).unwrap();
    let output = generate(&document, &Settings::new("formats", "formats.yaml")).unwrap();
    let server: String = output
        .files
        .iter()
        .filter(|(path, _)| path.starts_with("formats-server/src"))
        .map(|(_, text)| text.as_str())
        .collect();
    for format in Format::ALL {
        let is_emitted = server.contains(&format!(".format(Format::{format:?})"));
        assert_eq!(is_emitted, format.types() != Types::NONE, "{format:?}");
    }
}
