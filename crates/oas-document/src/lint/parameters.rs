//! Validates parameters: one by one, against each other, and against the path template.

use super::{Lint, rules};
use crate::{
    Diagnostic, DocumentEdit, Node, Version,
    openapi::{self, ParameterLocation, Parameters, Problem},
};

pub(super) fn check<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    if node.reference().is_some() || !node.is_object() {
        return;
    }
    // A whole query without `content` is a problem of the view.
    let is_whole = node.get("in").and_then(Node::as_str) == Some("querystring");
    if !is_whole || node.get("content").is_some() {
        description(lint, node);
    }
    let Some(place) = node.get("in") else { return };
    let Some(text) = place.as_str() else { return };
    let location = ParameterLocation::from_name(text);
    let location = location.filter(|l| {
        *l != ParameterLocation::QueryString || lint.document.version() >= Version::V3_2
    });
    let Some(location) = location else {
        lint.add(Problem::UnknownLocation(place).into());
        return;
    };
    let required = node.get("required");
    if location == ParameterLocation::Path && required.and_then(Node::as_bool) != Some(true) {
        let message = "a path parameter must have `required: true`";
        let place = node.pointer_to(["required"]);
        let remedy = match required {
            Some(_) => DocumentEdit::Replace(place, true.into()),
            None => DocumentEdit::Add(place, true.into()),
        };
        let finding = Diagnostic::of_rule(rules::INVALID_VALUE, required.unwrap_or(node), message);
        lint.add(finding.help("write `required: true`").edits([remedy]));
    }
    if let Some(parameter) = openapi::parameter(node) {
        lint.found
            .extend(parameter.own_problems().map(Diagnostic::from));
    }
}

/// Validates what parameters and headers share: `schema` or `content`, and only one of them.
pub(super) fn description<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    match (node.get("schema"), node.get("content")) {
        (None, None) => {
            lint.report(
                rules::MISSING_FIELD,
                node,
                "there is neither `schema` nor `content`",
                "add `schema`",
            );
        }
        (Some(_), Some(content)) => {
            let message = "`schema` and `content` exclude each other";
            lint.report(
                rules::INVALID_VALUE,
                content,
                message,
                "remove one of the two",
            );
        }
        (None, Some(content)) if content.is_object() && content.entries().len() != 1 => {
            let message = "`content` must have exactly one media type here";
            lint.report(
                rules::INVALID_VALUE,
                content,
                message,
                "keep one media type",
            );
        }
        _ => {}
    }
}

/// Validates the `parameters` of a path item or an operation.
pub(super) fn check_list<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let mut problems = Vec::new();
    Parameters::default().add(node, false, &mut problems);
    // Problems of a single parameter are reported where it is visited.
    let twice = problems
        .into_iter()
        .filter(|problem| matches!(problem, Problem::DuplicateParameter { .. }));
    lint.found.extend(twice.map(Diagnostic::from));
}
