//! Parameters: one by one, against each other, and against the path template.

use super::{Lint, grouped, rules};
use crate::{
    Diagnostic, Node, Version,
    openapi::{ParameterLocation, Style},
};

pub(super) fn check<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    if node.reference().is_some() || !node.is_object() {
        return;
    }
    description(lint, node);
    let Some(place) = node.get("in") else { return };
    let Some(text) = place.as_str() else { return };
    let location = ParameterLocation::from_name(text);
    let location = location.filter(|l| {
        *l != ParameterLocation::QueryString || lint.document.version() >= Version::V3_2
    });
    let Some(location) = location else {
        let fix = match text {
            "body" | "formData" => "describe the body with `requestBody` of the operation",
            _ => "write `path`, `query`, `header` or `cookie`",
        };
        lint.report(
            rules::INVALID_VALUE,
            place,
            format!("a parameter cannot be in `{text}`"),
            fix,
        );
        return;
    };
    let required = node.get("required");
    if location == ParameterLocation::Path && required.and_then(Node::as_bool) != Some(true) {
        let what = "a path parameter must have `required: true`";
        lint.report(
            rules::INVALID_VALUE,
            required.unwrap_or(node),
            what,
            "write `required: true`",
        );
    }
    if let Some(parameter) = crate::openapi::parameter(node)
        && parameter.is_ignored()
    {
        let name = parameter.name;
        let fix = match name.to_ascii_lowercase().as_str() {
            "authorization" => "describe it by a security scheme",
            "accept" => "it follows from the `content` of the responses; remove it",
            _ => "it follows from the `content` of the request body; remove it",
        };
        lint.report(
            rules::IGNORED_PARAMETER,
            node,
            format!("the header `{name}` is no parameter"),
            fix,
        );
    }
    if let Some(style) = node.get("style") {
        check_style(lint, style, location);
    }
}

/// What parameters and headers have in common: `schema` or `content`, and one of them.
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
            let what = "`schema` and `content` exclude each other";
            lint.report(rules::INVALID_VALUE, content, what, "remove one of the two");
        }
        (None, Some(content)) if content.is_object() && content.entries().len() != 1 => {
            let what = "`content` must have exactly one media type here";
            lint.report(rules::INVALID_VALUE, content, what, "keep one media type");
        }
        _ => {}
    }
}

fn check_style<'d>(lint: &mut Lint<'d>, style: Node<'d>, location: ParameterLocation) {
    let Some(text) = style.as_str() else { return };
    let version = lint.document.version();
    let is_known = |style: &&Style| **style != Style::Cookie || version >= Version::V3_2;
    let allowed: Vec<&Style> = location.styles().iter().filter(is_known).collect();
    if !Style::from_name(text).is_some_and(|style| allowed.contains(&&style)) {
        let names: Vec<_> = allowed
            .iter()
            .map(|style| format!("`{}`", style.name()))
            .collect();
        let what = format!(
            "a parameter in {} cannot have the style `{text}`",
            location.name()
        );
        lint.report(
            rules::INVALID_STYLE,
            style,
            what,
            format!("write {}", names.join(" or ")),
        );
    }
}

/// The `parameters` of a path item or an operation.
pub(super) fn check_list<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let items = node.get("parameters").into_iter().flat_map(Node::items);
    let parameters =
        items.filter_map(|raw| Some((raw, crate::openapi::parameter(raw.resolve().ok()?)?)));
    for (_, group) in
        grouped(parameters.map(|(raw, parameter)| (parameter.key(), (raw, parameter))))
    {
        let mut group = group.into_iter();
        let Some((first, _)) = group.next() else {
            continue;
        };
        for (raw, parameter) in group {
            let what = format!(
                "the {} parameter `{}` is declared twice",
                parameter.location.name(),
                parameter.name
            );
            let finding = Diagnostic::of_rule(rules::DUPLICATE_PARAMETER, raw, what);
            lint.add(
                finding
                    .fix("remove one of the two, or rename one")
                    .related(first, "declared here first"),
            );
        }
    }
}
