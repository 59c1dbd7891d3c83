//! Generates, compiles, tests and snapshots documents of our own, one for each feature of OpenAPI.
//!
//! A snapshot contains the generated interface of a document: the types, the calls of the client, the trait of the
//! server, and the findings of the generator. The crates' own tests, which are run here, validate that the code
//! compiles without a warning, and that client and server interoperate and reject invalid values.
//!
//! It is a binary of its own, because cargo compiles into the workspace's target folder, which would block other tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};

use serde_json::Value;
use workspace_tests::{json, outline, root, xtask};

/// Returns the report on everything in `tests/features`, and the folder of the crates. They are generated once.
fn corpus() -> &'static (Value, PathBuf) {
    static CORPUS: OnceLock<(Value, PathBuf)> = OnceLock::new();
    CORPUS.get_or_init(|| generate("features", &[]))
}

/// Generates, compiles and tests documents, in a folder of this name.
fn generate(folder: &str, options: &[&str]) -> (Value, PathBuf) {
    // Crates of one name and version share their artifacts, and cargo locks these only while it compiles.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let out = tmp.join(folder);
    let turn = ONE_AT_A_TIME.lock();
    let output = Command::new(xtask::program())
        .args(["corpus", "tests/features", "--out"])
        .arg(&out)
        .args(options)
        // The dependencies of the crates are compiled there already.
        .env("CARGO_BUILD_BUILD_DIR", tmp.parent().unwrap())
        // Their documentation is not to be found beside that of this workspace.
        .env("CARGO_TARGET_DIR", out.join("target"))
        .current_dir(root())
        .output()
        .unwrap();
    drop(turn);
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert!(output.status.success(), "{said}");
    let report = fs::read_to_string(out.join("report.json")).unwrap();
    (json::parse(&report), out)
}

#[test]
fn every_feature_compiles_and_does_what_its_document_says() {
    let (report, out) = corpus();
    let rows = report.as_array().unwrap();
    let documents = fs::read_dir(root().join("tests/features")).unwrap();
    let documents = documents.filter(|entry| {
        // Settings are beside some.
        let path = entry.as_ref().unwrap().path();
        path.is_file()
            && path
                .extension()
                .is_some_and(|extension| extension == "yaml")
    });
    assert_eq!(
        rows.len(),
        documents.count(),
        "a document is not in the report"
    );
    for row in rows {
        let document = row["document"].as_str().unwrap();
        assert_eq!(row["status"], "ok", "{document}");
        assert!(
            row["tests"].as_u64().unwrap() > 0,
            "{document} has no tests"
        );
        let name = document.strip_suffix(".yaml").unwrap();
        let told = told(row, &out.join(format!("c{name}-yaml")));
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(name, told);
        });
    }
}

/// Tests the documents with inputs of all kinds; commands of other documents have the same kinds. The crates are written in the
/// older edition, so that both compile.
#[test]
fn every_command_sends_what_its_document_says() {
    let documents = ["commands", "media", "names", "parameters", "security"];
    let options = documents.iter().flat_map(|document| ["--only", document]);
    let options: Vec<&str> = options.chain(["--cli", "--edition", "2021"]).collect();
    let (report, out) = generate("features-cli", &options);
    for row in report.as_array().unwrap() {
        assert_eq!(row["status"], "ok", "{row}");
        let name = row["document"].as_str().unwrap().replace('.', "-");
        assert!(
            out.join(format!("c{name}-cli/tests/commands.rs")).exists(),
            "{name}"
        );
    }
}

/// Runs a program that sends the same requests to each stub and to the mock of its document; it fails if they differ.
#[test]
fn the_mock_refuses_what_the_stubs_refuse_in_the_same_bytes() {
    let (report, out) = corpus();
    let tests = root().join("tests");
    let mut dependencies = format!("workspace-tests = {{ path = {tests:?} }}\n");
    let mut source = "fn main() {\n    let mut failed = false;\n".to_owned();
    for row in report.as_array().unwrap() {
        let document = row["document"].as_str().unwrap();
        let name = format!("c{}-server", document.replace('.', "-"));
        let path = out.join(&name);
        dependencies.push_str(&format!("{name} = {{ path = {path:?} }}\n"));
        let stub = name.replace('-', "_");
        source.push_str(&format!(
            "    let stub = {stub}::server({stub}::Examples).build();\n    \
             failed |= workspace_tests::differential::report(\"tests/features/{document}\", &stub);\n",
        ));
    }
    source.push_str("    std::process::exit(failed.into());\n}\n");
    run("features-mock", &dependencies, &source);
}

/// Runs a program in which the API sends a webhook to the URL that a subscriber gave, and the subscriber checks the signature.
#[test]
fn a_webhook_is_sent_received_and_its_signature_checked() {
    let (_, out) = corpus();
    let crates = ["client", "server"].map(|part| {
        let name = format!("cwebhooks-yaml-webhooks-{part}");
        format!("{name} = {{ path = {:?} }}\n", out.join(&name))
    });
    let dependencies = format!(
        "hmac = \"0.13\"\nsha2 = \"0.11\"\n\
         tokio = {{ version = \"1.48\", features = [\"macros\", \"net\", \"rt-multi-thread\"] }}\n{}",
        crates.concat()
    );
    run(
        "features-webhooks",
        &dependencies,
        include_str!("webhooks/program.rs"),
    );
}

/// Compiles and runs a program of its own, which depends on generated crates; it has to succeed.
#[track_caller]
fn run(name: &str, dependencies: &str, source: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{dependencies}"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/main.rs"), source).unwrap();
    // The versions that are downloaded already.
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let output = xtask::cargo()
        .args(["run", "--quiet", "--offline"])
        .env("CARGO_TARGET_DIR", folder.ancestors().nth(2).unwrap())
        .current_dir(&folder)
        .output()
        .unwrap();
    let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{printed}");
}

/// Formats the results of a document for review.
fn told(row: &Value, crates: &Path) -> String {
    let file =
        |part: &str, path: &str| PathBuf::from(format!("{}-{part}/src/{path}", crates.display()));
    let mut text = String::new();
    for told in row["diagnostics"].as_array().unwrap() {
        let [severity, code, place, message, note] =
            ["severity", "code", "place", "message", "note"].map(|key| told[key].as_str().unwrap());
        text.push_str(&format!(
            "// {place}: {severity}[{code}]: {message}; {note}\n"
        ));
    }
    text.push_str("\n// types\n");
    let schemas = file("types", "schemas.rs");
    if schemas.exists() {
        text.push_str(&outline::types(&schemas));
    }
    text.push_str("\n// calls\n");
    text.push_str(&outline::calls(&file("client", "builder.rs")));
    let headers = file("client", "headers.rs");
    if headers.exists() {
        text.push_str("\n\n// headers\n");
        text.push_str(&outline::headers(&headers));
    }
    text.push_str("\n\n// server\n");
    text.push_str(&outline::types(&file("server", "api.rs")));
    if file("webhooks-client", "builder.rs").exists() {
        text.push_str("\n// calls of webhooks\n");
        text.push_str(&outline::calls(&file("webhooks-client", "builder.rs")));
        text.push_str("\n\n// server of webhooks\n");
        text.push_str(&outline::types(&file("webhooks-server", "api.rs")));
    }
    text
}
