//! Generates, compiles, tests and snapshots documents of our own, one for each feature of OpenAPI.
//!
//! A snapshot contains the generated interface of a document: the types, the calls of the client, the trait of the
//! server, and the findings of the generator. The crates' own tests, which are run here, validate that the code
//! compiles without a warning, and that client and server interoperate and reject invalid values.
//!
//! It is a binary of its own, because cargo compiles into the workspace's target folder, which would block other tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::Value;
use workspace_tests::{commands, differential, json, outline, root, xtask};

/// Returns the report on everything in `tests/features`, and the folder of the crates. They are generated once, and then the
/// [programs](compile_programs) are compiled.
fn corpus() -> &'static (Value, PathBuf) {
    static CORPUS: OnceLock<(Value, PathBuf)> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let _turn = turn();
        let (report, out) = generate("features", &[]);
        compile_programs(&report, &out);
        (report, out)
    })
}

/// Waits until no other folder is used: crates of one name and version share their artifacts.
fn turn() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Generates, compiles and tests documents, in a folder of this name.
fn generate(folder: &str, options: &[&str]) -> (Value, PathBuf) {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    let mut command = Command::new(xtask::program());
    let output = in_folder(&mut command, &out)
        .args(["corpus", "tests/features", "--out"])
        .arg(&out)
        .args(options)
        .current_dir(root())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert!(output.status.success(), "{said}");
    let report = fs::read_to_string(out.join("report.json")).unwrap();
    (json::parse(&report), out)
}

/// Sets where cargo builds the crates in a folder.
fn in_folder<'a>(command: &'a mut Command, out: &Path) -> &'a mut Command {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    command
        // The dependencies of the crates are compiled there already.
        .env("CARGO_BUILD_BUILD_DIR", tmp.parent().unwrap())
        // Their documentation is not to be found beside that of this workspace.
        .env("CARGO_TARGET_DIR", out.join("target"))
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
    let _turn = turn();
    let (report, out) = generate("features-cli", &options);
    for row in report.as_array().unwrap() {
        assert_eq!(row["status"], "ok", "{row}");
        let name = row["document"].as_str().unwrap().replace('.', "-");
        assert!(
            out.join(format!("c{name}-cli/tests/commands.rs")).exists(),
            "{name}"
        );
    }
    // The commands as processes, against the mocks. The generated tests run them against the generated servers.
    let mut run = 0;
    for row in report.as_array().unwrap() {
        let name = row["document"].as_str().unwrap();
        let program = format!("target/debug/c{}", name.replace('.', "-"));
        let document = differential::document(&format!("tests/features/{name}"));
        let commands = commands::run_all(&out.join(program), document);
        assert!(
            commands.failures.is_empty(),
            "{name}\n{}",
            commands.failures.join("\n")
        );
        run += commands.run;
    }
    assert!(run > 40, "{run} commands");
}

