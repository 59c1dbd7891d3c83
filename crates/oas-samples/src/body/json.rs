//! Formats JSON text whose properties are in the order in which the document lists them.

use oas_document::schema::{EffectiveSchema, Schema};
use serde_json::Value;

/// Formats a value as JSON: the properties that its schema lists in their order, then the others.
pub(super) fn text(value: &Value, schema: Option<&Schema<'_>>) -> String {
    let mut out = String::new();
    write(value, schema, &mut out);
    out
}

/// Writes a value. Samples are small, so that recursion is safe.
fn write(value: &Value, schema: Option<&Schema<'_>>, out: &mut String) {
    match value {
        Value::Array(items) => {
            let effective = schema.map(Schema::effective);
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                let effective = effective.as_ref();
                let first = effective.and_then(|effective| effective.prefix_items.get(index));
                let rest = || effective.and_then(|effective| effective.items.as_ref());
                write(item, first.or_else(rest), out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut known = Vec::new();
            if let Some(schema) = schema {
                properties(&schema.effective(), 0, &mut known);
            }
            let place = |name: &String| known.iter().position(|(known, _)| known == name);
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_by_key(|name| place(name).unwrap_or(usize::MAX));
            out.push('{');
            for (index, name) in names.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                let schema = place(name).and_then(|place| known.get(place));
                write(&members[name], schema.map(|(_, schema)| schema), out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// The depth to which unions within unions are searched.
const MAX_DEPTH: usize = 3;

/// Returns the properties of a schema and of its alternatives, in document order.
fn properties<'d>(
    effective: &EffectiveSchema<'d>,
    depth: usize,
    found: &mut Vec<(&'d str, Schema<'d>)>,
) {
    for property in &effective.properties {
        if found.iter().all(|(known, _)| *known != property.name) {
            found.push((property.name, property.schema.clone()));
        }
    }
    if depth < MAX_DEPTH {
        for union in effective.one_of.iter().chain(&effective.any_of) {
            for branch in &union.branches {
                properties(&branch.schema.effective(), depth + 1, found);
            }
        }
    }
}
