//! Redirects are answers unless asked for, and credentials stay within the server's origin.

use oas_client::{Config, Credential, Method, Operation};
use oas_testing::{Reply, Server};

use crate::{call, client, client_with};

static KEYED: Operation = Operation::new("Keyed", Method::GET, "/r").security(&[&["key"]]);

fn key() -> Credential {
    Credential::api_key_header("X-Key", "k")
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::replying([Reply::new(302).header("location", "/elsewhere")]).await;
    let core = client(&server).with_credential("key", key());
    assert_eq!(call(&core, &KEYED).await.unwrap().status(), 302);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_when_asked_for() {
    let server = Server::replying([
        Reply::new(307).header("location", "/elsewhere"),
        Reply::new(204),
    ])
    .await;
    let core =
        client_with(&server, Config::default().follow_redirects(1)).with_credential("key", key());
    assert_eq!(call(&core, &KEYED).await.unwrap().status(), 204);
    assert_eq!(server.requests()[1].target, "/elsewhere");
}

#[tokio::test]
async fn no_more_redirects_are_followed_than_asked_for() {
    let server = Server::replying([Reply::new(307).header("location", "/again")]).await;
    let core =
        client_with(&server, Config::default().follow_redirects(2)).with_credential("key", key());
    assert_eq!(call(&core, &KEYED).await.unwrap().status(), 307);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_never_followed() {
    let other = Server::replying([Reply::new(204)]).await;
    let location = format!("location: {}/r", other.url());
    let server = Server::replying([Reply::new(307).header("location", location)]).await;
    let core =
        client_with(&server, Config::default().follow_redirects(5)).with_credential("key", key());
    assert_eq!(call(&core, &KEYED).await.unwrap().status(), 307);
    assert!(other.requests().is_empty());
}
