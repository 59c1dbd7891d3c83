//! Security schemes and requirements (OpenAPI 3.0.4, Security Scheme and Security Requirement Objects).

use oas_document::{Diagnostic, Node};

use super::{Lowering, text};
use crate::findings;
use crate::model::{SecurityKind, SecurityScheme};
use crate::names::{Scope, snake};

impl<'d> Lowering<'d> {
    /// All declared schemes; requirements refer to them by index.
    pub(super) fn security_schemes(&mut self) {
        let schemes = self
            .document
            .root()
            .get("components")
            .and_then(|components| components.get("securitySchemes"));
        let schemes: Vec<(&str, Node<'d>)> = schemes.into_iter().flat_map(Node::entries).collect();
        let mut scope = Scope::reserving(["body", "config"]);
        for (name, node) in schemes {
            let Some(node) = self.resolve(node) else {
                continue;
            };
            let Some(kind) = kind(node) else {
                self.report(
                    findings::SECURITY_SCHEME_UNKNOWN,
                    node,
                    &format!(
                        "the security scheme `{}` is of a kind that cannot be sent",
                        name.escape_debug()
                    ),
                );
                continue;
            };
            let scheme = SecurityScheme {
                name: name.to_owned(),
                field: scope.claim(&snake(name)),
                description: text(node, "description"),
                kind,
            };
            self.security.push(scheme);
        }
    }

    /// What an operation requires: its own requirements, else those of the document.
    pub(super) fn requirements(&mut self, operation: Node<'d>) -> Vec<Vec<usize>> {
        let Some(security) = operation
            .get("security")
            .or_else(|| self.document.root().get("security"))
        else {
            return Vec::new();
        };
        let mut requirements = Vec::new();
        for requirement in security.items() {
            let mut needed = Vec::new();
            for (name, node) in requirement.entries() {
                match self.security.iter().position(|scheme| scheme.name == name) {
                    Some(index) => needed.push(index),
                    // Leaving it out would open the operation to everybody.
                    None => self.diagnostics.push(
                        Diagnostic::of_rule(
                            findings::SECURITY_SCHEME_MISSING,
                            node,
                            format!("`{}` is no usable security scheme", name.escape_debug()),
                        )
                        .at_key(),
                    ),
                }
            }
            requirements.push(needed);
        }
        requirements
    }
}

fn kind(node: Node<'_>) -> Option<SecurityKind> {
    match node.get("type").and_then(Node::as_str)? {
        "apiKey" => {
            let name = text(node, "name")?;
            match node.get("in").and_then(Node::as_str)? {
                "header" => Some(SecurityKind::Header(name)),
                "query" => Some(SecurityKind::Query(name)),
                "cookie" => Some(SecurityKind::Cookie(name)),
                _ => None,
            }
        }
        "http" => {
            let scheme = text(node, "scheme")?;
            Some(match scheme.to_ascii_lowercase().as_str() {
                "basic" => SecurityKind::Basic,
                "bearer" => SecurityKind::Bearer,
                _ => SecurityKind::Http(scheme),
            })
        }
        "oauth2" | "openIdConnect" => Some(SecurityKind::Bearer),
        _ => None,
    }
}
