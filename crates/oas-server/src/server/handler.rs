//! A route's handler, with its type hidden.

use std::pin::Pin;
use std::sync::Arc;

use crate::response::{IntoResponse, Response};
use crate::{Rejection, Request};

pub(super) type ResponseFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

pub(super) type Handler = Arc<dyn Fn(Request) -> ResponseFuture + Send + Sync>;

/// A rejection becomes a response that carries it; the server renders it when all layers are done with it.
pub(super) fn erase<F, Fut, R>(handler: F) -> Handler
where
    F: Fn(Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, Rejection>> + Send + 'static,
    R: IntoResponse,
{
    Arc::new(move |request| {
        let answer = handler(request);
        Box::pin(async move { answer.await.into_response() })
    })
}
