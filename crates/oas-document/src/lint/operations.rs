//! Paths, operations, responses, links and servers.

use std::collections::HashSet;

use oas_wire::path_template::{self, Part};

use super::{Lint, field_type, parameters, rules, selectors};
use crate::{
    Diagnostic, DocumentEdit, Node, Version,
    grouped::grouped,
    object_model::is_extension,
    openapi::{self, MediaRange, Method, Operation, Problem},
    suggest::nearest,
};

/// Reports what the document must contain, and what it must not contain twice.
pub(super) fn check_document<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let enough: &[&str] = match lint.document.version() {
        Version::V3_0 => &["paths"],
        _ => &["paths", "components", "webhooks"],
    };
    if node.is_object() && enough.iter().all(|field| node.get(field).is_none()) {
        let message = "the document has no `paths`";
        lint.report(rules::MISSING_PATHS, node, message, "add `paths: {}`");
    }
    let tags = node.get("tags").into_iter().flat_map(Node::items);
    let names = tags.filter_map(|tag| Some((tag.get("name")?.as_str()?, tag)));
    for (name, group) in grouped(names) {
        for again in group.iter().skip(1) {
            field_type::duplicate_name(lint, *again, name, group[0]);
        }
    }
}

/// Validates one operation by itself.
pub(super) fn check<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    if node.reference().is_some() {
        return;
    }
    if node.get("operationId").is_none() {
        lint.add(Problem::MissingOperationId(node).into());
    }
    match node.get("responses") {
        None if lint.document.version() == Version::V3_0 => {
            let help = "add `responses` with at least one status";
            lint.report(
                rules::MISSING_RESPONSES,
                node,
                "the operation has no `responses`",
                help,
            );
        }
        _ => {}
    }
}

pub(super) fn check_responses<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let mut any = false;
    for (key, value) in node.entries().filter(|(key, _)| !is_extension(key)) {
        any = true;
        lint.found
            .extend(openapi::invalid_status(key, value).map(Diagnostic::from));
    }
    if !any && node.is_object() {
        let message = "there are no responses";
        lint.report(
            rules::MISSING_RESPONSES,
            node,
            message,
            "describe at least the success",
        );
    }
}

pub(super) fn check_response<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    if node.is_object() && node.reference().is_none() && node.get("description").is_none() {
        // From 3.2 on a summary will do.
        if lint.document.version() < Version::V3_2 {
            lint.report(
                rules::MISSING_FIELD,
                node,
                "the response has no `description`",
                "add `description`",
            );
        }
    }
    check_media_types(lint, node);
}

/// Validates request bodies and headers.
pub(super) fn check_content<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let in_headers = node
        .parent()
        .is_some_and(|parent| parent.key() == Some("headers"));
    if in_headers && node.is_object() && node.reference().is_none() {
        parameters::description(lint, node);
    }
    check_media_types(lint, node);
}

fn check_media_types<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let entries = node.get("content").into_iter().flat_map(Node::entries);
    for (name, value) in entries.filter(|(name, _)| !is_extension(name)) {
        if MediaRange::parse(name).is_err() {
            lint.add(Problem::InvalidMediaType(value).into());
        }
    }
}

pub(super) fn check_link<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let names_operation = ["operationId", "operationRef"];
    if node.is_object()
        && node.reference().is_none()
        && names_operation
            .iter()
            .all(|field| node.get(field).is_none())
    {
        let message = "the link has neither `operationId` nor `operationRef`";
        lint.report(rules::MISSING_FIELD, node, message, "add `operationId`");
    }
    let Some((at, id)) = node
        .get("operationId")
        .and_then(|at| Some((at, at.as_str()?)))
    else {
        return;
    };
    if !lint.operation_ids.contains(id) {
        let similar = nearest(id, lint.operation_ids.iter().copied());
        let message = format!("no operation has the id `{id}`");
        let finding = Diagnostic::of_rule(rules::UNDEFINED_OPERATION, at, message);
        lint.add(finding.did_you_mean_or(similar, || {
            "write the `operationId` of an operation".to_owned()
        }));
    }
}

pub(super) fn check_server<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let Some((at, url)) = node.get("url").and_then(|at| Some((at, at.as_str()?))) else {
        return;
    };
    for name in path_template::names(url) {
        let variables = node.get("variables");
        if variables
            .and_then(|variables| variables.get(name))
            .is_none()
        {
            let message = format!("`{{{name}}}` is not among the `variables` of the server");
            lint.report(
                rules::UNDECLARED_SERVER_VARIABLE,
                at,
                message,
                format!("add `{name}` with a `default`"),
            );
        }
    }
    for (name, variable) in node.get("variables").into_iter().flat_map(Node::entries) {
        let (Some(values), Some(default)) = (variable.get("enum"), variable.get("default")) else {
            continue;
        };
        if values
            .items()
            .all(|value| value.as_str() != default.as_str())
        {
            let message = format!("the default of `{name}` is not among its values");
            lint.report(
                rules::INVALID_DEFAULT,
                default,
                message,
                "write one of the values of `enum`",
            );
        }
    }
}

