//! Sends requests to a server, and compares the responses with the document.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body::Body as _;
use oas_document::openapi::{self, Operation};
use oas_document::{Diagnostic, Node, Rule};
use oas_mock::{Findings, Mock, ResponsePart, Upstream};
use oas_samples::RequestSample;
use oas_wire::curl::Word;
use oas_wire::{Secret, StatusPattern};
use serde_json::Value;

use crate::case::{Case, ExpectedResult, Planner};
use crate::rules;

/// The number of consecutive requests without a response after which a server is considered unreachable.
const MAX_ATTEMPTS: usize = 3;

/// The time for which the items of a streamed response are read.
const STREAM_TIMEOUT: Duration = Duration::from_secs(1);

/// A verifier of a running server: it sends valid and invalid requests, and compares the responses with the document.
///
/// [`run`](Self::run) sends the requests one after another, in an order that depends only on the document: those of safe methods
/// first, and those of DELETE last.
#[derive(Debug)]
pub struct Verifier<'m> {
    mock: &'m Mock,
    upstream: Upstream,
    base_path: String,
    methods: Methods,
    only: Vec<String>,
    credentials: HashMap<String, Secret>,
    headers: HeaderMap,
    values: Vec<(String, Value)>,
    timeout: Duration,
    pause: Duration,
    time_limit: Option<Duration>,
}

/// The methods whose operations are called.
#[derive(Debug, Clone)]
enum Methods {
    /// The safe methods, and these.
    SafeAnd(Vec<String>),
    All,
}

/// The results of a run.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Report {
    /// The differences between the responses and the document, in document order. The place of each is its operation.
    pub findings: Vec<Diagnostic>,
    /// The number of operations that were called.
    pub operations: usize,
    /// The number of requests that were sent.
    pub requests: usize,
    /// The operations that were not verified, or only in part.
    pub skipped: Vec<Skipped>,
}

/// An operation that was not verified, or only in part.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// The method and path of the operation, such as `GET /pets/{id}`.
    pub operation: String,
    /// The reason, as a clause.
    pub reason: String,
}

/// A request that a run would send.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Planned {
    /// The method and path of the operation, such as `GET /pets/{id}`.
    pub operation: String,
    /// A description of the request, as a phrase that follows the words "a request".
    pub words: String,
    /// Whether the request is valid according to the document.
    pub is_valid: bool,
    /// The shell command that sends the request, with variables in place of secrets; `None` if the body cannot be part of a
    /// command.
    pub curl: Option<String>,
}

/// The error of a server that cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server cannot be reached: {reason}")]
pub struct Unreachable {
    reason: String,
}

impl<'m> Verifier<'m> {
    /// Creates a verifier of the server `upstream` against the document of `mock`. Create `mock` with
    /// [`Mock::validator`]; with one of another kind, no requests are sent.
    ///
    /// The path before the paths of operations is that of the URL, or if the URL has none, that of the document's first server.
    /// [`base_path`](Self::base_path) overrides both.
    #[must_use]
    pub fn new(mock: &'m Mock, upstream: Upstream) -> Self {
        let base_path = match upstream.base_path() {
            "" => mock.base_path().to_owned(),
            path => path.to_owned(),
        };
        Self {
            mock,
            upstream: upstream.with_base_path(""),
            base_path,
            methods: Methods::SafeAnd(Vec::new()),
            only: Vec::new(),
            credentials: HashMap::new(),
            headers: HeaderMap::new(),
            values: Vec::new(),
            timeout: Duration::from_secs(10),
            pause: Duration::ZERO,
            time_limit: None,
        }
    }

    /// Sets the path before the paths of operations, such as `/v1`, which can be empty.
    #[must_use]
    pub fn base_path(mut self, path: &str) -> Self {
        path.trim_end_matches('/').clone_into(&mut self.base_path);
        self
    }

