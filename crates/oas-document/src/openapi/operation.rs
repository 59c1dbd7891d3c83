//! Operations and path items (OpenAPI 3.0.4, Path Item and Operation Objects).

use std::{collections::HashMap, fmt};

use super::{
    MediaType, Parameter, Response, Security, media_types, parameter, resolved, response, security,
};
use crate::{Node, ReferenceError};

/// An HTTP method that a path item can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
    /// OpenAPI 3.2.
    Query,
}

impl Method {
    /// All methods, in the order of the standard.
    pub const ALL: [Method; 9] = [
        Method::Get,
        Method::Put,
        Method::Post,
        Method::Delete,
        Method::Options,
        Method::Head,
        Method::Patch,
        Method::Trace,
        Method::Query,
    ];

    /// The method of a field of a path item, which is written in lower case.
    pub fn from_field(field: &str) -> Option<Method> {
        Method::ALL
            .into_iter()
            .find(|method| method.field() == field)
    }

    /// The field of a path item.
    pub fn field(self) -> &'static str {
        match self {
            Method::Get => "get",
            Method::Put => "put",
            Method::Post => "post",
            Method::Delete => "delete",
            Method::Options => "options",
            Method::Head => "head",
            Method::Patch => "patch",
            Method::Trace => "trace",
            Method::Query => "query",
        }
    }

    /// The method as it goes over the wire (RFC 9110 §9.1).
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Put => "PUT",
            Method::Post => "POST",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Head => "HEAD",
            Method::Patch => "PATCH",
            Method::Trace => "TRACE",
            Method::Query => "QUERY",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who sends the request of an operation, and where the operation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Under `paths`: the client sends it.
    Path,
    /// Under `webhooks`: the API sends it.
    Webhook,
    /// Under `callbacks` of another operation: the API sends it.
    Callback,
}

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Operation<'d> {
    /// The path template, the name of a webhook, or the runtime expression of a callback.
    pub path: &'d str,
    /// The method.
    pub method: Method,
    /// The operation object.
    pub node: Node<'d>,
    /// The path item that stands under `path`, as written.
    pub path_item: Node<'d>,
    /// Where the operation is written.
    pub role: Role,
}

/// The operations of a path item, in document order.
pub(super) fn of_path_item<'d>(
    path: &'d str,
    path_item: Node<'d>,
    role: Role,
) -> Vec<Operation<'d>> {
    let mut operations: Vec<Operation<'d>> = Vec::new();
    for item in layers(path_item) {
        for (field, node) in item.entries() {
            let Some(method) = Method::from_field(field) else {
                continue;
            };
            if node.is_object() && operations.iter().all(|known| known.method != method) {
                operations.push(Operation {
                    path,
                    method,
                    node,
                    path_item,
                    role,
                });
            }
        }
    }
    operations
}

/// A path item and, where it has a `$ref`, the one that it refers to.
fn layers(path_item: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let target = path_item
        .resolve()
        .ok()
        .filter(|target| *target != path_item);
    [Some(path_item), target].into_iter().flatten()
}

