//! Examples and defaults against their schemas.

use oas_wire::json_pointer;

use super::{Lint, Rule, rules};
use crate::{
    Diagnostic, Direction, Node, Version,
    object_model::Object,
    openapi::{self, MediaRange},
    schema::{Additional, Schema},
    suggest::nearest,
};

/// The greatest number of violations of one value that are reported; more of them add nothing.
const MAX_PER_VALUE: usize = 5;

/// Steps that all values of a document together may take; a document that needs more is made to take long.
const MAX_STEPS: u64 = 20_000_000;

pub(super) fn check<'d>(lint: &mut Lint<'d>, node: Node<'d>, object: Object) {
    match object {
        Object::Schema if node.reference().is_none() || lint.document.version() > Version::V3_0 => {
            let schema = Schema::of(node);
            let examples = node.get("examples").into_iter().flat_map(Node::items);
            for example in node.get("example").into_iter().chain(examples) {
                check_value(lint, &schema, example, rules::INVALID_EXAMPLE);
            }
            if let Some(default) = node.get("default") {
                check_value(lint, &schema, default, rules::INVALID_DEFAULT);
            }
        }
        Object::MediaType | Object::Parameter | Object::Header => {
            let Some(schema) = node.get("schema") else {
                return;
            };
            let schema = Schema::of(schema);
            for example in openapi::examples(node) {
                // Text in place of a value that JSON cannot express is how the standard wants other formats shown.
                let is_text =
                    example.as_str().is_some() && object == Object::MediaType && !is_json(node);
                if !is_text {
                    check_value(lint, &schema, example, rules::INVALID_EXAMPLE);
                }
            }
        }
        _ => {}
    }
}

fn is_json(media_type: Node<'_>) -> bool {
    media_type
        .key()
        .and_then(|key| MediaRange::parse(key).ok())
        .is_some_and(|range| range.is_json())
}

fn check_value<'d>(lint: &mut Lint<'d>, schema: &Schema<'d>, value: Node<'d>, rule: Rule) {
    if lint.checked > MAX_STEPS {
        return;
    }
    undescribed(lint, schema, value, 0);
    let violations = lint.validator.validate(schema, value, direction(value));
    lint.checked += lint.validator.spent() as u64;
    let more = violations.len().saturating_sub(MAX_PER_VALUE);
    let name = if rule == rules::INVALID_DEFAULT {
        "default"
    } else {
        "example"
    };
    for violation in violations.into_iter().take(MAX_PER_VALUE) {
        let at = inside(value, &violation.instance_pointer);
        let place = match violation.instance_pointer.as_str() {
            "" => String::new(),
            pointer => format!(" at `{pointer}`"),
        };
        let message = format!(
            "the {name} does not fit its schema{place}: {}",
            violation.message
        );
        let help = match more {
            0 => format!("correct the {name}, or the schema"),
            _ => format!("correct the {name}, or the schema; {more} more violations are not shown"),
        };
        lint.add(
            Diagnostic::of_rule(rule, at, message)
                .help(help)
                .related(violation.schema, "the schema requires it here"),
        );
    }
}

/// Properties of a value that its schema does not describe, where all that it describes is plain to see: an object that lists
/// properties and leaves others open without a word.
fn undescribed<'d>(lint: &mut Lint<'d>, schema: &Schema<'d>, value: Node<'d>, depth: usize) {
    const MAX_DEPTH: usize = 32;
    if depth > MAX_DEPTH || !(value.is_object() || value.is_array()) {
        return;
    }
    let effective = schema.effective();
    let branches = !effective.one_of.is_empty()
        || !effective.any_of.is_empty()
        || !effective.conditionals.is_empty()
        || !effective.dependent_schemas.is_empty();
    if branches {
        return;
    }
    if let Some(items) = effective.items.as_ref().filter(|_| value.is_array()) {
        let further = value.items().skip(effective.prefix_items.len());
        for item in further {
            undescribed(lint, items, item, depth + 1);
        }
    }
    for (name, entry) in value.entries() {
        lint.checked += 1;
        if let Some(property) = effective.property(name) {
            undescribed(lint, &property.schema, entry, depth + 1);
        } else if let Additional::Schema(additional) = &effective.additional {
            undescribed(lint, additional, entry, depth + 1);
        } else if effective.additional == Additional::Any
            && !effective.properties.is_empty()
            && effective.pattern_properties.is_empty()
            && schema.keyword("additionalProperties").is_empty()
        {
            let names = effective.properties.iter().map(|property| property.name);
            let similar = nearest(name, names);
            let message = format!("the schema does not describe the property `{name}`");
            let finding = Diagnostic::of_rule(rules::UNKNOWN_EXAMPLE_PROPERTY, entry, message);
            let finding = finding.did_you_mean_or(similar, || {
                "describe the property, or remove it from the example".to_owned()
            });
            lint.add(finding.at_key());
        }
    }
}

/// Returns the node at a pointer below a value.
fn inside<'d>(value: Node<'d>, pointer: &str) -> Node<'d> {
    let mut here = value;
    for token in json_pointer::tokens(pointer) {
        match here.child(&token) {
            Some(child) => here = child,
            None => return here,
        }
    }
    here
}

/// Returns the direction in which an example is sent, as far as its place shows.
fn direction(node: Node<'_>) -> Direction {
    let mut here = Some(node);
    let mut direction = Direction::Either;
    while let Some(node) = here {
        match node.key() {
            Some("requestBody" | "requestBodies" | "parameters") => direction = Direction::Request,
            Some("responses" | "headers") if direction == Direction::Either => {
                direction = Direction::Response
            }
            // Callbacks and webhooks go the other way.
            Some("callbacks" | "webhooks") => return Direction::Either,
            _ => {}
        }
        here = node.parent();
    }
    direction
}