    /// Includes operations of `method`, in addition to those whose methods change nothing: GET, HEAD, OPTIONS, QUERY and TRACE.
    /// Repeated calls add methods.
    #[must_use]
    pub fn allow(mut self, method: &str) -> Self {
        if let Methods::SafeAnd(methods) = &mut self.methods {
            methods.push(method.to_ascii_uppercase());
        }
        self
    }

    /// Includes operations of every method, so that the verifier creates, changes and deletes data of the server.
    #[must_use]
    pub fn allow_all(mut self) -> Self {
        self.methods = Methods::All;
        self
    }

    /// Restricts the run to `operation`, an `operationId` or a method and path such as `GET /pets/{id}`. Repeated calls add
    /// operations; one that the document does not have is ignored.
    #[must_use]
    pub fn only(mut self, operation: impl Into<String>) -> Self {
        self.only.push(operation.into());
        self
    }

    /// Sets the credential of the security scheme with this name: its token or key, or `user:password` if the scheme is HTTP Basic.
    #[must_use]
    pub fn credential(mut self, scheme: impl Into<String>, secret: Secret) -> Self {
        self.credentials.insert(scheme.into(), secret);
        self
    }

    /// Adds a header field to every request.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Sends this value for every parameter with this name, in all operations and locations, in place of generated ones: the
    /// identifier of a resource that exists on the server, for instance.
    #[must_use]
    pub fn value(mut self, parameter: impl Into<String>, value: Value) -> Self {
        self.values.push((parameter.into(), value));
        self
    }

    /// Sets the time within which the server has to respond to a request; 10 seconds by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the pause between two requests; none by default.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Limits the duration of the run, which is unlimited by default. [`Report::skipped`] lists the operations that were not verified by
    /// then.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Returns the name of the environment variable from which shell commands read the credential of a security scheme.
    ///
    /// ```
    /// assert_eq!(oas_verify::Verifier::variable("api-key"), "OAS_CREDENTIAL_API_KEY");
    /// ```
    #[must_use]
    pub fn variable(scheme: &str) -> String {
        let name = scheme.chars().map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' => character.to_ascii_uppercase(),
            _ => '_',
        });
        "OAS_CREDENTIAL_".chars().chain(name).collect()
    }

    /// Returns the requests that [`Verifier::run`] would send, without sending any.
    pub async fn plan(&self) -> Vec<Planned> {
        let has_credential = |scheme: &str| self.credentials.contains_key(scheme);
        let mut planner = Planner::new(self.mock, &self.values, &has_credential);
        let mut planned = Vec::new();
        for (operation, id) in self.operations() {
            if self.obstacle(&operation).is_some() {
                continue;
            }
            let cases = planner.cases(operation, id).await.unwrap_or_default();
            planned.extend(cases.into_iter().map(|case| Planned {
                operation: operation.key().to_string(),
                is_valid: case.expected == ExpectedResult::Success,
                curl: self.curl(&case.sample),
                words: case.words,
            }));
        }
        planned
    }

    /// Sends all requests, and compares the responses with the document. `progress` is called before each operation that is verified,
    /// with the number of operations before it and the total number.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no response to the first request.
    pub async fn run(&self, mut progress: impl FnMut(usize, usize)) -> Result<Report, Unreachable> {
        let has_credential = |scheme: &str| self.credentials.contains_key(scheme);
        let mut planner = Planner::new(self.mock, &self.values, &has_credential);
        let mut run = Run {
            verifier: self,
            report: Report::default(),
            known: HashMap::new(),
            start: Instant::now(),
            silent: 0,
        };
        let operations = self.operations();
        for (index, (operation, id)) in operations.iter().enumerate() {
            if let Some(reason) = self.obstacle(operation) {
                run.skip(operation, reason);
                continue;
            }
            if run.is_over() {
                run.skip(operation, "the time was over");
                continue;
            }
            if run.silent >= MAX_ATTEMPTS {
                run.skip(operation, "the server did not answer any more");
                continue;
            }
            progress(index, operations.len());
            match planner.cases(*operation, id).await {
                Err(reason) => run.skip(operation, reason),
                Ok(cases) => run.operation(operation, id, &cases).await?,
            }
        }
        Ok(run.finished())
    }

    /// Returns the operations that the mock serves, each with its name, in the order in which they are called.
    fn operations(&self) -> Vec<(Operation<'m>, &'m str)> {
        let routes = self.mock.routes().iter();
        let base = self.mock.base_path();
        let routes: HashMap<(&str, &str, Option<&str>), &'m str> = routes
            .map(|route| {
                let path = route.path.strip_prefix(base).unwrap_or(&route.path);
                let key = (&*route.method, path, route.selected_by.as_deref());
                (key, &*route.operation)
            })
            .collect();
        let operations = openapi::operations(self.mock.document()).into_iter();
        let mut operations: Vec<(Operation<'m>, &'m str)> = operations
            .filter_map(|operation| {
                let selected_by = operation.selector.map(|selector| selector.value);
                let id = routes.get(&(operation.method.as_str(), operation.path, selected_by))?;
                Some((operation, *id))
            })
            .filter(|(operation, id)| {
                let key = operation.key().to_string();
                let is_named = |name: &String| name == id || *name == key;
                self.only.is_empty() || self.only.iter().any(is_named)
            })
            .collect();
        operations.sort_by_key(|(operation, _)| match operation.method {
            method if method.is_safe() => 0,
            openapi::Method::Delete => 2,
            _ => 1,
        });
        operations
    }

    /// Returns the reason why an operation is not called, as far as it is known before a request is generated.
    fn obstacle(&self, operation: &Operation<'_>) -> Option<&'static str> {
        let method = operation.method;
        let is_allowed = match &self.methods {
            Methods::All => true,
            Methods::SafeAnd(methods) => {
                method.is_safe() || methods.iter().any(|allowed| allowed == method.as_str())
            }
        };
        (!is_allowed).then_some("its method can change something, and is not allowed")
    }

    fn curl(&self, sample: &RequestSample) -> Option<String> {
        let names: HashMap<&str, String> = sample
            .credentials
            .iter()
            .map(|credential| (credential.scheme(), Self::variable(credential.scheme())))
            .collect();
        let origin = format!("{}{}", self.upstream, self.base_path);
        sample.curl_with(&origin, |scheme| match names.get(scheme) {
            Some(name) => Word::variable(name),
            None => Word::default(),
        })
    }

    /// Replaces all secrets in a text, because a server can return them.
    fn without_secrets(&self, mut text: String) -> String {
        for secret in self.credentials.values() {
            for part in secret.expose().split(':').filter(|part| part.len() > 3) {
                text = text.replace(part, "…");
            }
        }
        text
    }
}

