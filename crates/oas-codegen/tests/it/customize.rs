//! Types that the settings decide about: formats with values, types in the place of others, derives, attributes.

use oas_codegen::{Document, SchemaSettings, Settings, TypedFormat, generate};

const PETS: &str = "
openapi: 3.1.0
info: { title: Pets, version: 1.0.0 }
paths:
  /pets:
    post:
      operationId: addPet
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
      responses: { '204': { description: Added. } }
components:
  schemas:
    Pet: { type: object, required: [id], properties: { id: { type: string, format: uuid }, home: { $ref: '#/components/schemas/Home' } } }
    Home: { type: object, properties: { street: { type: string } } }
    Text: { type: string }
";

/// The types and the manifest of the types, or what stands in the way.
fn generated(settings: Settings) -> Result<(String, String), String> {
    let document = Document::parse("pets.yaml", PETS).unwrap();
    let output = generate(&document, &settings).map_err(|found| found[0].to_string())?;
    let file = |path: &str| output.files[&format!("pets-types/{path}")].clone();
    let types: String = file("src/schemas.rs").split_whitespace().collect();
    Ok((types, file("Cargo.toml")))
}

fn settings() -> Settings {
    Settings::new("pets", "pets.yaml")
}

fn with(name: &str, schema: SchemaSettings) -> Settings {
    settings().schemas([(name, schema)], [("my-crate", "\"1.0\"")])
}

fn replaced(path: &str) -> SchemaSettings {
    SchemaSettings {
        replacement: Some(path.to_owned()),
        ..SchemaSettings::default()
    }
}

#[test]
fn formats_have_types_by_setting_alone() {
    let (types, _) = generated(settings()).unwrap();
    assert!(types.contains("pubid:String"), "{types}");
    let (types, manifest) = generated(settings().formats([TypedFormat::Uuid])).unwrap();
    assert!(types.contains("pubid:Lenient<uuid::Uuid>"), "{types}");
    assert!(manifest.contains("features = [\"uuid\"]"), "{manifest}");
    let (types, _) = generated(settings().formats([TypedFormat::Date])).unwrap();
    assert!(types.contains("pubid:String"), "{types}");
}

#[test]
fn a_type_of_another_crate_takes_the_place_of_a_component() {
    let (types, manifest) = generated(with("Home", replaced("my_crate::Home"))).unwrap();
    assert!(types.contains("pubusemy_crate::Home;"), "{types}");
    assert!(!types.contains("pubstructHome"), "{types}");
    assert!(manifest.contains("my-crate = \"1.0\""), "{manifest}");
    let (types, _) = generated(with("Home", replaced("my_crate::places::House"))).unwrap();
    assert!(
        types.contains("pubusemy_crate::places::HouseasHome;"),
        "{types}"
    );
}

#[test]
fn derives_and_attributes_are_added() {
    let schema = SchemaSettings {
        derives: vec!["Eq".to_owned(), "my_crate::Shape".to_owned()],
        attributes: vec!["#[shape(small)]".to_owned()],
        ..SchemaSettings::default()
    };
    let (types, manifest) = generated(with("Home", schema)).unwrap();
    let attributes = "#[derive(Eq,my_crate::Shape)]#[shape(small)]";
    assert!(types.contains(attributes), "{types}");
    assert!(manifest.contains("my-crate = \"1.0\""), "{manifest}");
}

#[test]
fn what_cannot_be_applied_is_an_error_with_a_remedy() {
    let derived = |name: &str| SchemaSettings {
        derives: vec![name.to_owned()],
        ..SchemaSettings::default()
    };
    for (name, schema, wanted) in [
        ("Hom", replaced("my_crate::Home"), "did you mean `Home`?"),
        (
            "Home",
            replaced("other::Home"),
            "`dependencies` does not name",
        ),
        ("Home", replaced("Home"), "not a path of a type in a crate"),
        ("Home", derived("1"), "not a path of Rust"),
        ("Text", derived("Eq"), "another name for a type"),
        (
            "Home",
            SchemaSettings {
                attributes: vec!["#[a".to_owned()],
                ..replaced("x")
            },
            "not a path of a type",
        ),
    ] {
        let error = generated(with(name, schema)).unwrap_err();
        assert!(error.contains(wanted), "{error}");
    }
}
