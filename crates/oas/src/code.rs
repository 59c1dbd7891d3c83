//! What is generated from a document, as a comparison wants to know it: the names and types of public items, and what of
//! the document they were made of.

use std::collections::{BTreeMap, HashSet};

use oas_codegen::model::{Api, Field, Media, Operation, Type, TypeKind};
use oas_diff::{Code, CodeItem, CodeKind};
use oas_document::{Document, Node, schema::Schema};

/// The struct whose methods the operations are.
const CLIENT: &str = "Client";

/// The public items of the crates of a document; `None` where it cannot be generated.
pub(crate) fn of(document: &Document) -> Option<Code> {
    if is_entangled(document) {
        return None;
    }
    let (api, _) = oas_codegen::model(document).ok()?;
    let mut items = Vec::new();
    for ty in &api.types {
        declare(document, &api, ty, &mut items);
    }
    for group in &api.groups {
        for operation in &group.operations {
            methods(&api, &group.name, operation, &mut items);
            arguments(document, &api, operation, &mut items);
        }
    }
    Some(Code { items })
}

/// Whether components that include one another make so many merged schemas that types of them would be without end.
fn is_entangled(document: &Document) -> bool {
    const MANY_PARTS: usize = 16;
    const MANY_SCHEMAS: usize = 100;
    let components = document.node_at("/components/schemas").into_iter();
    let mut pending: Vec<Schema<'_>> = components
        .flat_map(Node::entries)
        .map(|(_, node)| Schema::of(node))
        .collect();
    let mut seen = HashSet::new();
    let mut entangled = 0;
    while let Some(schema) = pending.pop() {
        if !seen.insert(schema.clone()) {
            continue;
        }
        entangled += usize::from(schema.nodes().len() > MANY_PARTS);
        if entangled > MANY_SCHEMAS {
            return true;
        }
        let effective = schema.effective();
        pending.extend(
            effective
                .properties
                .into_iter()
                .map(|property| property.schema),
        );
        pending.extend(effective.items);
    }
    false
}

fn item(kind: CodeKind, owner: &str, name: &str, ty: String, places: Vec<String>) -> CodeItem {
    CodeItem {
        kind,
        owner: owner.to_owned(),
        name: name.to_owned(),
        ty,
        required: false,
        places,
    }
}

fn declare(document: &Document, api: &Api, ty: &Type, items: &mut Vec<CodeItem>) {
    let places = vec![ty.pointer.clone()];
    let kind = match &ty.kind {
        TypeKind::Struct(_) => "struct".to_owned(),
        TypeKind::Enum(_) | TypeKind::Union(_) => "enum".to_owned(),
        TypeKind::Alias(of) | TypeKind::Newtype(of) => api.written(of),
    };
    items.push(item(CodeKind::Type, "", &ty.name, kind, places.clone()));
    let schema = document.node_at(&ty.pointer).map(Schema::of);
    match &ty.kind {
        TypeKind::Struct(fields) => {
            let made_of = schema.map(|schema| properties(document, &schema));
            for field in &fields.fields {
                let made_of = made_of
                    .as_ref()
                    .and_then(|all| all.get(field.property.as_str()));
                let places = made_of.cloned().unwrap_or_default();
                let written = field_type(api, field);
                items.push(CodeItem {
                    required: field.required,
                    ..item(CodeKind::Field, &ty.name, &field.name, written, places)
                });
            }
        }
        TypeKind::Enum(values) => {
            let lists = schema.map(|schema| schema.effective().value_nodes);
            let lists = lists.unwrap_or_default();
            for value in values {
                let said = lists.iter().flat_map(|list| list.items().chain([*list]));
                let said = said.filter(|node| node.as_str() == Some(&value.value));
                let places = said.filter_map(|node| place(document, node)).collect();
                items.push(item(
                    CodeKind::Variant,
                    &ty.name,
                    &value.name,
                    String::new(),
                    places,
                ));
            }
        }
        TypeKind::Union(union) => {
            for variant in &union.variants {
                let of = variant.ty.as_ref().map(|ty| api.written(ty));
                let of = of.unwrap_or_default();
                items.push(item(
                    CodeKind::Variant,
                    &ty.name,
                    &variant.name,
                    of,
                    places.clone(),
                ));
            }
        }
        TypeKind::Alias(_) | TypeKind::Newtype(_) => {}
    }
}

