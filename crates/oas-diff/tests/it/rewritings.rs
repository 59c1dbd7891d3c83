//! Tests whole documents that are rewritten without a change on the wire: equivalent constructs, and conversions from one
//! version of the standard to the next. All verdicts are `none` or `docs`, forwards and backwards.
//!
//! The documents of this workspace are always tested, those of others if a folder contains them.

use std::collections::BTreeMap;

use oas_diff::{Date, Options, Verdict, diff};
use oas_document::{
    Document,
    object_model::{FieldType, Object},
};
use serde_json::{Map, Value, json};

/// A rewriting of a document; returns `false` if the document does not allow it.
type Rewriting = fn(&mut Value) -> bool;

/// Rewritings within a version of the standard.
const EQUIVALENT: &[(&str, Rewriting)] = &[
    ("keys reversed", reverse_keys),
    ("schema references wrapped in allOf", wrap_references),
    ("leaf components inlined", inline_leaves),
    ("components renamed", rename_components),
    ("common parameters moved to path items", common_parameters),
    ("security written at each operation", security_of_operations),
    ("charset given with JSON", charset),
    ("defaults of parameters written out", parameter_defaults),
    ("additionalProperties: true written out", open_objects),
    ("enum written as a choice of values", values_as_choices),
    ("bounds of int32 written out", bounds_of_formats),
    ("lists without an order reversed", reverse_lists),
    ("base path moved into the paths", move_base_path),
    (
        "integer written as a multiple of one",
        integers_as_multiples,
    ),
    ("default server written out", default_server),
];

/// From 3.0 to 3.1.
const MIGRATIONS: &[(&str, Rewriting)] = &[
    ("to 3.1", |document| migrate(document, true, false)),
    ("to 3.1, lists of values left alone", |document| {
        migrate(document, false, false)
    }),
    ("to 3.1, with the encodings of 3.1", |document| {
        migrate(document, true, true)
    }),
];

/// Calls a function for every object of the standard, the innermost first.
fn each(value: &mut Value, ty: FieldType, f: &mut dyn FnMut(&mut Value, Object)) {
    match ty {
        FieldType::List(object) => {
            for item in value.as_array_mut().into_iter().flatten() {
                each(item, FieldType::One(object), f);
            }
        }
        FieldType::Map(object) => {
            for (_, item) in value.as_object_mut().into_iter().flatten() {
                each(item, FieldType::One(object), f);
            }
        }
        _ => {
            let Some(object) = ty.object() else { return };
            for (key, inner) in value.as_object_mut().into_iter().flatten() {
                if let Some(ty) = object.type_of(key).filter(|_| !key.starts_with("x-")) {
                    each(inner, ty, f);
                }
            }
            if value.is_object() {
                f(value, object);
            }
        }
    }
}

/// Calls a function for every object of a kind.
fn each_of(document: &mut Value, wanted: Object, mut f: impl FnMut(&mut Map<String, Value>)) {
    each(
        document,
        FieldType::One(Object::OpenApi),
        &mut |value, object| {
            if object == wanted
                && let Some(fields) = value.as_object_mut()
            {
                f(fields);
            }
        },
    );
}

fn operations(document: &mut Value) -> Vec<&mut Map<String, Value>> {
    const METHODS: [&str; 9] = [
        "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
    ];
    let items = document["paths"].as_object_mut().into_iter().flatten();
    let items = items.filter_map(|(_, item)| item.as_object_mut());
    let fields = items.flat_map(|item| item.iter_mut());
    let operations = fields.filter(|(key, _)| METHODS.contains(&key.as_str()));
    operations
        .filter_map(|(_, operation)| operation.as_object_mut())
        .collect()
}

fn has(document: &Value, word: &str) -> bool {
    document.to_string().contains(&format!("\"{word}\":"))
}

fn reverse_keys(document: &mut Value) -> bool {
    fn reversed(value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let fields = fields.iter().rev();
                let fields = fields.map(|(key, value)| (key.clone(), reversed(value)));
                Value::Object(fields.collect())
            }
            Value::Array(items) => items.iter().map(reversed).collect(),
            other => other.clone(),
        }
    }
    *document = reversed(document);
    true
}

