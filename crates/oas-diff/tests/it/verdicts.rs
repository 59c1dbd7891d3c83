//! Tests verdicts on schemas, one line for each case: a change in a request and in a response, and the reverse change.

use crate::{both_ways, compare, with_schemas};

/// Base, head, verdict in a request, verdict in a response.
const CASES: &[(&str, &str, &str, &str)] = &[
    // No restriction.
    ("{type: string}", "{type: string}", "none", "none"),
    (
        "{$ref: '#/components/schemas/A'}",
        "{type: object, required: [a], properties: {a: {type: string}}}",
        "none",
        "none",
    ),
    (
        "{$ref: '#/components/schemas/A'}",
        "{allOf: [{$ref: '#/components/schemas/A'}]}",
        "none",
        "none",
    ),
    (
        "{$ref: '#/components/schemas/A'}",
        "{oneOf: [{$ref: '#/components/schemas/A'}]}",
        "none",
        "none",
    ),
    (
        "{enum: [b]}",
        "{anyOf: [{enum: [null]}]}",
        "breaking",
        "breaking",
    ),
    (
        "{type: object}",
        "{type: object, additionalProperties: true}",
        "none",
        "none",
    ),
    (
        "{type: object, additionalProperties: {}}",
        "{type: object, additionalProperties: true}",
        "none",
        "none",
    ),
    (
        "{type: integer, minimum: 1}",
        "{type: integer, minimum: 0, exclusiveMinimum: true}",
        "none",
        "none",
    ),
    (
        "{type: string, minLength: 0}",
        "{type: string}",
        "none",
        "none",
    ),
    (
        "{type: object, required: [a, b], properties: {a: {}, b: {}}}",
        "{type: object, required: [b, a], properties: {b: {}, a: {}}}",
        "none",
        "none",
    ),
    (
        "{type: string, enum: [a, b]}",
        "{type: string, enum: [b, a]}",
        "none",
        "none",
    ),
    (
        "{type: string, nullable: true}",
        "{oneOf: [{type: string}], nullable: true}",
        "none",
        "none",
    ),
    (
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
        "{oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/A'}]}",
        "none",
        "none",
    ),
    (
        "{type: object, properties: {a: {type: string}}}",
        "{allOf: [{type: object}, {properties: {a: {type: string}}}]}",
        "none",
        "none",
    ),
    // Documentation.
    (
        "{type: string}",
        "{type: string, description: words}",
        "docs",
        "docs",
    ),
    (
        "{type: string}",
        "{type: string, example: words}",
        "docs",
        "docs",
    ),
    (
        "{type: string}",
        "{type: string, x-anything: 1}",
        "docs",
        "docs",
    ),
    // Types.
    (
        "{type: integer}",
        "{type: number}",
        "compatible",
        "breaking",
    ),
    ("{type: string}", "{type: integer}", "breaking", "breaking"),
    ("{}", "{type: string}", "breaking", "compatible"),
    (
        "{type: string}",
        "{type: string, nullable: true}",
        "compatible",
        "breaking",
    ),
    (
        "{type: string, enum: [a]}",
        "{type: string, enum: [a, b]}",
        "compatible",
        "breaking",
    ),
    (
        "{type: string}",
        "{type: string, enum: [a, b]}",
        "breaking",
        "compatible",
    ),
    (
        "{type: string, format: date}",
        "{type: string, format: date-time}",
        "breaking",
        "breaking",
    ),
    (
        "{type: integer, format: int32}",
        "{type: integer, format: int64}",
        "compatible",
        "breaking",
    ),
    (
        "{type: string}",
        "{type: string, format: uuid}",
        "breaking",
        "compatible",
    ),
    (
        "{type: string, format: uuid}",
        "{type: string, format: email}",
        "breaking",
        "breaking",
    ),
    (
        "{type: string, pattern: '^a$'}",
        "{type: string, pattern: '^b$'}",
        "breaking",
        "breaking",
    ),
    (
        "{type: string}",
        "{type: string, pattern: '^b$'}",
        "breaking",
        "compatible",
    ),
    (
        "{type: string, pattern: '^b$'}",
        "{type: string, pattern: '.*'}",
        "compatible",
        "breaking",
    ),
    // Bounds.
    (
        "{type: string, maxLength: 5}",
        "{type: string, maxLength: 6}",
        "compatible",
        "breaking",
    ),
    (
        "{type: string}",
        "{type: string, maxLength: 6}",
        "breaking",
        "compatible",
    ),
    (
        "{type: integer, minimum: 1}",
        "{type: integer, minimum: 2}",
        "breaking",
        "compatible",
    ),
    (
        "{type: number, maximum: 5}",
        "{type: number, maximum: 5, exclusiveMaximum: true}",
        "breaking",
        "compatible",
    ),
    (
        "{type: integer, multipleOf: 5}",
        "{type: integer, multipleOf: 10}",
        "breaking",
        "compatible",
    ),
    (
        "{type: number, multipleOf: 5}",
        "{type: number, multipleOf: 2.5}",
        "compatible",
        "breaking",
    ),
    (
        "{type: integer, multipleOf: 2}",
        "{type: integer, multipleOf: 3}",
        "breaking",
        "breaking",
    ),
    (
        "{type: array, items: {}}",
        "{type: array, items: {}, uniqueItems: true}",
        "breaking",
        "compatible",
    ),
    (
        "{type: array, items: {}, maxItems: 3}",
        "{type: array, items: {}, maxItems: 2}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object, minProperties: 1}",
        "{type: object, minProperties: 2}",
        "breaking",
        "compatible",
    ),
    (
        "{type: array, items: {type: integer}}",
        "{type: array, items: {type: number}}",
        "compatible",
        "breaking",
    ),
    // Objects.
    (
        "{type: object}",
        "{type: object, additionalProperties: false}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object, additionalProperties: {type: integer}}",
        "{type: object, additionalProperties: {type: number}}",
        "compatible",
        "breaking",
    ),
    (
        "{type: object}",
        "{type: object, properties: {a: {type: string}}}",
        "compatible",
        "compatible",
    ),
    (
        "{type: object}",
        "{type: object, required: [a], properties: {a: {type: string}}}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object, additionalProperties: false}",
        "{type: object, additionalProperties: false, properties: {a: {type: string}}}",
        "compatible",
        "breaking",
    ),
    (
        "{type: object, properties: {a: {}}}",
        "{type: object, required: [a], properties: {a: {}}}",
        "breaking",
        "compatible",
    ),
    // Unions.
    (
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}]}",
        "compatible",
        "breaking",
    ),
    (
        "{$ref: '#/components/schemas/A'}",
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
        "breaking",
        "breaking",
    ),
    (
        "{$ref: '#/components/schemas/A'}",
        "{anyOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
        "compatible",
        "breaking",
    ),
    (
        "{$ref: '#/components/schemas/C'}",
        "{oneOf: [{$ref: '#/components/schemas/C'}, {type: integer}]}",
        "compatible",
        "breaking",
    ),
    (
        "{not: {type: string}}",
        "{not: {type: string, maxLength: 3}}",
        "compatible",
        "breaking",
    ),
];

