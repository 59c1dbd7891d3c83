//! Mocks documents of ours and of others: every operation responds to its generated request.

use std::path::{Path, PathBuf};

use axum::body::Body;
use oas_document::Document;
use oas_mock::{Account, Mock};
use tower_service::Service as _;

/// The results of the operations of many documents.
#[derive(Debug, Default)]
struct Tally {
    documents: usize,
    answered: usize,
    /// Operations without a sample of a response, or of something required in a request.
    without_sample: Vec<String>,
    /// Operations whose own sample is rejected, or whose response is invalid.
    wrong: Vec<String>,
}

impl Tally {
    fn of(folder: &Path) -> Self {
        let mut tally = Self::default();
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.is_file()) {
            let Ok(text) = std::fs::read_to_string(path) else {
                continue;
            };
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let Ok(mock) = Document::parse(&name, &text).and_then(Mock::new) else {
                continue;
            };
            tally.documents += 1;
            tally.add(&name, &mock);
        }
        tally
    }

    fn add(&mut self, name: &str, mock: &Mock) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        for route in mock.routes() {
            let what = format!("{name}: {route}");
            let Some(sample) = mock.sample(route, false) else {
                self.without_sample.push(what);
                continue;
            };
            let Some(request) = sample.request("", |_| None) else {
                self.wrong
                    .push(format!("{what}: the sample is not a request"));
                continue;
            };
            let request = request.map(Body::from);
            let mut response = runtime.block_on(mock.server().call(request)).unwrap();
            let account = response
                .extensions_mut()
                .remove::<Account>()
                .unwrap_or_default();
            match (response.status().as_u16(), account.source) {
                (501, Some(_)) => self.without_sample.push(what),
                (500, _) | (_, None) => {
                    self.wrong.push(format!(
                        "{what}: {} {:?}",
                        response.status(),
                        account.violations
                    ));
                }
                _ => self.answered += 1,
            }
        }
    }
}

#[test]
fn our_features_answer_their_own_samples() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/features");
    let tally = Tally::of(Path::new(folder));
    assert!(tally.answered > 50, "{tally:#?}");
    assert_eq!(tally.wrong, [""; 0]);
    // No value is valid for this schema.
    assert_eq!(tally.without_sample, ["version-3-1.yaml: GET /sealed"]);
}

#[test]
fn documents_of_others_answer_their_own_samples() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/corpus/openapi"
    );
    if !Path::new(folder).is_dir() {
        eprintln!("skipped: there is no folder {folder}");
        return;
    }
    let tally = Tally::of(Path::new(folder));
    eprintln!("{tally:#?}");
    assert_eq!(tally.wrong, [""; 0]);
    assert!(
        tally.without_sample.len() * 100 < tally.answered,
        "{tally:#?}"
    );
}
