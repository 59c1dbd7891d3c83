//! Tests the samples of the documentation, parsed from its pages: those in Rust compile, the others run.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use oas_mock::{Host, Mock};
use workspace_tests::{root, xtask};

/// Returns the samples of each page: the name of the page, and those with a label.
fn samples(site: &Path, label: &str) -> Vec<(String, String)> {
    let folder = std::fs::read_dir(site.join("operations")).expect("the pages of operations");
    let mut samples: Vec<(String, String)> = folder
        .map(|entry| entry.expect("a page").path())
        .filter_map(|path| {
            let page = std::fs::read_to_string(&path).expect("a page");
            let start = format!("<summary>{label}</summary><pre tabindex=\"0\">");
            let Some((_, rest)) = page.split_once(&start) else {
                // What the API sends is called by nobody else.
                assert!(page.contains("<p>Callbacks: <a"), "no sample in {path:?}");
                return None;
            };
            let (sample, _) = rest.split_once("</pre>").expect("the end of the sample");
            let sample = sample
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
            let name = path.file_stem().expect("a name");
            Some((name.to_string_lossy().into_owned(), sample))
        })
        .collect();
    samples.sort();
    samples
}

/// Writes the sites of both documents.
fn sites() -> tempfile::TempDir {
    let out = tempfile::tempdir().expect("a temporary folder");
    let folder = out.path().to_str().expect("a path in UTF-8");
    let run = xtask::run(root(), ["docs", "--out", folder]);
    assert_eq!(run.status, 0, "{}", run.err);
    let check = xtask::run(root(), ["docs", "--out", folder, "--check"]);
    assert_eq!(check.status, 0, "{}", check.out);
    out
}

#[test]
fn a_page_with_all_its_samples_is_light() {
    let sites = sites();
    let size = |path: &str| {
        let file = std::fs::metadata(sites.path().join("zstack").join(path));
        file.expect("a file of the site").len()
    };
    for page in [
        "operations/RecoverImage.html",
        "zh-CN/operations/RecoverImage.html",
    ] {
        let weight = size(page) + size("style.css") + size("script.js");
        assert!(weight <= 60_000, "{page} weighs {weight} bytes");
    }
}

#[test]
fn samples_in_rust_compile() {
    let sites = sites();
    let mut code = "\
//! Contains the samples in Rust of the documentation. A test of `docs.rs` compares them with the pages, and compiling
//! them is the test.

#![allow(dead_code, reason = \"nobody asks a server for them\")]
"
    .to_owned();
    for site in ["zstack", "zstack-node-protocol"] {
        for (name, sample) in samples(&sites.path().join(site), "Rust") {
            let lines = sample.lines().map(|line| format!("    {line}\n"));
            let lines: String = lines.collect();
            let module = name.to_lowercase();
            write!(
                code,
                "\n#[rustfmt::skip]\nasync fn {module}() -> Result<(), Box<dyn std::error::Error>> {{\n{lines}    Ok(())\n}}\n"
            )
            .expect("a text");
        }
    }
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/docs_samples.rs");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&place, &code).expect("the file of the samples");
    }
    let known = std::fs::read_to_string(&place).expect("the file of the samples");
    assert!(
        known == code,
        "the samples have changed; write them, and compile them, by `INSTA_UPDATE=always cargo test --package workspace-tests --test suite`:\n{code}"
    );
}

/// Runs a sample, and returns its output.
fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}\n{error}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_for_curl_and_in_python_run() {
    let sites = sites();
    let everything = "tests/browser/everything.yaml";
    let folder = sites.path().join("everything");
    let out = folder.to_str().expect("a path in UTF-8");
    let run = xtask::run(root(), ["docs", "--spec", everything, "--out", out]);
    assert_eq!(run.status, 0, "{}", run.err);
    for (site, spec) in [
        ("zstack", "openapi/recover-image.yaml"),
        ("zstack-node-protocol", "openapi/node-protocol.yaml"),
        ("everything", everything),
    ] {
        let text = std::fs::read_to_string(root().join(spec)).expect("the document");
        let document = oas_document::Document::parse(spec, &text).expect("it is well-formed");
        let mock = Mock::new(document).expect("the document can be served");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let server = tokio::spawn(Host::new(mock, |_| {}).run(listener, std::future::pending()));
        let site = sites.path().join(site);
        let ready = |sample: &str| {
            let sample = sample.replace("localhost:8080", &address);
            let credentials = ["<session>", "<key>", "<token>", "<user>", "<password>"];
            let filled = |sample: String, credential| sample.replace(credential, "sample");
            credentials.into_iter().fold(sample, filled)
        };
        for (name, sample) in samples(&site, "curl") {
            let line = format!(
                "{} --silent --show-error --write-out ' %{{http_code}}'",
                ready(&sample)
            );
            match tokio::task::block_in_place(|| output("sh", &["-c", &line])) {
                Some(response) => assert!(response.contains(" 20"), "{name}: {response}"),
                None => println!("skipped: there is no sh"),
            }
        }
        for (name, sample) in samples(&site, "Python") {
            match tokio::task::block_in_place(|| output("python3", &["-c", &ready(&sample)])) {
                Some(response) => assert!(response.starts_with("20"), "{name}: {response}"),
                None => println!("skipped: there is no python3"),
            }
        }
        server.abort();
    }
}