/// Where each property of a schema is described, and where it is required.
fn properties<'d>(document: &'d Document, schema: &Schema<'d>) -> BTreeMap<&'d str, Vec<String>> {
    let effective = schema.effective();
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for property in &effective.properties {
        let nodes = property
            .nodes
            .iter()
            .filter_map(|node| place(document, *node));
        places.entry(property.name).or_default().extend(nodes);
    }
    for said in &effective.required {
        places
            .entry(said.value)
            .or_default()
            .extend(place(document, said.node));
    }
    places
}

/// The pointer of a node of the root file.
fn place(document: &Document, node: Node<'_>) -> Option<String> {
    let pointer = node.pointer();
    (document.node_at(&pointer)?.place() == node.place()).then_some(pointer)
}

fn methods(api: &Api, group: &str, operation: &Operation, items: &mut Vec<CodeItem>) {
    for owner in [CLIENT, group] {
        let places = vec![operation.pointer.clone()];
        let name = &operation.method_name;
        let ty = signature(api, operation);
        items.push(item(CodeKind::Method, owner, name, ty, places));
    }
}

/// What a method takes and returns beside its arguments: the body, and each response with its type and headers.
fn signature(api: &Api, operation: &Operation) -> String {
    let body = operation.body.as_ref().map(|body| {
        let content = content(api, &body.media);
        optional(content, body.required)
    });
    let responses = operation.responses.iter().map(|response| {
        let headers = response.headers.iter().map(|header| {
            let ty = optional(api.written(&header.ty), header.required);
            format!("{}: {ty}", header.field)
        });
        let parts: Vec<String> = [content(api, &response.media)]
            .into_iter()
            .chain(headers)
            .filter(|part| !part.is_empty())
            .collect();
        match parts.is_empty() {
            true => response.variant.clone(),
            false => format!("{}({})", response.variant, parts.join(", ")),
        }
    });
    let responses: Vec<String> = responses.collect();
    format!(
        "fn({}) -> {}",
        body.unwrap_or_default(),
        responses.join(" | ")
    )
}

/// The type of a body, or of each of its media types.
fn content(api: &Api, media: &[Media]) -> String {
    match media {
        [only] => api.written(&only.ty),
        several => {
            let variants = several
                .iter()
                .map(|media| format!("{}({})", media.variant, api.written(&media.ty)));
            variants.collect::<Vec<_>>().join(" or ")
        }
    }
}

fn arguments(document: &Document, api: &Api, operation: &Operation, items: &mut Vec<CodeItem>) {
    let operations = oas_document::openapi::operations(document);
    let written_at = operations
        .iter()
        .find(|found| found.node.pointer() == operation.pointer)
        .map(|found| found.parameters())
        .unwrap_or_default();
    for parameter in &operation.parameters {
        let said = written_at
            .iter()
            .filter(|said| said.name == parameter.name && said.location == parameter.location);
        let places = said
            .flat_map(|said| [said.node, said.raw])
            .filter_map(|node| place(document, node))
            .collect();
        let method = format!("{CLIENT}::{}", operation.method_name);
        let ty = optional(api.written(&parameter.ty), parameter.required);
        items.push(item(
            CodeKind::Argument,
            &method,
            &parameter.field,
            ty,
            places,
        ));
    }
}

fn field_type(api: &Api, field: &Field) -> String {
    optional(api.written_field(field), field.required)
}

fn optional(ty: String, required: bool) -> String {
    if required {
        ty
    } else {
        format!("Option<{ty}>")
    }
}
