//! Tests that no field of the standard is forgotten: each is covered by rules or ignored for a reason, and rules report the
//! fields that they cover.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::LazyLock,
};

use oas_diff::{Coverage, Covers, Date, Options, Profile, Rule, coverage, diff, rules};
use oas_document::{
    Document,
    object_model::{self, Citation, Object},
};
use oas_wire::json_pointer;
use serde_json::Value;

#[test]
fn every_field_of_the_standard_is_covered_or_left_out_for_a_reason() {
    for entry in coverage() {
        let name = format!("{} Object, `{}`", entry.object.title(), entry.field);
        assert_eq!(entry.rules.is_empty(), entry.reason.is_some(), "{name}");
        assert!(
            entry.reason.is_none_or(|reason| reason.len() > 20),
            "{name}"
        );
    }
}

#[test]
fn every_rule_covers_fields_of_the_standard() {
    let mut covering = BTreeSet::new();
    for entry in coverage() {
        covering.extend(entry.rules.iter().map(|rule| rule.id));
    }
    let mut ids = BTreeSet::new();
    for rule in rules() {
        assert!(ids.insert(rule.id), "{} is used twice", rule.id);
        let mut whole = rule.covers.iter();
        let beside_fields =
            whole.any(|covers| matches!(covers, Covers::Itself(_) | Covers::Extension(_)));
        assert!(
            beside_fields || covering.contains(rule.id),
            "{} covers nothing",
            rule.id
        );
        if let Citation::Field(object, name) = rule.citation {
            assert!(
                object.field(name).is_some(),
                "{} cites {}",
                rule.id,
                rule.citation
            );
        }
        for covers in rule.covers {
            let known = match covers {
                Covers::Field(object, name) => object.field(name).is_some(),
                Covers::Everywhere(name) => Object::ALL
                    .iter()
                    .any(|object| object.field(name).is_some()),
                Covers::Containing(object, kind) => object
                    .fields()
                    .iter()
                    .any(|field| field.ty.object() == Some(*kind)),
                Covers::AllOf(_) | Covers::Itself(_) | Covers::Extension(_) => true,
            };
            assert!(known, "{} covers {covers:?}", rule.id);
        }
    }
}

/// Documents that between them have every field once.
const EVERYTHING: [&str; 3] = [
    include_str!("everything-3.0.yaml"),
    include_str!("everything.yaml"),
    include_str!("everything-3.2.yaml"),
];

fn read(value: &Value) -> Option<Document> {
    Document::parse("everything.json", &value.to_string()).ok()
}

