//! Provides operations that share a path and a method: the extension `x-operations` of a path item.
//!
//! The standard distinguishes operations by path and method (OpenAPI 3.0.4, Path Item Object). Many APIs have several
//! operations with the same path and method, and select one by a key of the body, by a query parameter or by a header.
//! The extension contains a group of operations for a method; the key of an operation in the group is the value that
//! selects it.

use std::fmt;

use super::{Method, Operation, Problem, Role, extension::OPERATION_GROUPS, text};
use crate::{
    Node,
    object_model::{Object, is_extension},
};

/// The part of a request that contains the value of a [`Selector`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SelectorPlace<'d> {
    /// A key of the JSON object in the body.
    BodyKey,
    /// The value of the query parameter of this name.
    Query(&'d str),
    /// The value of the header of this name.
    Header(&'d str),
}

/// The part of a request, and its value, that select an operation among others with the same path and method.
///
/// ```
/// use oas_document::{Document, openapi::{self, SelectorPlace}};
///
/// let text = "\
/// openapi: 3.0.4
/// paths:
///   /servers/{id}/action:
///     x-operations:
///       post:
///         in: body
///         operations:
///           reboot: {operationId: RebootServer, responses: {'202': {description: it}}}
///           resize: {operationId: ResizeServer, responses: {'202': {description: it}}}
/// ";
/// let document = Document::parse("servers.yaml", text).unwrap();
/// let operations = openapi::operations(&document);
/// let selector = operations[1].selector.unwrap();
/// assert_eq!((selector.place, selector.value), (SelectorPlace::BodyKey, "resize"));
/// assert_eq!(operations[1].key().to_string(), "POST /servers/{id}/action resize");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Selector<'d> {
    /// The part of the request that is compared.
    pub place: SelectorPlace<'d>,
    /// The value that selects the operation: the key in the body, or the value of the parameter or header.
    pub value: &'d str,
    /// The value of `x-operations` that contains the operation.
    pub group: Node<'d>,
}

/// What identifies an operation on pages and in reports: method, path and, in a group of `x-operations`, the value that
/// selects the operation. `Display` formats it as `PUT /images/{uuid}/actions recoverImage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationKey<'d> {
    /// The path template, the name of a webhook, or the runtime expression of a callback.
    pub path: &'d str,
    /// The method.
    pub method: Method<'d>,
    /// The value of the [`Selector`]; `None` if the operation has none.
    pub selected_by: Option<&'d str>,
}

/// `PUT /images/{uuid}/actions recoverImage`
impl fmt::Display for OperationKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        match self.selected_by {
            Some(value) => write!(f, " {value}"),
            None => Ok(()),
        }
    }
}

/// Operations that share a path and a method.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OperationGroup<'d> {
    pub(crate) method: Method<'d>,
    pub(crate) place: SelectorPlace<'d>,
    pub(crate) node: Node<'d>,
}

impl<'d> OperationGroup<'d> {
    /// Returns the operation objects, each with its selector.
    pub(crate) fn operations(self) -> impl Iterator<Item = (Selector<'d>, Node<'d>)> {
        let operations = self.node.get("operations");
        let entries = operations.into_iter().flat_map(Node::entries);
        entries
            .filter(|(value, _)| !is_extension(value))
            .map(move |(value, node)| {
                let (place, group) = (self.place, self.node);
                let selector = Selector {
                    place,
                    value,
                    group,
                };
                (selector, node)
            })
    }
}

/// Returns the groups of a path item without its `$ref`, in document order.
pub(crate) fn groups<'d>(
    path_item: Node<'d>,
    problems: &mut Vec<Problem<'d>>,
) -> Vec<OperationGroup<'d>> {
    let entries = path_item
        .get(OPERATION_GROUPS)
        .into_iter()
        .flat_map(Node::entries);
    let entries = entries.filter(|(field, _)| !is_extension(field));
    entries
        .filter_map(|(field, node)| {
            let method = Method::from_field(field);
            if method.is_none() {
                problems.push(Problem::UnknownMethod { field, node });
            }
            let place = place(node, problems);
            Some(OperationGroup {
                method: method?,
                place: place?,
                node,
            })
        })
        .collect()
}

fn place<'d>(group: Node<'d>, problems: &mut Vec<Problem<'d>>) -> Option<SelectorPlace<'d>> {
    let mut missing = |field| {
        problems.push(Problem::MissingField {
            node: group,
            object: Object::OperationGroup,
            field,
        });
    };
    let Some(at) = group.get("in") else {
        missing("in");
        return None;
    };
    let named: fn(&'d str) -> SelectorPlace<'d> = match at.as_str() {
        Some("body") => return Some(SelectorPlace::BodyKey),
        Some("query") => SelectorPlace::Query,
        Some("header") => SelectorPlace::Header,
        _ => {
            problems.push(Problem::UnknownSelectorPlace(at));
            return None;
        }
    };
    let name = text(group, "name");
    if name.is_none() {
        missing("name");
    }
    name.map(named)
}

impl<'d> Operation<'d> {
    /// Returns the key of the operation: its method, path and selecting value. It is unique among the operations under `paths`,
    /// and among webhooks; callbacks with equal expressions can share one.
    #[must_use]
    pub fn key(&self) -> OperationKey<'d> {
        OperationKey {
            path: self.path,
            method: self.method,
            selected_by: self.selector.map(|selector| selector.value),
        }
    }

    /// Returns the key, preceded by the role unless the operation is under `paths`: `GET /pets`, `webhook POST
    /// created`. It is unique in the document but for callbacks.
    ///
    /// ```
    /// use oas_document::{Document, openapi};
    ///
    /// let document = Document::parse("api.yaml", "
    /// openapi: 3.1.0
    /// paths:
    ///   /images:
    ///     x-operations: {put: {in: body, operations: {recover: {responses: {}}}}}
    /// webhooks: {created: {post: {responses: {}}}}
    /// ").unwrap();
    /// assert_eq!(openapi::operations(&document)[0].title(), "PUT /images recover");
    /// assert_eq!(openapi::webhooks(&document)[0].title(), "webhook POST created");
    /// ```
    #[must_use]
    pub fn title(&self) -> String {
        match self.role {
            Role::Path => self.key().to_string(),
            Role::Webhook => format!("webhook {}", self.key()),
            Role::Callback => format!("callback {}", self.key()),
        }
    }
}
