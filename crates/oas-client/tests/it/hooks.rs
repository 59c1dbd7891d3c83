//! Hooks see and change what is sent.

use std::sync::{Arc, Mutex};

use oas_client::{Attempt, Config, Error, Hook, HookFuture, Operation, StatusCode, reqwest};
use oas_testing::{Reply, Server, server::unreachable_url};

use crate::{GET_IMAGE, call, client_with};

/// The operation, the number of the attempt and the status.
type Seen = (&'static str, u32, Option<StatusCode>);

#[derive(Debug, Default)]
struct Witness {
    reject: bool,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Hook for Witness {
    fn before<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
        operation: &'static Operation,
    ) -> HookFuture<'a> {
        Box::pin(async move {
            if self.reject {
                return Err("no token to be had".into());
            }
            let signature = format!("{} {}", operation.id(), request.url().path());
            request
                .headers_mut()
                .insert("x-signature", signature.parse()?);
            Ok(())
        })
    }

    fn after(&self, attempt: &Attempt<'_>, operation: &'static Operation) {
        self.seen
            .lock()
            .unwrap()
            .push((operation.id(), attempt.number(), attempt.status()));
        assert!(
            !format!("{attempt:?}").contains("crumb"),
            "a header's value is shown"
        );
    }
}

#[tokio::test]
async fn a_hook_signs_what_is_sent_and_sees_the_outcome() {
    let server = Server::replying([Reply::new(204).header("set-cookie", "crumb")]).await;
    let witness = Witness::default();
    let seen = witness.seen.clone();
    call(
        &client_with(&server, Config::default().hook(witness)),
        &GET_IMAGE,
    )
    .await
    .unwrap();
    assert_eq!(
        server.request().header("x-signature"),
        Some("GetImage /image")
    );
    assert_eq!(
        *seen.lock().unwrap(),
        [("GetImage", 1, Some(StatusCode::NO_CONTENT))]
    );
}

#[tokio::test]
async fn a_hook_sees_that_no_response_came() {
    let witness = Witness::default();
    let seen = witness.seen.clone();
    let config = Config::default().no_proxy().hook(witness);
    call(
        &oas_client::ClientCore::new(&unreachable_url().await, config).unwrap(),
        &GET_IMAGE,
    )
    .await
    .unwrap_err();
    assert_eq!(*seen.lock().unwrap(), [("GetImage", 1, None)]);
}

#[tokio::test]
async fn a_hook_can_reject() {
    let server = Server::replying([Reply::new(204)]).await;
    let config = Config::default().hook(Witness {
        reject: true,
        ..Witness::default()
    });
    let error = call(&client_with(&server, config), &GET_IMAGE)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Hook(_)));
    assert!(crate::rendered(&error).ends_with("a hook rejected the request: no token to be had"));
    assert!(server.requests().is_empty());
}
