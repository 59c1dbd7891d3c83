//! Tests that the document agrees with its page.

use oas_document::schema::Schema;
use oas_document::{Node, validate};
use workspace_tests::{json, spec};

/// Fields that the page marks as required and that the document therefore marks with `x-documented-required`: all
/// fields of the response, but for these.
const NOT_MARKED: [&str; 1] = [
    // Only in the page's example, not in its table.
    "/components/schemas/ImageBackupStorageRef/properties/id",
];

const RESPONSE_SCHEMAS: [&str; 4] = [
    "RecoverImageResponse",
    "ErrorCode",
    "ImageInventory",
    "ImageBackupStorageRef",
];

#[test]
fn examples_are_what_their_schemas_say() {
    for (content, example) in [
        (spec::response(), spec::response_example()),
        (spec::request(), spec::request_example()),
    ] {
        let schema = Schema::of(spec::child(content, "schema"));
        let violations = validate(&schema, &example);
        assert_eq!(violations, [], "{}", content.pointer());
    }
}

#[test]
fn the_validator_would_notice() {
    let schema = Schema::of(spec::child(spec::response(), "schema"));
    let mut wrong = spec::response_example();
    wrong["inventory"]["backupStorageRefs"][0]["id"] = "0".into();
    let violations = validate(&schema, &wrong);
    let pointers: Vec<&str> = violations
        .iter()
        .map(|violation| violation.instance_pointer.as_str())
        .collect();
    assert_eq!(pointers, ["/inventory/backupStorageRefs/0/id"]);
}

#[test]
fn every_field_that_the_page_requires_is_marked() {
    let mut marked = 0;
    for name in RESPONSE_SCHEMAS {
        let schema = spec::node(&format!("/components/schemas/{name}"));
        for (_, field) in spec::child(schema, "properties").entries() {
            let mark = field.get("x-documented-required").and_then(Node::as_bool);
            let expected = !NOT_MARKED.contains(&field.pointer().as_str());
            assert_eq!(mark == Some(true), expected, "{}", field.pointer());
            marked += usize::from(expected);
        }
    }
    assert_eq!(marked, 34, "2 + 6 + 18 + 8 rows of the page");
}

#[test]
fn what_the_example_leaves_out_is_not_required() {
    // The other way round, a field that is shown may be absent, and the document explains why.
    let shown = |schema: &str, value: &serde_json::Value| {
        let schema = spec::node(&format!("/components/schemas/{schema}"));
        for field in spec::child(schema, "required").items() {
            let field = field.as_str().unwrap();
            assert!(
                value.get(field).is_some(),
                "`{field}` is not in the example"
            );
        }
    };
    let example = spec::response_example();
    shown("RecoverImageResponse", &example);
    shown("ImageInventory", &example["inventory"]);
    shown(
        "ImageBackupStorageRef",
        &example["inventory"]["backupStorageRefs"][0],
    );
}

#[test]
fn what_openapi_has_no_word_for_is_kept() {
    let operation = spec::operation();
    let text = |key| spec::child(operation, key);
    assert_eq!(text("operationId").as_str(), Some("RecoverImage"));
    assert_eq!(text("x-since").as_str(), Some("0.6"));
    assert_eq!(text("x-synchronous").as_bool(), Some(true));
    assert_eq!(text("x-change-history").items().count(), 0);
    let link = spec::child(text("externalDocs"), "url");
    assert!(link.as_str().unwrap().ends_with("/RecoverImage"));
}

#[test]
fn the_request_example_is_the_body_of_the_curl_line() {
    let curl = workspace_tests::curl::Curl::parse(spec::curl());
    assert!(json::same(
        &json::parse(&curl.body),
        &spec::request_example()
    ));
}
