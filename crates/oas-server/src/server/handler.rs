//! Wraps the handler of a route, with its type erased.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::response::{IntoResponse, Response};
use crate::storage::Storage;
use crate::{Rejection, Request};

/// A handler at work. A rejection of the runtime stays one until the server renders it; only layers see it as a response.
pub(super) type HandlerFuture = Pin<Box<dyn Future<Output = Result<Response, Rejection>> + Send>>;

pub(super) type Handler<S> = Arc<dyn Fn(Request<S>) -> HandlerFuture + Send + Sync>;

/// Hides the types of a handler and of its output.
pub(super) fn erase<S, F, Fut, R>(handler: F) -> Handler<S>
where
    S: Storage,
    F: Fn(Request<S>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, Rejection>> + Send + 'static,
    R: IntoResponse,
{
    Arc::new(move |request| {
        Box::pin(Responding {
            handler: handler(request),
        })
    })
}

pin_project! {
    /// A handler whose output becomes a response. An `async` block that awaits the handler would hold it twice: where it was
    /// moved to, and where it is awaited.
    struct Responding<F> {
        #[pin]
        handler: F,
    }
}

impl<F, R> Future for Responding<F>
where
    F: Future<Output = Result<R, Rejection>>,
    R: IntoResponse,
{
    type Output = Result<Response, Rejection>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let response = self.project().handler.poll(context);
        response.map(|response| response.map(IntoResponse::into_response))
    }
}
