//! Requests for a server in the same process.

use std::convert::Infallible;

use axum::body::Body;
use http::{Request, Response};
use tokio::runtime::Runtime;
use tower::{Service, ServiceExt as _};

use crate::{UUID, body};

/// Measures the requests of a case against a service.
///
/// # Panics
///
/// If there is no such case.
pub fn run<S, B>(service: S)
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone,
{
    let (case, iterations) = crate::arguments();
    let (body, path, credential) = match &*case {
        "valid" => (body(1), UUID, true),
        "valid, 1,000 UUIDs" => (body(1_000), UUID, true),
        "invalid body" => (body(0), UUID, true),
        "no credentials" => (body(1), UUID, false),
        "invalid path" => (body(1), "NOT-A-UUID", true),
        _ => panic!("there is no case {case}"),
    };
    let body = axum::body::Bytes::from(body);
    let runtime = runtime();
    let call = || {
        let mut request = Request::put(format!("/v1/images/{path}/actions"))
            .header("content-type", "application/json");
        if credential {
            request = request.header("authorization", "Bearer 5e1a");
        }
        let request = request.body(Body::from(body.clone())).expect("a request");
        let response = runtime.block_on(service.clone().oneshot(request));
        response.unwrap_or_else(|never| match never {})
    };
    let status = call().status().to_string();
    crate::measure(&status, iterations, || drop(call()));
}

/// Returns a runtime on this thread.
///
/// # Panics
///
/// If the system has no room for one.
pub fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}
