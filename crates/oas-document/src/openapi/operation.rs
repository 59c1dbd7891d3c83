//! Provides operations (OpenAPI 3.0.4, Path Item Object and Operation Object).

use std::collections::HashMap;

use oas_wire::path_template;

use super::{
    ExternalDocs, MediaKind, MediaType, Method, Parameter, ParameterLocation, Problem, Response,
    Security, Selector, Server, content, described, extension::OPERATION_GROUPS, flag, groups,
    info, media_types, parameter::Parameters, resolved, response, security, text,
};
use crate::{Node, object_model::is_extension, openstack, suggest::nearest};

/// The place of an operation in the document, which determines who sends its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Under `paths`: a client sends the request.
    Path,
    /// Under `webhooks`: the API provider sends the request.
    Webhook,
    /// Under `callbacks` of another operation: the API provider sends the request.
    Callback,
}

/// An operation of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Operation<'d> {
    /// The path template, the name of a webhook, or the runtime expression of a callback.
    pub path: &'d str,
    /// The method.
    pub method: Method<'d>,
    /// The part of a request that selects the operation, if it is in a group of `x-operations`.
    pub selector: Option<Selector<'d>>,
    /// The Operation Object.
    pub node: Node<'d>,
    /// The Path Item Object, whose `$ref` is not followed.
    pub path_item: Node<'d>,
    /// The role of the operation.
    pub role: Role,
}

