//! Renders SARIF 2.1.0 (OASIS), around the rules and results of a tool.

use serde_json::{Value, json};

/// Returns a log of SARIF 2.1.0 (OASIS) with the results of one run of a tool, for code scanning.
///
/// `rules` are the reporting descriptors (section 3.49) that the results refer to, and `results` are as section 3.27 has them.
///
/// ```
/// let log = oas_document::report::sarif("oas", "1.0.0", vec![], vec![]);
/// assert!(log.contains(r#""version": "2.1.0""#));
/// ```
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
