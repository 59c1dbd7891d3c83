//! Tests that operations which share a path and a method are merged.

use oas_document::{Document, Version, openapi, schema::Schema, validate, write};
use serde_json::{Value, json};

use crate::{exported, load, workspace};

const SERVERS: &str = include_str!("servers.yaml");

#[test]
fn groups_become_operations() {
    let document = Document::parse("servers.yaml", SERVERS).unwrap();
    let (_, exported) = exported(&document, Version::V3_0);
    let found: Vec<String> = exported
        .findings
        .iter()
        .map(|finding| finding.headline(false).to_string())
        .collect();
    insta::assert_snapshot!(format!(
        "{}\n{}",
        write::yaml(&exported.content),
        found.join("\n")
    ));
}

/// Tests that the body of a merged operation accepts exactly what the server dispatches: an object with one of the
/// keys, which is valid for its operation.
#[test]
fn one_key_selects() {
    let document = Document::parse("servers.yaml", SERVERS).unwrap();
    for version in Version::ALL {
        let (head, _) = exported(&document, version);
        let operations = openapi::operations(&head);
        let merged = operations
            .iter()
            .find(|operation| operation.path == "/servers/{id}/action")
            .unwrap();
        assert_eq!(
            (merged.id(), merged.selector),
            (Some("postServersIdAction"), None)
        );
        let body = merged.request_body().unwrap().content()[0]
            .schema()
            .unwrap();
        let admits = |value: Value| validate(&body, &value).is_empty();
        for (value, admitted) in [
            (json!({"reboot": {"type": "HARD"}}), true),
            (json!({"reboot": {"type": "HARD"}, "other": 1}), true),
            (json!({"resize": {"flavor": "m1"}}), true),
            (json!({"pause": null}), true),
            (json!({"reboot": {"type": "LUKEWARM"}}), false),
            (
                json!({"reboot": {"type": "HARD"}, "resize": {"flavor": "m1"}}),
                false,
            ),
            (json!({"reboot": {"type": "HARD"}, "resize": 7}), false),
            (json!({"resize": {"flavor": "m1"}, "other": 1}), false),
            (json!({}), false),
            (json!("reboot"), false),
        ] {
            assert_eq!(admits(value.clone()), admitted, "{version} {value}");
        }
    }
}

/// Tests that a merged operation accepts what its operations accept by themselves.
#[test]
fn the_recycle_bin_is_accepted() {
    let document = load(&workspace().join("openapi/images.yaml")).unwrap();
    let (head, exported) = exported(&document, Version::V3_1);
    let codes: Vec<&str> = exported
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect();
    assert_eq!(codes, ["merged-operations"]);
    let found: Vec<String> = oas_document::lint(&head)
        .into_iter()
        .filter(|finding| finding.is_error())
        .map(|finding| finding.to_string())
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    let operations = openapi::operations(&head);
    let merged = operations
        .iter()
        .find(|operation| operation.path.ends_with("/actions"))
        .unwrap();
    let body = merged.request_body().unwrap();
    let merged_body = body.content()[0].schema().unwrap();
    let mut sampler = oas_samples::Sampler::default();
    let mut judged = 0;
    for operation in openapi::operations(&document)
        .iter()
        .filter(|operation| operation.selector.is_some())
    {
        let schema: Schema<'_> = operation.request_body().unwrap().content()[0]
            .schema()
            .unwrap();
        let direction = oas_document::Direction::Request;
        for sample in sampler.samples(&schema, direction).unwrap() {
            assert!(
                validate(&merged_body, &sample.value).is_empty(),
                "{}",
                sample.value
            );
            for invalid in sampler.invalid(&schema, &sample.value, direction) {
                judged += 1;
                assert!(
                    !validate(&merged_body, &invalid.value).is_empty(),
                    "{}",
                    invalid.value
                );
            }
        }
    }
    assert!(judged > 5, "{judged}");
    assert_eq!(head.files().count(), 1);
}

/// Tests that the operations are found again in the one that they were merged into, whichever of the two documents is the older one.
#[test]
fn a_merged_operation_is_compared_as_what_it_was() {
    let servers = Document::parse("servers.yaml", SERVERS).unwrap();
    let images = load(&workspace().join("openapi/images.yaml")).unwrap();
    let options = oas_diff::Options::new("2026-06-01".parse().unwrap());
    for document in [servers, images] {
        for version in Version::ALL {
            let (merged, _) = exported(&document, version);
            for (base, head) in [(&document, &merged), (&merged, &document)] {
                let report = oas_diff::diff(base, head, &options);
                let found = report.findings.iter();
                let found: Vec<String> = found
                    .map(|finding| {
                        format!("{} {} {}", finding.severity, finding.rule, finding.message)
                    })
                    .collect();
                // A link leads to an operation that has another name.
                let remains = |found: &&String| {
                    !found.starts_with("docs ") && !found.starts_with("info link-changed ")
                };
                let seen: Vec<&String> = found.iter().filter(remains).collect();
                assert!(seen.is_empty(), "{version}: {seen:#?}");
            }
        }
    }
}
