//! Renders the type of a value.

use maud::{Markup, html};
use oas_document::ReferenceError;
use oas_document::openapi;
use oas_document::schema::{Additional, EffectiveSchema, Schema, SchemaProblem, Type};

use super::page::Page;

/// The depth to which arrays of arrays are followed to name their items.
const MAX_DEPTH: usize = 4;

impl<'d> Page<'_, 'd> {
    /// Renders the type of a schema: its name if it has one, and the name of its JSON type.
    pub(super) fn type_of(&self, schema: &Schema<'d>) -> Markup {
        let documented = openapi::documented_type(schema);
        let effective = self.context.effective(schema);
        html! {
            span.t {
                (self.type_name(schema, &effective, 0))
                @if effective.types.has_null() && !effective.types.is_any() && effective.types.without_null() != effective.types && !effective.types.without_null().is_empty() {
                    " " (self.words.or_null)
                }
            }
            @if let Some(name) = documented {
                " " span.t title=(self.words.documented_type) { (name) }
            }
        }
    }

    /// Returns what the pages of the document call a type.
    fn type_word(&self, ty: Type) -> &'d str {
        openapi::type_name(self.context.document, ty)
    }

    /// Formats the names of the types, with the format if there is a single type.
    fn type_words(&self, effective: &EffectiveSchema<'d>) -> String {
        let types = effective.types.without_null();
        let is_number = types.contains(Type::Number);
        let listed = Type::ALL.into_iter().filter(|ty| types.contains(*ty));
        let listed = listed.filter(|ty| !(is_number && *ty == Type::Integer));
        let mut names: Vec<&str> = listed.map(|ty| self.type_word(ty)).collect();
        if types.is_any() || names.len() == Type::ALL.len() - 2 {
            names = vec!["any"];
        }
        let formats = effective.formats.iter().map(|format| format.value);
        let formats: Vec<&str> = formats.collect();
        match formats.is_empty() {
            true => names.join(" | "),
            false => format!("{} · {}", names.join(" | "), formats.join(", ")),
        }
    }

    fn type_name(
        &self,
        schema: &Schema<'d>,
        effective: &EffectiveSchema<'d>,
        depth: usize,
    ) -> Markup {
        let named = self.context.name_of(schema);
        let types = effective.types.without_null();
        let words = self.words;
        if effective.types.is_empty() {
            return html! { (words.no_value) };
        }
        let missing = missing(schema);
        html! {
            @if let Some(named) = named {
                a href=(self.to_schema(named)) { (named.name) } " "
            }
            @if !missing.is_empty() {
                @for error in missing { (self.missing(&error)) }
            } @else if effective.types.is_any() || (types.is_empty() && !effective.types.has_null()) {
                @if named.is_none() { (words.any_value) }
            } @else if types.single() == Some(Type::Array) && depth < MAX_DEPTH && effective.items.is_some() {
                @if let Some(items) = &effective.items {
                    @match self.type_word(Type::Array) {
                        "array" => (words.array_of),
                        word => { (word) (words.of) }
                    }
                    " " (self.type_name(items, &self.context.effective(items), depth + 1))
                }
            } @else if let Some(values) = map_of(effective).filter(|_| depth < MAX_DEPTH && named.is_none()) {
                (words.map_of) " " (self.type_name(values, &self.context.effective(values), depth + 1))
            } @else if types.is_empty() {
                "null"
            } @else {
                (self.type_words(effective))
            }
        }
    }
}

/// Returns the references of a schema that lead to nothing.
fn missing<'d>(schema: &Schema<'d>) -> Vec<ReferenceError<'d>> {
    let problems = schema.problems().iter();
    let missing = problems.filter_map(|problem| match problem {
        SchemaProblem::Reference(error) => Some(*error),
        _ => None,
    });
    missing.collect()
}

/// Returns the schema of the values of an object without properties.
fn map_of<'e, 'd>(effective: &'e EffectiveSchema<'d>) -> Option<&'e Schema<'d>> {
    let is_object = effective.types.without_null().single() == Some(Type::Object);
    match &effective.additional {
        Additional::Schema(values) if is_object && effective.properties.is_empty() => Some(values),
        _ => None,
    }
}
