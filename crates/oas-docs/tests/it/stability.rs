//! Checks that permalinks are stable: the pages and anchors of a document do not depend on the order of anything in it.

use std::collections::BTreeSet;

use oas_docs::{Settings, Site};
use oas_document::{Document, Kind, Node};

use crate::links;

/// Returns every page of a site with each of its anchors, without the pages of the document's text, whose lines move.
fn permalinks(document: &Document) -> BTreeSet<String> {
    let site = Site::of(document, &[], &Settings::default());
    let pages = site
        .files()
        .filter(|file| !file.path.starts_with("source/"));
    pages
        .flat_map(|file| {
            let ids = links::attributes(&file.text, "id");
            let permalinks = ids.map(|id| format!("{}#{id}", file.path));
            permalinks.chain([file.path.clone()]).collect::<Vec<_>>()
        })
        .collect()
}

/// Formats a document with all keys, and all lists whose order has no meaning, reversed.
fn backwards(out: &mut String, node: Node<'_>) {
    match node.kind() {
        Kind::Object => {
            let entries: Vec<_> = node.entries().collect();
            out.push('{');
            for (at, (name, value)) in entries.iter().rev().enumerate() {
                let comma = if at > 0 { "," } else { "" };
                out.push_str(&format!("{comma}{}:", serde_json::Value::from(*name)));
                backwards(out, *value);
            }
            out.push('}');
        }
        Kind::Array => {
            let mut items: Vec<_> = node.items().collect();
            if matches!(
                node.key(),
                Some("parameters" | "required" | "allOf" | "oneOf" | "tags")
            ) {
                items.reverse();
            }
            out.push('[');
            for (at, item) in items.into_iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                backwards(out, item);
            }
            out.push(']');
        }
        _ => out.push_str(&node.to_json().to_string()),
    }
}

#[test]
fn permalinks_survive_reordering() {
    let openapi = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/");
    for name in ["recover-image.yaml", "node-protocol.yaml"] {
        let text = std::fs::read_to_string(format!("{openapi}{name}")).expect("the document");
        let document = Document::parse(name, &text).expect("the document is well-formed");
        let mut reordered = String::new();
        backwards(&mut reordered, document.root());
        let reordered = Document::parse("reordered.json", &reordered).expect("JSON");
        let (before, after) = (permalinks(&document), permalinks(&reordered));
        assert!(before.len() > 300, "{name}: {}", before.len());
        let lost: Vec<_> = before.symmetric_difference(&after).collect();
        assert!(lost.is_empty(), "{name}: {lost:?}");
    }
}

#[test]
fn names_that_are_alike_have_pages_of_their_own() {
    let text = "
openapi: 3.1.2
info: { title: Alike, version: '1' }
paths:
  /a: { get: { operationId: getA, responses: {} }, put: { operationId: GETA, responses: {} } }
  /b-c: { get: { responses: {} } }
  /b/c: { get: { responses: {} } }
components:
  schemas:
    a.b: { properties: { x.y: { type: string }, x: { properties: { y: { type: string } } } } }
    A.B: { properties: { '': { type: string }, '*': { type: string }, 图: { type: string } } }
";
    let document = Document::parse("alike.yaml", text).expect("the document is well-formed");
    let site = Site::of(&document, &[], &Settings::default());
    let count = |folder: &str| {
        site.files()
            .filter(|file| file.path.starts_with(folder))
            .count()
    };
    assert_eq!((count("operations/"), count("schemas/")), (4, 2));
    // Some file systems ignore case.
    let folded: BTreeSet<String> = site.files().map(|file| file.path.to_lowercase()).collect();
    assert_eq!(folded.len(), site.files().count(), "{folded:?}");
    assert_eq!(links::dead(&site), [""; 0]);
}

#[test]
fn additions_rename_no_page() {
    let document = |more_paths: &str, more_schemas: &str| {
        let text = format!(
            "
openapi: 3.1.2
info: {{ title: Grows, version: '1' }}
paths:
  /a: {{ get: {{ operationId: p.p, responses: {{}} }}, put: {{ operationId: a/b, responses: {{}} }} }}
  /b/c: {{ get: {{ responses: {{}} }} }}
{more_paths}
webhooks:
  done: {{ post: {{ responses: {{}} }} }}
components:
  schemas:
    p.p: {{ type: string }}
    a/b: {{ type: string }}
{more_schemas}
"
        );
        Document::parse("grows.yaml", &text).expect("the document is well-formed")
    };
    let before = permalinks(&document("", ""));
    let paths = "
  /A: { get: { operationId: P.P, responses: {} }, put: { operationId: a-b, responses: {} }, post: { operationId: a.b, responses: {} } }
  /b-c: { get: { responses: {} } }
  /B/c:
    get:
      responses: {}
      callbacks: { done: { done: { post: { responses: {} } } } }
";
    let schemas = "
    P.P: { type: integer }
    a-b: { type: integer }
    a b: { type: integer }
";
    let site = document(paths, schemas);
    let after = permalinks(&site);
    let lost: Vec<_> = before.difference(&after).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let pages = |folder: &str| {
        let pages = after
            .iter()
            .filter(|page| page.starts_with(folder) && !page.contains('#'));
        let folded: BTreeSet<String> = pages.map(|page| page.to_lowercase()).collect();
        folded.len()
    };
    assert_eq!((pages("operations/"), pages("schemas/")), (10, 5));
    let site = Site::of(&site, &[], &Settings::default());
    let page = site.file("schemas/p.p.html").expect("the page of `p.p`");
    assert!(page.text.contains("string") && !page.text.contains("integer"));
}
