//! Checks that what can be rendered is, and that a page names the references that lead to nothing.

use oas_docs::{Settings, Site};
use oas_document::Document;

use crate::links;
use crate::page::text_of;

const DOCUMENT: &str = "
openapi: 3.1.2
info: { title: Gaps, version: '1' }
paths:
  /here:
    put:
      operationId: here
      parameters:
        - { name: limit, in: query, schema: { $ref: 'common.yaml#/Limit' } }
        - { $ref: 'common.yaml#/Offset' }
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
      responses:
        '200': { description: Found., headers: { X-Left: { schema: { $ref: 'common.yaml#/Left' } } } }
        '404': { $ref: 'errors.yaml#/NotFound' }
  /there: { $ref: 'there.yaml' }
components:
  schemas:
    Pet:
      allOf: [{ $ref: 'animals.yaml#/Animal' }, { properties: { name: { type: string } } }]
      properties:
        owner: { $ref: '#/components/schemas/Owner' }
        friends: { type: array, items: { $ref: 'people.yaml#/Friend' } }
";

#[test]
fn a_page_names_what_is_missing_at_its_place() {
    let document = Document::parse("gaps.yaml", DOCUMENT).expect("the document is well-formed");
    let site = Site::of(&document, &[], &Settings::default());
    let text = |path: &str| text_of(&site.file(path).expect("a page").text);
    let page = text("operations/here.html");
    let missing = "is missing: the reference leads to nothing";
    for expected in [
        "limit common.yaml#/Limit MISSING",
        "common.yaml#/Offset MISSING L10",
        "X-Left common.yaml#/Left MISSING",
        "errors.yaml#/NotFound MISSING L14",
        "Pet animals.yaml#/Animal MISSING",
        "owner #/components/schemas/Owner MISSING",
        "friends array of people.yaml#/Friend MISSING",
        "name string",
    ] {
        let expected = expected.replace("MISSING", missing);
        assert!(page.contains(&expected), "{expected}\n{page}");
    }
    let index = text("index.html");
    assert!(
        index.contains(&format!("there.yaml {missing} L15")),
        "{index}"
    );
    assert!(text("zh-CN/operations/here.html").contains("缺失"));
    assert_eq!(links::dead(&site), [""; 0]);
}
