//! Checks that operations with the same path and method have pages of their own, which name what distinguishes them.

use oas_docs::{Settings, Site};
use oas_document::Document;

use crate::page::text_of;

#[test]
fn each_operation_has_a_page_a_sample_and_a_form_that_reach_it() {
    let text = "\
openapi: 3.0.4
info: {title: T, version: 1.0.0}
paths:
  /images/{id}/actions:
    parameters: [{name: id, in: path, required: true, schema: {type: string}, example: '7'}]
    x-operations:
      put:
        in: body
        operations:
          recover:
            operationId: Recover
            requestBody: {required: true, content: {application/json: {schema: {type: object, required: [recover], properties: {recover: {type: object}}}}}}
            responses: {'202': {description: it}}
          expunge:
            operationId: Expunge
            requestBody: {required: true, content: {application/json: {schema: {type: object, required: [expunge], properties: {expunge: {type: object}}}}}}
            responses: {'202': {description: it}}
  /:
    x-operations:
      get: {in: query, name: Action, operations: {List All: {operationId: List, responses: {'200': {description: it}}}}}
      post: {in: header, name: X-Target, operations: {Db.Get: {operationId: Get, responses: {'200': {description: it}}}}}
";
    let document = Document::parse("t.yaml", text).unwrap();
    let site = Site::of(&document, &[], &Settings::default());
    let page = |name: &str| {
        site.file(&format!("operations/{name}.html"))
            .unwrap()
            .text
            .clone()
    };
    let expunge = text_of(&page("Expunge"));
    assert!(
        expunge.contains("PUT /images/{id}/actions selected by the key of the body expunge"),
        "{expunge}"
    );
    assert!(
        expunge.contains("{\"expunge\":") || expunge.contains("\"expunge\""),
        "{expunge}"
    );
    let list = page("List");
    assert!(text_of(&list).contains("GET / selected by the query parameter Action=List All"));
    assert!(list.contains("/?Action=List%20All"), "{list}");
    assert!(list.contains(
        "data-in=\"query\" data-name=\"Action\" data-style=\"form\" data-explode value=\"List All\""
    ));
    let get = page("Get");
    assert!(text_of(&get).contains("selected by the header field X-Target: Db.Get"));
    assert!(
        get.contains("X-Target: Db.Get")
            && get.contains("data-in=\"header\" data-name=\"X-Target\"")
    );
    let index = text_of(&site.file("index.html").unwrap().text);
    assert!(
        index.contains("/images/{id}/actions recover")
            && index.contains("/images/{id}/actions expunge")
    );
}
