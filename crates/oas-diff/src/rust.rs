//! What a change means for generated Rust, in a line. Names follow the usual conventions of generators; what cannot be
//! told from the document is left unsaid.

use oas_document::{
    Node,
    schema::{Property, Schema, Type},
};

use crate::label;

/// The name of the type that is generated for the schema that a node belongs to.
fn owner(node: Node<'_>) -> Option<String> {
    let (kind, name) = label::component(node)?;
    if kind != "schemas" {
        return None;
    }
    let mut owner = camel(name);
    let pointer = node.pointer();
    let mut segments = pointer.split('/').skip(4);
    while let Some(segment) = segments.next() {
        match segment {
            "properties" => owner.push_str(&camel(segments.next()?)),
            "items" => owner.push_str("Item"),
            "allOf" => {
                segments.next();
            }
            _ => return None,
        }
    }
    Some(owner)
}

/// The name of the component that a schema is, where it is one.
pub(crate) fn referenced_name(schema: &Schema<'_>) -> Option<String> {
    let node = schema.nodes().first()?;
    let (kind, name) = label::component(*node)?;
    let whole = node.pointer().split('/').count() == 4;
    (kind == "schemas" && whole).then(|| name.to_owned())
}

fn type_name(schema: &Schema<'_>) -> String {
    if let Some(name) = referenced_name(schema) {
        return camel(&name);
    }
    let effective = schema.effective();
    let format = effective.formats.first().map(|said| said.value);
    match effective.types.without_null().single() {
        Some(Type::Boolean) => "bool".to_owned(),
        Some(Type::Integer) => if format == Some("int32") {
            "i32"
        } else {
            "i64"
        }
        .to_owned(),
        Some(Type::Number) => if format == Some("float") {
            "f32"
        } else {
            "f64"
        }
        .to_owned(),
        Some(Type::String) => "String".to_owned(),
        Some(Type::Array) => match &effective.items {
            Some(items) => match referenced_name(items) {
                Some(name) => format!("Vec<{}>", camel(&name)),
                None => format!("Vec<{}>", scalar_name(items)),
            },
            None => "Vec<_>".to_owned(),
        },
        _ => "_".to_owned(),
    }
}

fn scalar_name(schema: &Schema<'_>) -> &'static str {
    match schema.types().without_null().single() {
        Some(Type::Boolean) => "bool",
        Some(Type::Integer) => "i64",
        Some(Type::Number) => "f64",
        Some(Type::String) => "String",
        _ => "_",
    }
}

fn field_type(property: &Property<'_>) -> String {
    let name = type_name(&property.schema);
    match property.required && !property.schema.types().has_null() {
        true => name,
        false => format!("Option<{name}>"),
    }
}

pub(crate) fn field_removed(owner_node: Node<'_>, property: &Property<'_>) -> Option<String> {
    let owner = owner(owner_node)?;
    Some(format!(
        "field `{owner}.{}: {}` disappears",
        snake(property.name),
        field_type(property)
    ))
}

pub(crate) fn field_added(owner_node: Node<'_>, property: &Property<'_>) -> Option<String> {
    let owner = owner(owner_node)?;
    Some(format!(
        "`{owner}` gains field `{}: {}`",
        snake(property.name),
        field_type(property)
    ))
}

pub(crate) fn field_renamed(owner_node: Node<'_>, base: &str, head: &str) -> Option<String> {
    let owner = owner(owner_node)?;
    Some(format!(
        "field `{owner}.{}` becomes `{}`",
        snake(base),
        snake(head)
    ))
}

pub(crate) fn field_optionality(owner_node: Node<'_>, property: &Property<'_>) -> Option<String> {
    let owner = owner(owner_node)?;
    Some(format!(
        "field `{owner}.{}` becomes `{}`",
        snake(property.name),
        field_type(property)
    ))
}

/// The line for a schema whose type changed.
pub(crate) fn retyped(node: Node<'_>, base: &Schema<'_>, head: &Schema<'_>) -> Option<String> {
    let (base, head) = (type_name(base), type_name(head));
    let pointer = node.pointer();
    let (parent, field) = pointer.rsplit_once("/properties/")?;
    if base == head || field.contains('/') || !parent.starts_with("/components/schemas/") {
        return None;
    }
    let owner = owner(node.parent()?.parent()?)?;
    Some(format!(
        "field `{owner}.{}` changes from `{base}` to `{head}`",
        snake(field)
    ))
}

/// A name in upper camel case.
pub(crate) fn camel(name: &str) -> String {
    words(name)
        .iter()
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect::<String>())
                .unwrap_or_default()
        })
        .collect()
}

/// A name in snake case.
pub(crate) fn snake(name: &str) -> String {
    words(name).join("_")
}

fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in name.chars() {
        let begins = !before.is_alphanumeric() || (letter.is_uppercase() && before.is_lowercase());
        if letter.is_alphanumeric() {
            if begins || words.is_empty() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(letter.to_lowercase());
            }
        }
        before = letter;
    }
    words
}
