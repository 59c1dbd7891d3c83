//! Tests what READMEs of generated servers show.

use oas_codegen::{Settings, generate};
use oas_document::Document;

/// A document with more operations than its README shows.
fn document() -> Document {
    let mut text = "openapi: 3.1.0\ninfo: { title: Pets, version: 1.0.0 }\npaths:\n".to_owned();
    for (tag, id) in [
        ("pets", "listPets"),
        ("pets", "getPet"),
        ("owners", "listOwners"),
        ("owners", "getOwner"),
    ] {
        text.push_str(&format!(
            "  /{id}:\n    get:\n      operationId: {id}\n      tags: [{tag}]\n      responses: {{ '204': {{ description: Done. }} }}\n"
        ));
    }
    Document::parse("pets.yaml", &text).unwrap()
}

#[test]
fn a_server_with_several_tags_shows_an_implementation_of_the_first() {
    let readme = |strict: bool| {
        let settings = Settings::new("pets", "pets.yaml").strict(strict);
        let mut output = generate(&document(), &settings).unwrap();
        output.files.remove("pets-server/README.md").unwrap()
    };
    let (lenient, strict) = (readme(false), readme(true));
    for readme in [&lenient, &strict] {
        let example = "struct Service;\n\nimpl Pets for Service {\n    async fn list_pets(\n";
        assert!(readme.contains(example), "{readme}");
        assert!(!readme.contains("impl Owners"), "{readme}");
    }
    // The compiler demands the other methods only of a strict server.
    assert!(!lenient.contains("async fn get_pet("), "{lenient}");
    assert!(lenient.contains("are answered with 501"), "{lenient}");
    assert!(strict.contains("async fn get_pet("), "{strict}");
}

/// Tags can be called as the type that implements them would be.
#[test]
fn the_type_of_the_example_has_a_name_of_its_own() {
    let text = "\
openapi: 3.1.0
info: { title: Pets, version: 1.0.0 }
paths:
  /a: { get: { operationId: a, tags: [service], responses: { '204': { description: Done. } } } }
  /b: { get: { operationId: b, tags: [my service], responses: { '204': { description: Done. } } } }
";
    let document = Document::parse("pets.yaml", text).unwrap();
    let output = generate(&document, &Settings::new("pets", "pets.yaml")).unwrap();
    let readme = &output.files["pets-server/README.md"];
    assert!(
        readme.contains("impl Service for Implementation {"),
        "{readme}"
    );
}
