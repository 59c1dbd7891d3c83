//! Validates every object by the table of the object model: kinds of values, required and unknown fields, versions,
//! references.

use super::{Lint, extensions, field_type, rules};
use crate::{
    Content, Diagnostic, DocumentEdit, Kind, Node, Version,
    object_model::{Field, FieldType, Object, is_extension},
    suggest::nearest,
};

pub(super) fn check<'d>(lint: &mut Lint<'d>, node: Node<'d>, object: Object) {
    if !node.is_object() {
        // The field decides whether `true` and `false` are valid schemas ([`field_type`]).
        if object != Object::Schema || node.kind() != Kind::Boolean {
            no_object(lint, node, object);
        }
        return;
    }
    if node.get("$ref").is_some() {
        reference(lint, node, object);
        if lint.document.version() == Version::V3_0 && object != Object::PathItem {
            return;
        }
    }
    for (key, value) in node.entries().filter(|(key, _)| *key != "$ref") {
        match object.field(key) {
            Some(field) => {
                check_version(lint, value, field, object);
                field_type::check(
                    lint,
                    value,
                    field.ty,
                    format_args!("`{key}` of {}", object.name()),
                );
            }
            None => check_other(lint, key, value, object),
        }
    }
    if node.reference().is_some() {
        return;
    }
    for field in object
        .fields()
        .iter()
        .filter(|field| field.required && node.get(field.name).is_none())
    {
        let message = format!("{} has no `{}`", object.name(), field.name);
        lint.report(
            rules::MISSING_FIELD,
            node,
            message,
            format!("add `{}`", field.name),
        );
    }
}

pub(super) fn no_object<'d>(lint: &mut Lint<'d>, node: Node<'d>, object: Object) {
    let name = object.name();
    let message = format!("{name} belongs here, and this is {}", node.kind());
    lint.report(
        rules::WRONG_KIND,
        node,
        message,
        format!("write {name} as a mapping"),
    );
}

fn reference<'d>(lint: &mut Lint<'d>, node: Node<'d>, object: Object) {
    let version = lint.document.version();
    let Some(value) = node.get("$ref") else {
        return;
    };
    if value.as_str().is_none() {
        // In `properties` a property can have this name; elsewhere a reference is text.
        let message = format!("`$ref` must be a string, and this is {}", value.kind());
        lint.report(
            rules::WRONG_KIND,
            value,
            message,
            "write the reference as a string such as '#/components/schemas/X'",
        );
        return;
    }
    if !object.may_be_reference(version) {
        let message = format!("`$ref` is not allowed in place of {}", object.name());
        lint.report(
            rules::REFERENCE_NOT_ALLOWED,
            value,
            message,
            "write the object itself here",
        );
    }
    if let Err(error) = node.resolve() {
        lint.add(Diagnostic::from(error));
    }
    if version == Version::V3_0 && object != Object::PathItem {
        for (key, sibling) in node
            .entries()
            .filter(|(key, _)| *key != "$ref" && !is_extension(key))
        {
            let message = format!("`{key}` is beside a `$ref`");
            let finding = Diagnostic::of_rule(rules::REFERENCE_SIBLINGS, sibling, message);
            let finding = match object {
                Object::Schema => finding
                    .help(format!(
                        "wrap the reference: `allOf: [{{$ref: …}}]` with `{key}` beside `allOf`"
                    ))
                    .edits(wrapped(node, value)),
                _ => finding.help(format!(
                    "remove `{key}`, or move it to the target of the reference"
                )),
            };
            lint.add(finding.at_key());
        }
    }
}

/// Returns the steps that wrap a reference in `allOf`, if there is none.
fn wrapped(node: Node<'_>, reference: Node<'_>) -> Vec<DocumentEdit> {
    if node.get("allOf").is_some() {
        return Vec::new();
    }
    let part = Content::map([("$ref", reference.into())]);
    let whole = Content::List(vec![part]);
    vec![
        DocumentEdit::Rename(reference.pointer(), "allOf".to_owned()),
        DocumentEdit::Replace(reference.pointer(), whole),
    ]
}