/// The state of a run.
struct Run<'v, 'm> {
    verifier: &'v Verifier<'m>,
    report: Report,
    /// The known findings by operation, rule and message: the index of each in the report, and the number of
    /// repetitions.
    known: HashMap<(String, &'static str, String), (usize, usize)>,
    start: Instant,
    /// The number of consecutive requests without a response.
    silent: usize,
}

/// A response, compared with the document.
struct ComparedResponse {
    status: u16,
    findings: Findings,
}

impl<'m> Run<'_, 'm> {
    async fn operation(
        &mut self,
        operation: &Operation<'m>,
        id: &str,
        cases: &[Case],
    ) -> Result<(), Unreachable> {
        self.report.operations += 1;
        let mut names_nothing = false;
        for case in cases {
            if self.is_over() {
                self.skip(
                    operation,
                    "the time was over before all of its requests were sent",
                );
                break;
            }
            if !self.verifier.pause.is_zero() && self.report.requests > 0 {
                tokio::time::sleep(self.verifier.pause).await;
            }
            let Some(response) = self.send(&case.sample, id).await else {
                continue;
            };
            self.report.requests += 1;
            match response {
                Ok(response) => {
                    self.silent = 0;
                    if case.expected == ExpectedResult::Success
                        && self.lacks_credentials(&response, case)
                    {
                        let schemes = case.sample.credentials.iter();
                        let schemes: Vec<String> =
                            schemes.map(|it| Verifier::variable(it.scheme())).collect();
                        let reason = format!("it needs credentials: set {}", schemes.join(" and "));
                        self.skip(operation, &reason);
                        break;
                    }
                    names_nothing |=
                        case.expected == ExpectedResult::Success && response.status == 404;
                    self.compare(operation, case, &response);
                }
                Err(reason) if self.report.requests == 1 => return Err(Unreachable { reason }),
                Err(reason) => {
                    self.silent += 1;
                    let message = format!("gives no response: {reason}");
                    self.find(&rules::NO_RESPONSE, operation, case, &message);
                    if self.silent >= MAX_ATTEMPTS {
                        break;
                    }
                }
            }
        }
        if names_nothing && operation.path.contains('{') {
            let reason = "a valid request is answered with 404: give parameters the identifiers of what the server has";
            self.skip(operation, reason);
        }
        Ok(())
    }

