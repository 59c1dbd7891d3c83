//! Computes the part of a sample that arrives if it is not sent as JSON.

use oas_wire::{path_template, percent};
use serde_json::{Map, Value};

use crate::model::{Encoding, Parameter, Serialization, Style};

/// The way in which a sample is sent.
#[derive(Clone, Copy)]
pub(super) enum Wire<'a> {
    /// In a format that preserves the whole value.
    Whole,
    /// As a parameter, in its style.
    Parameter(&'a Parameter),
    /// As a parameter of a path template, beside these other templates.
    Path(&'a Parameter, &'a str, &'a [&'a str]),
    /// As a form, in pairs, with the properties that are not written in the default way.
    Form(&'a [Encoding]),
}

impl Wire<'_> {
    /// Returns the part of a value that arrives; `None` if nothing does, or the value cannot be sent.
    ///
    /// Nulls, empty lists and empty objects are undefined to a style, and are left out (RFC 6570 §2.3). So are values
    /// that a style cannot express, and those whose encoding the standard does not define: lists and objects within a
    /// `deepObject`.
    pub(super) fn carries(self, value: Value) -> Option<Value> {
        match self {
            Self::Whole => Some(value),
            Self::Parameter(parameter) => serialized(parameter.serialization, value),
            Self::Path(parameter, template, others) => {
                let value = serialized(parameter.serialization, value)?;
                let text = match &value {
                    Value::String(text) => percent::encode(text).into_owned(),
                    value => value.to_string(),
                };
                let name = &parameter.name;
                let is_shadowed =
                    |other: &&str| path_template::is_shadowed(template, name, &text, other);
                let arrives = path_template::is_delimited(template, name, &text)
                    && !others.iter().any(is_shadowed);
                arrives.then_some(value)
            }
            Self::Form(encodings) => {
                let Value::Object(properties) = value else {
                    return None;
                };
                let left = properties.into_iter().filter_map(|(name, value)| {
                    let encoding = encodings.iter().find(|found| found.property == name);
                    Some((name, property(encoding, value)?))
                });
                Some(Value::Object(left.collect()))
            }
        }
    }
}

/// Returns the part of a form property that arrives: nested values are JSON if the document declares no encoding.
fn property(encoding: Option<&Encoding>, value: Value) -> Option<Value> {
    let is_json = match &value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().any(nests),
        _ => false,
    };
    match encoding {
        // A field without text is absent, and no JSON.
        _ if value.is_null() => None,
        Some(encoding) => serialized(encoding.serialization, value),
        None if is_json => Some(value),
        None => serialized(Serialization::FORM, value),
    }
}

fn serialized(serialization: Serialization, value: Value) -> Option<Value> {
    match (serialization.style(), value) {
        (None, value) => Some(value),
        (_, Value::Object(properties)) => {
            let flat = properties
                .into_iter()
                .filter(|(_, value)| !value.is_null() && !nests(value));
            let flat: Map<String, Value> = flat.collect();
            (!flat.is_empty()).then_some(Value::Object(flat))
        }
        (Some(Style::DeepObject), _) | (_, Value::Null) => None,
        (_, Value::Array(items)) if items.iter().any(nests) => None,
        (_, Value::Array(mut items)) => {
            items.retain(|item| !item.is_null());
            (!items.is_empty()).then_some(Value::Array(items))
        }
        (_, scalar) => Some(scalar),
    }
}

fn nests(value: &Value) -> bool {
    value.is_object() || value.is_array()
}