/// Validates operations and paths against each other.
pub(super) fn check_all(lint: &mut Lint<'_>) {
    let document = lint.document;
    check_paths(lint);
    let paths = openapi::operations(document);
    for operation in &paths {
        check_template(lint, operation);
    }
    let mut all = paths.clone();
    all.extend(openapi::webhooks(document));
    all.extend(
        paths
            .iter()
            .flat_map(Operation::callbacks)
            .map(|(_, operation)| operation),
    );
    let mut bodies = HashSet::new();
    for operation in &all {
        check_body(lint, operation, &mut bodies);
        selectors::check_operation(lint, operation);
    }
    // A path item that two paths refer to holds one operation, not two.
    let mut seen = HashSet::new();
    let ids = all.iter().filter(|operation| seen.insert(operation.node));
    let ids = ids.filter_map(|operation| Some((operation.id()?, *operation)));
    for (id, group) in grouped(ids) {
        let mut group = group.into_iter();
        let Some(first) = group.next() else { continue };
        for operation in group {
            let at = operation.node.get("operationId").unwrap_or(operation.node);
            let message = format!("another operation has the id `{id}` too");
            let finding = Diagnostic::of_rule(rules::DUPLICATE_OPERATION_ID, at, message);
            let label = format!("{} has it", first.key());
            lint.add(
                finding
                    .help("rename one of the two")
                    .related(first.node, label),
            );
        }
    }
}

fn check_paths(lint: &mut Lint<'_>) {
    let paths = lint
        .document
        .root()
        .get("paths")
        .into_iter()
        .flat_map(Node::entries);
    let paths: Vec<_> = paths.filter(|(path, _)| !is_extension(path)).collect();
    for (path, item) in &paths {
        let mut names = path_template::names(path);
        let balanced = path.split(['{', '}']).count() == 2 * names.clone().count() + 1;
        let mut remedy = None;
        let (message, help) = if !path.starts_with('/') {
            remedy = Some(DocumentEdit::Write(format!("/{path}")));
            ("a path must begin with `/`", format!("write `/{path}`"))
        } else if !balanced || names.any(|name| name.is_empty() || name.contains('/')) {
            (
                "the braces of the path do not match",
                "write each parameter as `{name}`".to_owned(),
            )
        } else if path.contains(['?', '#']) {
            (
                "a path has neither a query nor a fragment",
                format!(
                    "describe what follows `?` as query parameters; {}",
                    rules::SHARED_PATH_HINT
                ),
            )
        } else {
            continue;
        };
        lint.add(
            Diagnostic::of_rule(rules::INVALID_PATH, *item, message)
                .help(help)
                .edits(remedy)
                .at_key(),
        );
    }
    for (path, item) in &paths {
        let parts = path_template::parts(path);
        let pairs = parts.clone().zip(parts.skip(1));
        for pair in pairs {
            if let (Part::Parameter(first), Part::Parameter(second)) = pair {
                let message = format!("nothing separates `{{{first}}}` from `{{{second}}}`");
                let finding = Diagnostic::of_rule(rules::ADJACENT_PARAMETERS, *item, message);
                let help = format!("write a character between them that no `{first}` has");
                lint.add(finding.help(help).at_key());
            }
        }
    }
    // Names do not count for which requests a template matches.
    for group in grouped(
        paths
            .iter()
            .map(|(path, item)| (path_template::shape(path), (*path, *item))),
    )
    .into_values()
    {
        let mut group = group.into_iter();
        let Some((first, at)) = group.next() else {
            continue;
        };
        for (_, item) in group {
            let message = format!("this path matches the same requests as `{first}`");
            let finding = Diagnostic::of_rule(rules::AMBIGUOUS_PATH, item, message);
            lint.add(
                finding
                    .help(format!(
                        "join the two path items; {}",
                        rules::SHARED_PATH_HINT
                    ))
                    .related(at, "the other path")
                    .at_key(),
            );
        }
    }
}

fn check_template<'d>(lint: &mut Lint<'d>, operation: &Operation<'d>) {
    let names: Vec<&str> = path_template::names(operation.path).collect();
    for (at, name) in names.iter().enumerate() {
        if names.iter().take(at).any(|before| before == name) {
            let message = format!("`{{{name}}}` is in the path twice");
            let finding = Diagnostic::of_rule(rules::INVALID_PATH, operation.path_item, message);
            lint.add(finding.help("rename one of the two").at_key());
        }
    }
    for problem in operation.problems() {
        // The others are found where their objects are visited.
        if let Problem::UndeclaredPathParameter { .. }
        | Problem::UnusedPathParameter { .. }
        | Problem::SharedQuery { .. }
        | Problem::KeyParameter { .. } = problem
        {
            lint.add(problem.into());
        }
    }
}

fn check_body<'d>(lint: &mut Lint<'d>, operation: &Operation<'d>, seen: &mut HashSet<Node<'d>>) {
    let meaningless = matches!(
        operation.method,
        Method::Get | Method::Head | Method::Delete | Method::Trace
    );
    let Some(body) = operation
        .request_body()
        .filter(|body| meaningless && seen.insert(body.raw))
    else {
        return;
    };
    let message = format!("{} has a request body", operation.method);
    let help = "use query parameters, or POST if the body is needed";
    lint.report(rules::IGNORED_REQUEST_BODY, body.raw, message, help);
}
