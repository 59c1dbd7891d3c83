//! Lowers security schemes and requirements (OpenAPI 3.0.4, Security Scheme Object and Security Requirement Object).

use oas_document::openapi::{self, ParameterLocation, Role, SecurityKind as Kind};
use oas_document::{Diagnostic, Node};
use oas_wire::field::is_token;

use super::Lowering;
use crate::model::{RequiredScheme, SecurityKind, SecurityScheme, TagGroup, Text};
use crate::names::{Scope, snake};
use crate::rules;

impl<'d> Lowering<'d> {
    /// Lowers all declared schemes; requirements refer to them by index.
    pub(super) fn security_schemes(&mut self) {
        let mut scope = Scope::reserving(["body", "config"]);
        for scheme in openapi::security_schemes(self.document) {
            let Some(kind) = scheme.kind().and_then(kind) else {
                self.report_problems(scheme.problems());
                if let Some(Kind::ApiKey { name, .. }) = scheme.kind() {
                    let message = format!("`{}` is not a header name", name.escape_debug());
                    self.report(rules::INVALID_HEADER_NAME, scheme.node, &message);
                }
                continue;
            };
            if kind == SecurityKind::MutualTls {
                self.report(
                    rules::CLIENT_CERTIFICATE,
                    scheme.node,
                    "certificates are for the transports to present and to check",
                );
            }
            self.security.push(SecurityScheme {
                name: scheme.name.to_owned(),
                field: scope.claim(&snake(scheme.name)),
                description: scheme.description_node().and_then(Text::of),
                deprecated: scheme.is_deprecated(),
                kind,
            });
        }
    }

    /// Lowers the requirements of an operation: its own, or else those of the document.
    pub(super) fn requirements(
        &mut self,
        operation: &openapi::Operation<'d>,
    ) -> Vec<Vec<RequiredScheme>> {
        let mut requirements = Vec::new();
        // What the API asks of its callers, it is not asked for itself.
        let security = operation.security();
        let is_own = security.node.and_then(Node::parent) == Some(operation.node);
        if operation.role != Role::Path && !is_own {
            return requirements;
        }
        for requirement in security.requirements {
            let mut needed = Vec::new();
            for used in requirement.schemes {
                let index = self
                    .security
                    .iter()
                    .position(|scheme| scheme.name == used.name);
                needed.extend(index.map(|scheme| RequiredScheme {
                    scheme,
                    scopes: used.scopes.iter().map(|&scope| scope.to_owned()).collect(),
                }));
                // Leaving it out would open the operation to everybody.
                if index.is_none() && used.scheme.is_some() {
                    let message = format!(
                        "`{}` is not a usable security scheme",
                        used.name.escape_debug()
                    );
                    let rule = rules::UNUSABLE_SECURITY_SCHEME;
                    let finding = Diagnostic::of_rule(rule, used.node, message).at_key();
                    self.diagnostics.push(finding);
                }
            }
            requirements.push(needed);
        }
        requirements
    }
}

/// Leaves out the schemes that no operation requires.
pub(super) fn retain_required(schemes: &mut Vec<SecurityScheme>, groups: &mut [TagGroup]) {
    let operations = groups.iter_mut().flat_map(|group| &mut group.operations);
    let mut required: Vec<&mut RequiredScheme> = operations
        .flat_map(|operation| operation.security.iter_mut().flatten())
        .collect();
    let is_used: Vec<bool> = (0..schemes.len())
        .map(|index| required.iter().any(|required| required.scheme == index))
        .collect();
    for required in &mut required {
        let before = is_used[..required.scheme].iter();
        required.scheme = before.filter(|is_used| **is_used).count();
    }
    let mut is_used = is_used.into_iter();
    schemes.retain(|_| is_used.next() == Some(true));
}

fn kind(kind: Kind<'_>) -> Option<SecurityKind> {
    Some(match kind {
        Kind::ApiKey { location, name } => {
            let name = name.to_owned();
            match location {
                ParameterLocation::Header if is_token(&name) => SecurityKind::Header(name),
                ParameterLocation::Query => SecurityKind::Query(name),
                ParameterLocation::Cookie => SecurityKind::Cookie(name),
                ParameterLocation::Header
                | ParameterLocation::Path
                | ParameterLocation::QueryString => return None,
            }
        }
        Kind::Basic => SecurityKind::Basic,
        Kind::Bearer | Kind::OAuth2 | Kind::OpenIdConnect => SecurityKind::Bearer,
        Kind::Http(scheme) => SecurityKind::Http(scheme.to_owned()),
        Kind::MutualTls => SecurityKind::MutualTls,
        _ => return None,
    })
}
