//! Renders the values of a schema that admits only a few, for a field in which a reader chooses one.

use maud::{Markup, html};
use oas_document::Node;
use oas_document::schema::{EffectiveSchema, Schema, Type};
use serde_json::Value;

use crate::context::Context;
use crate::sample::plain;

/// Returns the values of a schema that lists them: those of `enum` and `const`, also in the branches of a union, and both booleans.
///
/// The list of any other schema is empty.
pub(super) fn choices<'d>(context: &Context<'d>, schema: &Schema<'d>) -> Vec<Value> {
    let effective = context.effective(schema);
    let mut unions = effective.one_of.iter().chain(&effective.any_of);
    let listed = match (unions.next(), unions.next()) {
        (Some(union), None) if effective.values.is_none() => {
            let branches = union.branches.iter();
            let branches = branches.map(|branch| listed(&context.effective(&branch.schema)));
            let values: Option<Vec<Vec<Value>>> = branches.collect();
            values.map(|values| values.concat())
        }
        _ => listed(&effective),
    };
    // Neither the values nor the branches of an effective schema contain null.
    let null = effective.types.has_null().then_some(Value::Null);
    listed.map_or_else(Vec::new, |values| values.into_iter().chain(null).collect())
}

fn listed(effective: &EffectiveSchema<'_>) -> Option<Vec<Value>> {
    match &effective.values {
        Some(values) => Some(values.iter().copied().map(Node::to_json).collect()),
        None if effective.types.without_null().single() == Some(Type::Boolean) => {
            Some(vec![Value::Bool(true), Value::Bool(false)])
        }
        None => None,
    }
}

/// Returns the [`choices`] that are texts in a parameter or a form: a field without a text is not sent.
pub(super) fn text_choices<'d>(context: &Context<'d>, schema: &Schema<'d>) -> Vec<Value> {
    let mut choices = choices(context, schema);
    choices.retain(|choice| !choice.is_null() && choice != "");
    choices
}

/// Renders the choices of a field, each with its text in the request. One that is optional can be empty.
pub(super) fn options(
    choices: &[Value],
    text: impl Fn(&Value) -> String,
    is_required: bool,
    chosen: Option<&str>,
) -> Markup {
    html! {
        @if !is_required { option value="" {} }
        @for choice in choices {
            @let text = text(choice);
            option value=(text) selected[chosen == Some(&*text)] {
                @if choice == "" { "\"\"" } @else { (plain(choice)) }
            }
        }
    }
}
