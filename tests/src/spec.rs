//! Parses `openapi/recover-image.yaml`, and returns the parts of it that tests compare with.

use std::sync::OnceLock;

use oas_document::{Document, Node};
use serde_json::Value;

/// The path of the document, from the root of the workspace.
pub const FILE: &str = "openapi/recover-image.yaml";

const OPERATION: &str = "/paths/~1zstack~1v1~1images~1{imageUuid}~1actions/put";

/// Returns the document.
pub fn document() -> &'static Document {
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        Document::parse(FILE, &crate::read(FILE)).expect("the document can be read")
    })
}

/// Returns the operation `RecoverImage`.
#[must_use]
pub fn operation() -> Node<'static> {
    node(OPERATION)
}

/// Returns the node at a JSON pointer.
#[must_use]
pub fn node(pointer: &str) -> Node<'static> {
    document()
        .node_at(pointer)
        .unwrap_or_else(|| panic!("the document has nothing at {pointer}"))
}

/// Returns the media type object of the response 200.
#[must_use]
pub fn response() -> Node<'static> {
    node(&format!(
        "{OPERATION}/responses/200/content/application~1json"
    ))
}

/// Returns the media type object of the request body.
#[must_use]
pub fn request() -> Node<'static> {
    node(&format!(
        "{OPERATION}/requestBody/content/application~1json;charset=UTF-8"
    ))
}

/// Returns the documented response example.
#[must_use]
pub fn response_example() -> Value {
    child(response(), "example").to_json()
}

/// Returns the request example of the page, which is the second one of the document.
#[must_use]
pub fn request_example() -> Value {
    let examples = child(request(), "examples");
    child(child(examples, "page"), "value").to_json()
}

/// Returns the documented curl line.
#[must_use]
pub fn curl() -> &'static str {
    node(&format!("{OPERATION}/x-codeSamples/0/source"))
        .as_str()
        .expect("the sample is a text")
}

/// Returns a member of an object.
#[must_use]
pub fn child(node: Node<'static>, key: &str) -> Node<'static> {
    node.get(key)
        .unwrap_or_else(|| panic!("{} has no `{key}`", node.pointer()))
}
