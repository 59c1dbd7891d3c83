//! Cases of others, where a folder with them is named: every document compared with itself is no change.

#![allow(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

use std::{fs, path::Path};

use oas_diff::{Date, Options, Verdict, diff};
use oas_document::Document;

fn load(path: &Path) -> Option<Document> {
    let loader = |path: &str| fs::read_to_string(path).map_err(|error| error.to_string());
    Document::load(&path.to_string_lossy(), &loader).ok()
}

#[test]
fn a_document_is_the_same_as_itself() {
    let Some(folder) = std::env::var_os("OAS_DOCUMENTS") else {
        println!("skipped: OAS_DOCUMENTS names no folder");
        return;
    };
    let mut compared = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let (Some(base), Some(head)) = (load(&path), load(&path)) else {
            continue;
        };
        let report = diff(&base, &head, &Options::new(Date::from_unix_days(20_000)));
        assert_eq!(
            report.verdict,
            Verdict::None,
            "{}: {:?}",
            path.display(),
            report.findings.first()
        );
        compared += 1;
    }
    assert!(compared > 0);
}

#[test]
fn documents_that_have_nothing_in_common_are_compared_too() {
    let Some(folder) = std::env::var_os("OAS_DOCUMENTS") else {
        println!("skipped: OAS_DOCUMENTS names no folder");
        return;
    };
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let documents: Vec<Document> = paths.iter().filter_map(|path| load(path)).collect();
    for (base, head) in documents.iter().zip(documents.iter().skip(1)) {
        for (one, other) in [(base, head), (head, base)] {
            let options =
                Options::new(Date::from_unix_days(20_000)).with_profile(oas_diff::Profile::Codegen);
            let report = diff(one, other, &options);
            for format in oas_diff::Format::ALL {
                assert!(oas_diff::render(&report, format, false).len() < 100_000_000);
            }
        }
    }
}
