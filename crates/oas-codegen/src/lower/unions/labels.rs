//! Names alternatives that are not components: after their content, and never after their positions.

use std::collections::{BTreeSet, HashMap};

use oas_document::Node;
use oas_document::openapi::{Step, steps_to};
use oas_document::schema::{Annotations, Property, Schema, Type};
use serde_json::Value;

use crate::lower::Lowering;
use crate::model::{TypeKind, TypeRef};
use crate::names::camel;

/// Returns the names of alternatives, if their schemas provide any: a title, a constant, properties that no other
/// alternative has.
pub(super) fn of(branches: &[Node<'_>]) -> Vec<Option<String>> {
    let alternatives: Vec<Alternative<'_>> = branches.iter().copied().map(alternative).collect();
    let mut content = Content::of(&alternatives);
    let labels = alternatives.iter().map(|alternative| {
        let label = alternative.label.clone();
        label
            .or_else(|| content.constant(alternative))
            .or_else(|| content.own_properties(alternative))
    });
    labels.collect()
}

/// An alternative, as far as it names itself: there can be very many.
struct Alternative<'d> {
    /// The title, or what the only values are called.
    label: Option<String>,
    properties: Vec<Property<'d>>,
    has_objects: bool,
}

fn alternative(branch: Node<'_>) -> Alternative<'_> {
    let effective = Schema::of(branch).effective();
    let title = Annotations::of(branch).title;
    let title = title.map(|title| camel(title.value));
    let values = effective.values.as_ref();
    let texts = values.and_then(|values| {
        let texts = values.iter().map(|value| value.as_str());
        texts.collect::<Option<Vec<&str>>>()
    });
    let choice = texts.map(|texts| match texts.as_slice() {
        [only] => camel(only),
        _ => "Choice".to_owned(),
    });
    Alternative {
        label: title.or(choice),
        has_objects: effective.types.contains(Type::Object),
        properties: effective.properties,
    }
}

/// What the alternatives contain.
struct Content<'a, 'd> {
    /// The properties of all alternatives by their names.
    properties: HashMap<&'d str, Vec<&'a Property<'d>>>,
    /// The only valid values of properties, each with the number of alternatives that have it, of those names that were asked for.
    constants: HashMap<&'d str, HashMap<Value, usize>>,
}

impl<'a, 'd> Content<'a, 'd> {
    fn of(alternatives: &'a [Alternative<'d>]) -> Self {
        let mut properties: HashMap<_, Vec<_>> = HashMap::new();
        for property in alternatives.iter().flat_map(|one| &one.properties) {
            properties.entry(property.name).or_default().push(property);
        }
        Self {
            properties,
            constants: HashMap::new(),
        }
    }

    /// Returns the only valid value of a required property that no other alternative has there too: it would not identify this one.
    fn constant(&mut self, alternative: &Alternative<'d>) -> Option<String> {
        let required = alternative.properties.iter().filter(|one| one.required);
        let mut found = BTreeSet::new();
        for property in required {
            let Some(value) = only(property) else {
                continue;
            };
            let all = self.constants.entry(property.name).or_insert_with(|| {
                let mut count = HashMap::new();
                let same = self.properties.get(property.name).into_iter().flatten();
                for value in same.filter_map(|property| only(property)) {
                    *count.entry(value).or_default() += 1;
                }
                count
            });
            if all.get(&value) == Some(&1) {
                let name = match value {
                    Value::String(text) => camel(&text),
                    value => camel(&format!("{} {value}", property.name)),
                };
                found.insert((property.name, name));
            }
        }
        found.into_iter().next().map(|(_, name)| name)
    }

    /// Returns the properties that no other alternative has, in alphabetical order: at most two, the required ones first.
    fn own_properties(&self, alternative: &Alternative<'d>) -> Option<String> {
        let is_own = |name: &str| self.properties.get(name).is_some_and(|all| all.len() == 1);
        let names = |required: bool| -> BTreeSet<&str> {
            let properties = alternative.properties.iter();
            let properties = properties.filter(|property| property.required == required);
            let names = properties.map(|property| property.name);
            names.filter(|name| is_own(name)).collect()
        };
        let own = [names(true), names(false)]
            .into_iter()
            .find(|names| !names.is_empty())?;
        let own: Vec<&str> = own.into_iter().take(2).collect();
        alternative.has_objects.then(|| camel(&own.join(" ")))
    }
}

fn only(property: &Property<'_>) -> Option<Value> {
    match property.schema.effective().values.as_deref()? {
        [only] => Some(only.to_json()),
        _ => None,
    }
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
