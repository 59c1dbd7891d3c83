//! Finds fields that have no effect because of their siblings: each is valid for its object, but not for this kind of
//! it.

use super::{Lint, rules};
use crate::{
    Diagnostic, Node,
    object_model::Object,
    openapi::{FLOW_KINDS, Kind, SCHEME_KINDS, Style},
};

/// Fields of an object that exclude others: where the first is, the rest has no meaning.
const EXCLUSIVE: &[(Object, &str, &[&str])] = &[
    (Object::License, "identifier", &["url"]),
    (Object::Parameter, "content", OF_SCHEMAS),
    (Object::Parameter, "examples", &["example"]),
    (Object::Header, "content", OF_SCHEMAS),
    (Object::Header, "examples", &["example"]),
    (Object::MediaType, "examples", &["example"]),
    (
        Object::Example,
        "value",
        &["externalValue", "serializedValue", "dataValue"],
    ),
    (Object::Example, "externalValue", &["serializedValue"]),
    (Object::Link, "operationId", &["operationRef"]),
];

/// The fields that are valid beside the `schema` of a parameter or header.
const OF_SCHEMAS: &[&str] = &["style", "explode", "allowReserved", "example", "examples"];

pub(super) fn check<'d>(lint: &mut Lint<'d>, node: Node<'d>, object: Object) {
    if node.reference().is_some() {
        return;
    }
    let rows = EXCLUSIVE
        .iter()
        .filter(|(of, first, _)| *of == object && node.get(first).is_some());
    for (_, first, others) in rows {
        for field in others.iter().filter_map(|other| node.get(other)) {
            ignored(lint, field, &format!("beside `{first}`"));
        }
    }
    match object {
        Object::Parameter => allow_empty_value(lint, node),
        Object::SecurityScheme => {
            kind(
                lint,
                node,
                node.get("type").and_then(Node::as_str),
                SCHEME_KINDS,
            );
            bearer_format(lint, node);
        }
        Object::OAuthFlow => kind(lint, node, node.key(), FLOW_KINDS),
        Object::Header => {
            style(lint, node, "a header", &[Style::Simple]);
            if let Some(field) = node.get("allowEmptyValue") {
                ignored(lint, field, "in a header");
            }
        }
        Object::Encoding => {
            style(
                lint,
                node,
                "an encoding",
                oas_wire::ParameterLocation::Query.styles(),
            );
        }
        _ => {}
    }
}

/// Reports fields that belong to other kinds of the object.
fn kind<'d>(lint: &mut Lint<'d>, node: Node<'d>, name: Option<&str>, kinds: &[Kind]) {
    let Some(own) = kinds.iter().find(|kind| Some(kind.name) == name) else {
        return;
    };
    let fields = |kind: &Kind| kind.required.iter().chain(kind.optional).copied();
    let own_fields: Vec<_> = fields(own).collect();
    let mut of_others: Vec<_> = kinds.iter().flat_map(fields).collect();
    of_others.sort_unstable();
    of_others.dedup();
    of_others.retain(|field| !own_fields.contains(field));
    for field in of_others.into_iter().filter_map(|field| node.get(field)) {
        ignored(lint, field, &format!("for `{}`", own.name));
    }
}

fn bearer_format<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let scheme = node.get("scheme").and_then(Node::as_str);
    if let Some(scheme) = scheme.filter(|scheme| !scheme.eq_ignore_ascii_case("bearer"))
        && let Some(format) = node.get("bearerFormat")
    {
        ignored(lint, format, &format!("for the scheme `{scheme}`"));
    }
}

fn allow_empty_value<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let location = node.get("in").and_then(Node::as_str);
    if let Some(location) = location.filter(|location| *location != "query")
        && let Some(field) = node.get("allowEmptyValue")
    {
        ignored(lint, field, &format!("for a parameter in {location}"));
    }
}

fn ignored<'d>(lint: &mut Lint<'d>, field: Node<'d>, why: &str) {
    let name = field.key().unwrap_or_default();
    let message = format!("`{name}` has no meaning {why}");
    let finding = Diagnostic::of_rule(rules::IGNORED_FIELD, field, message);
    lint.add(finding.help(format!("remove `{name}`")).at_key());
}

fn style<'d>(lint: &mut Lint<'d>, node: Node<'d>, object: &str, styles: &[Style]) {
    let Some(at) = node.get("style") else { return };
    let Some(name) = at.as_str() else { return };
    if !Style::from_name(name).is_some_and(|style| styles.contains(&style)) {
        let message = format!("{object} cannot have the style `{name}`");
        let names: Vec<_> = styles.iter().map(|style| format!("`{style}`")).collect();
        lint.report(
            rules::INVALID_STYLE,
            at,
            message,
            format!("write {}", names.join(" or ")),
        );
    }
}