fn wrap_references(document: &mut Value) -> bool {
    each_of(document, Object::Schema, |schema| {
        if schema.len() == 1 && schema.contains_key("$ref") {
            let inner = std::mem::take(schema);
            schema.insert("allOf".to_owned(), json!([inner]));
        }
    });
    // A branch that is wrapped has no name, and the discriminator goes by names.
    !has(document, "discriminator")
}

fn schema_components(document: &Value) -> BTreeMap<String, Value> {
    let schemas = document["components"]["schemas"].as_object();
    let schemas = schemas.into_iter().flatten();
    schemas
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect()
}

fn inline_leaves(document: &mut Value) -> bool {
    let leaves = schema_components(document);
    let is_leaf = |schema: &Value| {
        let text = schema.to_string();
        !text.contains("$ref")
            && !text.contains("$dynamic")
            && !text.contains("\"$anchor\"")
            && !text.contains("\"$id\"")
    };
    each_of(document, Object::Schema, |schema| {
        let reference = schema.get("$ref").and_then(Value::as_str);
        let name = reference.and_then(|text| text.strip_prefix("#/components/schemas/"));
        let leaf = name
            .and_then(|name| leaves.get(name))
            .filter(|leaf| is_leaf(leaf));
        if schema.len() == 1
            && let Some(Value::Object(leaf)) = leaf
        {
            *schema = leaf.clone();
        }
    });
    // Branch names are the tags of a discriminator, and extensions of merged parts keep their order.
    !has(document, "discriminator")
}

fn rename_components(document: &mut Value) -> bool {
    let names = schema_components(document);
    if has(document, "discriminator") || has(document, "links") || names.is_empty() {
        return false;
    }
    let mut text = document.to_string();
    for name in names.keys() {
        let name = name.replace('~', "~0").replace('/', "~1");
        text = text.replace(
            &format!("\"#/components/schemas/{name}\""),
            &format!("\"#/components/schemas/{name}Renamed\""),
        );
        text = text.replace(
            &format!("\"#/components/schemas/{name}/"),
            &format!("\"#/components/schemas/{name}Renamed/"),
        );
    }
    *document = serde_json::from_str(&text).unwrap();
    let renamed = names.into_keys().map(|name| {
        let schema = document["components"]["schemas"][&name].clone();
        (format!("{name}Renamed"), schema)
    });
    document["components"]["schemas"] = Value::Object(renamed.collect());
    true
}

fn common_parameters(document: &mut Value) -> bool {
    let mut moved = false;
    for (_, item) in document["paths"].as_object_mut().into_iter().flatten() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        if item.contains_key("parameters") || item.contains_key("$ref") {
            continue;
        }
        let operations: Vec<_> = [
            "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
        ]
        .into_iter()
        .filter(|key| item.contains_key(*key))
        .collect();
        let [only] = operations.as_slice() else {
            continue;
        };
        if item.contains_key("additionalOperations") {
            continue;
        }
        if let Some(parameters) = item
            .get_mut(*only)
            .and_then(|operation| operation.as_object_mut()?.remove("parameters"))
        {
            item.insert("parameters".to_owned(), parameters);
            moved = true;
        }
    }
    moved
}

fn security_of_operations(document: &mut Value) -> bool {
    let Some(security) = document.get("security").cloned() else {
        return false;
    };
    for operation in operations(document) {
        operation
            .entry("security")
            .or_insert_with(|| security.clone());
    }
    true
}

fn charset(document: &mut Value) -> bool {
    let mut given = false;
    let mut rename = |fields: &mut Map<String, Value>| {
        let Some(Value::Object(content)) = fields.get_mut("content") else {
            return;
        };
        if let Some(media) = content.remove("application/json") {
            content.insert("application/json; charset=utf-8".to_owned(), media);
            given = true;
        }
    };
    for object in [Object::RequestBody, Object::Response] {
        each_of(document, object, &mut rename);
    }
    given && !document.to_string().contains("/content/")
}

