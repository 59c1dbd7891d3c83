//! Proposes values: those that the standard lists, and names of the document.

use oas_document::{
    Node, Version,
    object_model::{FieldType, Object},
    openapi::{self, ParameterLocation, STABILITY_LEVELS, security_scheme_types},
    schema::{Schema, Type},
};
use oas_schema::Format;
use oas_wire::json_pointer;
use serde_json::Value;

use super::{
    super::{components, relative},
    Completion, Inputs, Kind,
    keys::MEDIA_TYPES,
};

/// Schemes of HTTP authentication (OpenAPI 3.0.4, Security Scheme Object).
const SCHEMES: [&str; 2] = ["basic", "bearer"];

pub(super) fn completions(inputs: &Inputs<'_>, found: &mut Vec<Completion>) {
    let mut way = inputs.context.way.iter().rev().map(String::as_str);
    let (Some(last), before) = (way.next(), way.next()) else {
        return;
    };
    let owner = inputs.context.owner;
    let document = inputs.snapshot.document();
    let version = document.version();
    let listed = |names: Vec<&str>, found: &mut Vec<Completion>| {
        for name in names {
            found.push(inputs.completion(Kind::Value, name, "", inputs.written(name)));
        }
    };
    match (last, before) {
        ("$ref", _) => targets(inputs, found),
        ("defaultMapping", _) | (_, Some("mapping")) => schemas(inputs, found),
        (item, Some("tags")) if is_index(item) => names(inputs, tags(inputs), "tag", found),
        (item, Some("required")) if is_index(item) => properties(inputs, 2, found),
        (item, Some(scheme)) if is_index(item) && in_security(inputs) => {
            scopes(inputs, scheme, found)
        }
        ("propertyName", Some("discriminator")) => properties(inputs, 2, found),
        ("operationId", _) if owner == Some(Object::Link) => operations(inputs, found),
        ("openapi", None) => listed(Version::ALL.map(Version::release).to_vec(), found),
        ("format", _) if owner == Some(Object::Schema) => {
            let formats = Format::ALL.iter();
            for format in formats {
                let detail = format.standard();
                let text = inputs.written(format.name());
                found.push(inputs.completion(Kind::Value, format.name(), detail, text));
            }
        }
        ("type", _) | (_, Some("type")) if owner == Some(Object::Schema) => {
            let types = Type::ALL.into_iter();
            let types = types.filter(|ty| *ty != Type::Null || version > Version::V3_0);
            listed(types.map(Type::name).collect(), found);
        }
        ("type", _) if owner == Some(Object::SecurityScheme) => {
            let known = security_scheme_types();
            listed(
                known
                    .filter(|ty| *ty != "mutualTLS" || version > Version::V3_0)
                    .collect(),
                found,
            );
        }
        ("in", _) if owner == Some(Object::Parameter) => {
            let locations = ParameterLocation::ALL.into_iter();
            let locations = locations.filter(|location| {
                *location != ParameterLocation::QueryString || version >= Version::V3_2
            });
            listed(locations.map(ParameterLocation::name).collect(), found);
        }
        ("in", _) if owner == Some(Object::SecurityScheme) => {
            listed(vec!["header", "query", "cookie"], found);
        }
        ("scheme", _) if owner == Some(Object::SecurityScheme) => listed(SCHEMES.to_vec(), found),
        ("style", _) => {
            let location = inputs.context.around.get("in").and_then(Value::as_str);
            let location = location.and_then(ParameterLocation::from_name);
            let location = match owner {
                Some(Object::Header) => ParameterLocation::Header,
                _ => location.unwrap_or(ParameterLocation::Query),
            };
            listed(
                location.styles().iter().map(|style| style.name()).collect(),
                found,
            );
        }
        ("contentMediaType" | "contentType", _) => listed(MEDIA_TYPES.to_vec(), found),
        ("x-stability-level", _) => listed(STABILITY_LEVELS.to_vec(), found),
        ("x-failure-property", _) => properties(inputs, 1, found),
        ("source", Some("x-error")) => properties(inputs, 2, found),
        (item, Some("message")) if is_index(item) => properties(inputs, 3, found),
        _ => {
            let flags = [FieldType::Boolean, FieldType::SchemaOrBoolean];
            let mut extensions = openapi::EXTENSIONS.iter();
            let extension = extensions
                .find(|extension| extension.name == last && Some(extension.object) == owner);
            let ty = inputs
                .context
                .ty
                .or(extension.map(|extension| extension.ty));
            if ty.is_some_and(|ty| flags.contains(&ty)) {
                for flag in ["true", "false"] {
                    found.push(inputs.completion(Kind::Value, flag, "", flag.to_owned()));
                }
            }
        }
    }
}