/// Returns the operations of a path item, in document order.
pub(super) fn of_path_item<'d>(
    path: &'d str,
    path_item: Node<'d>,
    role: Role,
) -> Vec<Operation<'d>> {
    let mut operations: Vec<Operation<'d>> = Vec::new();
    let mut add = |method: Method<'d>, selector: Option<Selector<'d>>, node| {
        let operation = Operation {
            path,
            method,
            selector,
            node,
            path_item,
            role,
        };
        let key = operation.key();
        if operations.iter().all(|known| known.key() != key) {
            operations.push(operation);
        }
    };
    for item in layers(path_item) {
        for (field, node) in item.entries() {
            match (Method::from_field(field), field) {
                // What it is made of is read as a group.
                (Some(_), _) if openstack::is_made(item, field) => {}
                (Some(method), _) => add(method, None, node),
                (None, "additionalOperations") => {
                    for (method, node) in node.entries() {
                        add(Method::Other(method), None, node);
                    }
                }
                (None, OPERATION_GROUPS) => {
                    for group in groups(item, &mut Vec::new()) {
                        for (selector, node) in group.operations() {
                            add(group.method, Some(selector), node);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    operations
}

/// Returns a path item and, if it has a `$ref`, the one that it refers to.
pub(super) fn layers(path_item: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let target = path_item
        .resolve()
        .ok()
        .filter(|target| *target != path_item);
    [Some(path_item), target].into_iter().flatten()
}

impl<'d> Operation<'d> {
    /// Returns `operationId`.
    #[must_use]
    pub fn id(&self) -> Option<&'d str> {
        text(self.node, "operationId")
    }

    /// Returns `summary` of the operation, or else of its path item.
    pub fn summary(&self) -> Option<&'d str> {
        self.summary_node().and_then(Node::as_str)
    }

    /// Returns the value of `summary` of the operation, or else of its path item, as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn summary_node(&self) -> Option<Node<'d>> {
        self.own_or_inherited("summary")
    }

    /// Returns `description` of the operation, or else of its path item.
    pub fn description(&self) -> Option<&'d str> {
        self.description_node().and_then(Node::as_str)
    }

    /// Returns the value of `description` of the operation, or else of its path item, as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn description_node(&self) -> Option<Node<'d>> {
        self.own_or_inherited("description")
    }

    /// Returns the text of a field, or that of the path item if the operation has none.
    fn own_or_inherited(&self, field: &str) -> Option<Node<'d>> {
        let is_text = |node: &Node<'d>| node.as_str().is_some();
        let own = self.node.get(field).filter(is_text);
        own.or_else(|| self.inherited(field).filter(is_text))
    }

    /// Returns `externalDocs`; `None` if it is missing or has no `url`.
    #[must_use]
    pub fn external_docs(&self) -> Option<ExternalDocs<'d>> {
        info::external_docs(self.node)
    }

    /// Returns the names of the tags.
    pub fn tags(&self) -> Vec<&'d str> {
        let tags = self.node.get("tags").into_iter().flat_map(Node::items);
        tags.filter_map(Node::as_str).collect()
    }

    /// Returns whether the operation has `deprecated: true`.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        flag(self.node, "deprecated") == Some(true)
    }

    /// Returns `x-idempotent`: whether several equal requests have the effect of one, if the method does not determine
    /// it (RFC 9110 §9.2.2). `None` if the extension is missing.
    #[must_use]
    pub fn idempotent(&self) -> Option<bool> {
        flag(self.node, "x-idempotent")
    }

    fn inherited(&self, field: &str) -> Option<Node<'d>> {
        layers(self.path_item).find_map(|item| item.get(field))
    }

    /// Returns the parameters of the path item, then those of the operation, with references resolved. A parameter of the operation
    /// takes the place of a parameter of the path item that has the same name and location.
    ///
    /// [`problems`](Self::problems) has a problem for each parameter that is left out: an unresolved reference, an object without a
    /// name or a valid location, a repetition (the first counts), a parameter that is the whole query string beside others of
    /// the query, and one that is an API key of all alternatives of [`security`](Self::security). Header parameters that OpenAPI
    /// ignores are included; see [`Parameter::is_ignored`].
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter<'d>> {
        self.parameters_noting(&mut Vec::new())
    }

    /// Returns the parameters whose values a caller chooses: [`parameters`](Self::parameters) without those that OpenAPI ignores
    /// ([`Parameter::is_ignored`]) or that [the body determines](Self::body_determines).
    #[must_use]
    pub fn inputs(&self) -> Vec<Parameter<'d>> {
        let mut parameters = self.parameters();
        parameters.retain(|it| !it.is_ignored() && !self.body_determines(it));
        parameters
    }

    fn parameters_noting(&self, problems: &mut Vec<Problem<'d>>) -> Vec<Parameter<'d>> {
        let mut parameters = Parameters::default();
        for item in layers(self.path_item) {
            parameters.add(item, true, problems);
        }
        parameters.add(self.node, false, problems);
        let mut list = parameters.into_list(problems);
        let keys = match self.role {
            Role::Path => self.security().common_keys(),
            // The security of the document is for requests to the API, not for those that it sends.
            Role::Webhook | Role::Callback => HashMap::new(),
        };
        if !keys.is_empty() {
            list.retain(|parameter| {
                let scheme = keys.get(&parameter.key()).copied();
                let Some(scheme) = scheme.filter(|_| !parameter.is_ignored()) else {
                    return true;
                };
                problems.push(Problem::KeyParameter {
                    parameter: *parameter,
                    scheme,
                });
                false
            });
        }
        list
    }

    /// Returns `requestBody`; `None` if it is missing, or its `$ref` cannot be resolved.
    #[must_use]
    pub fn request_body(&self) -> Option<RequestBody<'d>> {
        self.request_body_noting(&mut Vec::new())
    }

    fn request_body_noting(&self, problems: &mut Vec<Problem<'d>>) -> Option<RequestBody<'d>> {
        let raw = self.node.get("requestBody")?;
        let node = resolved(raw, problems)?;
        Some(RequestBody { raw, node })
    }

    /// Returns whether the body that is sent determines the value of a parameter, so that a caller cannot choose it: the header
    /// `Content-Length` or `Transfer-Encoding` (RFC 9112 §6), or `Content-Encoding` (RFC 9110 §8.4) of a body that tools
    /// encode. A body of bytes is passed on as it is, so that its coding is the caller's.
    ///
    /// ```
    /// use oas_document::{Document, openapi};
    ///
    /// let text = "{openapi: 3.0.4, paths: {/a: {get: {parameters: [{name: Content-Length, in: header}], responses: {}}}}}";
    /// let document = Document::parse("a.yaml", text).unwrap();
    /// let operation = openapi::operations(&document)[0];
    /// assert!(operation.body_determines(&operation.parameters()[0]));
    /// ```
    #[must_use]
    pub fn body_determines(&self, parameter: &Parameter<'d>) -> bool {
        let is = |name: &str| parameter.name.eq_ignore_ascii_case(name);
        let is_encoded = || {
            let content = self.request_body().map(|body| body.content());
            let mut kinds = content.into_iter().flatten().map(|media| media.kind());
            kinds.any(|kind| kind != MediaKind::Bytes)
        };
        parameter.location == ParameterLocation::Header
            && (is("content-length")
                || is("transfer-encoding")
                || is("content-encoding") && is_encoded())
    }

    /// Returns the responses, in document order. A key that is not a status, range or `default`, and a `$ref` that cannot
    /// be resolved, are left out.
    #[must_use]
    pub fn responses(&self) -> Vec<Response<'d>> {
        response::of(self.node, "responses", &mut Vec::new())
    }

    /// Returns the security requirements of a request: `security` of the operation, or else of the document.
    #[must_use]
    pub fn security(&self) -> Security<'d> {
        security::of(self.node)
    }

    /// Returns the servers of the operation, or else of its path item, or else of the document.
    ///
    /// The list is empty if there are none: then the only server is `/`, relative to the URL of the document.
    #[must_use]
    pub fn servers(&self) -> Vec<Server<'d>> {
        let root = self.node.document().root();
        info::servers_of(self.own_servers().or_else(|| root.get("servers")))
    }

    /// Returns the value of `servers` of the operation, or else of its path item; `None` if the servers of the document
    /// apply.
    #[must_use]
    pub fn own_servers(&self) -> Option<Node<'d>> {
        let own = self.node.get("servers");
        own.or_else(|| self.inherited("servers"))
    }

    /// Returns the operations under `callbacks`, whose requests the API provider sends, each with the name of its
    /// callback.
    #[must_use]
    pub fn callbacks(&self) -> Vec<(&'d str, Self)> {
        self.callbacks_noting(&mut Vec::new())
    }

    fn callbacks_noting(&self, problems: &mut Vec<Problem<'d>>) -> Vec<(&'d str, Self)> {
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
            for (expression, item) in callback.entries().filter(|(key, _)| !is_extension(key)) {
                let operations = of_path_item(expression, item, Role::Callback);
                found.extend(operations.into_iter().map(|operation| (name, operation)));
            }
        }
        found
    }

    /// Returns a problem for each part of the operation that other methods leave out, and for each contradiction, such
    /// as a path parameter that is not in the path.
    ///
    /// Problems inside schemas are not included; see [`Schema::problems`](crate::schema::Schema::problems).
    ///
    /// ```
    /// use oas_document::{Diagnostic, Document, openapi};
    ///
    /// let text = "{openapi: 3.0.4, paths: {'/a/{b}': {get: {operationId: A, responses: {'2000': {description: x}}}}}}";
    /// let document = Document::parse("a.yaml", text).unwrap();
    /// let problems = openapi::operations(&document)[0].problems();
    /// let codes: Vec<_> = problems.into_iter().map(|problem| Diagnostic::from(problem).code).collect();
    /// assert_eq!(codes, ["undeclared-path-parameter", "invalid-status"]);
    /// ```
    #[must_use]
    pub fn problems(&self) -> Vec<Problem<'d>> {
        let mut problems = Vec::new();
        if self.id().is_none() {
            problems.push(Problem::MissingOperationId(self.node));
        }
        resolved(self.path_item, &mut problems);
        let parameters = self.parameters_noting(&mut problems);
        for parameter in &parameters {
            parameter.problems_noting(&mut problems);
        }
        if self.role == Role::Path {
            self.template_problems(&parameters, &mut problems);
        }
        if let Some(body) = self.request_body_noting(&mut problems) {
            content::problems_noting(body.node, &mut problems);
        }
        for response in response::of(self.node, "responses", &mut problems) {
            response.problems_noting(&mut problems);
        }
        self.callbacks_noting(&mut problems);
        self.security().problems_noting(&mut problems);
        problems
    }

    /// Reports names of the path template without a parameter, and path parameters without a name in the template.
    fn template_problems(&self, parameters: &[Parameter<'d>], problems: &mut Vec<Problem<'d>>) {
        let names: Vec<&str> = path_template::names(self.path).collect();
        let declared = parameters.iter().filter(|parameter| parameter.is_in_path());
        // A parameter whose reference is broken may be the one that is missed.
        let unsure = problems
            .iter()
            .any(|problem| matches!(problem, Problem::Reference(_)));
        for name in names.iter().filter(|_| !unsure) {
            if declared.clone().all(|parameter| parameter.name != *name) {
                problems.push(Problem::UndeclaredPathParameter {
                    operation: *self,
                    name,
                    similar: nearest(name, declared.clone().map(|parameter| parameter.name)),
                });
            }
        }
        let unused = declared.filter(|parameter| !names.contains(&parameter.name));
        problems.extend(unused.map(|parameter| Problem::UnusedPathParameter {
            operation: *self,
            parameter: *parameter,
        }));
    }
}

/// The body of a request (OpenAPI 3.0.4, Request Body Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RequestBody<'d> {
    /// The value of `requestBody`, whose `$ref` is not followed.
    pub raw: Node<'d>,
    /// The Request Body Object, with `$ref` resolved.
    pub node: Node<'d>,
}

impl<'d> RequestBody<'d> {
    /// Returns whether a request must have a body.
    #[must_use]
    pub fn is_required(&self) -> bool {
        flag(self.node, "required") == Some(true)
    }

    /// Returns `description`.
    pub fn description(&self) -> Option<&'d str> {
        self.description_node().and_then(Node::as_str)
    }

    /// Returns the value of `description` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn description_node(&self) -> Option<Node<'d>> {
        described(self.raw, self.node, "description")
    }

    /// Returns the media types that the body can have, in document order.
    #[must_use]
    pub fn content(&self) -> Vec<MediaType<'d>> {
        media_types(self.node)
    }
}
