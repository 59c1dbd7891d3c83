//! Security schemes and requirements.

use super::{Lint, rules};
use crate::{Node, openapi, suggest::nearest};

pub(super) fn check_scheme<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let Some((at, kind)) = node.get("type").and_then(|at| Some((at, at.as_str()?))) else {
        return;
    };
    let needed: &[&str] = match kind {
        "apiKey" => &["name", "in"],
        "http" => &["scheme"],
        "oauth2" => &["flows"],
        "openIdConnect" => &["openIdConnectUrl"],
        "mutualTLS" => &[],
        _ => {
            let fix = match kind {
                "basic" => "write `type: http` with `scheme: basic`",
                "bearer" => "write `type: http` with `scheme: bearer`",
                _ => {
                    "write `apiKey`, `http`, `oauth2`, `openIdConnect` or, from 3.1 on, `mutualTLS`"
                }
            };
            lint.report(
                rules::INVALID_VALUE,
                at,
                format!("there is no security scheme of the type `{kind}`"),
                fix,
            );
            return;
        }
    };
    for field in needed.iter().filter(|field| node.get(field).is_none()) {
        let what = format!("a security scheme of the type `{kind}` must have `{field}`");
        lint.report(rules::MISSING_FIELD, node, what, format!("add `{field}`"));
    }
    if let Some(place) = node.get("in").filter(|_| kind == "apiKey")
        && !matches!(place.as_str(), Some("query" | "header" | "cookie"))
    {
        lint.report(
            rules::INVALID_VALUE,
            place,
            "an API key cannot be here",
            "write `header`, `query` or `cookie`",
        );
    }
    for (flow, node) in node.get("flows").into_iter().flat_map(Node::entries) {
        let needed: &[&str] = match flow {
            "implicit" => &["authorizationUrl"],
            "password" | "clientCredentials" => &["tokenUrl"],
            "authorizationCode" => &["authorizationUrl", "tokenUrl"],
            _ => continue,
        };
        for field in needed.iter().filter(|field| node.get(field).is_none()) {
            let what = format!("the flow `{flow}` must have `{field}`");
            lint.report(rules::MISSING_FIELD, node, what, format!("add `{field}`"));
        }
    }
}

pub(super) fn check_requirement<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let root = lint.document.root();
    for used in openapi::requirement(root, node).schemes {
        let Some(scheme) = used.scheme else {
            let schemes = root
                .get("components")
                .and_then(|components| components.get("securitySchemes"));
            let names = schemes
                .into_iter()
                .flat_map(Node::entries)
                .map(|(name, _)| name);
            let fix = match nearest(used.name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("add `{}` to `securitySchemes` of the components", used.name),
            };
            let what = format!("there is no security scheme `{}`", used.name);
            let finding =
                crate::Diagnostic::of_rule(rules::UNDEFINED_SECURITY_SCHEME, used.node, what);
            lint.add(finding.fix(fix).at_key());
            continue;
        };
        if scheme.get("type").and_then(Node::as_str) != Some("oauth2") {
            continue;
        }
        let flows = scheme.get("flows").into_iter().flat_map(Node::entries);
        let known: Vec<&str> = flows
            .filter_map(|(_, flow)| flow.get("scopes"))
            .flat_map(Node::entries)
            .map(|(scope, _)| scope)
            .collect();
        let scopes = used
            .node
            .items()
            .filter_map(|item| Some((item, item.as_str()?)));
        for (item, scope) in scopes.filter(|(_, scope)| !known.contains(scope)) {
            let fix = match nearest(scope, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add the scope to a flow of the scheme".into(),
            };
            let what = format!("no flow of `{}` has the scope `{scope}`", used.name);
            lint.report(rules::SECURITY_SCOPES, item, what, fix);
        }
    }
}
