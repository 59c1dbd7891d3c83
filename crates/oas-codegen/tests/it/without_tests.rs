//! Tests `Settings::tests`: without it, only tests and their dependencies are omitted.

use oas_codegen::{Document, Settings, generate};

const DOCUMENT: &str = "
openapi: 3.0.4
info: { title: Ping, version: 1.0.0 }
paths:
  /ping/{times}:
    post:
      operationId: ping
      parameters: [{ name: times, in: path, required: true, schema: { type: integer, minimum: 1 } }]
      responses: { '204': { description: Pong. } }
";

#[test]
fn crates_without_tests_have_the_same_code() {
    let document = Document::parse("ping.yaml", DOCUMENT).unwrap();
    let settings = Settings::new("ping", "ping.yaml");
    let with = generate(&document, &settings).unwrap().files;
    let without = generate(&document, &settings.clone().tests(false))
        .unwrap()
        .files;
    for (path, text) in &with {
        match without.get(path) {
            None => assert!(path.contains("/tests/"), "{path} is gone"),
            // Their own manifests have fewer dependencies of tests.
            Some(other) if path.ends_with("Cargo.toml") => {
                assert!(!other.contains("testing"), "{other}");
                assert!(
                    other
                        .lines()
                        .all(|line| text.lines().any(|known| known == line)),
                    "{other}"
                );
            }
            Some(other) => assert_eq!(text, other, "{path}"),
        }
    }
    assert_eq!(with.len() - without.len(), 2);
}
