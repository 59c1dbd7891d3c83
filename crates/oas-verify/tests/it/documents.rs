//! Verifies mocks: they conform to the documents that they serve, for documents with every feature.

use std::path::Path;
use std::thread;

use crate::support::{document, errors, serve, verify};

/// Documents of others whose mocks cannot conform to them, with reasons.
const EXPECTED: [(&str, &str); 12] = [
    (
        "oapi-codegen__internal_test_bodies_requests_spec",
        NO_SUCCESS,
    ),
    ("oapi-codegen__internal_test_clients_client", NO_SUCCESS),
    (
        "oapi-codegen__internal_test_naming_identifiers_spec_schemas",
        NO_SUCCESS,
    ),
    (
        "oapi-codegen__internal_test_options_skip_prune_spec",
        NO_SUCCESS,
    ),
    (
        "oapi-codegen__internal_test_servers_routers_smoke_spec",
        NO_SUCCESS,
    ),
    ("ogen___testdata_examples_2ch", NO_SAMPLE),
    ("ogen___testdata_examples_openai", NO_SAMPLE),
    ("ogen___testdata_positive_issue1255", NO_SAMPLE),
    (
        "ogen___testdata_positive_unnamed_response_validation",
        NO_SAMPLE,
    ),
    (
        "progenitor__sample_openapi_api.github.com",
        "an example breaks its schema",
    ),
    ("progenitor__sample_openapi_buildomat", NO_SUCCESS),
    ("progenitor__sample_openapi_cli-gen", NO_SUCCESS),
];
const NO_SUCCESS: &str = "no success is documented";
const NO_SAMPLE: &str = "no value of a response is made, so that the mock answers 501";

/// Verifies the mocks of the documents in a folder, on two threads, and returns the findings and the number of requests.
fn mocks(folder: &Path) -> (Vec<String>, usize) {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let verified = thread::scope(|scope| {
        let halves = [0, 1].map(|first| {
            let half = paths.iter().skip(first).step_by(2);
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                half.filter_map(|path| runtime.block_on(mock(path)))
                    .collect::<Vec<_>>()
            })
        });
        halves.map(|half| half.join().unwrap()).concat()
    });
    let requests = verified.iter().map(|(_, requests)| requests).sum();
    let found = verified.into_iter().flat_map(|(found, _)| found);
    (found.collect(), requests)
}

/// Verifies the mock of a document, and returns the findings and the number of requests; `None` where there is no mock of it.
async fn mock(path: &Path) -> Option<(Vec<String>, usize)> {
    let text = std::fs::read_to_string(path).ok()?;
    let name = path.file_name()?.to_string_lossy();
    let read = oas_document::Document::parse(&name, &text).ok()?;
    oas_mock::Mock::validator(read).ok()?;
    let origin = serve(document(&name, &text)).await;
    let report = verify(&origin, document(&name, &text)).await;
    let found = errors(&report).into_iter();
    let found = found.map(|line| format!("{name}: {line}")).collect();
    Some((found, report.requests))
}

#[test]
fn the_mocks_of_our_documents_keep_to_them() {
    for folder in ["../../tests/features", "../../openapi"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let (found, requests) = mocks(&folder);
        eprintln!("{}: {requests} requests", folder.display());
        assert_eq!(found, [""; 0]);
        assert!(requests > 50, "{requests}");
    }
}

#[test]
fn the_mocks_of_documents_of_others_keep_to_them() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/corpus/openapi"
    );
    if !Path::new(folder).is_dir() {
        eprintln!("skipped: there is no folder {folder}");
        return;
    }
    let (found, requests) = mocks(Path::new(folder));
    eprintln!("{requests} requests");
    let is_expected = |line: &String| EXPECTED.iter().any(|(name, _)| line.starts_with(name));
    let (_, others): (Vec<String>, Vec<String>) = found.iter().cloned().partition(is_expected);
    assert_eq!(others, [""; 0]);
    for (name, reason) in EXPECTED {
        assert!(
            found.iter().any(|line| line.starts_with(name)),
            "{name}: {reason}"
        );
    }
}
