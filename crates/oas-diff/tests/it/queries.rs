//! Tests parameters that are the whole query (`in: querystring`, OpenAPI 3.2): their content is what is sent, in operations, callbacks
//! and webhooks.

use oas_diff::{Options, Profile, diff};

use crate::{compare, document, today};

const PARAMETER: &str = "{name: q, in: querystring, content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {type: integer}, b: {type: string}}}}}}";

/// Edits of the parameter, with the verdict for the API's operations, and for what the API requests itself.
const EDITS: &[(&str, &str, &str, &str)] = &[
    ("name: q", "name: w", "none", "none"),
    ("type: integer", "type: string", "compatible", "breaking"),
    ("type: string", "type: boolean", "breaking", "compatible"),
    (
        "{type: string}",
        "{type: string, maxLength: 3}",
        "breaking",
        "compatible",
    ),
    (
        "type: object, ",
        "type: object, required: [a], ",
        "breaking",
        "compatible",
    ),
    (
        "in: querystring",
        "in: querystring, required: true",
        "breaking",
        "compatible",
    ),
    (", b: {type: string}", "", "warning", "warning"),
    (
        "}}}}}}",
        "}, c: {type: string}}}}}}",
        "compatible",
        "compatible",
    ),
    ("x-www-form-urlencoded", "json", "breaking", "breaking"),
    (
        "{schema:",
        "{encoding: {b: {allowReserved: true}}, schema:",
        "compatible",
        "breaking",
    ),
    ("name: q", "name: q, description: words", "docs", "docs"),
];

/// Writes a document with the parameter in one place.
type Place = fn(&str) -> String;

fn operation(parameter: &str) -> String {
    format!(
        "openapi: 3.2.0\ninfo: {{title: T, version: 1.0.0}}\npaths:\n  /things:\n    get:\n      operationId: getThings\n      parameters: [{parameter}]\n      responses: {{'204': {{description: ok}}}}\n"
    )
}

fn callback(parameter: &str) -> String {
    format!(
        "openapi: 3.2.0\ninfo: {{title: T, version: 1.0.0}}\npaths:\n  /things:\n    post:\n      callbacks: {{done: {{'{{$request.body#/url}}': {{get: {{parameters: [{parameter}], responses: {{'204': {{description: ok}}}}}}}}}}}}\n      responses: {{'204': {{description: ok}}}}\n"
    )
}

fn webhook(parameter: &str) -> String {
    format!(
        "openapi: 3.2.0\ninfo: {{title: T, version: 1.0.0}}\nwebhooks:\n  done:\n    get:\n      parameters: [{parameter}]\n      responses: {{'204': {{description: ok}}}}\n"
    )
}

#[test]
fn a_whole_query_is_compared_by_its_content() {
    let mut wrong = Vec::new();
    for (from, to, direct, inverted) in EDITS {
        assert!(PARAMETER.contains(from), "{from}");
        let edited = PARAMETER.replacen(from, to, 1);
        let places: [(&str, Place, &str); 3] = [
            ("operation", operation, direct),
            ("callback", callback, inverted),
            ("webhook", webhook, inverted),
        ];
        for (place, document, wanted) in places {
            let report = compare(&document(PARAMETER), &document(&edited));
            if report.verdict.to_string() != wanted {
                let found = report.findings.iter();
                let found: Vec<_> = found
                    .map(|it| format!("{} {}", it.rule, it.message))
                    .collect();
                let verdict = report.verdict;
                wrong.push(format!(
                    "{place}: {from} -> {to}: {verdict}, not {wanted}; {found:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_name_of_a_whole_query_is_that_of_an_argument() {
    let renamed = operation(PARAMETER).replace("name: q", "name: w");
    let (base, head) = (
        document("base.yaml", &operation(PARAMETER)),
        document("head.yaml", &renamed),
    );
    let options = Options::new(today()).with_profile(Profile::Codegen);
    let report = diff(&base, &head, &options);
    let [finding] = report.findings.as_slice() else {
        panic!("{:?}", report.findings)
    };
    assert_eq!(finding.rule, "path-parameter-renamed");
    let message =
        "GET /things querystring parameter w: querystring parameter renamed from `q` to `w`";
    assert_eq!(finding.message, message);
}
