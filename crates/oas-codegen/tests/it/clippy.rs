//! Tests that generated code has nothing that clippy warns about, where a document leads to it.

use oas_codegen::{Document, Settings, generate};

const DOCUMENT: &str = r#"
openapi: 3.0.4
info: { title: Warnings, version: 1.0.0 }
paths:
  /untagged: { post: { operationId: untagged, responses: { default: { description: Whatever. } } } }
  /services: { get: { operationId: services, tags: [Service], responses: { '204': { description: Done. } } } }
  /clients: { get: { operationId: clients, tags: [client], responses: { '204': { description: Done. } } } }
  /builders:
    get:
      operationId: builders
      tags: [Builder]
      responses: { '200': { description: Done., content: { application/json: { schema: { $ref: '#/components/schemas/Warning' } } } } }
components:
  schemas:
    Warning:
      type: object
      description: "Either:\n\n- an image that is marked as\nactive;\n- a tag\n\n> that is current\nin the repository"
"#;

#[test]
fn documents_lead_to_no_warnings() {
    let document = Document::parse("warnings.yaml", DOCUMENT).unwrap();
    let files = generate(&document, &Settings::new("warnings", "warnings.yaml"))
        .unwrap()
        .files;
    // clippy::module_inception
    for path in [
        "server/src/api/api",
        "server/src/service/service",
        "client/src/builder/builder",
        "client/src/client/client",
    ] {
        assert!(
            !files.contains_key(&format!("warnings-{path}.rs")),
            "{path}"
        );
    }
    assert!(files.contains_key("warnings-server/src/service/service_operations.rs"));
    // clippy::match_single_binding
    let untagged = &files["warnings-client/src/builder/api_operations.rs"];
    assert!(untagged.contains("Ok(response.empty())"), "{untagged}");
    assert!(!untagged.contains("match"), "{untagged}");
    // clippy::doc_lazy_continuation
    let types = &files["warnings-types/src/schemas.rs"];
    for line in ["///   active;", "/// > in the repository"] {
        assert!(types.lines().any(|other| other == line), "{line}: {types}");
    }
}
