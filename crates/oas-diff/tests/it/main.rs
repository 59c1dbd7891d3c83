//! Tests the comparison through its public interface.

#![allow(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

mod chinese;
mod code;
mod corpus;
mod coverage;
mod hostile;
mod metamorphic;
mod operations;
mod oracle;
mod parts;
mod queries;
mod references;
mod reports;
mod rewritings;
mod selectors;
mod verdicts;

use oas_diff::{Date, Options, Profile, Report, diff};
use oas_document::Document;

pub(crate) fn today() -> Date {
    "2026-06-01".parse().unwrap()
}

pub(crate) fn document(name: &str, text: &str) -> Document {
    match Document::parse(name, text) {
        Ok(document) => document,
        Err(found) => panic!(
            "{}\n{text}",
            found.iter().map(ToString::to_string).collect::<String>()
        ),
    }
}

pub(crate) fn compare(base: &str, head: &str) -> Report {
    diff(
        &document("base.yaml", base),
        &document("head.yaml", head),
        &Options::new(today()),
    )
}

pub(crate) fn compare_code(base: &str, head: &str) -> Report {
    let options = Options::new(today()).with_profile(Profile::Codegen);
    diff(
        &document("base.yaml", base),
        &document("head.yaml", head),
        &options,
    )
}

/// Returns a document with one operation whose request and response bodies have a schema each.
pub(crate) fn with_schemas(version: &str, request: &str, response: &str) -> String {
    format!(
        "openapi: {version}\ninfo: {{title: T, version: 1.0.0}}\npaths:\n  /things:\n    post:\n      requestBody:\n        \
         content: {{application/json: {{schema: {request}}}}}\n      responses:\n        '200': {{description: ok, \
         content: {{application/json: {{schema: {response}}}}}}}\ncomponents:\n  schemas:\n    \
         A: {{type: object, required: [a], properties: {{a: {{type: string}}}}}}\n    \
         B: {{type: object, required: [b], properties: {{b: {{type: integer}}}}}}\n    \
         C: {{type: string, enum: [x, y]}}\n"
    )
}

/// Verdicts of one change of a schema: in a request and in a response.
pub(crate) fn both_ways(version: &str, base: &str, head: &str) -> (String, String) {
    let request = compare(
        &with_schemas(version, base, "{}"),
        &with_schemas(version, head, "{}"),
    );
    let response = compare(
        &with_schemas(version, "{}", base),
        &with_schemas(version, "{}", head),
    );
    (request.verdict.to_string(), response.verdict.to_string())
}
