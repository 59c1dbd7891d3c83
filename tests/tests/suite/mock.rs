//! Compares the mock with the generated stubs: both reject the same requests with the same bytes.

use oas_mock::Mock;
use oas_server::Server;
use workspace_tests::differential::{Sample, compare, difference, document, send, send_to_mock};
use workspace_tests::spec;
use workspace_tests::table::{Malformed, Request, Table};

use crate::service::wait;

fn assert_alike(file: &str, stub: &Server) {
    let (differences, sent) = compare(document(file), |request| wait(send(stub, request)));
    assert!(sent > 200, "only {sent} requests");
    assert!(
        differences.is_empty(),
        "{} of {sent}\n{}",
        differences.len(),
        differences.join("\n")
    );
}

#[test]
fn samples_of_the_page_are_answered_alike() {
    assert_alike(
        spec::FILE,
        &zstack_server::server(zstack_server::Examples).build(),
    );
}

#[test]
fn samples_of_the_node_protocol_are_answered_alike() {
    use zstack_node_protocol_server::{Examples, server};
    assert_alike("openapi/node-protocol.yaml", &server(Examples).build());
}

fn good(case: &Request) -> Sample {
    let headers = [
        ("authorization", &case.authorization),
        ("content-type", &case.content_type),
    ];
    Sample {
        method: "PUT".to_owned(),
        target: case.target.clone(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .into(),
        body: Some(case.body.clone().into()),
    }
}

fn bad(case: &Malformed) -> Sample {
    let authorization = case
        .authorization
        .iter()
        .map(|value| ("authorization", value));
    let content_type = Some(("content-type", &case.content_type));
    let content_type = content_type.filter(|(_, value)| !value.is_empty());
    let headers = authorization.chain(content_type);
    let headers = headers.map(|(name, value)| (name.to_owned(), value.clone()));
    let mut body = case.body.clone().into_bytes();
    body.resize(body.len().max(case.size), b' ');
    Sample {
        method: case.method.clone(),
        target: case.target.clone(),
        headers: headers.chain(case.headers.clone()).collect(),
        body: Some(body),
    }
}

#[test]
fn wire_cases_are_answered_in_the_same_bytes() {
    let table = Table::read();
    let mock = Mock::new(document(spec::FILE)).unwrap_or_else(|found| panic!("{found:?}"));
    let stub = zstack_server::server(zstack_server::Examples).build();
    let requests = table.request.iter().map(|case| (&case.name, good(case)));
    let malformed = table.malformed.iter().map(|case| (&case.name, bad(case)));
    for (name, request) in requests.chain(malformed) {
        let stub = wait(send(&stub, &request));
        let mock = wait(send_to_mock(&mock.server(), &request));
        assert_eq!(difference(&request, &stub, &mock), None, "{name}");
        // The document has an example, so that the responses are the same, too.
        assert_eq!(stub, mock.0, "{name}");
    }
}
