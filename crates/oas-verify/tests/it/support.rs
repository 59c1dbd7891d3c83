//! Serves a document, and verifies the server.

use oas_document::{Document, Severity};
use oas_mock::{Host, Mock, Upstream};
use oas_verify::{Report, Verifier};
use tokio::net::TcpListener;

pub(crate) fn document(name: &str, text: &str) -> Document {
    Document::parse(name, text).unwrap_or_else(|found| panic!("{}", found[0]))
}

/// Serves a document on a free port, and returns its origin.
pub(crate) async fn serve(document: Document) -> String {
    let mock = Mock::new(document).unwrap_or_else(|found| panic!("{}", found[0]));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(Host::new(mock, |_| {}).run(listener, std::future::pending()));
    format!("http://{address}")
}

/// Verifies a server by a document, with every method.
pub(crate) async fn verify(origin: &str, document: Document) -> Report {
    let mock = Mock::validator(document).unwrap_or_else(|found| panic!("{}", found[0]));
    let verifier = Verifier::new(&mock, Upstream::new(origin).unwrap()).allow_all();
    verifier.run(|_, _| {}).await.unwrap()
}

/// Formats the errors of a report, a line each: the rule and the message.
pub(crate) fn errors(report: &Report) -> Vec<String> {
    let errors = report.findings.iter();
    let errors = errors.filter(|finding| finding.severity == Severity::Error);
    errors
        .map(|finding| format!("{}: {}", finding.code, finding.message))
        .collect()
}
