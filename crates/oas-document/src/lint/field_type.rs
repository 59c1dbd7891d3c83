//! Validates the types of fields.

use std::{collections::HashMap, fmt::Arguments};

use oas_schema::Format;

use super::{Lint, rules, structure::no_object};
use crate::{
    Decimal, Diagnostic, Kind, Node, Version,
    object_model::{FieldType, Object, is_extension},
};

/// Checks the value of a field, which `name` describes, against the type that the object model gives it.
pub(super) fn check<'d>(lint: &mut Lint<'d>, value: Node<'d>, ty: FieldType, name: Arguments<'_>) {
    let version = lint.document.version();
    let mut wrong = |node: Node<'d>, wanted: &str| wrong_kind(lint, node, name, wanted);
    let kind = value.kind();
    let is = |kinds: &[Kind]| kinds.contains(&kind);
    match ty {
        FieldType::Any => {}
        FieldType::AnyList if !is(&[Kind::Array]) => wrong(value, "an array"),
        FieldType::AnyMap | FieldType::Map(_) if !is(&[Kind::Object]) => wrong(value, "an object"),
        FieldType::List(_) if !is(&[Kind::Array]) => wrong(value, "an array"),
        FieldType::String | FieldType::Email | FieldType::UriReference if !is(&[Kind::String]) => {
            wrong(value, "a string");
        }
        FieldType::Email => format(lint, value, Format::Email, "an email address"),
        FieldType::UriReference => format(lint, value, Format::UriReference, "a URL"),
        FieldType::Boolean if !is(&[Kind::Boolean]) => wrong(value, "a boolean"),
        FieldType::Number if !is(&[Kind::Number]) => wrong(value, "a number"),
        FieldType::Strings => strings(lint, value, name),
        FieldType::StringMap | FieldType::StringsMap if !is(&[Kind::Object]) => {
            wrong(value, "an object")
        }
        FieldType::StringMap => {
            for (_, text) in value
                .entries()
                .filter(|(key, text)| text.as_str().is_none() && !is_extension(key))
            {
                wrong(text, "an object of strings");
            }
        }
        FieldType::StringsMap => {
            for (_, list) in value.entries() {
                strings(lint, list, name);
            }
        }
        FieldType::StringOrStrings => match kind {
            Kind::String => {}
            Kind::Array if version >= Version::V3_1 => strings(lint, value, name),
            Kind::Array => {
                let help = "write one type, with `nullable: true` for null and `oneOf` for several";
                lint.report(
                    rules::WRONG_VERSION,
                    value,
                    "an array of types is part of OpenAPI from 3.1 on",
                    help,
                );
            }
            _ => wrong(value, "a string"),
        },
        FieldType::BooleanOrNumber => match (kind, version >= Version::V3_1) {
            (Kind::Boolean, false) | (Kind::Number, true) => {}
            (Kind::Boolean, true) => {
                let help =
                    "write the number itself here, and remove the `minimum` or `maximum` beside it";
                lint.report(
                    rules::WRONG_VERSION,
                    value,
                    format!("{name} is a number from OpenAPI 3.1 on"),
                    help,
                );
            }
            (Kind::Number, false) => {
                let help = "write the number as `minimum` or `maximum`, and `true` here";
                lint.report(
                    rules::WRONG_VERSION,
                    value,
                    format!("{name} is a boolean in OpenAPI 3.0"),
                    help,
                );
            }
            _ => wrong(
                value,
                if version >= Version::V3_1 {
                    "a number"
                } else {
                    "a boolean"
                },
            ),
        },
        FieldType::Count => {
            let count = Decimal::of(value);
            if !count.is_some_and(|count| count.is_integer() && !count.is_negative()) {
                let message = format!("{name} must be a whole number, zero or more");
                lint.report(rules::WRONG_KIND, value, message, "write a whole number");
            }
        }
        FieldType::One(Object::Schema) => boolean_schemas(lint, [value].into_iter()),
        FieldType::List(Object::Schema) => boolean_schemas(lint, value.items()),
        FieldType::Map(Object::Schema) => {
            boolean_schemas(lint, value.entries().map(|(_, schema)| schema));
        }
        // Objects are checked when they are visited.
        FieldType::One(_) | FieldType::SchemaOrBoolean => {}
        FieldType::AnyList
        | FieldType::AnyMap
        | FieldType::Map(_)
        | FieldType::List(_)
        | FieldType::String
        | FieldType::Boolean
        | FieldType::Number => {}
    }
}

fn format<'d>(lint: &mut Lint<'d>, value: Node<'d>, format: Format, wanted: &str) {
    if value.as_str().is_some_and(|text| !format.matches(text)) {
        let message = format!("`{}` must be {wanted}", value.key().unwrap_or_default());
        lint.report(
            rules::INVALID_ADDRESS,
            value,
            message,
            format!("write {wanted}"),
        );
    }
}

/// Validates a list of names, which must be unique.
fn strings<'d>(lint: &mut Lint<'d>, value: Node<'d>, name: Arguments<'_>) {
    if !value.is_array() {
        wrong_kind(lint, value, name, "an array of strings");
    }
    let mut seen: HashMap<&str, Node<'d>> = HashMap::new();
    for item in value.items() {
        let Some(text) = item.as_str() else {
            wrong_kind(lint, item, name, "an array of strings");
            continue;
        };
        if let Some(first) = seen.insert(text, item) {
            duplicate_name(lint, item, text, first);
        }
    }
}

pub(super) fn duplicate_name<'d>(lint: &mut Lint<'d>, item: Node<'d>, name: &str, first: Node<'d>) {
    let message = format!("`{name}` is listed twice");
    let finding = Diagnostic::of_rule(rules::DUPLICATE_NAME, item, message);
    lint.add(
        finding
            .help("remove one of the two")
            .related(first, "listed here first"),
    );
}

fn wrong_kind<'d>(lint: &mut Lint<'d>, node: Node<'d>, name: Arguments<'_>, wanted: &str) {
    let message = format!("{name} must be {wanted}, and this is {}", node.kind());
    let help = match (wanted, node.scalar_text()) {
        ("a string", Some(text)) => format!("put it in quotes: '{text}'"),
        ("an array of strings", Some("true" | "false")) => {
            "list the names, in the object that has them".into()
        }
        _ => format!("write {wanted}"),
    };
    lint.report(rules::WRONG_KIND, node, message, help);
}

/// Reports schemas that are `true` or `false` in 3.0, which has them in few fields; later versions have them everywhere.
fn boolean_schemas<'d>(lint: &mut Lint<'d>, schemas: impl Iterator<Item = Node<'d>>) {
    if lint.document.version() == Version::V3_0 {
        for schema in schemas.filter(|schema| schema.kind() == Kind::Boolean) {
            no_object(lint, schema, Object::Schema);
        }
    }
}
