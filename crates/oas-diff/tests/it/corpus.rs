//! Documents of others: every document compared with itself has no change, and two that have nothing in common are compared.

use std::path::{Path, PathBuf};

use oas_diff::{Format, Options, Profile, Verdict, diff, render};
use oas_document::Document;

use crate::today;

/// Largest document that is tried, in bytes, unless `OAS_DOCUMENTS_ALL` is set.
const MAX_SIZE: u64 = 60_000;

/// Returns the folder of documents: that of `OAS_DOCUMENTS`, or the one beside the workspace.
fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/openapi");
    std::env::var_os("OAS_DOCUMENTS").map_or_else(beside, PathBuf::from)
}

/// Parses the valid documents of the folder, by their names; none, with a message, if there is no folder.
pub(crate) fn documents() -> Vec<(String, Document)> {
    let Ok(entries) = std::fs::read_dir(folder()) else {
        println!("skipped: there is no folder {}", folder().display());
        return Vec::new();
    };
    let largest = match std::env::var_os("OAS_DOCUMENTS_ALL") {
        Some(_) => u64::MAX,
        None => MAX_SIZE,
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| std::fs::metadata(path).is_ok_and(|data| data.len() <= largest));
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        let document = Document::parse(&name, &std::fs::read_to_string(path).ok()?).ok()?;
        Some((name, document))
    };
    let documents: Vec<_> = paths.iter().filter_map(read).collect();
    assert!(
        !documents.is_empty(),
        "no document in {}",
        folder().display()
    );
    documents
}

#[test]
fn a_document_is_the_same_as_itself() {
    for (name, document) in documents() {
        let again = Document::parse(&name, document.source(&name).unwrap()).unwrap();
        let report = diff(&document, &again, &Options::new(today()));
        let first = report.findings.first();
        assert_eq!(report.verdict, Verdict::None, "{name}: {first:?}");
    }
}

#[test]
fn documents_that_have_nothing_in_common_are_compared_too() {
    let documents = documents();
    for ((_, base), (_, head)) in documents.iter().zip(documents.iter().skip(1)) {
        for (one, other) in [(base, head), (head, base)] {
            let options = Options::new(today()).with_profile(Profile::Codegen);
            let report = diff(one, other, &options);
            for format in Format::ALL {
                assert!(render(&report, format, false).len() < 100_000_000);
            }
        }
    }
}
