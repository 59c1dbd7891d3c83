//! Tests that `Debug` of a value with `format: password` (OpenAPI 3.0.4, Data Types) does not contain the value.

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