fn parameter_defaults(document: &mut Value) -> bool {
    each_of(document, Object::Parameter, |parameter| {
        if parameter.contains_key("$ref") || parameter.contains_key("content") {
            return;
        }
        let place = parameter.get("in").and_then(Value::as_str);
        let style = match place {
            Some("query" | "cookie") => "form",
            Some("path" | "header") => "simple",
            _ => return,
        };
        let style = parameter
            .entry("style")
            .or_insert_with(|| style.into())
            .clone();
        let explode = style == "form" || style == "cookie";
        parameter.entry("explode").or_insert_with(|| explode.into());
        if !parameter.contains_key("required") {
            parameter.insert("required".to_owned(), false.into());
        }
    });
    true
}

fn open_objects(document: &mut Value) -> bool {
    each_of(document, Object::Schema, |schema| {
        let is_plain = schema.get("type") == Some(&json!("object"))
            && !schema.contains_key("$ref")
            && !schema.contains_key("additionalProperties");
        if is_plain {
            schema.insert("additionalProperties".to_owned(), true.into());
        }
    });
    // With `additionalProperties` no property is left unevaluated.
    !has(document, "unevaluatedProperties")
}

fn values_as_choices(document: &mut Value) -> bool {
    let mut written = false;
    each_of(document, Object::Schema, |schema| {
        if schema.contains_key("oneOf")
            || schema.contains_key("$ref")
            || schema.contains_key("x-extensible-enum")
            || schema.get("type") != Some(&json!("string"))
        {
            return;
        }
        // A null in the list of a type of its own is a way of 3.0 to write null.
        let null = schema
            .get("enum")
            .and_then(Value::as_array)
            .is_some_and(|values| values.contains(&Value::Null));
        if null || schema.contains_key("nullable") {
            return;
        }
        if let Some(Value::Array(values)) = schema.remove("enum") {
            let branches = values
                .iter()
                .map(|value| json!({"type": "string", "enum": [value]}));
            schema.insert("oneOf".to_owned(), branches.collect());
            written = true;
        }
    });
    written
}

fn bounds_of_formats(document: &mut Value) -> bool {
    each_of(document, Object::Schema, |schema| {
        let is_int32 = schema.get("format") == Some(&json!("int32"))
            && schema.get("type") == Some(&json!("integer"));
        let bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
        if is_int32 && !bounds.iter().any(|bound| schema.contains_key(*bound)) {
            schema.insert("minimum".to_owned(), i32::MIN.into());
            schema.insert("maximum".to_owned(), i32::MAX.into());
        }
    });
    true
}

fn reverse_lists(document: &mut Value) -> bool {
    each_of(document, Object::Schema, |schema| {
        for key in ["oneOf", "anyOf", "required", "enum"] {
            if let Some(Value::Array(items)) = schema.get_mut(key) {
                items.reverse();
            }
        }
    });
    // Pointers into the lists would lead to other branches.
    let text = document.to_string();
    !text.contains("/oneOf/") && !text.contains("/anyOf/")
}

fn move_base_path(document: &mut Value) -> bool {
    let Some(Value::Array(servers)) = document.get_mut("servers") else {
        return false;
    };
    let [server] = servers.as_mut_slice() else {
        return false;
    };
    let Some(url) = server["url"].as_str().map(str::to_owned) else {
        return false;
    };
    let Some(start) = url.find("://").map(|at| at + 3) else {
        return false;
    };
    let Some(slash) = url[start..].find('/').map(|at| at + start) else {
        return false;
    };
    let base = url[slash..].trim_end_matches('/').to_owned();
    if base.is_empty()
        || base.contains('{')
        || document.to_string().matches("\"servers\":").count() > 1
    {
        return false;
    }
    document["servers"][0]["url"] = url[..slash].into();
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    let paths = paths
        .into_iter()
        .map(|(path, item)| match path.starts_with("x-") {
            true => (path, item),
            false => (format!("{base}{path}"), item),
        });
    document["paths"] = Value::Object(paths.collect());
    !document.to_string().contains("#/paths/")
}

