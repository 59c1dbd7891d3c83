//! Validates security schemes and requirements.

use super::{Lint, rules};
use crate::{
    Diagnostic, Node,
    openapi::{self, FLOW_KINDS, Problem, SecurityKind, SecurityScheme},
    suggest::nearest,
};

pub(super) fn check_scheme<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    if !node.is_object() || node.reference().is_some() {
        return;
    }
    for problem in SecurityScheme::of(node).problems() {
        // The check of all fields against the object model reports values of other types.
        let is_reported = matches!(problem, Problem::IncompleteScheme { node, field } if node.get(field).is_some());
        if !is_reported {
            lint.add(problem.into());
        }
    }
    for (flow, node) in node.get("flows").into_iter().flat_map(Node::entries) {
        let needed = FLOW_KINDS.iter().filter(|kind| kind.name == flow);
        let needed = needed.flat_map(|kind| kind.required);
        for field in needed.filter(|field| node.get(field).is_none()) {
            let message = format!("the flow `{flow}` must have `{field}`");
            lint.report(
                rules::MISSING_FIELD,
                node,
                message,
                format!("add `{field}`"),
            );
        }
    }
}

pub(super) fn check_requirement<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    for used in openapi::requirement(node).schemes {
        if let Some(problem) = used.problem() {
            lint.add(problem.into());
        }
        let scheme = used
            .scheme
            .filter(|scheme| scheme.kind() == Some(SecurityKind::OAuth2));
        let Some(known) = scheme.map(|scheme| scheme.scopes().collect::<Vec<_>>()) else {
            continue;
        };
        let scopes = used
            .node
            .items()
            .filter_map(|item| Some((item, item.as_str()?)));
        for (item, scope) in scopes.filter(|(_, scope)| !known.contains(scope)) {
            let similar = nearest(scope, known.iter().copied());
            let message = format!("no flow of `{}` has the scope `{scope}`", used.name);
            let finding = Diagnostic::of_rule(rules::SECURITY_SCOPES, item, message);
            lint.add(finding.did_you_mean_or(similar, || {
                "add the scope to a flow of the scheme".to_owned()
            }));
        }
    }
}