fn check_version<'d>(lint: &mut Lint<'d>, value: Node<'d>, field: &Field, object: Object) {
    let version = lint.document.version();
    if field.exists_in(version) {
        return;
    }
    let (message, help) = if version > field.until {
        let help = match field.name {
            "nullable" => "write `type: [string, 'null']` with the type that it is, or `oneOf` with `{type: 'null'}`".into(),
            _ => format!("remove `{}`", field.name),
        };
        (
            format!(
                "`{}` of {} is no longer part of OpenAPI {version}",
                field.name,
                object.name()
            ),
            help,
        )
    } else {
        let help = match field.name {
            "const" => "write `enum` with one value".into(),
            "examples" => "write `example` with one value".into(),
            "$defs" => "move the schemas to `components`".into(),
            _ => format!(
                "remove `{}`, or write `openapi: {}.0` if the document is meant so",
                field.name, field.since
            ),
        };
        (
            format!(
                "`{}` of {} is part of OpenAPI from {} on",
                field.name,
                object.name(),
                field.since
            ),
            help,
        )
    };
    lint.add(
        Diagnostic::of_rule(rules::WRONG_VERSION, value, message)
            .help(help)
            .at_key(),
    );
}

fn check_other<'d>(lint: &mut Lint<'d>, key: &str, value: Node<'d>, object: Object) {
    if is_extension(key) {
        extensions::check(lint, key, value, object);
        return;
    }
    if let Some(ty) = object.patterned_fields() {
        field_type::check(
            lint,
            value,
            ty,
            format_args!("`{key}` of {}", object.name()),
        );
        return;
    }
    let version = lint.document.version();
    let known = object
        .fields()
        .iter()
        .filter(|field| field.exists_in(version))
        .map(|field| field.name);
    let finding = match nearest(key, known) {
        Some(similar) => {
            let message = format!("`{key}` is not a field of {}", object.name());
            Diagnostic::of_rule(rules::MISSPELLED_FIELD, value, message).did_you_mean(similar)
        }
        // From 3.1 on schemas can have any keyword (JSON Schema 2020-12 §6.5).
        None if object == Object::Schema && version >= Version::V3_1 => return,
        None => {
            let message = format!("`{key}` is not a field of {}", object.name());
            let finding = Diagnostic::of_rule(rules::UNKNOWN_FIELD, value, message);
            match object.field("content") {
                Some(_) if key.contains('/') => {
                    finding.help(format!("write `{key}` below `content:`"))
                }
                _ => {
                    let name = format!("x-{}", key.trim_start_matches('$'));
                    finding
                        .help(format!(
                            "remove it, or call it `{name}` if it is an extension"
                        ))
                        .edits([DocumentEdit::Write(name)])
                }
            }
        }
    };
    lint.add(finding.at_key());
}

/// Reports references to one kind of object at a place where another kind is valid.
pub(super) fn check_targets<'d>(lint: &mut Lint<'d>, visits: &[(Node<'d>, Object)]) {
    for (node, object) in visits.iter().filter(|(node, _)| node.reference().is_some()) {
        let Ok(target) = node.resolve() else { continue };
        // The map of components that contains the target decides its kind.
        let Some(home) = target.parent().and_then(home) else {
            continue;
        };
        if home != *object {
            let message = format!(
                "{} is needed here, and `$ref` leads to {}",
                object.name(),
                home.name()
            );
            let help = format!("refer to {}", object.name());
            let at = node.get("$ref").unwrap_or(*node);
            lint.add(
                Diagnostic::of_rule(rules::WRONG_TARGET, at, message)
                    .help(help)
                    .related(target, "the target"),
            );
        }
    }
}

/// Returns the kind of object that a map of `components` contains.
fn home(map: Node<'_>) -> Option<Object> {
    let components = map.parent()?;
    if components.key() != Some("components") || components.parent() != Some(components.file_root())
    {
        return None;
    }
    match Object::Components.field(map.key()?)?.ty {
        FieldType::Map(object) => Some(object),
        _ => None,
    }
}
