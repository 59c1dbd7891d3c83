//! Checks the sample requests of pages: as they are sent, and as curl takes them.

use oas_docs::{Settings, Site};
use oas_document::Document;

use crate::page::text_of;

/// Returns the text of the page of the operation `it` at `/it`, whose method and fields are given.
fn page(method: &str, fields: &str) -> String {
    let text = format!(
        "
openapi: 3.2.0
info: {{ title: T, version: '1' }}
paths: {{ /it: {{ {method}: {{ operationId: it, {fields} }} }} }}
components: {{ securitySchemes: {{ key: {{ type: apiKey, in: cookie, name: my key }}, other: {{ type: http, scheme: bearer }} }} }}
"
    );
    let document = Document::parse("t.yaml", &text).expect("the document is well-formed");
    let site = Site::of(&document, &[], &Settings::default());
    text_of(&site.file("operations/it.html").expect("a page").text)
}

fn assert_contains(page: &str, expected: &str) {
    assert!(page.contains(expected), "{expected}\n{page}");
}

#[test]
fn curl_does_not_wait_for_the_body_of_a_response_to_head() {
    assert_contains(&page("head", ""), "curl --head 'http://localhost:8080/it'");
}

#[test]
fn a_key_in_a_cookie_has_the_name_that_clients_send() {
    let page = page("get", "security: [{ key: [] }]");
    assert_contains(&page, "-H 'Cookie: my%20key=<key>'");
    assert_contains(&page, "Cookie: my%20key=<key>");
}

#[test]
fn a_key_that_an_optional_parameter_contains_is_sent_once() {
    // The second alternative lacks the key, so that the parameter is part of the operation.
    let key = "{ name: my key, in: cookie, schema: { type: string }, example: me }";
    let page = page(
        "get",
        &format!("security: [{{ key: [] }}, {{ other: [] }}], parameters: [{key}]"),
    );
    assert_contains(&page, "-H 'Cookie: my%20key=me'");
}

#[test]
fn a_body_that_begins_with_an_at_sign_is_no_file() {
    let body = "requestBody: { content: { text/plain: { example: '@home' } } }";
    assert_contains(&page("post", body), "--data-raw '@home'");
}

#[test]
fn parts_have_the_disposition_and_the_boundary_of_the_wire() {
    let body = r#"requestBody: { content: { multipart/form-data; boundary=mine: { example: { 'a "b"': "one\ntwo" } } } }"#;
    let page = page("post", body);
    assert_contains(
        &page,
        "Content-Type: multipart/form-data; boundary=----sample ",
    );
    assert_contains(&page, r#"Content-Disposition: form-data; name="a %22b%22""#);
    // A line feed in a value is no end of a line.
    assert_contains(&page, r#"\r\n\r\none\ntwo\r\n------sample--\r\n"#);
}

#[test]
fn a_sequence_of_parts_keeps_the_ends_of_its_lines() {
    let body = "requestBody: { content: { multipart/mixed: { itemSchema: {}, example: [one] } } }";
    assert_contains(&page("post", body), r"--data-raw $'--part\r\n");
}
