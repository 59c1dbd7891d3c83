//! Validates every object by the table of the object model: kinds of values, required and unknown fields, versions,
//! references.

use super::{Lint, extensions, field_type, rules};
use crate::{
    Content, Diagnostic, Kind, Node, Remedy, Version,
    object_model::{Field, FieldType, Object},
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
        let what = format!("{} has no `{}`", object.name(), field.name);
        lint.report(
            rules::MISSING_FIELD,
            node,
            what,
            format!("add `{}`", field.name),
        );
    }
}

pub(super) fn no_object<'d>(lint: &mut Lint<'d>, node: Node<'d>, object: Object) {
    let name = object.name();
    let what = format!("{name} belongs here, and this is {}", node.kind());
    lint.report(
        rules::WRONG_KIND,
        node,
        what,
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
        let what = format!("`$ref` must be a string, and this is {}", value.kind());
        lint.report(
            rules::WRONG_KIND,
            value,
            what,
            "write the reference as a string such as '#/components/schemas/X'",
        );
        return;
    }
    if !object.may_be_reference(version) {
        let what = format!("`$ref` is not allowed in place of {}", object.name());
        lint.report(
            rules::REFERENCE_NOT_ALLOWED,
            value,
            what,
            "write the object itself here",
        );
    }
    if let Err(error) = node.resolve() {
        lint.add(Diagnostic::from(error));
    }
    if version == Version::V3_0 && object != Object::PathItem {
        for (key, sibling) in node
            .entries()
            .filter(|(key, _)| *key != "$ref" && !key.starts_with("x-"))
        {
            let what = format!("`{key}` is beside a `$ref`");
            let finding = Diagnostic::of_rule(rules::REFERENCE_SIBLINGS, sibling, what);
            let finding = match object {
                Object::Schema => finding
                    .help(format!(
                        "wrap the reference: `allOf: [{{$ref: …}}]` with `{key}` beside `allOf`"
                    ))
                    .remedy(wrapped(node, value)),
                _ => finding.help(format!(
                    "remove `{key}`, or move it to the target of the reference"
                )),
            };
            lint.add(finding.at_key());
        }
    }
}

/// Returns the steps that wrap a reference in `allOf`, if there is none.
fn wrapped(node: Node<'_>, reference: Node<'_>) -> Vec<Remedy> {
    if node.get("allOf").is_some() {
        return Vec::new();
    }
    let part = Content::map([("$ref", reference.into())]);
    let whole = Content::List(vec![part]);
    vec![
        Remedy::Rename(reference.pointer(), "allOf".to_owned()),
        Remedy::Replace(reference.pointer(), whole),
    ]
}

fn check_version<'d>(lint: &mut Lint<'d>, value: Node<'d>, field: &Field, object: Object) {
    let version = lint.document.version();
    if field.exists_in(version) {
        return;
    }
    let (what, fix) = if version > field.until {
        let fix = match field.name {
            "nullable" => "write `type: [string, 'null']` with the type that it is, or `oneOf` with `{type: 'null'}`".into(),
            _ => format!("remove `{}`", field.name),
        };
        (
            format!(
                "`{}` of {} is no longer part of OpenAPI {version}",
                field.name,
                object.name()
            ),
            fix,
        )
    } else {
        let fix = match field.name {
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
            fix,
        )
    };
    lint.add(
        Diagnostic::of_rule(rules::WRONG_VERSION, value, what)
            .help(fix)
            .at_key(),
    );
}

fn check_other<'d>(lint: &mut Lint<'d>, key: &str, value: Node<'d>, object: Object) {
    if key.starts_with("x-") {
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
        Some(near) => {
            let what = format!("`{key}` is not a field of {}", object.name());
            Diagnostic::of_rule(rules::MISSPELLED_FIELD, value, what).did_you_mean(near)
        }
        // From 3.1 on schemas can have any keyword (JSON Schema 2020-12 §6.5).
        None if object == Object::Schema && version >= Version::V3_1 => return,
        None => {
            let what = format!("`{key}` is not a field of {}", object.name());
            let finding = Diagnostic::of_rule(rules::UNKNOWN_FIELD, value, what);
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
                        .remedy([Remedy::Write(name)])
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
            let what = format!(
                "{} is needed here, and `$ref` leads to {}",
                object.name(),
                home.name()
            );
            let fix = format!("refer to {}", object.name());
            let at = node.get("$ref").unwrap_or(*node);
            lint.add(
                Diagnostic::of_rule(rules::WRONG_TARGET, at, what)
                    .help(fix)
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
