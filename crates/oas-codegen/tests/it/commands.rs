//! Tests the description of a command line, which `oas-cli` parses: its own tests use those of
//! `tests/features/commands.yaml` and, for texts with translations, of `openapi/recover-image.yaml`.

use std::path::Path;

use oas_codegen::{CrateKind, Document, Settings, generate};

/// Compares the description of a document's command line with the one that the tests of `oas-cli` use.
fn compare(spec: &str, program: &str) {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(crates.join("..").join(spec)).unwrap();
    let document = Document::parse(spec, &text).unwrap();
    let settings = Settings::new(program, spec)
        .command("oas generate")
        .cli(true);
    let output = generate(&document, &settings).unwrap();
    let generated = &output.files[format!("{program}-cli/src/commands.json").as_str()];
    let place = crates.join(format!("oas-cli/tests/it/{program}.json"));
    let known = std::fs::read_to_string(&place).unwrap_or_default();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&place, generated).unwrap();
    } else {
        assert!(
            known == *generated,
            "INSTA_UPDATE=always cargo test --package oas-codegen --test it brings {} up to date",
            place.display()
        );
    }
}

#[test]
fn the_runtime_is_tested_with_what_is_generated() {
    compare("tests/features/commands.yaml", "shop");
    compare("openapi/recover-image.yaml", "images");
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
    let only = settings.only(Some(CrateKind::Cli));
    assert_eq!(crates(only), ["none-cli", "none-client", "none-types"]);
}

#[test]
fn commands_do_not_repeat_words() {
    let operation = |path: &str, method: &str, tag: &str, id: &str| {
        format!(
            "  {path}:\n    {method}: {{ tags: [{tag}], operationId: {id}, responses: {{ '204': {{ description: Done. }} }} }}\n"
        )
    };
    let operations = [
        ("/a", "get", "users", "users_users_list"),
        ("/b", "get", "users", "getUser"),
        ("/c", "post", "users", "users"),
        ("/d", "get", "store", "store"),
        ("/e", "get", "store", "getStore"),
        ("/f", "get", "shop", "listShops"),
        ("/g", "get", "shop-carts", "shop_carts_show_cart"),
        ("/h", "get", "PullRequests", "listPullrequests"),
        ("/i", "get", "pets", "pets_list"),
        ("/j", "get", "pets", "pets_pets_list"),
    ];
    let paths = operations.map(|(path, method, tag, id)| operation(path, method, tag, id));
    let text = format!(
        "openapi: 3.0.4\ninfo: {{ title: Shop, version: 1.0.0 }}\npaths:\n{}",
        paths.concat()
    );
    let document = Document::parse("shop.yaml", &text).unwrap();
    let settings = Settings::new("shop", "shop.yaml").cli(true);
    let output = generate(&document, &settings).unwrap();
    let json: serde_json::Value =
        serde_json::from_str(&output.files["shop-cli/src/commands.json"]).unwrap();
    let commands = json["commands"].as_array().unwrap().iter();
    let commands = commands.map(|command| {
        let group = command["group"].as_str().unwrap_or_default();
        format!("{group} {}", command["name"].as_str().unwrap())
    });
    let mut commands: Vec<String> = commands.collect();
    commands.sort();
    let expected = [
        " list",
        "carts show",
        "pets pets-list",
        "pets pets-pets-list",
        "pull-requests list",
        "store get",
        "store store",
        "users get",
        "users list",
        "users post",
    ];
    assert_eq!(commands, expected);
}

/// Tests that `allowReserved` is described where the version of the document has an effect for it.
#[test]
fn reserved_characters_are_described_where_the_version_has_them() {
    let parameter = |location: &str, name: &str, more: &str| {
        format!(
            "        - {{ name: {name}, in: {location}, allowReserved: true{more}, schema: {{ type: string }} }}\n"
        )
    };
    let text = [
        "openapi: VERSION\ninfo: { title: Shop, version: 1.0.0 }\npaths:\n  /{inPath}:\n    get:\n      operationId: find\n      parameters:\n",
        &parameter("path", "inPath", ", required: true"),
        &parameter("query", "inQuery", ""),
        &parameter("header", "X-In-Header", ""),
        &parameter("cookie", "inCookie", ""),
        "      responses: { '204': { description: Done. } }\n",
    ]
    .concat();
    let reserved = |version: &str| {
        let document = Document::parse("shop.yaml", &text.replace("VERSION", version)).unwrap();
        let settings = Settings::new("shop", "shop.yaml").cli(true);
        let output = generate(&document, &settings).unwrap();
        let json: serde_json::Value =
            serde_json::from_str(&output.files["shop-cli/src/commands.json"]).unwrap();
        let parameters = json["commands"][0]["parameters"].as_array().unwrap().iter();
        let reserved = parameters.filter(|parameter| parameter["allowReserved"] == true);
        let names = reserved.map(|parameter| parameter["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(reserved("3.0.4"), ["inQuery"]);
    assert_eq!(reserved("3.1.2"), ["inQuery"]);
    // Values of header fields are not percent-encoded.
    assert_eq!(reserved("3.2.0"), ["inPath", "inQuery", "inCookie"]);
}
