//! Compares two copies of a large document: `OAS_LARGE=file cargo bench -p oas-diff`. Without a file, one is generated.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark without its document measures nothing"
)]

use std::fmt::Write as _;

use oas_diff::{Date, Options, diff};
use oas_document::Document;

fn main() {
    divan::main();
}

/// Generates a document of some 3 MB: many operations over schemas that refer to each other.
fn made_up() -> String {
    let mut text = String::from("openapi: 3.0.3\ninfo: {title: Large, version: 1.0.0}\npaths:\n");
    for at in 0..2_000 {
        let _ = write!(
            text,
            "  /things{at}/{{id}}:\n    get:\n      operationId: get{at}\n      parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]\n      responses:\n        '200':\n          description: a thing\n          content:\n            application/json:\n              schema: {{$ref: '#/components/schemas/Thing{at}'}}\n"
        );
    }
    text.push_str("components:\n  schemas:\n");
    for at in 0..2_000 {
        let _ = write!(
            text,
            "    Thing{at}:\n      type: object\n      required: [id]\n      properties:\n        id: {{type: string}}\n"
        );
        for field in 0..20 {
            let _ = writeln!(
                text,
                "        field{field}: {{type: string, maxLength: {field}0, description: one of the fields}}"
            );
        }
        let _ = writeln!(
            text,
            "        next: {{$ref: '#/components/schemas/Thing{}'}}",
            (at + 1) % 2_000
        );
    }
    text
}

fn text() -> (String, String) {
    match std::env::var("OAS_LARGE") {
        Ok(name) => (name.clone(), std::fs::read_to_string(name).unwrap()),
        Err(_) => ("large.yaml".to_owned(), made_up()),
    }
}

#[divan::bench]
fn compare_only(bencher: divan::Bencher<'_, '_>) {
    let (name, text) = text();
    let read = || Document::parse(&name, &text).unwrap();
    let (base, head) = (read(), read());
    bencher.bench_local(|| diff(&base, &head, &Options::new(Date::from_unix_days(20_000))));
}

#[divan::bench(sample_count = 10)]
fn read_and_compare(bencher: divan::Bencher<'_, '_>) {
    let (name, text) = text();
    bencher.bench_local(|| {
        let read = || Document::parse(&name, &text).unwrap();
        diff(
            &read(),
            &read(),
            &Options::new(Date::from_unix_days(20_000)),
        )
    });
}
