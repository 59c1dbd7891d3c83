//! Verifies the generated server and the simulated node by their documents, with `verify`.

use oas_document::Severity;
use oas_mock::{Mock, Upstream};
use oas_verify::{Report, Verifier};
use workspace_tests::differential::document;
use zstack_node_simulator::{ACCOUNT, PASSWORD, SimulatedNode};

use crate::service::{Running, Service};

/// Formats the findings, a line each.
fn found(report: &Report) -> Vec<String> {
    let found = report.findings.iter();
    let found = found.filter(|finding| finding.severity == Severity::Error);
    found
        .map(|finding| finding.headline(false).to_string())
        .collect()
}

#[tokio::test]
async fn the_generated_server_keeps_to_its_document() {
    let server = Running::start(Service::recovering()).await;
    let mock = Mock::validator(document("openapi/recover-image.yaml")).unwrap();
    let verifier = Verifier::new(&mock, Upstream::new(&server.url()).unwrap());
    // The only operation that the service implements; others answer 501, which the document need not have.
    let verifier = verifier.allow_all().only("RecoverImage");
    let report = verifier.run(|_, _| {}).await.unwrap();
    assert_eq!(found(&report), [""; 0]);
    assert!(report.requests > 10, "{report:#?}");
    assert_eq!(report.skipped, []);
}

/// Verifies a simulated node by a document, with the methods that are allowed.
async fn node(document_file: &str, all: bool) -> Vec<String> {
    let node = SimulatedNode::start().await.unwrap();
    let connection = zstack_node::Node::connect(&node.url()).unwrap();
    let client = connection.login(ACCOUNT, PASSWORD).await.unwrap();
    let mock = Mock::validator(document(document_file)).unwrap();
    let verifier = Verifier::new(&mock, Upstream::new(&node.url()).unwrap())
        .credential("session", client.session().unwrap());
    let verifier = match all {
        true => verifier.allow_all(),
        false => verifier,
    };
    let report = verifier.run(|_, _| {}).await.unwrap();
    assert!(report.requests > 2, "{report:#?}");
    let found = found(&report);
    // A node sends no `Content-Type`, which its clients do not look at.
    let is_known = |line: &String| line.ends_with(" with header /Content-Type: is missing");
    let (known, others): (Vec<String>, Vec<String>) = found.into_iter().partition(is_known);
    assert!(!known.is_empty());
    others
}

#[tokio::test]
async fn the_simulated_node_keeps_to_its_documents_where_nothing_is_changed() {
    for file in ["openapi/images.yaml", "openapi/node-protocol.yaml"] {
        assert_eq!(node(file, false).await, [""; 0], "{file}");
    }
}

/// Tests that a node accepts invalid requests, and fails instead of rejecting others, as live ones do.
#[tokio::test]
async fn what_the_simulated_node_does_otherwise_is_what_live_nodes_do() {
    let found = node("openapi/node-protocol.yaml", true).await;
    insta::assert_snapshot!("what_a_node_does_otherwise", found.join("\n"));
}