    /// Sends a request; returns `None` if HTTP cannot encode it.
    async fn send(
        &self,
        sample: &RequestSample,
        id: &str,
    ) -> Option<Result<ComparedResponse, String>> {
        let verifier = self.verifier;
        let mut request = sample.request(&verifier.base_path, |scheme| {
            verifier.credentials.get(scheme).cloned()
        })?;
        for (name, value) in &verifier.headers {
            request.headers_mut().insert(name, value.clone());
        }
        let method: Method = request.method().clone();
        let exchange = async {
            let response = verifier.upstream.send(request.map(Body::from)).await;
            let response = response.map_err(|error| error.to_string())?;
            let status = response.status().as_u16();
            let items = Arc::new(Mutex::new(Vec::new()));
            let later = {
                let items = Arc::clone(&items);
                move |found: Findings| {
                    let mut items = items.lock().unwrap_or_else(PoisonError::into_inner);
                    items.push(found);
                }
            };
            let mock = verifier.mock;
            let (mut findings, response) = mock.review(Some(id), &method, response, later).await;
            if findings.continues {
                // A stream can be endless.
                let _ = tokio::time::timeout(STREAM_TIMEOUT, drain(response.into_body())).await;
                let mut items = items.lock().unwrap_or_else(PoisonError::into_inner);
                for found in items.drain(..) {
                    findings.violations.extend(found.violations);
                    findings.unchecked.extend(found.unchecked);
                }
            }
            Ok(ComparedResponse { status, findings })
        };
        Some(
            match tokio::time::timeout(verifier.timeout, exchange).await {
                Ok(result) => result,
                Err(_) => Err(format!("{} s have passed", verifier.timeout.as_secs_f32())),
            },
        )
    }

    /// Returns whether a request was rejected for a credential that was not configured.
    fn lacks_credentials(&self, response: &ComparedResponse, case: &Case) -> bool {
        let mut used = case.sample.credentials.iter();
        matches!(response.status, 401 | 403)
            && used.any(|it| !self.verifier.credentials.contains_key(it.scheme()))
    }