/// Cases that only hold forwards, because a removal is not an addition backwards.
const ONE_WAY: &[(&str, &str, &str, &str)] = &[
    (
        "{type: object, properties: {a: {readOnly: true}}}",
        "{type: object, required: [a], properties: {a: {readOnly: true}}}",
        "compatible",
        "compatible",
    ),
    (
        "{type: object, properties: {a: {type: string, readOnly: true}}}",
        "{type: object, properties: {a: {type: string, maxLength: 3, readOnly: true}}}",
        "compatible",
        "compatible",
    ),
    (
        "{type: object, properties: {a: {type: string, writeOnly: true, maxLength: 3}}}",
        "{type: object, properties: {a: {type: string, writeOnly: true}}}",
        "compatible",
        "compatible",
    ),
    (
        "{type: object, properties: {a: {type: string}}}",
        "{type: object}",
        "warning",
        "warning",
    ),
    (
        "{type: object, required: [a], properties: {a: {type: string}}}",
        "{type: object}",
        "warning",
        "breaking",
    ),
    (
        "{type: object, additionalProperties: false, properties: {a: {type: string}}}",
        "{type: object, additionalProperties: false}",
        "breaking",
        "warning",
    ),
    (
        "{type: object, properties: {a: {type: string, deprecated: true}}}",
        "{type: object}",
        "compatible",
        "compatible",
    ),
    (
        "{type: object, properties: {a: {type: string, deprecated: true, x-sunset: '2026-12-31'}}}",
        "{type: object}",
        "breaking",
        "breaking",
    ),
    (
        "{type: object, properties: {a: {type: string, deprecated: true, x-sunset: '2026-01-31'}}}",
        "{type: object}",
        "compatible",
        "compatible",
    ),
    (
        "{type: object, required: [a], properties: {a: {writeOnly: true}}}",
        "{type: object, required: [a], properties: {a: {}}}",
        "compatible",
        "warning",
    ),
];

