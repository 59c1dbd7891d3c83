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
