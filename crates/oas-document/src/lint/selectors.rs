//! Validates operations that share a path and a method: whether their requests can be distinguished, and how to
//! describe such operations.

use super::{Lint, rules};
use crate::{
    Diagnostic, Node,
    openapi::{
        self, MediaKind, Method, Operation, OperationGroup, ParameterLocation, SelectorPlace,
    },
    openstack,
};

/// Validates the groups of a path item.
pub(super) fn check_path_item<'d>(lint: &mut Lint<'d>, path_item: Node<'d>) {
    let mut problems = Vec::new();
    for group in openapi::groups(path_item, &mut problems) {
        check_group(lint, path_item, group);
    }
    lint.found
        .extend(problems.into_iter().map(Diagnostic::from));
}

fn check_group<'d>(lint: &mut Lint<'d>, path_item: Node<'d>, group: OperationGroup<'d>) {
    let plain = path_item
        .entries()
        .find(|(field, node)| Method::from_field(field) == Some(group.method) && node.is_object());
    if let Some((field, operation)) = plain.filter(|_| !openstack::is_made_group(group.node)) {
        let message = format!("`{field}` matches the same requests as the operations of the group");
        let finding = Diagnostic::of_rule(rules::INDISTINCT_OPERATIONS, operation, message);
        lint.add(
            finding
                .help("move it into the group, under the value that selects it")
                .related(group.node, "the group")
                .at_key(),
        );
    }
    if group.place == SelectorPlace::BodyKey
        && let Some(name) = group.node.get("name")
    {
        let help = "remove `name`; the keys of `operations` are those of the body";
        let message = "`name` has no meaning for a body";
        lint.report(rules::IGNORED_FIELD, name, message, help);
    }
    if group.operations().next().is_none()
        && let Some(operations) = group.node.get("operations")
    {
        let message = "the group has no operations";
        let help = "write an operation under each value that selects one, or remove the group";
        lint.report(rules::INDISTINCT_OPERATIONS, operations, message, help);
    }
}

/// Validates what the request of one operation must contain so that a server finds the operation, and what it must not
/// contain.
pub(super) fn check_operation<'d>(lint: &mut Lint<'d>, operation: &Operation<'d>) {
    let Some(selector) = operation.selector else {
        return;
    };
    match selector.place {
        SelectorPlace::BodyKey => check_body(lint, operation, selector.group, selector.value),
        SelectorPlace::Query(name) => {
            let at = ParameterLocation::Query;
            check_parameters(lint, operation, at, |known| known == name);
        }
        SelectorPlace::Header(name) => {
            let at = ParameterLocation::Header;
            check_parameters(lint, operation, at, |known| {
                known.eq_ignore_ascii_case(name)
            });
        }
    }
}

fn check_body<'d>(lint: &mut Lint<'d>, operation: &Operation<'d>, group: Node<'d>, key: &str) {
    let body = operation.request_body().filter(|body| body.is_required());
    let Some(body) = body else {
        let message = format!(
            "the key `{key}` of the body selects the operation, and the body may be absent"
        );
        let at = operation.node.get("requestBody").unwrap_or(operation.node);
        let help = "add `requestBody` with `required: true`";
        lint.report(rules::INDISTINCT_OPERATIONS, at, message, help);
        return;
    };
    let others = group.get("operations").into_iter().flat_map(Node::entries);
    let others: Vec<&str> = others
        .map(|(other, _)| other)
        .filter(|other| *other != key)
        .collect();
    for media in body.content() {
        if media.kind() != MediaKind::Json {
            let message = format!(
                "the key `{key}` selects the operation, and `{}` has no keys",
                media.name
            );
            let help = "describe the body as JSON, or select by a query parameter or a header";
            lint.report(rules::INDISTINCT_OPERATIONS, media.node, message, help);
            continue;
        }
        let Some(schema) = media.schema() else {
            let message =
                format!("the key `{key}` selects the operation, and the body has no schema");
            let help = format!("add a `schema` that requires `{key}`");
            lint.report(rules::INDISTINCT_OPERATIONS, media.node, message, help);
            continue;
        };
        let effective = schema.effective();
        let at = media.schema_node().unwrap_or(media.node);
        if !effective
            .property(key)
            .is_some_and(|property| property.required)
        {
            let message =
                format!("the key `{key}` selects the operation, and its body does not require it");
            let help = format!("describe `{key}` in `properties` and list it in `required`");
            lint.report(rules::INDISTINCT_OPERATIONS, at, message, help);
        }
        for other in others
            .iter()
            .filter(|other| effective.property(other).is_some())
        {
            let message = format!(
                "`{other}` is the key of another operation, and this one's body has it too"
            );
            let help = "rename the property, or remove it: a body with both keys is rejected";
            lint.report(rules::INDISTINCT_OPERATIONS, at, message, help);
        }
    }
}

fn check_parameters<'d>(
    lint: &mut Lint<'d>,
    operation: &Operation<'d>,
    location: ParameterLocation,
    is_selector: impl Fn(&str) -> bool,
) {
    for parameter in operation.parameters() {
        if parameter.location == location && is_selector(parameter.name) {
            let name = parameter.name;
            let message =
                format!("`{name}` selects the operation, and cannot be a parameter of it");
            let help = "remove the parameter; clients send the value that selects the operation";
            lint.report(rules::INDISTINCT_OPERATIONS, parameter.raw, message, help);
        }
    }
}
