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
