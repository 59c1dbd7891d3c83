//! Compares lint with the official schemas of documents: lint must report what they reject.
//!
//! Documents that the schemas accept are broken in one place after the other. The schemas are read from a folder beside
//! the workspace (`OAS_STANDARD` names another one); where it does not exist, the test is skipped with a message. It
//! tries some changes of all; with `OAS_ALL_CHANGES` set it tries every one.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use oas_document::{Document, Version, lint, object_model::objects};
use serde_json::{Value, json};

/// Returns the official schema of documents of a version.
fn official(version: Version) -> Option<jsonschema::Validator> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/standard");
    let folder = std::env::var_os("OAS_STANDARD");
    let folder = folder.map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = folder.join(format!("schema-{version}.json"));
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let schema = serde_json::from_str(&text).expect("the schema is JSON");
    let options = jsonschema::options().should_validate_formats(true);
    Some(options.build(&schema).expect("the schema is valid"))
}

/// A change of one place.
struct Change {
    what: String,
    pointer: String,
    edit: Box<dyn Fn(&mut Value)>,
}

impl Change {
    /// Returns the document with the change.
    fn of(&self, value: &Value) -> Value {
        let mut changed = value.clone();
        let place = changed.pointer_mut(&self.pointer);
        (self.edit)(place.expect("the place is there"));
        changed
    }
}

/// Returns every change of one place: the member or item is removed, repeated, or of another kind; an object has one
/// more member, of those that the standard allows.
fn changes(document: &Document, value: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    let mut change = |what: String, pointer: &str, edit: Box<dyn Fn(&mut Value)>| {
        let what = format!("{pointer} {what}");
        let pointer = pointer.to_owned();
        found.push(Change {
            what,
            pointer,
            edit,
        });
    };
    for pointer in pointers(value) {
        let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
        let name = name.replace("~1", "/").replace("~0", "~");
        if !pointer.is_empty() {
            let what = format!("without {name}");
            let remove = move |parent: &mut Value| match parent {
                Value::Object(members) => drop(members.remove(&name)),
                Value::Array(items) => drop(items.remove(name.parse().expect("an index"))),
                _ => unreachable!("only objects and arrays have members"),
            };
            change(what, parent, Box::new(remove));
            for other in [
                json!(null),
                json!(7),
                json!(true),
                json!("text"),
                json!([]),
                json!({}),
            ] {
                let what = format!("as {other}");
                let replace = move |place: &mut Value| *place = other.clone();
                change(what, &pointer, Box::new(replace));
            }
        }
        let repeat = |place: &mut Value| {
            if let Value::Array(items) = place {
                items.extend(items.last().cloned());
            }
        };
        let what = "with the last item twice".to_owned();
        change(what, &pointer, Box::new(repeat));
        let add = |place: &mut Value| {
            if let Value::Object(members) = place {
                members.insert("unheardOf".to_owned(), json!("text"));
            }
        };
        change("with another member".to_owned(), &pointer, Box::new(add));
    }
    for (node, object) in objects(document) {
        let fields = object.fields().iter();
        for field in fields.filter(|field| node.is_object() && node.get(field.name).is_none()) {
            for other in [json!("text"), json!(true), json!([]), json!({"a": {}})] {
                let what = format!("with {}: {other}", field.name);
                let name = field.name;
                let set = move |place: &mut Value| place[name] = other.clone();
                change(what, &node.pointer(), Box::new(set));
            }
        }
    }
    found
}

fn pointers(value: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut add = |name: &str, value: &Value| {
        let name = name.replace('~', "~0").replace('/', "~1");
        found.extend(
            pointers(value)
                .iter()
                .map(|below| format!("/{name}{below}")),
        );
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| add(name, value)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(at, value)| add(&at.to_string(), value)),
        _ => {}
    }
    found
}

/// Returns the findings in a document, as rules with pointers.
fn findings(document: &Value) -> BTreeSet<(&'static str, String)> {
    let found = match Document::parse("document.json", &document.to_string()) {
        Ok(document) => lint(&document),
        Err(errors) => errors,
    };
    found
        .into_iter()
        .map(|finding| (finding.code, finding.pointer))
        .collect()
}

/// Returns the documents of this workspace that cover much of the standard.
fn documents() -> Vec<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    [
        "crates/oas-document/tests/clean.yaml",
        "openapi/recover-image.yaml",
        "tests/features/version-3-1.yaml",
        "tests/features/security.yaml",
    ]
    .map(|path| workspace.join(path))
    .into()
}

#[test]
fn what_the_official_schemas_reject_is_reported() {
    let mut silent = Vec::new();
    let mut rejected = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).expect("the document is there");
        let document = Document::parse("document.yaml", &text);
        let document = document.unwrap_or_else(|errors| panic!("{}", errors[0]));
        let value = document.root().to_json();
        let Some(official) = official(document.version()) else {
            return;
        };
        let complaint = official.iter_errors(&value).next();
        assert!(complaint.is_none(), "{}: {complaint:?}", path.display());
        let before = findings(&value);
        let every = if std::env::var_os("OAS_ALL_CHANGES").is_some() {
            1
        } else {
            11
        };
        for change in changes(&document, &value).iter().step_by(every) {
            let changed = change.of(&value);
            if official.is_valid(&changed) {
                continue;
            }
            rejected += 1;
            if findings(&changed).is_subset(&before) {
                silent.push(format!("{}: {}", path.display(), change.what));
            }
        }
    }
    println!("{rejected} changes are rejected by the official schemas");
    assert!(
        silent.is_empty(),
        "{} are not reported:\n{}",
        silent.len(),
        silent.join("\n")
    );
}
