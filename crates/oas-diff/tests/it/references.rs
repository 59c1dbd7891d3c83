//! Tests that references hide nothing: the target of a reference is compared as if it were inline, wherever the reference is
//! inserted.

use std::collections::BTreeMap;

use oas_diff::{Date, Options, Report, Verdict, diff};
use oas_document::{
    Document, Node,
    object_model::{FieldType, objects},
};
use serde_json::{Value, json};

/// Documents that between them have every field of the standard.
const EVERYTHING: [&str; 3] = [
    include_str!("everything-3.0.yaml"),
    include_str!("everything.yaml"),
    include_str!("everything-3.2.yaml"),
];

/// Values of a place that are edited, spread over all that it holds.
const EDITS: usize = 3;

fn load(root: &Value, moved: Option<&Value>) -> Document {
    let files = |path: &str| match (path, moved) {
        ("api.json", _) => Ok(root.to_string()),
        ("moved.json", Some(moved)) => Ok(moved.to_string()),
        _ => Err("there is no such file".to_owned()),
    };
    Document::load("api.json", &files).unwrap()
}

fn report(base: &Document, head: &Document) -> Report {
    diff(base, head, &Options::new(Date::from_unix_days(20_000)))
}

/// Returns the places of a document that can be references: every object, list and map of the standard.
fn places(document: &Document) -> BTreeMap<String, &'static str> {
    let mut places = BTreeMap::new();
    let mut add = |node: Node<'_>, kind| {
        if node.is_object() || node.is_array() {
            places.insert(node.pointer(), kind);
        }
    };
    for (node, object) in objects(document) {
        for (key, value) in node.entries() {
            let ty = match object.field(key) {
                Some(field) => Some(field.ty),
                None if key.starts_with("x-") => None,
                None => object.patterned_fields(),
            };
            let Some(ty) = ty else { continue };
            match ty {
                FieldType::Any | FieldType::AnyMap => continue,
                FieldType::List(inner) => {
                    value.items().for_each(|item| add(item, inner.title()));
                    add(value, "a list");
                }
                FieldType::Map(inner) => {
                    let values = value.entries().map(|(_, value)| value);
                    values.for_each(|value| add(value, inner.title()));
                    add(value, "a map");
                }
                FieldType::One(inner) => add(value, inner.title()),
                FieldType::SchemaOrBoolean => add(value, "Schema"),
                _ => add(value, "a value"),
            }
        }
    }
    places
}

/// Pointers of the scalars of a value.
fn scalars(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            scalars(
                value,
                format!("{at}/{}", oas_wire::json_pointer::escape(key)),
                out,
            );
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| {
            scalars(value, format!("{at}/{index}"), out);
        }),
        _ => out.push(at),
    }
}

fn edited(value: &Value) -> Value {
    match value {
        Value::Bool(flag) => Value::Bool(!flag),
        Value::Number(number) => (number.as_i64().unwrap_or(0) + 3).into(),
        Value::String(text) => format!("{text}z").into(),
        other => other.clone(),
    }
}

#[test]
fn what_is_behind_a_reference_is_compared_as_if_it_were_in_place() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for text in EVERYTHING {
        let plain = Document::parse("everything.yaml", text).unwrap();
        let json = plain.root().to_json();
        let inline = load(&json, None);
        for (pointer, kind) in places(&inline) {
            let Some(value) = json.pointer(&pointer).cloned() else {
                continue;
            };
            // The targets of the document's own references stay in place.
            if pointer == "/components" || pointer == "/components/schemas" {
                continue;
            }
            let mut root = json.clone();
            *root.pointer_mut(&pointer).unwrap() = json!({"$ref": "moved.json#/it"});
            // References in the value lead to the root file.
            let moved = |value: &Value| {
                let text = value.to_string();
                let text = text.replace("\"#/", "\"api.json#/");
                // Links are compared as they are written.
                let text = text.replace("\"operationRef\":\"api.json#/", "\"operationRef\":\"#/");
                json!({"it": serde_json::from_str::<Value>(&text).unwrap()})
            };
            let behind = load(&root, Some(&moved(&value)));
            let unchanged = report(&inline, &behind);
            if unchanged.verdict > Verdict::Docs {
                wrong.push(format!(
                    "{pointer} ({kind}) moved: {} {:?}",
                    unchanged.verdict,
                    unchanged.findings.first().map(|f| &f.message)
                ));
            }
            let mut inside = Vec::new();
            scalars(&value, String::new(), &mut inside);
            let step = inside.len().div_ceil(EDITS).max(1);
            for at in inside.iter().step_by(step) {
                if at.contains("$ref") {
                    continue;
                }
                tried += 1;
                let mut edit = value.clone();
                let slot = edit.pointer_mut(at).unwrap();
                *slot = edited(slot);
                let mut direct = json.clone();
                *direct.pointer_mut(&pointer).unwrap() = edit.clone();
                let files = |path: &str| match path {
                    "api.json" => Ok(direct.to_string()),
                    other => Err(other.to_owned()),
                };
                let Ok(direct) = Document::load("api.json", &files) else {
                    continue;
                };
                let in_place = report(&inline, &direct);
                let hidden = report(&behind, &load(&root, Some(&moved(&edit))));
                if in_place.verdict != hidden.verdict {
                    wrong.push(format!(
                        "{pointer} ({kind}), {at} edited: {} behind a reference, {} in place ({:?})",
                        hidden.verdict, in_place.verdict, in_place.findings.first().map(|finding| &finding.message),
                    ));
                }
            }
        }
    }
    assert!(tried > 400, "{tried}");
    assert!(
        wrong.is_empty(),
        "{} of {tried}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
