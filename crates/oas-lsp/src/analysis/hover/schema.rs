//! Describes a schema in short.

use oas_codegen::model::{Api, TypeKind};
use oas_document::{
    Node,
    object_model::{Citation, Object},
    openapi,
    schema::{Additional, EffectiveSchema, Schema},
};
use oas_schema::Limit;

use super::{super::Snapshot, card::Card};

/// The number of properties that are listed.
const MAX_LISTED: usize = 12;

pub(super) fn card(snapshot: &Snapshot, node: Node<'_>) -> Card {
    let schema = Schema::of(node);
    let effective = schema.effective();
    let name = node.key().unwrap_or("schema");
    let described = effective.description.as_ref().or(effective.title.as_ref());
    let rust = snapshot.api_at_hand().map(|api| rust(snapshot, api, node));
    Card::new(name, &short(&schema), Citation::Object(Object::Schema))
        .text(described.map(|described| described.value))
        .facts(constraints(&effective))
        .facts(marks(&schema, &effective))
        .facts(rust.unwrap_or_default())
        .code(properties(&effective))
}

/// Formats the type of a schema in a few words: the name of its target, or its types.
pub(super) fn short(schema: &Schema<'_>) -> String {
    if let [only] = schema.written()
        && let Some(target) = only.target()
        && let Some(name) = target.key()
    {
        return format!("`{name}`");
    }
    let effective = schema.effective();
    if let Some(items) = &effective.items {
        return format!("array of {}", short(items));
    }
    let unions = effective.one_of.iter().chain(&effective.any_of);
    let branches: Vec<String> = unions
        .flat_map(|union| &union.branches)
        .map(|branch| short(&Schema::of(branch.node)))
        .collect();
    if !branches.is_empty() {
        return branches.join(" or ");
    }
    let mut text = match schema.is_any() {
        true => "any value".to_owned(),
        false => effective.types.to_string(),
    };
    if let Some(format) = effective.formats.first() {
        text.push_str(&format!(" (`{}`)", format.value));
    }
    text
}

/// Formats the constraints of values.
fn constraints(effective: &EffectiveSchema<'_>) -> Vec<String> {
    let EffectiveSchema {
        constant,
        values,
        patterns,
        minimum,
        maximum,
        multiple_of,
        limits,
        unique_items,
        additional,
        default,
        // The line of the type has them.
        types: _,
        type_nodes: _,
        value_nodes: _,
        formats: _,
        items: _,
        one_of: _,
        any_of: _,
        false_schema: _,
        // They are in the list of properties, or have cards of their own.
        properties: _,
        required: _,
        pattern_properties: _,
        property_names: _,
        prefix_items: _,
        // They are marks and texts.
        read_only: _,
        write_only: _,
        deprecated: _,
        title: _,
        description: _,
        examples: _,
        xml: _,
        external_docs: _,
        // They are too long for a card.
        unevaluated: _,
        contains: _,
        unevaluated_items: _,
        not: _,
        conditionals: _,
        dependent_required: _,
        dependent_schemas: _,
        content_media_type: _,
        content_encoding: _,
        content_schema: _,
        discriminator: _,
        unlisted_parts: _,
    } = effective;
    let mut lines = Vec::new();
    if let Some(constant) = constant {
        lines.push(format!("always `{}`", constant.to_json_text()));
    }
    if let Some(values) = values {
        let shown: Vec<String> = values
            .iter()
            .take(MAX_LISTED)
            .map(|value| format!("`{}`", value.to_json_text()))
            .collect();
        let more = values.len().saturating_sub(MAX_LISTED);
        let more = match more {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        lines.push(format!("one of {}{more}", shown.join(", ")));
    }
    for pattern in patterns {
        lines.push(format!("matches `{}`", pattern.value));
    }
    if let Some(bound) = minimum {
        let sign = if bound.exclusive { ">" } else { "≥" };
        lines.push(format!("{sign} {}", bound.value));
    }
    if let Some(bound) = maximum {
        let sign = if bound.exclusive { "<" } else { "≤" };
        lines.push(format!("{sign} {}", bound.value));
    }
    for multiple in multiple_of {
        lines.push(format!("a multiple of {}", multiple.value));
    }
    for limit in Limit::ALL {
        if let Some(value) = limits.value(limit) {
            lines.push(format!("`{}`: {value}", limit.keyword()));
        }
    }
    if unique_items.is_some() {
        lines.push("items are unique".to_owned());
    }
    if matches!(additional, Additional::Denied(_)) {
        lines.push("no other properties".to_owned());
    }
    if let Some(default) = default {
        lines.push(format!("default `{}`", default.to_json_text()));
    }
    lines
}

/// Formats annotations, such as `deprecated`.
fn marks(schema: &Schema<'_>, effective: &EffectiveSchema<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if effective.deprecated.is_some() {
        lines.push("deprecated".to_owned());
    }
    if effective.read_only.is_some() {
        lines.push("in responses only".to_owned());
    }
    if effective.write_only.is_some() {
        lines.push("in requests only".to_owned());
    }
    if openapi::is_documented_required(schema) {
        lines.push("documented as required".to_owned());
    }
    if let Some(ty) = openapi::documented_type(schema) {
        lines.push(format!("documented as `{ty}`"));
    }
    if let Some(note) = openapi::wire_note(schema).and_then(Node::as_str) {
        lines.push(format!("on the wire: {}", note.trim_end()));
    }
    lines
}

/// Returns the Rust type that is generated from a schema, or the field that is generated from a property.
fn rust(snapshot: &Snapshot, api: &Api, node: Node<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let is_own = node.file_root() == snapshot.document().root();
    let file = Some(node.file()).filter(|_| !is_own);
    let types = || api.types.iter().filter(|ty| ty.file.as_deref() == file);
    let pointer = node.pointer();
    for ty in types().filter(|ty| ty.pointer == pointer) {
        let kind = match ty.kind {
            TypeKind::Struct(_) | TypeKind::Newtype(_) => "struct",
            TypeKind::Enum(_) | TypeKind::Union(_) => "enum",
            TypeKind::Alias(_) | TypeKind::Foreign(_) => "type",
        };
        lines.push(format!("Rust: {kind} `{}`", ty.name));
    }
    let Some(properties) = node
        .parent()
        .filter(|parent| parent.key() == Some("properties"))
    else {
        return lines;
    };
    let owner = properties.parent().map(Node::pointer);
    for ty in types().filter(|ty| Some(&ty.pointer) == owner.as_ref()) {
        let TypeKind::Struct(body) = &ty.kind else {
            continue;
        };
        for field in body
            .fields
            .iter()
            .filter(|field| Some(field.property.as_str()) == node.key())
        {
            let written = api.rust_field_type(field);
            let written = match field.required {
                true => written,
                false => format!("Option<{written}>"),
            };
            lines.push(format!(
                "Rust: field `{}.{}: {written}`",
                ty.name, field.name
            ));
        }
    }
    lines
}

/// Formats the properties, a line each.
fn properties(effective: &EffectiveSchema<'_>) -> String {
    let mut out = String::new();
    for property in effective.properties.iter().take(MAX_LISTED) {
        let mark = if property.required { "" } else { "?" };
        let ty = short(&property.schema).replace('`', "");
        out.push_str(&format!("{}{mark}: {ty}\n", property.name));
    }
    match effective.properties.len().saturating_sub(MAX_LISTED) {
        0 => {}
        more => out.push_str(&format!("# and {more} more\n")),
    }
    out
}