/// Pointers of all values below one, itself included.
fn pointers(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                pointers(value, format!("{at}/{}", json_pointer::escape(key)), out);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointers(value, format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
    out.push(at);
}

fn changed(value: &Value) -> Value {
    match value {
        Value::Bool(flag) => Value::Bool(!flag),
        Value::Number(number) => (number.as_i64().unwrap_or(0) + 3).into(),
        Value::String(text) => format!("{text}z").into(),
        other => other.clone(),
    }
}

/// Returns the objects of a document by pointer.
fn objects(document: &Document) -> HashMap<String, Object> {
    let objects = object_model::objects(document).into_iter();
    objects
        .map(|(node, object)| (node.pointer(), object))
        .collect()
}

/// Returns the fields that an edit at a pointer changes: for each object around it, from the inside out, the field that leads
/// to it.
fn fields_at(objects: &HashMap<String, Object>, pointer: &str) -> Vec<(Object, String)> {
    let parts: Vec<&str> = pointer.split('/').collect();
    let around = (1..parts.len()).rev();
    let fields = around.filter_map(|at| {
        let object = objects.get(&parts[..at].join("/"))?;
        Some((*object, parts[at].replace("~1", "/").replace("~0", "~")))
    });
    fields.collect()
}

#[test]
fn the_documents_have_every_field() {
    let mut present = HashSet::new();
    for text in EVERYTHING {
        let document = Document::parse("everything.yaml", text).unwrap();
        for (node, object) in object_model::objects(&document) {
            present.extend(node.entries().map(|(key, _)| (object, key.to_owned())));
        }
    }
    let fields = coverage().filter(|entry| entry.field != "*" && entry.reason.is_none());
    let missing: Vec<_> = fields
        .filter(|entry| !present.contains(&(entry.object, entry.field.to_owned())))
        .map(|entry| format!("{:?}.{}", entry.object, entry.field))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Returns the ids of the rules that cover a field, or `None` if any report is enough.
fn covering(object: Object, field: &str) -> Option<BTreeSet<&'static str>> {
    if field.starts_with("x-") {
        let extension = |name: &str| name == field || name == "x-*";
        let covers = |covers: &Covers| matches!(covers, Covers::Extension(name) if extension(name));
        return Some(
            rules()
                .filter(|rule| rule.covers.iter().any(covers))
                .map(|rule| rule.id)
                .collect(),
        );
    }
    let known = object.field(field).is_some();
    static FIELDS: LazyLock<HashMap<(Object, &str), Coverage>> = LazyLock::new(|| {
        let entries = coverage().map(|entry| ((entry.object, entry.field), entry));
        entries.collect()
    });
    let entry = FIELDS.get(&(object, if known { field } else { "*" }))?;
    let covered = entry.reason.is_none();
    covered.then(|| entry.rules.iter().map(|rule| rule.id).collect())
}

/// Edits that mean nothing, by the end of the pointer.
fn says_nothing(pointer: &str) -> bool {
    let waived = [
        "/$id",
        "/$anchor",
        "/$comment",
        "/$schema",
        "/$defs",
        "/$ref",
        "/operationRef",
    ];
    waived.iter().any(|end| pointer.contains(end))
        // The values imply the type.
        || pointer.ends_with("/kind/type")
        // Path parameters are required, with or without the field.
        || pointer.ends_with("~1{id}/parameters/0/required")
        // The default, written out.
        || ["/style", "/allowEmptyValue"].iter().any(|end| pointer.contains("/headers/") && pointer.ends_with(end))
}

/// Rules that no edit of one value shows, in either direction: renames and moves, dates that pass, findings that a worse one
/// replaces, and selectors, which the documents do not have. Every other rule is shown by the documents.
const NOT_SHOWN: &str = "
    path-renamed selector-changed callback-address-changed sunset-too-soon sunset-postponed sunset-advanced parameter-renamed parameter-moved
    media-type-widened media-type-narrowed response-status-covered reference-changed property-renamed
    default-changed union-kind-changed base-unreadable failure-property-changed idempotence-changed rejection-changed
    error-text-changed tags-changed version-went-back component-renamed path-parameter-renamed generated-item-changed
    generated-constructor-changed format-narrowed enum-changed
    unevaluated-properties-narrowed unevaluated-properties-widened pattern-changed
";

#[test]
fn every_edit_is_reported_by_a_rule_that_covers_the_field() {
    let mut silent = Vec::new();
    let mut reported = BTreeSet::new();
    for text in EVERYTHING {
        let base = Document::parse("everything.yaml", text).unwrap();
        let json = base.root().to_json();
        let base = read(&json).unwrap();
        let objects = objects(&base);
        let options = Options::new(Date::from_unix_days(20_000)).with_profile(Profile::Codegen);
        assert_eq!(diff(&base, &base, &options).findings.len(), 0);
        let mut all = Vec::new();
        pointers(&json, String::new(), &mut all);
        for pointer in all
            .iter()
            .filter(|pointer| !pointer.is_empty() && !says_nothing(pointer))
        {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            let key = json_pointer::unescape(key);
            let mut removed = json.clone();
            match removed.pointer_mut(parent).unwrap() {
                Value::Object(fields) => {
                    fields.remove(&*key);
                }
                Value::Array(items) => {
                    items.remove(key.parse().unwrap());
                }
                _ => unreachable!(),
            }
            let mut edited = json.clone();
            let value = edited.pointer_mut(pointer).unwrap();
            *value = changed(value);
            let mut covered = false;
            let whole = objects.get(pointer).copied();
            let of_whole = |rule: &&Rule| {
                whole.is_some_and(|object| rule.covers.contains(&Covers::Itself(object)))
            };
            let mut wanted: BTreeSet<_> = rules().filter(of_whole).map(|rule| rule.id).collect();
            for (at, (object, field)) in fields_at(&objects, pointer).into_iter().enumerate() {
                match covering(object, &field) {
                    Some(ids) => wanted.extend(ids),
                    // For fields with nested objects, any of their rules may report the change.
                    None => covered |= at == 0,
                }
            }
            for (how, head) in [("removed", removed), ("changed", edited)] {
                // Without the field, the default is unchanged.
                let is_default = how == "removed" && pointer.ends_with("/encoding/list/explode");
                if head == json || is_default {
                    continue;
                }
                let Some(head) = read(&head) else { continue };
                let ids = |from: &Document, to: &Document| -> BTreeSet<&str> {
                    let findings = diff(from, to, &options).findings.into_iter();
                    findings.map(|finding| finding.rule).collect()
                };
                let found = ids(&base, &head);
                reported.extend(&found);
                reported.extend(ids(&head, &base));
                let reported = match covered {
                    true => !found.is_empty(),
                    false => !wanted.is_disjoint(&found),
                };
                if !reported {
                    silent.push(format!("{how} {pointer}: {found:?} instead of {wanted:?}"));
                }
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
    let ids = rules().map(|rule| rule.id);
    let never: Vec<_> = ids.filter(|id| !reported.contains(id)).collect();
    let known: Vec<_> = NOT_SHOWN.split_whitespace().collect();
    assert_eq!(never, known);
}
