//! Proposes keys: the fields of an object, and common names for maps.

use oas_document::{
    Node,
    object_model::{Citation, Field, FieldType, Object},
    openapi::{self, EXTENSIONS, LIFECYCLE_EXTENSIONS, TRANSLATIONS},
};
use oas_wire::reason_phrase;

use super::{Completion, Inputs, Kind, snippets};

/// The media types that documents contain most often.
pub(super) const MEDIA_TYPES: [&str; 9] = [
    "application/json",
    "application/problem+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/octet-stream",
    "application/xml",
    "text/plain",
    "text/event-stream",
    "application/jsonl",
];

/// The statuses that documents contain most often.
const STATUSES: [u16; 20] = [
    200, 201, 202, 204, 301, 302, 304, 400, 401, 403, 404, 405, 409, 410, 412, 415, 422, 429, 500,
    503,
];

pub(super) fn completions(inputs: &Inputs<'_>, found: &mut Vec<Completion>) {
    match inputs.context.ty {
        Some(FieldType::One(Object::SecurityRequirement)) => schemes(inputs, found),
        Some(FieldType::One(Object::Responses)) => responses(inputs, found),
        Some(FieldType::One(object)) => fields(inputs, object, found),
        Some(FieldType::SchemaOrBoolean) => fields(inputs, Object::Schema, found),
        Some(FieldType::Map(Object::MediaType)) => media_types(inputs, found),
        _ if inputs.context.owner == Some(Object::Link) => parameters(inputs, found),
        _ => {}
    }
}

/// Returns whether the object contains a key already.
fn has(inputs: &Inputs<'_>, key: &str) -> bool {
    inputs.context.around.get(key).is_some()
}

fn fields(inputs: &Inputs<'_>, object: Object, found: &mut Vec<Completion>) {
    let version = inputs.snapshot.document().version();
    let fields = object.fields().iter();
    let fields = fields.filter(|field| field.exists_in(version) && !has(inputs, field.name));
    for field in fields {
        let text = inputs.key(field.name, "");
        let detail = detail(field);
        let citation = Citation::Field(object, field.name);
        found.push(Completion {
            documentation: format!("[{}]({})", citation.text(version), citation.link(version)),
            ..inputs.completion(Kind::Field, field.name, &detail, text)
        });
        if field.ty == FieldType::One(Object::Operation) && inputs.takes_lines() {
            let label = format!("{} (operation)", field.name);
            let text = snippets::operation(field.name);
            found.push(inputs.completion(
                Kind::Snippet,
                &label,
                "an operation with a response",
                text,
            ));
        }
    }
    if object.may_be_reference(version) && !has(inputs, "$ref") {
        let text = inputs.key("$ref", "");
        found.push(inputs.completion(Kind::Field, "$ref", "reference", text));
    }
    let own = EXTENSIONS
        .iter()
        .filter(|extension| extension.object == object);
    let own = own.map(|extension| (extension.name, extension.meaning));
    let everywhere = LIFECYCLE_EXTENSIONS.map(|name| (name, "how long something lives"));
    let translations = (TRANSLATIONS, "the texts of the object in other languages");
    for (name, meaning) in own.chain(everywhere).chain([translations]) {
        if !has(inputs, name) {
            found.push(inputs.completion(Kind::Field, name, meaning, inputs.key(name, "")));
        }
    }
}

