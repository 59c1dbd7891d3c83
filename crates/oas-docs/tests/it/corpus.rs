//! Renders documents of others: no site contains a dead link, a duplicate anchor or an empty page.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use oas_docs::{Settings, Site};
use oas_document::Document;

use crate::links;

/// Returns the folder of documents: that of `OAS_DOCUMENTS`, or the one beside the workspace.
fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/openapi");
    std::env::var_os("OAS_DOCUMENTS").map_or_else(beside, PathBuf::from)
}

/// The largest document that is rendered, in bytes; the release build of `cargo xtask docs` is for larger ones.
const MAX_SIZE: u64 = 300_000;

#[test]
fn every_document_has_a_site_without_dead_links_or_empty_pages() {
    let Ok(entries) = std::fs::read_dir(folder()) else {
        println!("skipped: there is no folder {}", folder().display());
        return;
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    let largest = match std::env::var_os("OAS_DOCUMENTS_ALL") {
        Some(_) => u64::MAX,
        None => MAX_SIZE,
    };
    let mut problems = Vec::new();
    let mut sites = 0;
    for path in paths {
        let size = std::fs::metadata(&path).map_or(0, |data| data.len());
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        // Some files of the folder are not documents, and some refer to files that are missing.
        let Ok(document) = Document::parse(&name, &text) else {
            continue;
        };
        if size > largest {
            continue;
        }
        let site = Site::of(&document, &[], &Settings::default());
        sites += 1;
        problems.extend(
            links::dead(&site)
                .into_iter()
                .map(|link| format!("{name}: {link}")),
        );
        for file in site.files().filter(|file| file.path.ends_with(".html")) {
            let mut seen = HashSet::new();
            let double = links::attributes(&file.text, "id").find(|id| !seen.insert(id.clone()));
            problems.extend(double.map(|id| format!("{name}: {} has two anchors {id}", file.path)));
            let main = file.text.split("<main").nth(1).unwrap_or_default();
            if text_of(main).trim().len() < 10 {
                problems.push(format!("{name}: {} is empty", file.path));
            }
        }
    }
    assert!(sites > 100, "only {sites} documents were found");
    assert!(
        problems.is_empty(),
        "{} problems\n{}",
        problems.len(),
        problems[..problems.len().min(30)].join("\n")
    );
}

/// Returns the text of HTML, without markup.
fn text_of(html: &str) -> String {
    let parts = html
        .split('<')
        .map(|part| part.split_once('>').map_or("", |(_, text)| text));
    parts.collect()
}
