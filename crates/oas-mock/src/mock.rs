//! Defines mocks: a document, lowered to tables, and a server that validates requests by them.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use oas_codegen::model::Api;
use oas_document::{Diagnostic, Document, openapi};
use oas_samples::{RequestSample, Sampler};
use oas_server::schema::Owned;
use oas_server::{
    Builder, Operation, RejectedRequest, Rejection, Request, Response, Server, Unselected, response,
};

use crate::check::{check, inspect};
use crate::content;
use crate::draft::Draft;
use crate::responder::Responder;
use crate::response_check::Documented;
use crate::tables::{self, Plan};

/// A time that no body takes.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A mock server of a document. It validates requests as a generated server does, and responds with examples of the
/// document or generated values. [`validator`](Self::validator) creates one that validates alone, for proxies.
///
/// ```
/// use oas_document::Document;
/// use oas_mock::Mock;
///
/// let document = Document::parse("pets.yaml", "
/// openapi: 3.0.4
/// info: { title: Pets, version: 1.0.0 }
/// paths:
///   /pets/{id}:
///     get:
///       operationId: getPet
///       parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
///       responses:
///         '200':
///           description: It.
///           content: { application/json: { schema: { properties: { name: { type: string, example: Rex } } } } }
/// ").unwrap();
/// let mock = Mock::new(document).unwrap();
/// assert_eq!(mock.routes()[0].to_string(), "GET /pets/{id}");
/// # use tower_service::Service as _;
/// # let request = |path: &str| http::Request::get(path).body(axum::body::Body::empty()).unwrap();
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let response = mock.server().call(request("/pets/7")).await.unwrap();
/// assert_eq!(axum::body::to_bytes(response.into_body(), 1000).await.unwrap(), r#"{"name":"Rex"}"#);
/// let rejection = mock.server().call(request("/pets/seven")).await.unwrap();
/// assert_eq!(rejection.status(), 400);
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct Mock {
    server: Server,
    routes: Arc<[Route]>,
    diagnostics: Arc<[Diagnostic]>,
    document: Arc<Document>,
    base_path: Arc<str>,
    /// The operations, by name.
    operations: Arc<HashMap<String, Arc<Served>>>,
}

/// The purpose that a mock is constructed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Respond,
    Check,
}

/// An operation that a mock serves.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The method.
    pub method: String,
    /// The path template, which begins with the base path of the document's first server.
    pub path: String,
    /// The value that selects the operation, if others have the same method and path.
    pub selected_by: Option<String>,
    /// The `operationId`, or a name that is generated from method and path.
    pub operation: String,
}

/// Formats a route such as `GET /pets/{id}`, followed by the value of the selector if there is one.
impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        match &self.selected_by {
            Some(value) => write!(f, " {value}"),
            None => Ok(()),
        }
    }
}

/// The result of a request, for logging. It is in the extensions of the response.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Account {
    /// The id and the path template of the operation; `None` if the request matched none.
    pub operation: Option<(String, String)>,
    /// The source of the response's body, such as the name of an example; `None` for a rejected request.
    pub source: Option<String>,
    /// What is wrong with the request and, in a proxy, with the response, a sentence each.
    pub violations: Vec<String>,
    /// In a proxy, the parts of request and response that were not validated, with the reason.
    pub unchecked: Vec<String>,
}

impl Mock {
    /// Creates a mock of a document.
    ///
    /// # Errors
    ///
    /// Returns all errors that prevent serving, each with its place in the document.
    pub fn new(document: Document) -> Result<Self, Vec<Diagnostic>> {
        Self::of(document, Task::Respond)
    }

    /// Creates a mock that validates requests of any size, and does not respond to them, for a proxy
    /// ([`Options::proxy`](crate::Options::proxy)) and for [`Mock::judge`].
    ///
    /// # Errors
    ///
    /// Returns an error under the conditions of [`Mock::new`].
    pub fn validator(document: Document) -> Result<Self, Vec<Diagnostic>> {
        Self::of(document, Task::Check)
    }

