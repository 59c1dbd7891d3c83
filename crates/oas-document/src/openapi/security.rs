//! Security requirements (OpenAPI 3.0.4, Security Requirement Object).

use crate::Node;

/// What a request must be authenticated with: any one of the requirements.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Security<'d> {
    /// The `security` list that applies, of the operation or of the document.
    pub node: Option<Node<'d>>,
    /// The alternatives. None at all means that nothing is demanded.
    pub requirements: Vec<Requirement<'d>>,
}

/// Schemes that must be satisfied together. Without any, an anonymous request is fine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Requirement<'d> {
    /// The requirement object.
    pub node: Node<'d>,
    /// The schemes, in document order.
    pub schemes: Vec<SchemeUse<'d>>,
}

/// A scheme that a requirement names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SchemeUse<'d> {
    /// The name.
    pub name: &'d str,
    /// The scopes or roles.
    pub scopes: Vec<&'d str>,
    /// The list of scopes.
    pub node: Node<'d>,
    /// The security scheme object; `None` where the document has none of that name.
    pub scheme: Option<Node<'d>>,
}

impl Security<'_> {
    /// Whether an anonymous request is fine.
    pub fn is_optional(&self) -> bool {
        self.requirements.is_empty()
            || self
                .requirements
                .iter()
                .any(|requirement| requirement.schemes.is_empty())
    }
}

pub(super) fn of(operation: Node<'_>) -> Security<'_> {
    let root = operation.document().root();
    let node = operation.get("security").or_else(|| root.get("security"));
    let requirements = node.into_iter().flat_map(Node::items);
    Security {
        node,
        requirements: requirements.map(|node| requirement(root, node)).collect(),
    }
}

pub(crate) fn requirement<'d>(root: Node<'d>, node: Node<'d>) -> Requirement<'d> {
    let schemes = root
        .get("components")
        .and_then(|components| components.get("securitySchemes"));
    let uses = node.entries().map(|(name, scopes)| SchemeUse {
        name,
        scopes: scopes.items().filter_map(Node::as_str).collect(),
        node: scopes,
        scheme: schemes
            .and_then(|schemes| schemes.get(name))
            .and_then(|scheme| scheme.resolve().ok()),
    });
    Requirement {
        node,
        schemes: uses.collect(),
    }
}