    fn compare(&mut self, operation: &Operation<'m>, case: &Case, response: &ComparedResponse) {
        let status = response.status;
        // A 5xx status that the document lists, other than 500, is part of its contract; 500 is usually listed only for
        // completeness.
        let failed = status >= 500 && (status == 500 || !documents(operation, status));
        if failed {
            let message = format!("answers {status}");
            self.find(&rules::SERVER_ERROR, operation, case, &message);
        } else {
            match case.expected {
                ExpectedResult::Success if is_rejection(operation, status) => {
                    let message = format!("rejects a valid request with {status}");
                    self.find(&rules::VALID_REQUEST_REJECTED, operation, case, &message);
                }
                ExpectedResult::Rejection if status < 300 => {
                    let message = format!("answers {status} to a request {}", case.words);
                    self.find(&rules::INVALID_REQUEST_ACCEPTED, operation, case, &message);
                }
                ExpectedResult::Challenge if status < 300 => {
                    let message = format!("answers {status} to a request without credentials");
                    self.find(&rules::UNENFORCED_CREDENTIALS, operation, case, &message);
                }
                _ => {}
            }
        }
        for violation in &response.findings.violations {
            let is_deserved =
                case.expected != ExpectedResult::Success && (400..500).contains(&status);
            let rule = match violation.part {
                ResponsePart::Status if failed => continue,
                ResponsePart::Status | ResponsePart::ContentType if is_deserved => {
                    &rules::UNDOCUMENTED_REJECTION
                }
                ResponsePart::Status => &rules::UNDOCUMENTED_RESPONSE_STATUS,
                ResponsePart::ContentType => &rules::UNDOCUMENTED_RESPONSE_CONTENT_TYPE,
                ResponsePart::Header => &rules::INVALID_RESPONSE_HEADER,
                _ => &rules::INVALID_RESPONSE_BODY,
            };
            let message = match violation.part {
                ResponsePart::Status => format!("answers {status}, which is not documented"),
                _ => format!("answers {status} with {violation}"),
            };
            self.find(rule, operation, case, &message);
        }
        for unchecked in &response.findings.unchecked {
            self.skip(operation, &format!("of a response {status}, {unchecked}"));
        }
    }

    /// Records a finding. Of several that are alike, the first contains the request that reproduces it.
    fn find(&mut self, rule: &Rule, operation: &Operation<'m>, case: &Case, message: &str) {
        let address = operation.key().to_string();
        let message = self
            .verifier
            .without_secrets(format!("`{address}` {message}"));
        let key = (address, rule.id, message.clone());
        if let Some((_, more)) = self.known.get_mut(&key) {
            *more += 1;
            return;
        }
        self.known.insert(key, (self.report.findings.len(), 0));
        let node: Node<'m> = operation.node;
        let remedy = match self.verifier.curl(&case.sample) {
            Some(line) => format!("{}; this shows it: {line}", rule.help),
            None => rule.help.to_owned(),
        };
        let why = format!("{}; sent was a request {}", rule.reason, case.words);
        let finding = Diagnostic::of_rule(*rule, node, message);
        self.report.findings.push(finding.note(why).help(remedy));
    }

    fn skip(&mut self, operation: &Operation<'_>, reason: &str) {
        let skipped = Skipped {
            operation: operation.key().to_string(),
            reason: self.verifier.without_secrets(reason.to_owned()),
        };
        if !self.report.skipped.contains(&skipped) {
            self.report.skipped.push(skipped);
        }
    }

    fn is_over(&self) -> bool {
        let limit = self.verifier.time_limit;
        limit.is_some_and(|limit| self.start.elapsed() >= limit)
    }

    fn finished(mut self) -> Report {
        for (index, more) in self.known.into_values().filter(|(_, more)| *more > 0) {
            if let Some(finding) = self.report.findings.get_mut(index) {
                let requests = if more == 1 { "request" } else { "requests" };
                finding
                    .note
                    .to_mut()
                    .push_str(&format!(", and {more} more {requests}"));
            }
        }
        oas_document::sort_and_dedup(&mut self.report.findings);
        self.report
    }
}

/// Returns whether the operation documents this exact status, not only a range or `default`.
fn documents(operation: &Operation<'_>, status: u16) -> bool {
    let mut responses = operation.responses().into_iter();
    responses.any(|response| response.status == StatusPattern::Exact(status))
}

/// Returns whether a status rejects a request as invalid, rather than for the state of the server.
fn is_rejection(operation: &Operation<'_>, status: u16) -> bool {
    match status {
        // The resource that a path parameter identifies may not exist.
        404 | 410 => !operation.path.contains('{'),
        // Conflicts and failed preconditions depend on the state of the resource; 425 and 429 ask the client to wait.
        409 | 412 | 423 | 424 | 425 | 428 | 429 => false,
        status => (400..500).contains(&status),
    }
}

/// Reads a body to its end, or until it breaks off.
async fn drain(mut body: Body) {
    let mut next =
        async || std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
    while let Some(Ok(_)) = next().await {}
}
