//! Lists of values become enums: of texts, and of integers.

use std::collections::{HashMap, HashSet};

use oas_document::Node;
use oas_document::openapi::{self, enum_values};
use oas_document::schema::{EffectiveSchema, Schema, Type as Json};
use serde_json::Value;

use super::Lowering;
use super::types::integer;
use crate::model::{Enum, EnumValue, TypeId, TypeKind, TypeRef, whole};
use crate::names::{Scope, camel};

impl<'d> Lowering<'d> {
    /// Lowers an enum whose values, except for null, are all strings or several integers.
    pub(super) fn enumeration(
        &mut self,
        node: Node<'d>,
        schema: &Schema<'d>,
        effective: &EffectiveSchema<'d>,
        values: &[Node<'d>],
        id: Option<TypeId>,
        hint: &str,
    ) -> Option<TypeRef> {
        let written: HashMap<Node<'d>, openapi::EnumValue<'d>> = schema
            .nodes()
            .iter()
            .flat_map(|part| enum_values(*part))
            .map(|value| (value.node, value))
            .collect();
        let values = values.iter().filter(|value| !value.is_null());
        let integer = effective.types.without_null().single() == Some(Json::Integer);
        let mut found: Vec<(String, Option<&openapi::EnumValue<'d>>)> = Vec::new();
        let mut seen = HashSet::new();
        for node in values {
            let text = match (integer, node.to_json()) {
                (false, Value::String(text)) => text,
                (true, Value::Number(number)) => whole(&number)?.to_string(),
                _ => return None,
            };
            if seen.insert(text.clone()) {
                found.push((text, written.get(node)));
            }
        }
        let name = |value: Option<&openapi::EnumValue<'d>>| value?.name;
        let is_named = found.iter().any(|(_, value)| name(*value).is_some());
        // A single number is a constant, which constructors fill in.
        if found.is_empty() || integer && found.len() == 1 && !is_named {
            return None;
        }
        let id = self.claim(node, id, hint);
        let mut scope = Scope::reserving(["Unknown"]);
        let originals: Vec<&str> = found
            .iter()
            .map(|(text, value)| name(*value).unwrap_or(text))
            .collect();
        let names = self.distinct(node, &mut scope, &originals, variant_name);
        let format = effective.formats.first().map(|format| format.value);
        let values = found.iter().zip(names);
        let values = values.map(|((text, value), name)| EnumValue {
            value: text.clone(),
            name,
            description: value.and_then(|value| value.description).map(str::to_owned),
        });
        let body = Enum {
            integer: integer.then(|| self::integer(format, effective).unwrap_or("i128")),
            values: values.collect(),
        };
        self.fill(id, TypeKind::Enum(body));
        Some(TypeRef::Named(id))
    }
}

fn variant_name(value: &str) -> String {
    if value.is_empty() {
        "Empty".to_owned()
    } else {
        camel(value)
    }
}
