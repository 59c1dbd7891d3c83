//! Tests the description of a command line, which `oas-cli` parses: its own tests use the one of
//! `tests/features/commands.yaml`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use oas_codegen::{Document, Part, Settings, generate};

#[test]
fn the_runtime_is_tested_with_what_is_generated() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(crates.join("../tests/features/commands.yaml")).unwrap();
    let document = Document::parse("commands.yaml", &text).unwrap();
    let settings = Settings::new("shop", "commands.yaml")
        .command("oas generate")
        .cli(true);
    let output = generate(&document, &settings).unwrap();
    let generated = &output.files["shop-cli/src/commands.json"];
    let place = crates.join("oas-cli/tests/it/shop.json");
    let known = std::fs::read_to_string(&place).unwrap_or_default();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&place, generated).unwrap();
    } else {
        assert!(
            known == *generated,
            "INSTA_UPDATE=always brings {} up to date",
            place.display()
        );
    }
}

#[test]
fn a_command_line_brings_the_client_that_it_calls() {
    let text = "openapi: 3.0.4\ninfo: { title: None, version: 1.0.0 }\npaths: {}\n";
    let document = Document::parse("none.yaml", text).unwrap();
    let crates = |settings: Settings| -> Vec<String> {
        let output = generate(&document, &settings).unwrap();
        let manifests = output
            .files
            .keys()
            .filter_map(|path| path.strip_suffix("/Cargo.toml"));
        manifests.map(str::to_owned).collect()
    };
    let settings = Settings::new("none", "none.yaml");
    assert_eq!(
        crates(settings.clone()),
        ["none-client", "none-server", "none-types"]
    );
    let all = ["none-cli", "none-client", "none-server", "none-types"];
    assert_eq!(crates(settings.clone().cli(true)), all);
    // Cargo rejects features of packages that are not dependencies.
    let output = generate(&document, &settings.clone().cli(true)).unwrap();
    assert!(!output.files["none-cli/Cargo.toml"].contains("none-client"));
    let only = settings.only(Some(Part::Cli));
    assert_eq!(crates(only), ["none-cli", "none-client", "none-types"]);
}
