//! Tests that the meaning of a document does not depend on its form, and that omitted parts are reported with the
//! linter's messages.

use oas_codegen::model::{Api, TypeKind, TypeRef};
use oas_codegen::{Document, Settings, Severity, generate, model};

/// Returns a model, and the codes of the findings.
fn lowered(text: &str) -> (Api, Vec<(Severity, &'static str)>) {
    let document = Document::parse("api.yaml", text).unwrap_or_else(|found| panic!("{}", found[0]));
    let (api, found) = model(&document).unwrap_or_else(|found| panic!("{}", found[0]));
    let codes = found.iter().map(|found| (found.severity, found.code));
    (api, codes.collect())
}

#[test]
fn header_parameters_that_differ_in_case_are_one() {
    let (api, found) = lowered(
        "\
openapi: 3.0.4
info: {title: Headers, version: 1.0.0}
paths:
  /a:
    parameters: [{name: X-Trace-Id, in: header, schema: {type: string}}]
    get:
      operationId: a
      parameters:
      - {name: x-trace-id, in: header, required: true, schema: {type: integer}}
      - {name: X-TRACE-ID, in: header, schema: {type: string}}
      responses: {'204': {description: Done.}}
",
    );
    let [operation] = &api.groups[0].operations[..] else {
        panic!("one operation");
    };
    let [parameter] = &operation.parameters[..] else {
        panic!("one parameter: {:?}", operation.parameters);
    };
    assert!(parameter.required && parameter.name == "x-trace-id");
    assert_eq!(found, [(Severity::Warning, "duplicate-parameter")]);
}

#[test]
fn media_types_and_examples_behind_references_are_followed() {
    let (api, found) = lowered(
        "\
openapi: 3.1.0
info: {title: References, version: 1.0.0}
paths:
  /a:
    put:
      operationId: a
      parameters:
      - name: page
        in: query
        schema: {type: integer}
        examples: {one: {$ref: '#/components/examples/Page'}}
      requestBody: {content: {application/json: {$ref: '#/components/mediaTypes/Pet'}}}
      responses: {'200': {description: It., content: {application/json: {$ref: '#/components/mediaTypes/Pet'}}}}
components:
  examples: {Page: {value: 7}}
  mediaTypes: {Pet: {schema: {$ref: '#/components/schemas/Pet'}, examples: {one: {value: {name: Rex}}}}}
  schemas: {Pet: {type: object, required: [name], properties: {name: {type: string}}}}
",
    );
    let operation = api.operations().next().unwrap();
    assert_eq!(operation.parameters[0].example, Some(7.into()));
    let body = &operation.body.as_ref().unwrap().media[0];
    let response = &operation.responses[0].media[0];
    for media in [body, response] {
        assert_eq!(media.example.as_ref().unwrap()["name"], "Rex");
        assert!(matches!(media.ty, TypeRef::Named(_)), "{:?}", media.ty);
    }
    assert_eq!(found, []);
}

#[test]
fn extensions_beside_paths_are_no_paths() {
    let (api, found) = lowered(
        "\
openapi: 3.0.4
info: {title: Extensions, version: 1.0.0}
paths:
  x-groups: {get: {operationId: none, responses: {}}}
  /a:
    x-get: {operationId: none, responses: {}}
    get: {operationId: a, responses: {x-note: {}, '204': {description: Done.}}}
",
    );
    let ids: Vec<_> = api.operations().map(|operation| &operation.id).collect();
    assert_eq!(ids, ["a"]);
    assert_eq!(found, []);
}

#[test]
fn what_is_left_out_is_reported_as_the_linter_does() {
    let text = "\
openapi: 3.1.0
info: {title: Mistakes, version: 1.0.0}
paths:
  /a/{id}:
    get:
      parameters:
      - {name: identifier, in: path, required: true, schema: {type: string}}
      - {name: body, in: body, schema: {type: string}}
      - {in: query, schema: {type: string}}
      responses:
        '200':
          description: It.
          content:
            application/json:
              schema:
                type: object
                x-failure-property: eror
                required: [code]
                properties: {error: {type: string}}
        4xx: {description: No.}
        OK: {description: Never.}
components:
  securitySchemes: {key: {type: apiKey, in: path, name: K}, old: {type: basic}, half: {type: http}}
";
    let (api, found) = lowered(text);
    let expected = [
        "missing-operation-id",
        "undeclared-path-parameter",
        "unused-path-parameter",
        "invalid-value",
        "missing-field",
        "unknown-extension-property",
        "required-without-property",
        "invalid-status",
        "invalid-status",
        "invalid-value",
        "invalid-value",
        "missing-field",
    ];
    let codes: Vec<_> = found.iter().map(|(_, code)| *code).collect();
    assert_eq!(codes, expected);
    // Generation continues with the rest, so that nothing is an error.
    assert!(
        found
            .iter()
            .all(|(severity, _)| *severity > Severity::Error)
    );
    let document = Document::parse("api.yaml", text).unwrap();
    let linted: Vec<_> = oas_document::lint(&document)
        .iter()
        .map(|found| found.code)
        .collect();
    for code in expected {
        assert!(linted.contains(&code), "the linter does not report {code}");
    }
    assert_eq!(api.operations().next().unwrap().responses.len(), 2);
}

#[test]
fn requirements_that_cannot_be_met_are_errors() {
    for (schemes, code) in [
        ("{}", "undefined-security-scheme"),
        ("{key: {type: apiKey}}", "unusable-security-scheme"),
        (
            "{key: {type: apiKey, in: header, name: The key}}",
            "unusable-security-scheme",
        ),
    ] {
        let text = format!(
            "\
openapi: 3.0.4
info: {{title: Locked, version: 1.0.0}}
paths: {{/a: {{get: {{operationId: a, security: [{{key: []}}], responses: {{}}}}}}}}
components: {{securitySchemes: {schemes}}}
"
        );
        let document = Document::parse("api.yaml", &text).unwrap();
        let found = model(&document).unwrap_err();
        let errors = found
            .iter()
            .filter(|found| found.severity == Severity::Error);
        let codes: Vec<_> = errors.map(|found| found.code).collect();
        assert_eq!(codes, [code]);
    }
}

#[test]
fn scopes_and_certificates_reach_the_server() {
    let text = "\
openapi: 3.1.0
info: {title: Locked, version: 1.0.0}
paths:
  /a:
    get:
      operationId: a
      security: [{login: [read, write]}, {certificate: [], key: [admin]}, {certificate: []}]
      responses: {'204': {description: Done.}}
components:
  securitySchemes:
    login: {type: openIdConnect, openIdConnectUrl: 'https://example.com'}
    certificate: {type: mutualTLS}
    key: {type: apiKey, in: header, name: X-Key}
";
    let document = Document::parse("api.yaml", text).unwrap();
    let output = generate(&document, &Settings::new("api", "api.yaml")).unwrap();
    let plain = |path: &str| output.files[path].replace(char::is_whitespace, "");
    let service = plain("api-server/src/service.rs");
    for requirement in [
        r#"Requirement::bearer("login").with_scopes(&["read","write"])"#,
        r#"Requirement::api_key_header("key","X-Key").with_scopes(&["admin"])"#,
        r#"&[Requirement::mutual_tls("certificate")]"#,
    ] {
        assert!(service.contains(requirement), "{requirement}\n{service}");
    }
    // The transport presents a certificate, so that a client has no secret to set for it.
    let client = plain("api-client/src/client.rs");
    assert!(client.contains("pubfnwith_key(") && !client.contains("with_certificate"));
    let builder = plain("api-client/src/builder.rs");
    assert!(
        builder.contains(r#".security(&[&["login"],&["key"],&[]])"#),
        "{builder}"
    );
    let codes: Vec<_> = output.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["client-certificate"]);
}

/// A condition describes what it looks for, and not what a property can be.
#[test]
fn a_property_that_only_a_condition_names_can_be_anything() {
    let (api, _) = lowered(
        "\
openapi: 3.1.1
info: {title: Conditions, version: 1.0.0}
paths: {}
components:
  schemas:
    Word:
      type: object
      if: {properties: {length: {type: integer, minimum: 20}, kind: {type: string}}, required: [length]}
      then: {properties: {kind: {type: boolean}, hyphens: {type: integer}}}
",
    );
    let TypeKind::Struct(word) = &api.types[0].kind else {
        panic!("a struct: {:?}", api.types[0]);
    };
    let types = word.fields.iter().map(|field| (&*field.name, &field.ty));
    let types: Vec<(&str, &TypeRef)> = types.collect();
    let (json, flag) = (&TypeRef::Json, &TypeRef::Bool);
    assert_eq!(types[..2], [("length", json), ("kind", flag)]);
    assert_ne!(types[2], ("hyphens", json));
}
