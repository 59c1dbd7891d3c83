//! Tests that `Debug` of a value with `format: password` (OpenAPI 3.0.4, Data Types) does not contain the value, and that
//! `Debug` of a failure does not contain the bytes of its body.

use oas_codegen::{Document, Settings, generate};

const DOCUMENT: &str = "
openapi: 3.0.4
info: { title: Accounts, version: 1.0.0 }
paths:
  /accounts/{token}:
    put:
      operationId: change
      parameters:
        - { name: token, in: path, required: true, schema: { type: string, format: password } }
        - { name: otp, in: query, schema: { type: string, format: password } }
        - { name: page, in: query, schema: { type: integer } }
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Account' } } } }
      responses: { '204': { description: Changed. } }
components:
  schemas:
    Account:
      type: object
      required: [password]
      properties: { password: { type: string, format: password }, name: { type: string } }
";

#[test]
fn what_must_not_be_seen_is_no_part_of_debug_output() {
    let document = Document::parse("accounts.yaml", DOCUMENT).unwrap();
    let output = generate(&document, &Settings::new("accounts", "accounts.yaml")).unwrap();
    for (path, name, hidden) in [
        ("types/src/schemas.rs", "Account", &["password"][..]),
        ("client/src/builder.rs", "Change<'_>", &["token", "otp"]),
        ("server/src/api.rs", "ChangeInput", &["token", "otp"]),
    ] {
        let text = syn::parse_file(&output.files[&format!("accounts-{path}")]).unwrap();
        let text = prettyplease::unparse(&text);
        let start = text
            .find(&format!("impl std::fmt::Debug for {name} {{"))
            .unwrap_or_else(|| panic!("{path} derives Debug for {name}"));
        let debug = text[start..].split("finish()").next().unwrap();
        for field in hidden {
            assert!(debug.contains(&format!(".field(\"{field}\"")), "{debug}");
            assert!(!debug.contains(&format!("&self.{field})")), "{debug}");
        }
        assert!(debug.contains("\"***\""), "{debug}");
    }
}

#[test]
fn failures_format_the_length_of_bytes_and_no_byte() {
    const BODIES: &str = "
openapi: 3.2.0
info: { title: Bodies, version: 1.0.0 }
paths:
  /core:
    get:
      operationId: core
      responses:
        '204': { description: Nothing happened. }
        '403': { description: Not yours. }
        '404': { description: Gone., content: { text/plain: { schema: { type: string } } } }
        '409': { description: The state., content: { application/octet-stream: { schema: {} } } }
        '410': { description: The steps., content: { application/jsonl: { itemSchema: {} } } }
";
    let document = Document::parse("bodies.yaml", BODIES).unwrap();
    let output = generate(&document, &Settings::new("bodies", "bodies.yaml")).unwrap();
    let text = syn::parse_file(&output.files["bodies-client/src/responses.rs"]).unwrap();
    let text = prettyplease::unparse(&text);
    let (derived, _) = text.split_once("pub enum CoreFailure").unwrap();
    assert!(!derived.contains("Debug"), "{text}");
    let (_, debug) = text
        .split_once("impl std::fmt::Debug for CoreFailure {")
        .unwrap();
    let (debug, _) = debug.split_once("\n}\n").unwrap();
    let arms: String = debug.split_whitespace().collect();
    for arm in [
        "Self::Forbidden=>f.write_str(\"Forbidden\")",
        "Self::NotFound(body)=>f.debug_tuple(\"NotFound\").field(body).finish()",
    ] {
        assert!(arms.contains(arm), "{debug}");
    }
    assert_eq!(arms.matches("field(body)").count(), 1, "{debug}");
    assert_eq!(
        arms.matches("format_args!(\"{}bytes\",body.len())").count(),
        2,
        "{debug}"
    );
}
