//! Documents of ours and of others.

use std::path::Path;
use std::thread;

use oas_document::Document;

use crate::{Tally, check};

const FEATURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/features");
const CORPUS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/corpus/openapi"
);

/// The documents of a folder that can be read, the small ones, in the order of their names.
fn documents(folder: &Path, largest: u64) -> Vec<(String, Document)> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let mut documents = Vec::new();
    for path in paths {
        let is_small = path
            .metadata()
            .is_ok_and(|found| found.is_file() && found.len() <= largest);
        let Some(text) = is_small
            .then(|| std::fs::read_to_string(&path).ok())
            .flatten()
        else {
            continue;
        };
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        documents.extend(
            Document::parse(&name, &text)
                .ok()
                .map(|document| (name, document)),
        );
    }
    documents
}

#[test]
fn the_schemas_of_our_features_have_samples() {
    let mut total = Tally::default();
    let mut without = Vec::new();
    let documents = documents(Path::new(FEATURES), u64::MAX);
    let checked = thread::scope(|scope| {
        let halves = [0, 1].map(|first| {
            let half = documents.iter().skip(first).step_by(2);
            scope.spawn(|| {
                half.map(|(name, document)| (name, check(document)))
                    .collect::<Vec<_>>()
            })
        });
        let halves = halves
            .into_iter()
            .map(|half| half.join().expect("no panic"));
        halves.flatten().collect::<Vec<_>>()
    });
    for (name, (tally, problems)) in checked {
        total.schemas += tally.schemas;
        total.invalid += tally.invalid;
        let problems = problems.into_iter();
        without.extend(problems.map(|problem| format!("{name}: {problem}")));
    }
    without.sort();
    without.dedup();
    let never = "version-3-1.yaml: no sample at `/components/schemas/Thing/properties/never`: the schema admits no value";
    assert_eq!(without, [never]);
    assert!(total.schemas > 300 && total.invalid > 600, "{total:?}");
}

#[test]
fn nearly_all_schemas_of_others_have_samples() {
    let folder = Path::new(CORPUS);
    if !folder.is_dir() {
        println!("skipped: there is no folder {}", folder.display());
        return;
    }
    let mut total = Tally::default();
    for (name, document) in documents(folder, 60_000) {
        let (tally, without) = check(&document);
        for problem in without {
            println!("{name}: {problem}");
        }
        total.schemas += tally.schemas;
        total.invalid += tally.invalid;
        total.without_sample += tally.without_sample;
    }
    println!("{total:?}");
    assert!(total.schemas > 4_000, "{total:?}");
    assert!(total.without_sample * 100 < total.schemas, "{total:?}");
}