/// The cases of [`CASES`] for 3.1.
const CASES_3_1: &[(&str, &str, &str, &str)] = &[
    (
        "{type: [string, 'null']}",
        "{oneOf: [{type: string}, {type: 'null'}]}",
        "none",
        "none",
    ),
    (
        "{type: [string, integer]}",
        "{anyOf: [{type: string}, {type: integer}]}",
        "none",
        "none",
    ),
    (
        "{type: string}",
        "{type: [string, integer]}",
        "compatible",
        "breaking",
    ),
    (
        "{type: integer, exclusiveMinimum: 0}",
        "{type: integer, minimum: 1}",
        "none",
        "none",
    ),
    ("{const: a}", "{enum: [a]}", "none", "none"),
    ("{const: a}", "{const: b}", "breaking", "breaking"),
    ("{type: string}", "{const: a}", "breaking", "compatible"),
    (
        "{type: array, contains: {type: string}}",
        "{type: array, contains: {type: string}, minContains: 2}",
        "breaking",
        "compatible",
    ),
    (
        "{type: array}",
        "{type: array, prefixItems: [{type: string}]}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object}",
        "{type: object, propertyNames: {maxLength: 3}}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object}",
        "{type: object, patternProperties: {'^a': {type: string}}}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object}",
        "{type: object, dependentRequired: {a: [b]}}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object}",
        "{type: object, unevaluatedProperties: false}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object}",
        "{type: object, if: {required: [a]}, then: {required: [b]}}",
        "breaking",
        "compatible",
    ),
    (
        "{type: object, if: {maxProperties: 2}, then: {required: [b]}}",
        "{type: object, if: {maxProperties: 3}, then: {required: [b]}}",
        "breaking",
        "breaking",
    ),
    (
        "{type: string, contentEncoding: base64}",
        "{type: string, contentEncoding: base32}",
        "breaking",
        "breaking",
    ),
    ("true", "false", "breaking", "compatible"),
];