impl<'d> Operation<'d> {
    /// `operationId`.
    pub fn id(&self) -> Option<&'d str> {
        self.text("operationId")
    }

    /// `summary`, of the path item where the operation has none.
    pub fn summary(&self) -> Option<&'d str> {
        self.text("summary")
            .or_else(|| self.inherited("summary").and_then(Node::as_str))
    }

    /// `description`, of the path item where the operation has none.
    pub fn description(&self) -> Option<&'d str> {
        self.text("description")
            .or_else(|| self.inherited("description").and_then(Node::as_str))
    }

    /// `tags`.
    pub fn tags(&self) -> Vec<&'d str> {
        let tags = self.node.get("tags").into_iter().flat_map(Node::items);
        tags.filter_map(Node::as_str).collect()
    }

    /// Whether `deprecated: true` is said.
    pub fn is_deprecated(&self) -> bool {
        self.node.get("deprecated").and_then(Node::as_bool) == Some(true)
    }

    fn text(&self, field: &str) -> Option<&'d str> {
        self.node.get(field).and_then(Node::as_str)
    }

    fn inherited(&self, field: &str) -> Option<Node<'d>> {
        layers(self.path_item).find_map(|item| item.get(field))
    }

    /// The parameters of the operation and those of its path item that it does not replace (by name and place).
    ///
    /// The path item's come first, in its order; a parameter that replaces one takes its position.
    pub fn parameters(&self) -> Vec<Parameter<'d>> {
        self.parameters_noting(&mut Vec::new())
    }

    fn parameters_noting(&self, problems: &mut Vec<ReferenceError<'d>>) -> Vec<Parameter<'d>> {
        let mut found: Vec<Parameter<'d>> = Vec::new();
        let mut positions: HashMap<_, usize> = HashMap::new();
        let inherited = layers(self.path_item).filter_map(|item| item.get("parameters"));
        let lists = inherited
            .map(|list| (list, true))
            .chain(self.node.get("parameters").map(|list| (list, false)));
        for (raw, inherited) in
            lists.flat_map(|(list, inherited)| list.items().map(move |raw| (raw, inherited)))
        {
            let Some(node) = resolved(raw, problems) else {
                continue;
            };
            let Some(parameter) = parameter::of(raw, node, inherited) else {
                continue;
            };
            match positions
                .get(&parameter.key())
                .and_then(|position| found.get_mut(*position))
            {
                // Of two at the same level the first counts; that there are two is the linter's finding.
                Some(known) if known.inherited && !inherited => *known = parameter,
                Some(_) => {}
                None => {
                    positions.insert(parameter.key(), found.len());
                    found.push(parameter);
                }
            }
        }
        found
    }

    /// `requestBody`.
    pub fn request_body(&self) -> Option<RequestBody<'d>> {
        let raw = self.node.get("requestBody")?;
        let node = raw.resolve().ok()?;
        Some(RequestBody { raw, node })
    }

    /// `responses`, in document order; keys that are no status are left out.
    pub fn responses(&self) -> Vec<Response<'d>> {
        response::of(self.node, &mut Vec::new())
    }

    /// What a request must be authenticated with: the operation's `security`, else that of the document.
    pub fn security(&self) -> Security<'d> {
        security::of(self.node)
    }

    /// The server objects that apply: those of the operation, else of the path item, else of the document.
    ///
    /// Empty where none are given; then the only server is `/`, the place of the document itself.
    pub fn servers(&self) -> Vec<Node<'d>> {
        let own = self
            .node
            .get("servers")
            .or_else(|| self.inherited("servers"));
        let servers = own.or_else(|| self.node.document().root().get("servers"));
        servers.into_iter().flat_map(Node::items).collect()
    }

    /// The operations under `callbacks`, which the API sends; with the name of each callback.
    pub fn callbacks(&self) -> Vec<(&'d str, Operation<'d>)> {
        self.callbacks_noting(&mut Vec::new())
    }

    fn callbacks_noting(
        &self,
        problems: &mut Vec<ReferenceError<'d>>,
    ) -> Vec<(&'d str, Operation<'d>)> {
        let mut found = Vec::new();
        for (name, raw) in self
            .node
            .get("callbacks")
            .into_iter()
            .flat_map(Node::entries)
        {
            let Some(callback) = resolved(raw, problems) else {
                continue;
            };
            for (expression, item) in callback.entries().filter(|(key, _)| !key.starts_with("x-")) {
                let operations = of_path_item(expression, item, Role::Callback);
                found.extend(operations.into_iter().map(|operation| (name, operation)));
            }
        }
        found
    }

    /// The references right below the operation that lead to nothing. Those inside schemas belong to the schemas.
    pub fn problems(&self) -> Vec<ReferenceError<'d>> {
        let mut problems = Vec::new();
        resolved(self.path_item, &mut problems);
        self.parameters_noting(&mut problems);
        if let Some(raw) = self.node.get("requestBody") {
            resolved(raw, &mut problems);
        }
        for response in response::of(self.node, &mut problems) {
            problems.extend(response.problems());
        }
        self.callbacks_noting(&mut problems);
        problems
    }
}

/// The body of a request (OpenAPI 3.0.4, Request Body Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RequestBody<'d> {
    /// The value of `requestBody`, as written.
    pub raw: Node<'d>,
    /// The request body object, after `$ref`.
    pub node: Node<'d>,
}

impl<'d> RequestBody<'d> {
    /// Whether a request must have a body.
    pub fn is_required(&self) -> bool {
        self.node.get("required").and_then(Node::as_bool) == Some(true)
    }

    /// The media types that a body may have, in document order.
    pub fn content(&self) -> Vec<MediaType<'d>> {
        media_types(self.node)
    }
}
