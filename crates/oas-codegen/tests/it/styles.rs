//! Tests that parameter styles reach the runtimes of both sides.

use oas_codegen::{Document, Settings, generate};

const DOCUMENT: &str = "
openapi: 3.2.0
info: { title: Cookies, version: 1.0.0 }
paths:
  /:
    get:
      operationId: look
      parameters:
        - { name: ids, in: cookie, style: cookie, schema: { type: array, items: { type: integer } } }
        - { name: tags, in: cookie, style: cookie, explode: false, schema: { type: array, items: { type: string } } }
        - { name: theme, in: cookie, schema: { type: string } }
      responses: { '204': { description: Seen. } }
";

#[test]
fn style_cookie_is_not_taken_for_form() {
    let document = Document::parse("cookies.yaml", DOCUMENT).unwrap();
    let output = generate(&document, &Settings::new("cookies", "cookies.yaml")).unwrap();
    for (path, expected) in [
        (
            "client/src/builder.rs",
            [
                "cookie_as(Serialization::COOKIE, \"ids\", &ids)",
                "cookie_as(Serialization::COOKIE.explode(false), \"tags\", &tags)",
                "cookie(\"theme\", &theme)",
            ],
        ),
        (
            "server/src/service.rs",
            [
                "\"ids\", &schema::LOOK_IDS).style(Style::Cookie);",
                "\"tags\", &schema::LOOK_TAGS).style(Style::Cookie).explode(false);",
                "\"theme\", &schema::LOOK_THEME);",
            ],
        ),
    ] {
        let text = &output.files[&format!("cookies-{path}")];
        let text = text.split_whitespace().collect::<String>();
        for expected in expected {
            let expected = expected.split_whitespace().collect::<String>();
            assert!(text.contains(&expected), "{expected} is not in {text}");
        }
    }
}