fn integers_as_multiples(document: &mut Value) -> bool {
    each_of(document, Object::Schema, |schema| {
        let is_integer = schema.get("type") == Some(&json!("integer"));
        if is_integer
            && !["format", "multipleOf", "enum", "const"]
                .iter()
                .any(|key| schema.contains_key(*key))
        {
            schema.insert("type".to_owned(), "number".into());
            schema.insert("multipleOf".to_owned(), 1.into());
        }
    });
    true
}

fn default_server(document: &mut Value) -> bool {
    let missing = document.get("servers").is_none();
    if missing {
        document["servers"] = json!([{"url": "/"}]);
    }
    missing
}

/// Converts a document from 3.0 to 3.1.
fn migrate(document: &mut Value, null_in_lists: bool, encodings: bool) -> bool {
    let is_3_0 = document["openapi"]
        .as_str()
        .is_some_and(|version| version.starts_with("3.0"));
    if !is_3_0 {
        return false;
    }
    document["openapi"] = "3.1.0".into();
    if encodings {
        for object in [Object::RequestBody, Object::Response] {
            each_of(document, object, binary_bodies);
        }
    }
    each_of(document, Object::Schema, |schema| {
        if schema.contains_key("$ref") {
            // Siblings of a reference were ignored.
            schema.retain(|key, _| key == "$ref");
            return;
        }
        for (keyword, bound) in [
            ("exclusiveMinimum", "minimum"),
            ("exclusiveMaximum", "maximum"),
        ] {
            match schema.get(keyword) {
                Some(Value::Bool(true)) => {
                    schema.remove(keyword);
                    if let Some(value) = schema.remove(bound) {
                        schema.insert(keyword.to_owned(), value);
                    }
                }
                Some(Value::Bool(false)) => {
                    schema.remove(keyword);
                }
                _ => {}
            }
        }
        if let Some(example) = schema.remove("example") {
            schema.insert("examples".to_owned(), json!([example]));
        }
        if encodings && schema.get("type") == Some(&json!("string")) {
            match schema.get("format").and_then(Value::as_str) {
                Some("byte") => {
                    schema.remove("format");
                    schema.insert("contentEncoding".to_owned(), "base64".into());
                }
                Some("binary") => {
                    schema.remove("format");
                    schema.insert(
                        "contentMediaType".to_owned(),
                        "application/octet-stream".into(),
                    );
                }
                _ => {}
            }
        }
        let lists_null = schema
            .get("enum")
            .and_then(Value::as_array)
            .is_some_and(|values| values.contains(&Value::Null));
        if schema.remove("nullable") != Some(Value::Bool(true)) && !lists_null {
            return;
        }
        match schema.get("type").cloned() {
            Some(Value::String(ty)) if !schema.contains_key("allOf") => {
                schema.insert("type".to_owned(), json!([ty, "null"]));
                if null_in_lists
                    && let Some(Value::Array(values)) = schema.get_mut("enum")
                    && !values.contains(&Value::Null)
                {
                    values.push(Value::Null);
                }
            }
            _ if schema.contains_key("allOf")
                || schema.contains_key("oneOf")
                || schema.contains_key("anyOf") =>
            {
                let discriminator = schema.remove("discriminator");
                let mut inner = std::mem::take(schema);
                if let Some(discriminator) = discriminator {
                    inner.insert("discriminator".to_owned(), discriminator);
                }
                schema.insert("oneOf".to_owned(), json!([inner, {"type": "null"}]));
            }
            _ => {}
        }
    });
    true
}

/// Leaves the schema of a body of bytes empty, as 3.1 allows.
fn binary_bodies(fields: &mut Map<String, Value>) {
    let Some(Value::Object(content)) = fields.get_mut("content") else {
        return;
    };
    for (name, media) in content {
        let is_bytes = [
            "application/octet-stream",
            "application/zip",
            "application/pdf",
            "image/png",
        ]
        .contains(&name.as_str());
        if is_bytes && media["schema"] == json!({"type": "string", "format": "binary"}) {
            media["schema"] = json!({});
        }
    }
}

