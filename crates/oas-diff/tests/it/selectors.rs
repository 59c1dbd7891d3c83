//! Operations that share a path and a method are compared one by one.

use crate::compare;

const BASE: &str = "\
openapi: 3.0.4
info: {title: T, version: 1.0.0}
paths:
  /servers/{id}/action:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    x-operations:
      post:
        in: body
        operations:
          reboot:
            operationId: Reboot
            requestBody: {required: true, content: {application/json: {schema: {type: object, required: [reboot], properties: {reboot: {type: object}}}}}}
            responses: {'202': {description: it}}
          resize:
            operationId: Resize
            requestBody: {required: true, content: {application/json: {schema: {type: object, required: [resize], properties: {resize: {type: object, properties: {size: {type: string}}}}}}}}
            responses: {'200': {description: it}}
  /:
    x-operations:
      get:
        in: query
        name: Action
        operations:
          List: {operationId: List, responses: {'200': {description: it}}}
";

/// Formats each finding: its rule, its severity, the operations.
fn findings(from: &str, to: &str) -> Vec<String> {
    assert!(BASE.contains(from), "{from}");
    let report = compare(BASE, &BASE.replace(from, to));
    let shown = report.findings.iter().map(|finding| {
        let operations = finding.operations.join(", ");
        format!("{} {} {operations}", finding.rule, finding.severity)
    });
    shown.collect()
}

#[test]
fn each_operation_has_an_identity_of_its_own() {
    let resize = "POST /servers/{id}/action resize";
    assert_eq!(
        findings("size: {type: string}", "size: {type: string, maxLength: 3}"),
        [format!("max-length-narrowed breaking {resize}")]
    );
    assert_eq!(
        findings(
            "          List: {operationId: List, responses: {'200': {description: it}}}\n",
            "          List: {operationId: List, responses: {'200': {description: it}}}\n          Get: {operationId: Get, responses: {'200': {description: it}}}\n"
        ),
        ["operation-added info GET / Get"]
    );
    let start = BASE.find("          resize:").unwrap();
    let end = BASE.find("  /:\n").unwrap();
    assert_eq!(
        findings(&BASE[start..end], ""),
        [format!("operation-removed breaking {resize}")]
    );
}

#[test]
fn what_selects_an_operation_is_part_of_its_requests() {
    let list = "GET / List";
    for (from, to) in [
        ("name: Action", "name: Do"),
        ("          List:", "          ListAll:"),
        (
            "in: query\n        name: Action",
            "in: header\n        name: X-Target",
        ),
    ] {
        assert_eq!(
            findings(from, to),
            [format!("selector-changed breaking {list}")],
            "{to}"
        );
    }
    // An operation that had its path for itself.
    let alone = BASE.replace(
        "    x-operations:\n      get:\n        in: query\n        name: Action\n        operations:\n          List: {operationId: List,",
        "    get: {operationId: List,",
    );
    assert_eq!(compare(&alone, BASE).findings[0].rule, "selector-changed");
    assert_eq!(compare(&alone, BASE).verdict.to_string(), "breaking");
    assert_eq!(compare(BASE, &alone).verdict.to_string(), "compatible");
}

/// An operation whose body is a union by hand, in the place of the group.
const BY_HAND: &str = "\
openapi: 3.0.4
info: {title: T, version: 1.0.0}
paths:
  /servers/{id}/action:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post:
      operationId: Act
      requestBody: {required: true, content: {application/json: {schema: {oneOf: [{$ref: '#/components/schemas/Reboot'}, {$ref: '#/components/schemas/Resize'}, {$ref: '#/components/schemas/Lock'}]}}}}
      responses: {'202': {description: it}}
  /:
    get:
      operationId: Get
      parameters: [{name: Action, in: query, required: true, schema: {type: string, enum: [List, Describe]}}]
      responses: {'200': {description: it}}
components:
  schemas:
    Reboot: {type: object, required: [reboot], properties: {reboot: {type: object}}}
    Resize: {type: object, required: [resize], properties: {resize: {type: object, properties: {size: {type: string, maxLength: 9}}}}}
    Lock: {type: object, required: [lock], properties: {lock: {type: object}}}
";

/// Tests that a document in one form and a document in the other one are compared operation by operation.
#[test]
fn a_union_is_compared_with_a_group_by_its_keys() {
    let found = |base: &str, head: &str| {
        let report = compare(base, head);
        let found = report.findings.iter().map(|finding| {
            let operations = finding.operations.join(", ");
            format!("{} {} {operations}", finding.rule, finding.severity)
        });
        let found =
            found.filter(|found| !found.contains(" docs-only ") && !found.contains("-component "));
        found.collect::<Vec<_>>()
    };
    let action = "POST /servers/{id}/action";
    assert_eq!(
        found(BY_HAND, BASE),
        [
            format!("operation-removed breaking {action} lock"),
            format!("response-status-removed breaking {action} resize"),
            "operation-removed breaking GET / Describe".to_owned(),
            format!("operation-id-changed info {action} reboot"),
            format!("operation-id-changed info {action} resize"),
            format!("max-length-widened info {action} resize"),
            format!("response-status-added info {action} resize"),
            "operation-id-changed info GET / List".to_owned(),
        ]
    );
    assert_eq!(
        found(BASE, BY_HAND),
        [
            format!("response-status-removed breaking {action} resize"),
            format!("max-length-narrowed breaking {action} resize"),
            format!("operation-added info {action} lock"),
            format!("operation-id-changed info {action} reboot"),
            format!("operation-id-changed info {action} resize"),
            format!("response-status-added info {action} resize"),
            "operation-added info GET / Describe".to_owned(),
            "operation-id-changed info GET / List".to_owned(),
        ]
    );
}
