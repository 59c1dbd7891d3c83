//! Checks the fields of the form that sends a request.

use oas_docs::{Settings, Site};
use oas_document::Document;

const DOCUMENT: &str = "
openapi: 3.1.2
info: { title: Fields, version: '1' }
paths:
  /pets:
    put:
      operationId: put
      parameters:
        - { name: kind, in: query, required: true, schema: { enum: [cat, dog], examples: [dog] } }
        - { name: size, in: query, schema: { type: integer, enum: [1, 2], default: 2 } }
        - { name: raw, in: query, schema: { type: [boolean, 'null'] } }
        - { name: mode, in: header, schema: { oneOf: [{ const: a<b }, { const: '' }, { type: 'null' }] } }
        - { name: free, in: query, schema: { anyOf: [{ const: a }, { type: string }] } }
        - { name: many, in: query, schema: { type: array, items: { enum: [a] } } }
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [sex]
              properties:
                sex: { type: string, enum: [f, ''] }
                size: { oneOf: [{ const: 1 }, { const: big }, { type: 'null' }] }
                tame: { type: [boolean, 'null'] }
                loop: { oneOf: [{ $ref: '#/components/schemas/Loop' }] }
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [ok]
              properties: { ok: { type: boolean, const: true }, hue: { anyOf: [{ enum: [red] }, { enum: [blue] }] } }
            example: { ok: true, hue: blue }
      responses: { '204': { description: Done. } }
components:
  schemas:
    Loop: { oneOf: [{ $ref: '#/components/schemas/Loop' }] }
";

/// Returns the HTML of the field that has a name in an attribute.
fn field<'p>(page: &'p str, attribute: &str, name: &str) -> &'p str {
    let (_, form) = page.split_once("<section id=\"try\"").expect("the form");
    let mut labels = form.split("<label>").skip(1);
    let attribute = format!(" {attribute}=\"{name}\"");
    let label = labels
        .find(|label| label.contains(&attribute))
        .expect("the field");
    label.split("</label>").next().expect("a label")
}

/// Returns the options of a field, the selected one in brackets; `None` for any other field.
fn options(field: &str) -> Option<String> {
    let (_, list) = field.split_once("<select ")?;
    let options = list.split("<option value=\"").skip(1).map(|option| {
        let (value, rest) = option.split_once('"').expect("a value");
        let (start, rest) = rest.split_once('>').expect("a tag");
        let text = rest.split('<').next().expect("a text");
        match start {
            " selected" => format!("[{value} {text}]"),
            _ => format!("{value} {text}"),
        }
    });
    Some(options.collect::<Vec<_>>().join(", "))
}

#[test]
fn a_field_with_few_values_is_a_choice() {
    let document = Document::parse("fields.yaml", DOCUMENT).expect("the document is well-formed");
    let site = Site::of(&document, &[], &Settings::default());
    let page = &site.file("operations/put.html").expect("the page").text;
    for (attribute, name, expected) in [
        ("data-name", "kind", Some("cat cat, [dog dog]")),
        ("data-name", "size", Some(" , 1 1, [2 2]")),
        ("data-name", "raw", Some(" , true true, false false")),
        ("data-name", "mode", Some(" , a&lt;b a&lt;b")),
        ("data-name", "free", None),
        ("data-name", "many", None),
        (
            "data-field",
            "sex",
            Some("&quot;f&quot; f, &quot;&quot; \"\""),
        ),
        (
            "data-field",
            "size",
            Some(" , 1 1, &quot;big&quot; big, null null"),
        ),
        (
            "data-field",
            "tame",
            Some(" , true true, false false, null null"),
        ),
        ("data-field", "ok", Some("[true true]")),
        ("data-field", "hue", Some(" , red red, [blue blue]")),
    ] {
        assert_eq!(
            options(field(page, attribute, name)).as_deref(),
            expected,
            "{name}"
        );
    }
}
