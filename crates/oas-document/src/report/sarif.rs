//! Renders SARIF 2.1.0 (OASIS), around the rules and results of a tool.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Elements, json_text};

/// Renders a SARIF 2.1.0 log with the results of one run of the tool `tool` in the version `version`, for code
/// scanning.
///
/// `rules` are `reportingDescriptor` objects (SARIF 2.1.0 §3.49), and `results` are `result` objects (§3.27) that refer
/// to them. A result is made when it is written: as a tree, the results of a large document take gigabytes.
///
/// ```
/// let log = oas_document::report::sarif("oas", "1.0.0", vec![], vec![]);
/// assert!(log.contains(r#""version": "2.1.0""#));
/// ```
#[must_use]
pub fn sarif(
    tool: &str,
    version: &str,
    rules: Vec<Value>,
    results: impl IntoIterator<Item = Value, IntoIter: Clone>,
) -> String {
    let driver = json!({"name": tool, "semanticVersion": version, "rules": rules});
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        runs: [Run {
            column_kind: "unicodeCodePoints",
            results: Elements(results.into_iter()),
            tool: json!({"driver": driver}),
        }],
        version: "2.1.0",
    };
    json_text(&log)
}

#[derive(Serialize)]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    runs: [R; 1],
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<R> {
    column_kind: &'static str,
    results: R,
    tool: Value,
}
