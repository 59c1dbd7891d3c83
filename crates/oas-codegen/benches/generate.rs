//! Measures how long generation takes, and how the duration grows with the document.
//!
//! Run with `cargo bench -p oas-codegen`. Compare the cost of an operation among 10,000 with that of one among 1,000. A
//! document of your own is measured with `OAS_DOCUMENT=path cargo bench -p oas-codegen`.

use std::fmt::Write as _;

use divan::Bencher;
use oas_codegen::{Document, Settings, generate};

fn main() {
    divan::main();
}

/// Generates a document with this number of operations: each with parameters, a body, two responses, and schemas of its
/// own.
fn synthetic(operations: usize) -> String {
    let mut text =
        String::from("openapi: 3.0.4\ninfo: { title: Synthetic, version: 1.0.0 }\npaths:\n");
    for index in 0..operations {
        let _ = write!(
            text,
            "  /things{index}/{{id}}:
    post:
      operationId: updateThing{index}
      tags: [Group{group}]
      parameters:
        - {{ name: id, in: path, required: true, schema: {{ type: string, maxLength: 64 }} }}
        - {{ name: limit, in: query, schema: {{ type: integer, format: int32, minimum: 1 }} }}
      requestBody:
        required: true
        content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Thing{index}' }} }} }}
      responses:
        '200': {{ description: Done., content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Thing{index}' }} }} }} }}
        default: {{ description: Failed., content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Problem' }} }} }} }}
",
            group = index / 100,
        );
    }
    text.push_str("components:\n  schemas:\n    Problem: { type: object, required: [message], properties: { message: { type: string } } }\n");
    for index in 0..operations {
        let _ = write!(
            text,
            "    Thing{index}:
      type: object
      required: [name]
      properties:
        name: {{ type: string, minLength: 1 }}
        size: {{ type: integer, format: int64 }}
        state: {{ type: string, enum: [on, off] }}
        parts: {{ type: array, items: {{ $ref: '#/components/schemas/Thing{other}' }} }}
",
            other = (index * 7 + 1) % operations,
        );
    }
    text
}

/// Measures generation alone: the document is parsed before.
#[divan::bench(args = [1_000, 10_000], sample_count = 5, sample_size = 1)]
fn operations(bencher: Bencher<'_, '_>, count: usize) {
    let document =
        Document::parse("synthetic.yaml", &synthetic(count)).expect("the bench is set up");
    let settings = Settings::new("synthetic", "synthetic.yaml");
    bencher
        .counter(divan::counter::ItemsCount::new(count))
        .bench(|| generate(&document, &settings).expect("the bench is set up"));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn read_10_000_operations(bencher: Bencher<'_, '_>) {
    let text = synthetic(10_000);
    bencher.bench(|| Document::parse("synthetic.yaml", &text).expect("the bench is set up"));
}

#[divan::bench]
fn recover_image(bencher: Bencher<'_, '_>) {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../openapi/recover-image.yaml"
    );
    let text = std::fs::read_to_string(path).expect("the bench is set up");
    let settings = Settings::new("zstack", "recover-image.yaml");
    bencher.bench(|| {
        generate(
            &Document::parse("recover-image.yaml", &text).expect("the bench is set up"),
            &settings,
        )
        .expect("the bench is set up")
    });
}

/// Measures a document of your own, from parsing to the last file.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn own_document(bencher: Bencher<'_, '_>) {
    let Ok(path) = std::env::var("OAS_DOCUMENT") else {
        return;
    };
    let text = std::fs::read_to_string(&path).expect("the bench is set up");
    let settings = Settings::new("own", "own");
    bencher.bench(|| {
        generate(
            &Document::parse(&path, &text).expect("the bench is set up"),
            &settings,
        )
        .expect("the document can be generated")
    });
}
