//! Lists how a change of each field of the standard is handled: the rules that report it, or the reason why none does.
//!
//! The fields are those of the object model, and each rule names the fields that it covers. The remaining fields are listed
//! here with a reason, and a test reports fields that are missing.

use std::{collections::HashMap, sync::LazyLock};

use oas_document::object_model::Object;

use crate::rule::{
    Covers::{self, AllOf, Field},
    Rule, rules,
    table::{DOCS_CHANGED, EXAMPLE_CHANGED},
};

/// A field of the object model, with the rules that report its changes, or the reason why there are none.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Coverage {
    /// The object that has the field.
    pub object: Object,
    /// The name of the field; `*` for the fields whose names documents choose.
    pub field: &'static str,
    /// The rules that report changes of the field; empty if there is a reason.
    pub rules: Vec<&'static Rule>,
    /// The reason why no rule covers the field; `None` if one does.
    pub reason: Option<&'static str>,
}

const COMPARED_INSIDE: &str = "contains objects that are compared themselves";
const IDENTITY: &str =
    "identifies the schema that a reference means; the targets of references are compared";
const REFERENCE: &str = "references are followed, and their targets are compared";

/// The fields that no rule covers.
const NOT_COMPARED: &[(Covers, &str)] = &[
    (Field(Object::OpenApi, "info"), COMPARED_INSIDE),
    (Field(Object::OpenApi, "paths"), COMPARED_INSIDE),
    (Field(Object::OpenApi, "components"), COMPARED_INSIDE),
    (Field(Object::Operation, "responses"), COMPARED_INSIDE),
    (Field(Object::Server, "variables"), COMPARED_INSIDE),
    (Field(Object::PathItem, "$ref"), REFERENCE),
    (AllOf(Object::Reference), REFERENCE),
    (
        Field(Object::Header, "allowEmptyValue"),
        "the standard gives it no meaning for headers",
    ),
    (
        Field(Object::Header, "allowReserved"),
        "the standard gives it no meaning for headers",
    ),
    (
        Field(Object::Header, "style"),
        "headers have one style, simple",
    ),
    (
        Field(Object::Schema, "allOf"),
        "schemas that hold at once are merged, and the outcome is compared",
    ),
    (Field(Object::Schema, "$dynamicRef"), REFERENCE),
    (Field(Object::Schema, "$defs"), COMPARED_INSIDE),
    (Field(Object::Schema, "definitions"), COMPARED_INSIDE),
    (Field(Object::Schema, "$id"), IDENTITY),
    (Field(Object::Schema, "$anchor"), IDENTITY),
    (Field(Object::Schema, "$dynamicAnchor"), IDENTITY),
    (
        Field(Object::Schema, "$schema"),
        "names the dialect; the meaning of the keywords is compared",
    ),
    (
        Field(Object::Schema, "$vocabulary"),
        "belongs to dialects, not to schemas of values",
    ),
    (
        Field(Object::Schema, "$comment"),
        "is for the editors of the document; readers never see it",
    ),
];

/// Returns the coverage of every field of the object model.
pub fn coverage() -> impl Iterator<Item = Coverage> {
    Object::ALL.into_iter().flat_map(|object| {
        let fields = object.fields().iter().map(|field| field.name);
        let patterned = object.patterned_fields().map(|_| "*");
        fields
            .chain(patterned)
            .map(move |field| handling(object, field))
    })
}

/// Returns the most specific entries for a field: rules, or else a reason for having none.
fn handling(object: Object, field: &'static str) -> Coverage {
    let closeness = |covers: &[Covers]| {
        let covers = covers.iter();
        covers
            .filter_map(|covers| covers.closeness(object, field))
            .max()
    };
    let closest = rules().filter_map(|rule| closeness(rule.covers)).max();
    let mut left_out = NOT_COMPARED.iter();
    let left_out = left_out.find(|(covers, _)| {
        let close = closeness(std::slice::from_ref(covers));
        close.is_some() && close > closest
    });
    let named = |rule: &&Rule| closest.is_some() && closeness(rule.covers) == closest;
    Coverage {
        object,
        field,
        rules: match left_out {
            Some(_) => Vec::new(),
            None => rules().filter(named).collect(),
        },
        reason: left_out.map(|(_, reason)| *reason),
    }
}

/// Returns the fields of an object that the rule covers, in the order of the object model.
pub(crate) fn fields_of(rule: &'static Rule, object: Object) -> impl Iterator<Item = &'static str> {
    /// Looked up for every object of both documents, so computed once.
    static FIELDS: LazyLock<HashMap<(&str, Object), Vec<&'static str>>> = LazyLock::new(|| {
        let mut fields: HashMap<_, Vec<_>> = HashMap::new();
        for Coverage {
            object,
            field,
            rules,
            ..
        } in coverage()
        {
            for rule in rules {
                fields.entry((rule.id, object)).or_default().push(field);
            }
        }
        fields
    });
    FIELDS
        .get(&(rule.id, object))
        .into_iter()
        .flatten()
        .copied()
}

/// Returns the fields of an object that are only documentation, each with the rule that reports it.
pub(crate) fn documentation(object: Object) -> impl Iterator<Item = (&'static str, &'static Rule)> {
    [&DOCS_CHANGED, &EXAMPLE_CHANGED]
        .into_iter()
        .flat_map(move |rule| fields_of(rule, object).map(move |field| (field, rule)))
}