    fn of(document: Document, task: Task) -> Result<Self, Vec<Diagnostic>> {
        let (mut api, diagnostics) = oas_codegen::model(&document)?;
        let mut tables = std::mem::take(&mut api.checks).into_tables();
        let any = tables.reserve();
        let groups = std::mem::take(&mut api.groups);
        let operations = groups.into_iter().flat_map(|group| group.operations);
        let plans: Vec<Plan> = operations
            .filter_map(|operation| tables::plan(&api, operation, any))
            .collect();
        let rejections = tables::rejections(&api.rejections);
        let routes = plans.iter().map(|plan| Route {
            method: plan.operation.method.clone(),
            path: format!("{}{}", api.base_path, plan.operation.path),
            selected_by: plan
                .operation
                .selector
                .as_ref()
                .map(|selector| selector.value.clone()),
            operation: plan.operation.id.clone(),
        });
        let routes = routes.collect();
        let base_path = api.base_path.as_str().into();
        let builder = Builder::with_tables(tables)
            .base_path(api.base_path.clone())
            .rejections(rejections)
            .renderer(rejection);
        let builder = match task {
            Task::Respond => builder,
            // A stream passes as long as the real server and its client want.
            Task::Check => builder
                .inspect()
                .body_limit(usize::MAX)
                .body_timeout(FOREVER),
        };
        let (api, document) = (Arc::new(api), Arc::new(document));
        let mut operations = HashMap::new();
        let builder = plans.into_iter().fold(builder, |builder, plan| {
            let (id, operation) = (plan.operation.id.clone(), Arc::clone(&plan.table));
            let state = Arc::new(Served {
                plan,
                api: Arc::clone(&api),
                document: Arc::clone(&document),
                task,
                responder: OnceLock::new(),
                documented: OnceLock::new(),
            });
            operations.insert(id, Arc::clone(&state));
            builder.route(operation, move |request| {
                let state = Arc::clone(&state);
                async move { state.handle(request).await }
            })
        });
        Ok(Self {
            server: builder.build(),
            routes,
            diagnostics: diagnostics.into(),
            document,
            base_path,
            operations: Arc::new(operations),
        })
    }

    /// Returns the service that responds to requests.
    #[must_use]
    pub fn server(&self) -> Server {
        self.server.clone()
    }

    /// Returns the operations, by tag, in document order.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Returns the document.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Returns the documented responses of an operation.
    pub(crate) fn documented(&self, operation: &str) -> Option<&Documented> {
        let served = self.operations.get(operation)?;
        let make = || Documented::new(&self.document, &served.plan.operation);
        Some(served.documented.get_or_init(make))
    }

    /// Generates a valid request to an operation, with all optional parts if `all` is true, and otherwise only with the
    /// required ones.
    ///
    /// Returns `None` if no value can be generated for a required part, or the mock has no such operation.
    #[must_use]
    pub fn sample(&self, route: &Route, all: bool) -> Option<RequestSample> {
        let served = self.operations.get(&route.operation)?;
        let mut operations = openapi::operations(&self.document).into_iter();
        let operation =
            operations.find(|operation| served.plan.operation.is_lowered_from(operation))?;
        let mut sample = Draft::new(&mut Sampler::default(), operation, all)?.write()?;
        sample.target.insert_str(0, &self.base_path);
        Some(sample)
    }

    /// Returns the base path of the document's first server, such as `/v1`.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// Returns warnings and notes about the document, such as a part that is served in another way than the document
    /// specifies.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

/// An operation that is served.
struct Served {
    plan: Plan,
    api: Arc<Api>,
    document: Arc<Document>,
    task: Task,
    /// Constructed on the first request, because a document can have many operations that are never called.
    responder: OnceLock<Responder>,
    /// Constructed on the first response of a real server.
    documented: OnceLock<Documented>,
}

/// Formats the operation only.
impl std::fmt::Debug for Served {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Served")
            .field(&self.plan.operation.id)
            .finish()
    }
}

impl Served {
    async fn handle(&self, mut request: Request<Owned>) -> Result<Response, Rejection> {
        if self.task == Task::Check {
            let is_selected = request.parts().extensions.get::<Unselected>().is_none();
            let found = inspect(&self.api, &self.plan, &mut request).await;
            let mut account = match is_selected {
                true => account(&self.plan.table),
                false => Account::default(),
            };
            account.violations = found.iter().flat_map(lines).collect();
            let mut response = response::status(204).empty();
            response.extensions_mut().insert(account);
            return Ok(response);
        }
        check(&self.api, &self.plan, &mut request).await?;
        let operation = &self.plan.operation;
        let responder = self.responder.get_or_init(|| {
            Responder::new(&operation.id, content::responses(&self.document, operation))
        });
        let (mut response, source) = responder.respond(request.parts());
        response.extensions_mut().insert(Account {
            source: Some(source),
            ..account(&self.plan.table)
        });
        Ok(response)
    }
}

fn account(operation: &Operation<Owned>) -> Account {
    Account {
        operation: Some((operation.id.to_string(), operation.path.to_string())),
        ..Account::default()
    }
}

/// Renders a rejection as a generated server does, and attaches the account of the request.
fn rejection(rejection: &RejectedRequest<'_, Owned>) -> Response {
    let mut response = rejection.render();
    let mut account = rejection.operation().map(account).unwrap_or_default();
    account.violations = lines(rejection.rejection());
    response.extensions_mut().insert(account);
    response
}

/// Formats a rejection in a line for each violation.
fn lines(rejection: &Rejection) -> Vec<String> {
    match rejection.violations() {
        [] => vec![rejection.detail().into_owned()],
        violations => violations.iter().map(ToString::to_string).collect(),
    }
}
