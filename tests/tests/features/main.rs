//! Generates, compiles, tests and snapshots documents of our own, one for each feature of OpenAPI.
//!
//! A snapshot contains the generated interface of a document: the types, the calls of the client, the trait of the
//! server, and the findings of the generator. The crates' own tests, which are run here, validate that the code
//! compiles without a warning, and that client and server interoperate and reject invalid values.
//!
//! All documents are generated, and some are compiled: all of them take minutes. With the variable `FEATURES=all` in the environment,
//! as CI has it, all are compiled.
//!
//! It is a binary of its own, because cargo compiles into the workspace's target folder, which would block other tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::Value;
use workspace_tests::{commands, differential, json, outline, root, xtask};

mod json_schema;
mod stubs;

use stubs::Stubs;

/// The documents that are compiled unless all are. They have all kinds of crates, and most of what code differs in.
const SOME: [&str; 6] = [
    "formats.yaml",
    "media.yaml",
    "parameters.yaml",
    "unions.yaml",
    "version-3-2.yaml",
    "webhooks.yaml",
];

fn is_all() -> bool {
    std::env::var_os("FEATURES").is_some_and(|features| features == "all")
}

/// Returns the names of the documents that are compiled.
fn compiled() -> Vec<String> {
    match is_all() {
        true => documents(),
        false => SOME.map(str::to_owned).to_vec(),
    }
}

/// Returns the report on everything in `tests/features`, and the folder of the crates, which need not be compiled.
fn generated() -> (Value, PathBuf) {
    if is_all() {
        return corpus().clone();
    }
    let out = folder("features-generated");
    (generate(&out, &["--generate-only"]), out)
}

/// Returns the report on the [compiled] documents, and the folder of the crates. They are generated once, and compiled
/// together with the [programs](write_programs).
fn corpus() -> &'static (Value, PathBuf) {
    static CORPUS: OnceLock<(Value, PathBuf)> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let _turn = turn();
        let out = folder("features");
        let names = compiled();
        let with = write_programs(&out);
        let with = with
            .iter()
            .flat_map(|folder| ["--with", folder.to_str().unwrap()]);
        let only = names.iter().flat_map(|name| ["--only", name]);
        // It would take as long as all the rest; CI builds it.
        let options: Vec<&str> = with.chain(only).chain(["--no-docs"]).collect();
        (generate(&out, &options), out)
    })
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Waits until no other folder is used: crates of one name and version share their artifacts.
fn turn() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Generates, compiles and tests documents, in this folder.
fn generate(out: &Path, options: &[&str]) -> Value {
    let output = Command::new(xtask::program())
        .args(["corpus", "tests/features", "--out"])
        .arg(out)
        .args(options)
        .current_dir(root())
        // The dependencies of the crates are compiled there already.
        .env("CARGO_BUILD_BUILD_DIR", folder("").parent().unwrap())
        // Their documentation is not to be found beside that of this workspace.
        .env("CARGO_TARGET_DIR", out.join("target"))
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8(printed).unwrap();
    assert!(output.status.success(), "{printed}");
    let report = fs::read_to_string(out.join("report.json")).unwrap();
    json::parse(&report)
}

/// Returns the names of the documents in `tests/features`.
fn documents() -> Vec<String> {
    let entries = fs::read_dir(root().join("tests/features")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    // Settings are beside some.
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".yaml")).collect();
    names.sort();
    names
}

/// Returns the names of the documents in a report, all of which are without a problem.
fn names(report: &Value) -> Vec<&str> {
    let rows = report.as_array().unwrap().iter();
    let names = rows.map(|row| {
        let document = row["document"].as_str().unwrap();
        assert_eq!(row["status"], "ok", "{document}");
        document
    });
    names.collect()
}

#[test]
fn every_feature_compiles_and_does_what_its_document_says() {
    let (report, _) = corpus();
    assert_eq!(names(report), compiled(), "a document is not in the report");
    for row in report.as_array().unwrap() {
        let tests = row["tests"].as_u64().unwrap();
        assert!(tests > 0, "{} has no tests", row["document"]);
    }
}

#[test]
fn every_feature_has_the_interface_of_its_snapshot() {
    let (report, out) = generated();
    let names = names(&report);
    assert_eq!(names, documents(), "a document is not in the report");
    for (document, row) in names.iter().zip(report.as_array().unwrap()) {
        let name = document.strip_suffix(".yaml").unwrap();
        let text = review_text(row, &out.join(format!("c{name}-yaml")));
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(name, text);
        });
    }
}

/// Runs the commands of the documents that have them, which have inputs of all kinds, as processes against the mocks. The generated
/// tests run them against the generated servers.
#[test]
fn every_command_sends_what_its_document_says() {
    let (report, out) = corpus();
    let mut run = 0;
    for document in names(report) {
        let name = document.replace('.', "-");
        if !out.join(format!("c{name}-cli")).exists() {
            continue;
        }
        let program = out.join(format!("target/debug/c{name}"));
        let document = differential::document(&format!("tests/features/{document}"));
        let commands = commands::run_all(&program, document);
        assert!(
            commands.failures.is_empty(),
            "{name}\n{}",
            commands.failures.join("\n")
        );
        run += commands.run;
    }
    let least = if is_all() { 40 } else { 20 };
    assert!(run > least, "{run} commands");
}