/// Sends the same requests to each stub, which is in a program of its own, and to the mock of its document.
#[test]
fn the_mock_refuses_what_the_stubs_refuse_in_the_same_bytes() {
    let (report, out) = corpus();
    let mut stubs = Command::new(out.join("target/debug/stubs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut requests = stubs.stdin.take().unwrap();
    let mut responses = BufReader::new(stubs.stdout.take().unwrap()).lines();
    for row in report.as_array().unwrap() {
        let name = row["document"].as_str().unwrap();
        let document = differential::document(&format!("tests/features/{name}"));
        let (differences, sent) = differential::compare(document, |request| {
            let line = serde_json::to_string(&(name, request)).unwrap();
            writeln!(requests, "{line}").unwrap();
            serde_json::from_str(&responses.next().unwrap().unwrap()).unwrap()
        });
        assert!(
            differences.is_empty() && sent > 0,
            "{name}: {sent} requests\n{}",
            differences.join("\n")
        );
    }
    drop(requests);
    assert!(stubs.wait().unwrap().success());
}

/// Runs a program in which the API sends a webhook to the URL that a subscriber gave, and the subscriber checks the signature.
#[test]
fn a_webhook_is_sent_received_and_its_signature_checked() {
    let (_, out) = corpus();
    let output = Command::new(out.join("target/debug/subscriber"))
        .output()
        .unwrap();
    let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{printed}");
}

/// Compiles the programs `stubs` and `subscriber`, which depend on the generated crates.
///
/// They are members of the workspace of these crates and are compiled with all of it, as [`generate`] does, so that no crate
/// is compiled again with the features that a program alone needs.
fn compile_programs(report: &Value, out: &Path) {
    let (mut dependencies, mut arms) = (STUBS.to_owned(), String::new());
    for row in report.as_array().unwrap() {
        let document = row["document"].as_str().unwrap();
        let package = format!("c{}-server", document.replace('.', "-"));
        let name = package.replace('-', "_");
        dependencies.push_str(&format!("{package} = {{ path = \"../{package}\" }}\n"));
        arms.push_str(&format!(
            "{document:?} => {name}::server({name}::Examples).build(),\n"
        ));
    }
    let runtime = root().join("crates/oas-server");
    dependencies.push_str(&format!("oas-server = {{ path = {runtime:?} }}\n"));
    let program = include_str!("stubs/program.rs").replace("// STUBS", &arms);
    let exchange = include_str!("../../src/exchange.rs");
    let files = [("main.rs", &*program), ("exchange.rs", exchange)];
    write_program(out, "stubs", &dependencies, &files);
    let program = include_str!("webhooks/program.rs");
    write_program(out, "subscriber", SUBSCRIBER, &[("main.rs", program)]);
    let manifest = fs::read_to_string(out.join("Cargo.toml")).unwrap();
    let members = "members = [\n    \"stubs\",\n    \"subscriber\",\n";
    let manifest = manifest.replace("members = [\n", members);
    fs::write(out.join("Cargo.toml"), manifest).unwrap();
    let mut command = xtask::offline_cargo();
    let output = in_folder(&mut command, out)
        .current_dir(out)
        .args(["build", "--all-targets", "--workspace", "--quiet"])
        .args(["--no-default-features", "--message-format", "json"])
        .output()
        .unwrap();
    let messages = String::from_utf8(output.stdout).unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}{messages}");
    let compiled = messages.lines().map(json::parse);
    let compiled = compiled.filter(|message| message["fresh"] == false);
    let manifests =
        compiled.filter_map(|message| Some(PathBuf::from(message["manifest_path"].as_str()?)));
    let ours = ["stubs", "subscriber"].map(|name| out.join(name).join("Cargo.toml"));
    let others: Vec<PathBuf> = manifests
        .filter(|manifest| manifest.starts_with(out) && !ours.contains(manifest))
        .collect();
    assert!(
        others.is_empty(),
        "these crates were compiled again: {others:#?}"
    );
}

/// The dependencies of the program with the stubs; those on the stubs are added.
const STUBS: &str = r#"
axum = { version = "0.8", default-features = false }
http = "1.4"
serde = { version = "1.0", features = ["derive"] }
serde_json = "1.0"
tokio = { version = "1.48", features = ["rt"] }
tower-service = "0.3"
"#;

/// The dependencies of the program that sends and receives a webhook.
const SUBSCRIBER: &str = r#"
cwebhooks-yaml-webhooks-client = { path = "../cwebhooks-yaml-webhooks-client", default-features = false }
cwebhooks-yaml-webhooks-server = { path = "../cwebhooks-yaml-webhooks-server" }
hmac = "0.13"
sha2 = "0.11"
tokio = { version = "1.48", features = ["macros", "net", "rt-multi-thread"] }
"#;

fn write_program(out: &Path, name: &str, dependencies: &str, files: &[(&str, &str)]) {
    let folder = out.join(name);
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    for (file, source) in files {
        fs::write(folder.join("src").join(file), source).unwrap();
    }
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
