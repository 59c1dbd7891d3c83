//! Classifies responses to the request for an action or a job. A node sends no `Content-Type`, and a proxy may respond in its
//! place, so the status and the first byte of the body decide.

use std::convert::Infallible;

use bytes::Bytes;
use oas_client::{BufferedResponse, StatusCode};
use oas_wire::without_byte_order_mark;

use crate::error::{ExchangeError, Failure, Rejection, shortened};
use crate::job::Accepted;
use crate::text::Text;

/// A response, by what it shows about the operation.
#[derive(Debug)]
pub(crate) enum Response {
    /// The operation succeeded; the body is a JSON object, or empty.
    Done(Bytes),
    /// The operation succeeded, but the body cannot be decoded.
    Unreadable(Text),
    /// The operation has begun, or is in progress.
    Running(Accepted),
    /// The operation failed.
    Failed(Box<Failure>),
    /// The servlet container of the node, or a proxy, rejected the request, with a text of its own.
    Rejected(Rejection),
    /// The request was not sent.
    Unsent(ExchangeError),
    /// There was no response, or none that a node gives.
    Unclear(ExchangeError),
    /// The status is that of a success, and the body has an error of the node. A node reports failures with 503, although the API pages
    /// describe them with 200.
    Contradictory(ExchangeError),
}

impl Response {
    pub(crate) fn classify(
        outcome: Result<BufferedResponse, oas_client::Error<Infallible>>,
    ) -> Self {
        use oas_client::Error;
        match outcome {
            Ok(received) => Self::of_response(received),
            Err(error) if error.is_connect() => Self::Unsent(ExchangeError::from_client(error)),
            Err(error @ (Error::InvalidRequest(_) | Error::Hook(_))) => {
                Self::Unsent(ExchangeError::from_client(error))
            }
            Err(Error::BodyTooLarge { status, limit }) => match status {
                StatusCode::OK => Self::Unreadable(Text::new(
                    format!("it is larger than {limit} bytes"),
                    format!("它超过 {limit} 字节"),
                )),
                StatusCode::ACCEPTED => Self::Running(Accepted::default()),
                status => Self::Unclear(ExchangeError::new(Text::new(
                    format!("the response {status} is larger than {limit} bytes"),
                    format!("响应 {status} 超过 {limit} 字节"),
                ))),
            },
            Err(error) => Self::Unclear(ExchangeError::from_client(error)),
        }
    }

    fn of_response(received: BufferedResponse) -> Self {
        let status = received.status();
        let retry_after = oas_client::retry_after(received.headers());
        let result = received.body().clone();
        let response = received.without_secrets().bytes();
        let excerpt = response.excerpt();
        let body = response.into_inner();
        let json = looks_like_an_object(&body);
        let rejected = || {
            Self::Rejected(Rejection {
                status,
                text: shortened(&excerpt),
                retry_after,
            })
        };
        let no_nodes = || {
            let excerpt = shortened(&excerpt);
            ExchangeError::new(Text::new(
                format!("the response was {status}, and not the node's: {excerpt}"),
                format!("响应 {status} 不是节点的：{excerpt}"),
            ))
        };
        // A gateway can report its own errors in much the same form, with any status.
        if status == StatusCode::SERVICE_UNAVAILABLE
            && json
            && let Ok(Some(failure)) = Failure::find(status, &body)
            && failure.is_of_a_node()
        {
            return Self::Failed(Box::new(failure));
        }
        match status.as_u16() {
            200 if body.trim_ascii().is_empty() => Self::Done(Bytes::new()),
            200 if json => match Failure::find(status, &body) {
                Ok(Some(failure)) if failure.is_of_a_node() => Self::Contradictory(no_nodes()),
                Ok(Some(_)) => Self::Unclear(no_nodes()),
                Ok(None) => Self::Done(result),
                Err(error) => Self::Unreadable(Text::new(
                    format!("it is not whole: {error}"),
                    format!("它不完整：{error}"),
                )),
            },
            202 => Self::Running(Accepted::of(&body)),
            // The node's own 503 holds an error; without one, something before it has no node to ask.
            200..=299 | 502..=504 => Self::Unclear(no_nodes()),
            _ => rejected(),
        }
    }
}

fn looks_like_an_object(body: &[u8]) -> bool {
    without_byte_order_mark(body).trim_ascii_start().first() == Some(&b'{')
}