/// Writes the crates of a document, whose names are words of the language, in the older edition.
#[test]
fn the_crates_compile_in_the_older_edition() {
    let out = folder("features-2021");
    let together = write_program(&out, "together", TOGETHER, &[("lib.rs", "")]);
    let with = together.to_str().unwrap();
    let options = [
        "--only",
        "names",
        "--edition",
        "2021",
        "--no-docs",
        "--with",
        with,
    ];
    let _turn = turn();
    let report = generate(&out, &options);
    assert_eq!(report[0]["status"], "ok", "{report}");
}

/// Sends the same requests to each stub, which is in a program of its own, and to the mock of its document.
#[test]
fn the_mock_rejects_what_the_stubs_reject_in_the_same_bytes() {
    let (report, out) = corpus();
    let names = Mutex::new(names(report).into_iter());
    let next = || names.lock().unwrap_or_else(PoisonError::into_inner).next();
    let compare_all = || {
        let mut stubs = Stubs::start(&out.join("target"));
        while let Some(name) = next() {
            let document = differential::document(&format!("tests/features/{name}"));
            let (differences, sent) =
                differential::compare(document, |request| stubs.send(name, request));
            assert!(
                differences.is_empty() && sent > 0,
                "{name}: {sent} requests\n{}",
                differences.join("\n")
            );
        }
        stubs.end();
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(compare_all);
        }
    });
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

/// The crates share the dependencies of this workspace, which are compiled before, where TLS or a document does not decide.
#[test]
fn the_crates_compile_few_dependencies_again() {
    let (_, out) = corpus();
    let edges = ["--workspace", "--edges", "normal,build,dev"];
    let ours = xtask::dependencies(root(), &edges);
    let theirs = xtask::dependencies(out, &[&edges[..], &["--no-default-features"]].concat());
    let again = theirs
        .difference(&ours)
        .filter_map(|line| line.split_once(' '));
    let again: BTreeSet<&str> = again.map(|(package, _)| package).collect();
    let own: Vec<&str> = again
        .into_iter()
        .filter(|name| !name.contains("-yaml"))
        .collect();
    let programs = ["stubs", "subscriber", "together"];
    assert_eq!(
        own,
        [
            &["jiff", "oas-cli", "oas-client", "oas-testing", "reqwest"][..],
            &programs
        ]
        .concat()
    );
}

/// Writes the programs `stubs` and `subscriber`, which depend on generated crates, and a package that has their dependencies
/// compiled with the features that they have in this workspace.
fn write_programs(out: &Path) -> [PathBuf; 3] {
    let servers = compiled().into_iter().map(|document| {
        let package = format!("c{}-server", document.replace('.', "-"));
        (document, package)
    });
    let subscriber = include_str!("webhooks/program.rs");
    [
        stubs::write(out, servers),
        write_program(out, "subscriber", SUBSCRIBER, &[("main.rs", subscriber)]),
        write_program(out, "together", TOGETHER, &[("lib.rs", "")]),
    ]
}

/// The dependencies of the program that sends and receives a webhook.
const SUBSCRIBER: &str = r#"
cwebhooks-yaml-webhooks-client = { path = "../cwebhooks-yaml-webhooks-client", default-features = false }
cwebhooks-yaml-webhooks-server = { path = "../cwebhooks-yaml-webhooks-server" }
hmac = "0.13"
sha2 = "0.11"
tokio = { version = "1.48", features = ["macros", "net", "rt-multi-thread"] }
"#;

/// What this workspace needs of dependencies that the crates have too.
const TOGETHER: &str = r#"
clap = { version = "4.6", features = ["env"] }
fancy-regex = { version = "0.20", features = ["default"] }
getrandom = { version = "0.4", features = ["std", "sys_rng"] }
hashbrown = { version = "0.17", features = ["default", "raw-entry"] }
idna = { version = "1.1", features = ["default"] }
libc = { version = "0.2", features = ["extra_traits"] }
num-traits = { version = "0.2", features = ["default"] }
regex = { version = "1.12", features = ["default"] }
regex-automata = { version = "0.4", default-features = false, features = ["dfa-build", "dfa-search"] }
regex-syntax = { version = "0.8", features = ["default"] }
rustix = { version = "1.1", features = ["termios"] }
serde = { version = "1.0", features = ["alloc"] }
tokio = { version = "1.48", features = ["process", "test-util"] }
url = { version = "2.5", features = ["serde"] }
zeroize = { version = "1.8", features = ["default"] }
"#;

/// Writes a package, and returns its folder.
fn write_program(out: &Path, name: &str, dependencies: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = out.join(name);
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    for (file, source) in files {
        fs::write(folder.join("src").join(file), source).unwrap();
    }
    folder
}

/// Formats the results of a document for review.
fn review_text(row: &Value, crates: &Path) -> String {
    let file =
        |part: &str, path: &str| PathBuf::from(format!("{}-{part}/src/{path}", crates.display()));
    let mut text = String::new();
    for finding in row["diagnostics"].as_array().unwrap() {
        let [severity, code, place, message, note] =
            ["severity", "code", "place", "message", "note"]
                .map(|key| finding[key].as_str().unwrap());
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
