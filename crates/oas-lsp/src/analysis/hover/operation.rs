//! Describes an operation in short.

use oas_document::{
    object_model::{Citation, Object},
    openapi::{Operation, Role},
    schema::Schema,
};

use super::{super::Snapshot, card::Card, schema::short};

pub(super) fn card(snapshot: &Snapshot, operation: &Operation<'_>) -> Card {
    let of = |schema: Option<Schema<'_>>| {
        schema.map_or_else(|| "anything".to_owned(), |schema| short(&schema))
    };
    let mut facts = Vec::new();
    if operation.is_deprecated() {
        facts.push("deprecated".to_owned());
    }
    for parameter in operation.parameters() {
        let mark = match parameter.is_required() {
            true => "",
            false => ", optional",
        };
        let content = parameter.content().and_then(|content| content.schema());
        let schema = of(parameter.schema().or(content));
        let (location, name) = (parameter.location, parameter.name);
        facts.push(format!("{location} `{name}`: {schema}{mark}"));
    }
    let body = operation.request_body();
    for media in body.iter().flat_map(|body| body.content()) {
        facts.push(format!("body `{}`: {}", media.name, of(media.schema())));
    }
    for response in operation.responses() {
        let content = response.content();
        let media = content.iter();
        let media = media.map(|media| format!(" `{}`: {}", media.name, of(media.schema())));
        let media: Vec<String> = media.collect();
        facts.push(format!("response {}{}", response.key, media.join(",")));
    }
    if operation.role == Role::Path {
        let pointer = operation.node.pointer();
        let groups = snapshot
            .api_at_hand()
            .into_iter()
            .flat_map(|api| &api.groups);
        let own = groups.flat_map(|group| {
            let operations = group.operations.iter();
            operations.map(move |operation| (group, operation))
        });
        facts.extend(
            own.filter(|(_, own)| own.pointer == pointer)
                .map(|(group, own)| {
                    let method = &own.method_name;
                    format!("Rust: `Client::{method}`, `{}::{method}`", group.name)
                }),
        );
    }
    let heading = format!("**{}** `{}`", operation.method, operation.path);
    Card::headed(heading, Citation::Object(Object::Operation))
        .text(operation.summary())
        .text(operation.description())
        .facts(facts)
}
