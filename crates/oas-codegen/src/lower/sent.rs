//! The operations whose requests the API sends: webhooks and callbacks.

use std::collections::HashSet;

use oas_document::{Document, openapi};

/// Webhooks, and the callbacks of all operations, those of callbacks included; what several operations share is there once.
pub(crate) fn operations(document: &Document) -> Vec<openapi::Operation<'_>> {
    let mut found = openapi::webhooks(document);
    let mut pending = openapi::operations(document);
    pending.extend(&found);
    let mut seen: HashSet<_> = found.iter().map(|operation| operation.node).collect();
    while let Some(operation) = pending.pop() {
        for (_, callback) in operation.callbacks() {
            if seen.insert(callback.node) {
                found.push(callback);
                pending.push(callback);
            }
        }
    }
    found.sort_by_key(|operation| {
        let place = operation.node.location();
        (place.file, place.line, place.column)
    });
    found
}

/// Returns where a server receives the requests of an operation, unless the program mounts it elsewhere: a path made of its name.
pub(super) fn path(id: &str) -> String {
    format!(
        "/{}",
        oas_wire::percent::encode_path(id).replace(['{', '}', '/'], "-")
    )
}