fn detail(field: &Field) -> String {
    let what = match field.ty {
        FieldType::One(object) => object.title().to_lowercase(),
        FieldType::List(object) => format!("list of {}", object.title().to_lowercase()),
        FieldType::Map(object) => format!("map of {}", object.title().to_lowercase()),
        FieldType::SchemaOrBoolean => "schema or boolean".to_owned(),
        FieldType::String | FieldType::Email => "string".to_owned(),
        FieldType::UriReference => "URL".to_owned(),
        FieldType::Strings => "list of strings".to_owned(),
        FieldType::StringOrStrings => "string or list of strings".to_owned(),
        FieldType::StringMap | FieldType::StringsMap => "map of strings".to_owned(),
        FieldType::Boolean => "boolean".to_owned(),
        FieldType::Number => "number".to_owned(),
        FieldType::BooleanOrNumber => "boolean or number".to_owned(),
        FieldType::Count => "whole number".to_owned(),
        FieldType::Any => "any value".to_owned(),
        FieldType::AnyList => "list".to_owned(),
        FieldType::AnyMap => "map".to_owned(),
    };
    match field.required {
        true => format!("{what}, required"),
        false => what,
    }
}

fn schemes(inputs: &Inputs<'_>, found: &mut Vec<Completion>) {
    let document = inputs.snapshot.document();
    for scheme in openapi::security_schemes(document) {
        let name = scheme.name;
        if !has(inputs, name) {
            let text = inputs.key(name, "[]");
            found.push(inputs.completion(Kind::Reference, name, "security scheme", text));
        }
    }
}

fn responses(inputs: &Inputs<'_>, found: &mut Vec<Completion>) {
    let statuses = STATUSES.iter().map(|status| {
        let reason = reason_phrase(*status).unwrap_or_default();
        (status.to_string(), reason.to_owned())
    });
    let others = [
        ("4XX", "every error of the client"),
        ("5XX", "every error of the server"),
        ("default", "every other response"),
    ];
    let others = others.map(|(key, meaning)| (key.to_owned(), meaning.to_owned()));
    for (key, meaning) in statuses.chain(others) {
        if has(inputs, &key) {
            continue;
        }
        found.push(inputs.completion(Kind::Value, &key, &meaning, inputs.key(&key, "")));
        if inputs.takes_lines() {
            let label = format!("{key} (response)");
            let text = snippets::response(&inputs.written(&key), &meaning);
            found.push(inputs.completion(Kind::Snippet, &label, "a response with a body", text));
        }
    }
    for (name, meaning) in LIFECYCLE_EXTENSIONS.map(|name| (name, "how long something lives")) {
        if !has(inputs, name) {
            found.push(inputs.completion(Kind::Field, name, meaning, inputs.key(name, "")));
        }
    }
}

fn media_types(inputs: &Inputs<'_>, found: &mut Vec<Completion>) {
    // Media types of the document are likelier than any others.
    let nodes = inputs.snapshot.document().nodes();
    let contents = nodes.filter(|node| node.key() == Some("content"));
    let own = contents.flat_map(Node::entries).map(|(name, _)| name);
    let mut names: Vec<&str> = Vec::new();
    for name in own.filter(|name| name.contains('/')).chain(MEDIA_TYPES) {
        if !names.contains(&name) && !has(inputs, name) {
            names.push(name);
        }
    }
    for name in names {
        let text = inputs.key(name, "");
        found.push(inputs.completion(Kind::Value, name, "media type", text));
    }
}

/// Proposes the parameters of the operation that a link refers to.
fn parameters(inputs: &Inputs<'_>, found: &mut Vec<Completion>) {
    let [way @ .., last] = inputs.context.way.as_slice() else {
        return;
    };
    if last != "parameters" {
        return;
    }
    let document = inputs.snapshot.document();
    let mut here = document.file_root(inputs.file);
    for token in way {
        here = here.and_then(|here| here.child(token));
    }
    let id = here.and_then(|link| link.get("operationId")?.as_str());
    let operations = openapi::operations(document);
    let target = operations
        .iter()
        .find(|operation| id.is_some() && operation.id() == id);
    for parameter in target.map(|target| target.parameters()).unwrap_or_default() {
        if !has(inputs, parameter.name) {
            let text = inputs.key(parameter.name, "");
            let detail = format!("{} parameter", parameter.location);
            found.push(inputs.completion(Kind::Reference, parameter.name, &detail, text));
        }
    }
}
