//! Lowers security schemes and requirements (OpenAPI 3.0.4, Security Scheme Object and Security Requirement Object).

use oas_document::Diagnostic;
use oas_document::openapi::{self, ParameterLocation, SecurityKind as Kind};

use super::Lowering;
use crate::findings;
use crate::model::{RequiredScheme, SecurityKind, SecurityScheme};
use crate::names::{Scope, snake};

impl<'d> Lowering<'d> {
    /// Lowers all declared schemes; requirements refer to them by index.
    pub(super) fn security_schemes(&mut self) {
        let mut scope = Scope::reserving(["body", "config"]);
        for scheme in openapi::security_schemes(self.document) {
            let Some(kind) = scheme.kind().and_then(kind) else {
                self.report_problems(scheme.problems());
                continue;
            };
            if kind == SecurityKind::MutualTls {
                self.report(
                    findings::CLIENT_CERTIFICATE,
                    scheme.node,
                    "certificates are for the transports to present and to check",
                );
            }
            self.security.push(SecurityScheme {
                name: scheme.name.to_owned(),
                field: scope.claim(&snake(scheme.name)),
                description: scheme.description().map(str::to_owned),
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
        for requirement in operation.security().requirements {
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
                    let what = format!(
                        "`{}` is no usable security scheme",
                        used.name.escape_debug()
                    );
                    let rule = findings::SECURITY_SCHEME_UNUSABLE;
                    let finding = Diagnostic::of_rule(rule, used.node, what).at_key();
                    self.diagnostics.push(finding);
                }
            }
            requirements.push(needed);
        }
        requirements
    }
}

fn kind(kind: Kind<'_>) -> Option<SecurityKind> {
    Some(match kind {
        Kind::ApiKey { location, name } => {
            let name = name.to_owned();
            match location {
                ParameterLocation::Header => SecurityKind::Header(name),
                ParameterLocation::Query => SecurityKind::Query(name),
                ParameterLocation::Cookie => SecurityKind::Cookie(name),
                ParameterLocation::Path | ParameterLocation::QueryString => return None,
            }
        }
        Kind::Basic => SecurityKind::Basic,
        Kind::Bearer | Kind::OAuth2 | Kind::OpenIdConnect => SecurityKind::Bearer,
        Kind::Http(scheme) => SecurityKind::Http(scheme.to_owned()),
        Kind::MutualTls => SecurityKind::MutualTls,
        _ => return None,
    })
}
