//! A route's handler, with its type hidden.

use std::pin::Pin;
use std::sync::Arc;

use crate::response::{IntoResponse, Response};
use crate::storage::Storage;
use crate::{Rejection, Request};

pub(super) type ResponseFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

pub(super) type Handler<S> = Arc<dyn Fn(Request<S>) -> ResponseFuture + Send + Sync>;

/// A rejection becomes a response that carries it; the server renders it when all layers are done with it.
pub(super) fn erase<S, F, Fut, R>(handler: F) -> Handler<S>
where
    S: Storage,
    F: Fn(Request<S>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, Rejection>> + Send + 'static,
    R: IntoResponse,
{
    Arc::new(move |request| {
        let answer = handler(request);
        Box::pin(async move { answer.await.into_response() })
    })
}
