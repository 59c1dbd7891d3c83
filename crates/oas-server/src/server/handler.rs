//! Wraps the handler of a route, with its type erased.

use std::pin::Pin;
use std::sync::Arc;

use crate::response::{IntoResponse, Response};
use crate::storage::Storage;
use crate::{Rejection, Request};

/// A handler at work. A rejection of the runtime stays one until the server renders it; only layers see it as a response.
pub(super) type Answering = Pin<Box<dyn Future<Output = Result<Response, Rejection>> + Send>>;

pub(super) type Handler<S> = Arc<dyn Fn(Request<S>) -> Answering + Send + Sync>;

/// Hides the types of a handler and of its output.
pub(super) fn erase<S, F, Fut, R>(handler: F) -> Handler<S>
where
    S: Storage,
    F: Fn(Request<S>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, Rejection>> + Send + 'static,
    R: IntoResponse,
{
    Arc::new(move |request| {
        let answer = handler(request);
        Box::pin(async move { answer.await.map(IntoResponse::into_response) })
    })
}
