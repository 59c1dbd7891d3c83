//! Renders SARIF 2.1.0 (OASIS), around the rules and results of a tool.

use serde_json::{Value, json};

/// Renders a SARIF 2.1.0 log with the results of one run of the tool `tool` in the version `version`, for code
/// scanning.
///
/// `rules` are `reportingDescriptor` objects (SARIF 2.1.0 §3.49), and `results` are `result` objects (§3.27) that refer
/// to them.
///
/// ```
/// let log = oas_document::report::sarif("oas", "1.0.0", vec![], vec![]);
/// assert!(log.contains(r#""version": "2.1.0""#));
/// ```
#[must_use]
pub fn sarif(tool: &str, version: &str, rules: Vec<Value>, results: Vec<Value>) -> String {
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": tool,
                "semanticVersion": version,
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}