fn is_index(token: &str) -> bool {
    token.bytes().all(|byte| byte.is_ascii_digit())
}

fn in_security(inputs: &Inputs<'_>) -> bool {
    let way = &inputs.context.way;
    way.len() >= 4 && way.get(way.len() - 4).is_some_and(|key| key == "security")
}

fn names<'n>(
    inputs: &Inputs<'_>,
    names: impl IntoIterator<Item = &'n str>,
    what: &str,
    found: &mut Vec<Completion>,
) {
    let listed = inputs.context.around.as_array();
    for name in names {
        let is_there = listed.is_some_and(|items| items.iter().any(|item| item == name));
        if !is_there {
            found.push(inputs.completion(Kind::Reference, name, what, inputs.written(name)));
        }
    }
}

fn tags<'a>(inputs: &Inputs<'a>) -> Vec<&'a str> {
    let document = inputs.snapshot.document();
    let mut names: Vec<&str> = openapi::tags(document).map(|tag| tag.name).collect();
    for name in openapi::operations(document)
        .iter()
        .flat_map(|operation| operation.tags())
    {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn operations(inputs: &Inputs<'_>, found: &mut Vec<Completion>) {
    for operation in openapi::operations(inputs.snapshot.document()) {
        if let Some(id) = operation.id() {
            let detail = operation.key().to_string();
            found.push(inputs.completion(Kind::Reference, id, &detail, inputs.written(id)));
        }
    }
}

fn scopes(inputs: &Inputs<'_>, scheme: &str, found: &mut Vec<Completion>) {
    let schemes = openapi::security_schemes(inputs.snapshot.document()).into_iter();
    let scheme = schemes.into_iter().find(|known| known.name == scheme);
    let scopes: Vec<&str> = scheme.iter().flat_map(|scheme| scheme.scopes()).collect();
    names(inputs, scopes, "scope", found);
}

/// Proposes the properties of the schema that is this number of levels above the value.
fn properties(inputs: &Inputs<'_>, steps: usize, found: &mut Vec<Completion>) {
    let way = &inputs.context.way;
    let mut here = inputs.snapshot.document().file_root(inputs.file);
    for token in way.iter().take(way.len().saturating_sub(steps)) {
        here = here.and_then(|here| here.child(token));
    }
    let Some(schema) = here else { return };
    let effective = Schema::of(schema).effective();
    let branches = effective.one_of.iter().chain(&effective.any_of);
    let branches = branches.flat_map(|union| &union.branches);
    let branches: Vec<_> = branches.map(|branch| branch.schema.effective()).collect();
    let mut known: Vec<&str> = Vec::new();
    for property in std::iter::once(&effective)
        .chain(&branches)
        .flat_map(|all| &all.properties)
    {
        if !known.contains(&property.name) {
            known.push(property.name);
        }
    }
    names(inputs, known, "property", found);
}

/// Proposes the valid targets of a `$ref`: the components of the required kind.
fn targets(inputs: &Inputs<'_>, found: &mut Vec<Completion>) {
    let wanted = inputs.context.owner;
    for (group, field) in Object::Components
        .fields()
        .iter()
        .map(|field| (field.name, field.ty))
    {
        if wanted.is_none_or(|wanted| field == FieldType::Map(wanted)) {
            own_components(inputs, group, found);
        }
    }
    for other in components::elsewhere(inputs.snapshot.document()) {
        let file = other.node.file();
        let is_wanted = wanted.is_none_or(|wanted| wanted == other.object);
        let reference = relative::reference(inputs.file, file, &other.node.pointer());
        if let Some(reference) = reference.filter(|_| is_wanted) {
            let text = inputs.written(&reference);
            let mut completion = inputs.completion(Kind::Reference, &reference, file, text);
            completion.label = other.name.to_owned();
            found.push(completion);
        }
    }
}

fn schemas(inputs: &Inputs<'_>, found: &mut Vec<Completion>) {
    own_components(inputs, "schemas", found);
}

fn own_components(inputs: &Inputs<'_>, group: &str, found: &mut Vec<Completion>) {
    let document = inputs.snapshot.document();
    let root = document.root();
    let map = openapi::components(root, group);
    for (name, node) in map.into_iter().flat_map(Node::entries) {
        let pointer = format!("/components/{group}/{}", json_pointer::escape(name));
        let Some(reference) = relative::reference(inputs.file, root.file(), &pointer) else {
            continue;
        };
        let described = node.get("description").or_else(|| node.get("title"));
        let described = described.and_then(Node::as_str).unwrap_or_default();
        let detail = described.lines().next().unwrap_or_default();
        let text = inputs.written(&reference);
        let mut completion = inputs.completion(Kind::Reference, &reference, detail, text);
        completion.label = name.to_owned();
        found.push(completion);
    }
}
