//! Names alternatives that are not components: after their content, and never after their positions.

use std::collections::BTreeSet;

use oas_document::Node;
use oas_document::openapi::{Step, steps_to};
use oas_document::schema::{Annotations, EffectiveSchema, Schema, Type};
use serde_json::Value;

use crate::lower::Lowering;
use crate::model::{TypeKind, TypeRef};
use crate::names::camel;

/// Returns the names of alternatives, if their schemas provide any: a title, a constant, properties that no other
/// alternative has.
pub(super) fn of(branches: &[Node<'_>]) -> Vec<Option<String>> {
    let effective: Vec<EffectiveSchema<'_>> = branches
        .iter()
        .map(|branch| Schema::of(*branch).effective())
        .collect();
    let labels = branches.iter().enumerate().map(|(index, branch)| {
        let title = Annotations::of(*branch).title;
        let title = title.map(|title| camel(title.value));
        title
            .or_else(|| constant(&effective, index))
            .or_else(|| own_properties(&effective, index))
    });
    labels.collect()
}

/// Returns the only valid value of the schema, or of a required property; several strings are a choice.
fn constant(all: &[EffectiveSchema<'_>], index: usize) -> Option<String> {
    fn only(effective: &EffectiveSchema<'_>) -> Option<Value> {
        match effective.values.as_deref()? {
            [only] => Some(only.to_json()),
            _ => None,
        }
    }
    let effective = &all[index];
    if let Some(values) = &effective.values
        && values.iter().all(|value| value.as_str().is_some())
    {
        return Some(match values.as_slice() {
            [only] => camel(only.as_str()?),
            _ => "Choice".to_owned(),
        });
    }
    let mut found = BTreeSet::new();
    for property in effective
        .properties
        .iter()
        .filter(|property| property.required)
    {
        let Some(value) = only(&property.schema.effective()) else {
            continue;
        };
        // A value that another alternative shares does not identify this one.
        let shared = all.iter().enumerate().any(|(other, effective)| {
            let same = effective.property(property.name);
            let same = same.and_then(|same| only(&same.schema.effective()));
            other != index && same.as_ref() == Some(&value)
        });
        let name = match value {
            Value::String(text) => camel(&text),
            value => camel(&format!("{} {value}", property.name)),
        };
        if !shared {
            found.insert((property.name, name));
        }
    }
    found.into_iter().next().map(|(_, name)| name)
}

/// Returns the properties that no other alternative has, in alphabetical order: at most two, the required ones first.
fn own_properties(all: &[EffectiveSchema<'_>], index: usize) -> Option<String> {
    let effective = &all[index];
    let is_own = |name: &str| {
        let mut others = all.iter().enumerate().filter(|(other, _)| *other != index);
        others.all(|(_, other)| other.property(name).is_none())
    };
    let names = |required: bool| -> BTreeSet<&str> {
        let properties = effective.properties.iter();
        let properties = properties.filter(|property| property.required == required);
        properties
            .map(|property| property.name)
            .filter(|name| is_own(name))
            .collect()
    };
    let has_objects = effective.types.contains(Type::Object);
    let own = [names(true), names(false)]
        .into_iter()
        .find(|names| !names.is_empty())?;
    let own: Vec<&str> = own.into_iter().take(2).collect();
    has_objects.then(|| camel(&own.join(" ")))
}

impl Lowering<'_> {
    /// Returns the name of an alternative whose schema has none, by its type.
    pub(in crate::lower) fn shape(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Bool => "Boolean".to_owned(),
            TypeRef::Integer(_) => "Integer".to_owned(),
            TypeRef::Float => "Number".to_owned(),
            TypeRef::String => "Text".to_owned(),
            TypeRef::Formatted(format) => camel(format.name()),
            TypeRef::JsonText(_) => "JsonText".to_owned(),
            TypeRef::Base64 | TypeRef::Bytes => "Bytes".to_owned(),
            TypeRef::Json => "Any".to_owned(),
            TypeRef::JsonObject => "Object".to_owned(),
            TypeRef::List(item) => format!("{}List", self.shape(item)),
            TypeRef::Tuple(_) => "Tuple".to_owned(),
            TypeRef::Map(value) => format!("{}Map", self.shape(value)),
            TypeRef::Nullable(inner) => self.shape(inner),
            TypeRef::Named(id) => {
                if is_definition(self.type_nodes[id.0]) {
                    return self.type_name(*id).to_owned();
                }
                match &self.types[id.0].kind {
                    TypeKind::Enum(body) if body.integer.is_some() => "IntegerChoice".to_owned(),
                    TypeKind::Enum(_) => "Choice".to_owned(),
                    _ => "Object".to_owned(),
                }
            }
        }
    }
}

/// Returns whether a schema has a name of its own where it is written.
fn is_definition(schema: Node<'_>) -> bool {
    let step = steps_to(schema).last().map(|(_, step)| *step);
    matches!(
        step,
        Some(Step::Component(..) | Step::Definition(_) | Step::File(_))
    )
}
