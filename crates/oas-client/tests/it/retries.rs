//! What is repeated, and what must not be.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use oas_client::{
    Attempt, CallOptions, ClientCore, Config, Hook, Method, OpaqueBody, Operation, RetryPolicy,
};
use oas_testing::{Reply, Server, server::unreachable_url};

use crate::{GET_IMAGE, client_with};

static POST: Operation = Operation::new("Post", Method::POST, "/r");
static ACTION: Operation = Operation::new("Action", Method::PUT, "/r").idempotent(false);
static SEARCH: Operation = Operation::new("Search", Method::POST, "/r").idempotent(true);

fn three_attempts() -> Config {
    Config::default().retry(RetryPolicy::new(3).first_wait(Duration::ZERO))
}

/// The status that the caller gets, or 0, and how many requests arrived.
async fn outcome(
    replies: &[Reply],
    config: Config,
    operation: &'static Operation,
    options: CallOptions,
) -> (u16, usize) {
    let server = Server::replying(replies.to_vec()).await;
    let core = client_with(&server, config);
    let request = core
        .request(operation, operation.path())
        .text("text/plain", "body");
    let status = match core.send::<OpaqueBody<()>>(request, options).await {
        Ok(response) => response.status().as_u16(),
        Err(_) => 0,
    };
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.text() == "body")
    );
    (status, server.requests().len())
}

#[tokio::test]
async fn only_what_is_repeatable_is_repeated() {
    let dropped = Reply::dropped();
    let default = CallOptions::default;
    for transient in [
        Reply::new(429),
        Reply::new(502),
        Reply::new(503),
        Reply::new(504),
        dropped,
    ] {
        let replies = [transient.clone(), transient, Reply::new(200)];
        let first = outcome(&replies[..1], Config::default(), &GET_IMAGE, default())
            .await
            .0;
        for (config, operation, options, expected) in [
            (Config::default(), &GET_IMAGE, default(), (first, 1)),
            (three_attempts(), &GET_IMAGE, default(), (200, 3)),
            (three_attempts(), &SEARCH, default(), (200, 3)),
            (three_attempts(), &POST, default(), (first, 1)),
            (three_attempts(), &ACTION, default(), (first, 1)),
            (
                three_attempts(),
                &ACTION,
                default().idempotent(true),
                (200, 3),
            ),
            (
                three_attempts(),
                &GET_IMAGE,
                default().idempotent(false),
                (first, 1),
            ),
        ] {
            assert_eq!(
                outcome(&replies, config, operation, options).await,
                expected,
                "{operation:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_last_attempt_is_the_response() {
    assert_eq!(
        outcome(
            &[Reply::new(503)],
            three_attempts(),
            &GET_IMAGE,
            CallOptions::default()
        )
        .await,
        (503, 3)
    );
}

#[tokio::test]
async fn a_final_status_is_not_repeated() {
    for status in [200, 400, 401, 404, 500, 501] {
        let replies = [Reply::new(status)];
        assert_eq!(
            outcome(
                &replies,
                three_attempts(),
                &GET_IMAGE,
                CallOptions::default()
            )
            .await,
            (status, 1)
        );
    }
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    for retry_after in ["3600", "Tue, 31 Dec 2199 23:59:59 GMT"] {
        let replies = [
            Reply::new(503).header("retry-after", retry_after),
            Reply::new(200),
        ];
        assert_eq!(
            outcome(
                &replies,
                three_attempts(),
                &GET_IMAGE,
                CallOptions::default()
            )
            .await,
            (503, 1)
        );
    }
    // What is past, or makes no sense, asks for nothing.
    for retry_after in ["0", "soon", "Fri, 31 Dec 1999 23:59:59 GMT"] {
        let replies = [
            Reply::new(503).header("retry-after", retry_after),
            Reply::new(200),
        ];
        assert_eq!(
            outcome(
                &replies,
                three_attempts(),
                &GET_IMAGE,
                CallOptions::default()
            )
            .await,
            (200, 2)
        );
    }
}

#[derive(Clone, Debug, Default)]
struct Count(Arc<AtomicU32>);

impl Hook for Count {
    fn after(&self, attempt: &Attempt<'_>, _: &'static Operation) {
        self.0.store(attempt.number(), Ordering::Relaxed);
    }
}

/// The server cannot have seen what found no connection, so that any method can be repeated.
#[tokio::test]
async fn connecting_is_repeated_for_every_operation() {
    let count = Count::default();
    let core = ClientCore::new(
        &unreachable_url().await,
        three_attempts().no_proxy().hook(count.clone()),
    )
    .unwrap();
    let sent = core
        .send::<OpaqueBody<()>>(core.request(&ACTION, "/r"), CallOptions::default())
        .await;
    assert!(sent.unwrap_err().is_connect());
    assert_eq!(count.0.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_streamed_body_is_sent_once() {
    let server = Server::replying([Reply::new(503)]).await;
    let core = client_with(&server, three_attempts());
    let request = core
        .request(&GET_IMAGE, "/image")
        .stream("text/plain", "body");
    assert_eq!(
        core.send::<OpaqueBody<()>>(request, CallOptions::default())
            .await
            .unwrap()
            .status(),
        503
    );
    assert_eq!(server.requests().len(), 1);
}
