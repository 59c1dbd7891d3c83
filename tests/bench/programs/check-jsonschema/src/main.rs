//! The check of the crate jsonschema, which needs the value as a tree.

use bench_server::types::RecoverRequest;
use serde_json::{Value, json};

fn main() {
    let schema = json!({
        "type": "object",
        "required": ["params"],
        "properties": {
            "params": {
                "type": "object",
                "properties": {
                    "backupStorageUuids": {
                        "type": "array",
                        "minItems": 1,
                        "items": { "type": "string", "pattern": "^[0-9a-f]{32}$" },
                    },
                },
            },
            "systemTags": { "type": "array", "maxItems": 10, "items": { "type": "string", "maxLength": 255 } },
            "userTags": { "type": "array", "items": { "type": "string" } },
        },
    });
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    meter::check::run(|text| {
        let value: Value = serde_json::from_str(text).map_err(|_| 1_usize)?;
        match validator.is_valid(&value) {
            true => serde_json::from_value::<RecoverRequest>(value).map_err(|_| 1),
            false => Err(validator.iter_errors(&value).count()),
        }
    });
}