/// Validates the verdict of a change, and that of the reverse change, in which requests and responses change places.
fn check(version: &str, cases: &[(&str, &str, &str, &str)], mirrored: bool) {
    let mut wrong = Vec::new();
    for (base, head, request, response) in cases {
        let found = both_ways(version, base, head);
        if found != ((*request).to_owned(), (*response).to_owned()) {
            wrong.push(format!(
                "{base} -> {head}: {found:?} instead of {:?}",
                (request, response)
            ));
        }
        let adds_property = head.contains("properties: {a: {type: string}}}")
            && !base.contains("a: {type: string}");
        if mirrored && !adds_property {
            let found = both_ways(version, head, base);
            if found != ((*response).to_owned(), (*request).to_owned()) {
                wrong.push(format!(
                    "backwards {head} -> {base}: {found:?} instead of {:?}",
                    (response, request)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn schemas_are_compared_by_what_they_admit() {
    check("3.0.3", CASES, true);
    check("3.1.0", CASES_3_1, true);
}

#[test]
fn removals_are_judged_by_what_was_announced() {
    check("3.0.3", ONE_WAY, false);
}

#[test]
fn a_component_used_in_both_directions_is_reported_once_with_both_verdicts() {
    let text = with_schemas(
        "3.0.3",
        "{$ref: '#/components/schemas/C'}",
        "{$ref: '#/components/schemas/C'}",
    );
    let report = compare(&text, &text.replace("[x, y]", "[x, y, z]"));
    let [finding] = &report.findings[..] else {
        panic!("{:?}", report.findings)
    };
    assert_eq!(
        (finding.rule, finding.direction),
        ("enum-value-widened", "both")
    );
    let severities: Vec<_> = finding
        .ratings
        .iter()
        .map(|rating| rating.severity.name())
        .collect();
    assert_eq!(severities, ["info", "breaking"]);
    assert_eq!(finding.operations, ["POST /things"]);
    assert_eq!(
        finding.head.as_ref().unwrap().pointer,
        "/components/schemas/C/enum/2"
    );
}

#[test]
fn fingerprints_survive_moves_and_reports_survive_reordering() {
    let text = with_schemas("3.0.3", "{$ref: '#/components/schemas/A'}", "{}");
    let head = text.replace("required: [a]", "required: [a], minProperties: 2");
    let moved = |text: &str| text.replace("info:", "# a line\n\n\ninfo:");
    let (one, other) = (compare(&text, &head), compare(&moved(&text), &moved(&head)));
    assert_eq!(one.findings[0].fingerprint, other.findings[0].fingerprint);
    assert_ne!(one.findings[0].head, other.findings[0].head);
}

#[test]
fn the_same_api_in_another_version_of_the_standard_is_the_same_api() {
    let old = "{type: object, properties: {a: {type: string, nullable: true}, b: {type: number, minimum: 0, exclusiveMinimum: true}, \
               c: {$ref: '#/components/schemas/C'}, d: {nullable: true, allOf: [{$ref: '#/components/schemas/A'}]}}}";
    let new = "{type: object, properties: {a: {type: [string, 'null']}, b: {type: number, exclusiveMinimum: 0}, \
               c: {$ref: '#/components/schemas/C'}, d: {oneOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}]}}}";
    let (base, head) = (
        with_schemas("3.0.3", old, old),
        with_schemas("3.1.0", new, new),
    );
    let report = compare(&base, &head);
    let rules: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["openapi-version-changed"]);
}

#[test]
fn parameters_may_move_between_a_path_and_its_operations() {
    let of = |path: &str, operation: &str| {
        format!(
            "openapi: 3.0.3\npaths:\n  /a:\n    parameters: [{path}]\n    get: {{parameters: [{operation}], responses: {{}}}}\n"
        )
    };
    let parameter = "{name: q, in: query, schema: {type: string}}";
    assert!(
        compare(&of(parameter, ""), &of("", parameter))
            .findings
            .is_empty()
    );
    assert!(
        compare(&of("", parameter), &of(parameter, ""))
            .findings
            .is_empty()
    );
}

#[test]
fn renames_are_one_change() {
    let only = |base: &str, head: &str| -> Vec<String> {
        let report = compare(base, head);
        report
            .findings
            .iter()
            .map(|finding| format!("{} {}", finding.severity, finding.rule))
            .collect()
    };
    let body = |properties: &str| {
        with_schemas(
            "3.0.3",
            "{}",
            &format!("{{type: object, properties: {{{properties}}}}}"),
        )
    };
    assert_eq!(
        only(
            &body("userName: {type: string, maxLength: 3}"),
            &body("user_name: {type: string, maxLength: 3}")
        ),
        ["warning property-renamed"]
    );
    // Two properties that have nothing in common but their type are two.
    assert_eq!(
        only(
            &body("email: {type: string}"),
            &body("phone: {type: string}")
        ),
        ["warning property-removed", "info property-added"]
    );
    let operation = |path: &str, name: &str| {
        format!(
            "openapi: 3.0.3\npaths:\n  {path}:\n    get: {{operationId: getA, parameters: [{{name: {name}, in: query, schema: {{type: string}}}}], responses: {{}}}}\n"
        )
    };
    assert_eq!(
        only(&operation("/a", "pageSize"), &operation("/b", "pageSize")),
        ["breaking path-renamed"]
    );
    assert_eq!(
        only(&operation("/a", "pageSize"), &operation("/a", "page_size")),
        ["warning parameter-renamed"]
    );
}

/// One case a line; see its head.
pub(crate) const SCHEMAS: &str = include_str!("schemas.txt");

#[test]
fn schemas_are_judged_by_direction() {
    let mut wrong = Vec::new();
    let cases = SCHEMAS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for case in cases {
        let fields: Vec<&str> = case.split(" | ").map(str::trim).collect();
        let [version, base, head, request, response] = fields[..] else {
            panic!("{case}")
        };
        let version = if version == "3.0" { "3.0.3" } else { "3.1.0" };
        let (head, mirrored) = match head.strip_suffix("->") {
            Some(head) => (head, false),
            None => (head, true),
        };
        let mut check = |base: &str, head: &str, wanted: (&str, &str)| {
            let found = both_ways(version, base, head);
            if (found.0.as_str(), found.1.as_str()) != wanted {
                wrong.push(format!(
                    "{base} -> {head}\n  {found:?} instead of {wanted:?}"
                ));
            }
        };
        check(base, head, (request, response));
        if mirrored {
            check(head, base, (response, request));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_choice_that_shrinks_to_one_is_one_finding_behind_a_description() {
    let branch = |tag: &str| {
        format!(
            "{{type: object, required: [type], properties: {{type: {{type: string, enum: [{tag}]}}}}}}"
        )
    };
    let with = |branches: &[String]| {
        let wrapped = format!(
            "{{description: d, allOf: [{{oneOf: [{}]}}]}}",
            branches.join(", ")
        );
        with_schemas("3.0.3", "{}", &wrapped)
    };
    let report = compare(&with(&[branch("x"), branch("y")]), &with(&[branch("x")]));
    let rules: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["union-unwrapped"]);
}