/// Converts a document from 3.1 to 3.2.
fn next_version(document: &mut Value) -> bool {
    let is_3_1 = document["openapi"]
        .as_str()
        .is_some_and(|version| version.starts_with("3.1"));
    if is_3_1 {
        document["openapi"] = "3.2.0".into();
    }
    is_3_1
}

fn read(value: &Value) -> Option<Document> {
    Document::parse("document.json", &value.to_string()).ok()
}

/// Returns the wrong verdicts of all rewritings of a document.
fn wrong(name: &str, json: &Value, counts: &mut BTreeMap<&'static str, usize>) -> Vec<String> {
    let options = Options::new(Date::from_unix_days(20_000));
    let Some(base) = read(json) else {
        return vec![format!("{name} cannot be read")];
    };
    let rewritings = EQUIVALENT.iter().chain(MIGRATIONS);
    let all = rewritings.chain(&[("to 3.2", next_version as Rewriting)]);
    let mut wrong = Vec::new();
    for (how, rewriting) in all {
        let mut head = json.clone();
        if !rewriting(&mut head) {
            continue;
        }
        let Some(head) = read(&head) else {
            wrong.push(format!("{name}, {how}: cannot be read"));
            continue;
        };
        *counts.entry(how).or_default() += 1;
        for (way, one, other) in [("", &base, &head), (" backwards", &head, &base)] {
            let report = diff(one, other, &options);
            if report.verdict > Verdict::Docs {
                let finding = report.findings.first();
                let message =
                    finding.map(|finding| format!("{} {}", finding.rule, finding.message));
                wrong.push(format!(
                    "{name}, {how}{way}: {} ({} findings) {}",
                    report.verdict,
                    report.findings.len(),
                    message.unwrap_or_default()
                ));
            }
        }
    }
    wrong
}

/// The documents of this workspace.
const OWN: [(&str, &str); 6] = [
    (
        "servers",
        "{openapi: 3.0.3, servers: [{url: 'https://api.example/v1'}], \
         paths: {'/a/{b}': {get: {parameters: [{name: b, in: path, required: true}], responses: {}}}}}",
    ),
    (
        "recover-image",
        include_str!("../../../../openapi/recover-image.yaml"),
    ),
    (
        "node-protocol",
        include_str!("../../../../openapi/node-protocol.yaml"),
    ),
    ("everything 3.0", include_str!("everything-3.0.yaml")),
    ("everything 3.1", include_str!("everything.yaml")),
    ("everything 3.2", include_str!("everything-3.2.yaml")),
];

#[test]
fn rewritings_of_whole_documents_change_nothing() {
    let mut found = Vec::new();
    let mut counts = BTreeMap::new();
    for (name, text) in OWN {
        let json = Document::parse("own.yaml", text).unwrap().root().to_json();
        found.extend(wrong(name, &json, &mut counts));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    // Every rewriting is possible somewhere.
    let names = EQUIVALENT.iter().chain(MIGRATIONS).map(|(name, _)| *name);
    let never: Vec<_> = names.filter(|name| !counts.contains_key(name)).collect();
    assert!(never.is_empty(), "{never:?}");
}

#[test]
fn rewritings_of_other_documents_change_nothing() {
    let mut found = Vec::new();
    let mut counts = BTreeMap::new();
    for (name, document) in crate::corpus::documents() {
        // References in fields that the standard does not have are not understood.
        let odd = ["clients_client.yaml", "options_filter_server.yaml"];
        if !odd.into_iter().any(|end| name.ends_with(end)) {
            found.extend(wrong(&name, &document.root().to_json(), &mut counts));
        }
    }
    let tried: usize = counts.values().sum();
    assert!(
        found.is_empty(),
        "{} of {tried}:\n{}",
        found.len(),
        found.join("\n")
    );
}
