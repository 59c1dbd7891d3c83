//! Credentials in their places, and the choice between alternatives.

use oas_client::{CallOptions, ClientCore, Credential, Error, Method, OpaqueBody, Operation};
use oas_testing::{Reply, Server};

use crate::{call, client};

static EITHER: Operation =
    Operation::new("Either", Method::GET, "/r").security(&[&["key", "cookie"], &["basic"]]);
static OPTIONAL: Operation =
    Operation::new("Optional", Method::GET, "/r").security(&[&[], &["query"]]);
static KEYS: Operation =
    Operation::new("Keys", Method::GET, "/r").security(&[&["key", "cookie", "query"]]);
static CLASH: Operation =
    Operation::new("Clash", Method::GET, "/r").security(&[&["basic", "bearer"]]);

fn key(core: &ClientCore) -> ClientCore {
    core.with_credential("key", Credential::api_key_header("X-Key", "k"))
}

fn cookie(core: &ClientCore) -> ClientCore {
    core.with_credential("cookie", Credential::api_key_cookie("sid", "s=1"))
}

fn basic(core: &ClientCore) -> ClientCore {
    core.with_credential("basic", Credential::basic("Aladdin", "open sesame"))
}

#[tokio::test]
async fn the_first_alternative_with_all_its_credentials_is_sent() {
    let server = Server::replying([Reply::new(200)]).await;
    let none = client(&server);
    for core in [
        cookie(&key(&none)),
        basic(&key(&none)),
        basic(&cookie(&key(&none))),
    ] {
        call(&core, &EITHER).await.unwrap();
    }
    let sent: Vec<_> = server
        .requests()
        .iter()
        .map(|request| {
            ["x-key", "cookie", "authorization"]
                .map(|name| request.header(name).unwrap_or("-").to_owned())
        })
        .collect();
    assert_eq!(
        sent,
        [
            ["k", "sid=s=1", "-"],
            ["-", "-", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
            ["k", "sid=s=1", "-"]
        ]
    );
}

#[tokio::test]
async fn a_missing_credential_is_named_before_anything_is_sent() {
    let server = Server::replying([Reply::new(200)]).await;
    let error = call(&key(&client(&server)), &EITHER).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the request was not sent: operation `Either` needs a credential that this client does not have: \
         set `key` and `cookie`, or `basic`"
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_anonymous_alternative_is_taken_last() {
    let server = Server::replying([Reply::new(200)]).await;
    let core = client(&server);
    call(&core, &OPTIONAL).await.unwrap();
    call(
        &core.with_credential("query", Credential::api_key_query("api key", "a&b")),
        &OPTIONAL,
    )
    .await
    .unwrap();
    let targets: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.target.to_owned())
        .collect();
    assert_eq!(targets, ["/r", "/r?api%20key=a%26b"]);
}

#[tokio::test]
async fn a_key_that_is_a_parameter_too_is_sent_once() {
    let server = Server::replying([Reply::new(200)]).await;
    let core = cookie(&key(&client(&server)));
    let core = core.with_credential("query", Credential::api_key_query("api key", "k"));
    let request = core.request(&KEYS, "/r");
    let request = request.query("api key", "a").query("api", "b");
    let request = request
        .header("x-key", "c")
        .cookie("sid", "d")
        .cookie("s", "e");
    core.send::<OpaqueBody<()>>(request, CallOptions::default())
        .await
        .unwrap();
    let sent = &server.requests()[0];
    assert_eq!(sent.target, "/r?api%20key=a&api=b");
    assert_eq!(sent.header("x-key"), Some("c"));
    assert_eq!(sent.header("cookie"), Some("sid=d; s=e"));
}

#[tokio::test]
async fn cookies_are_added_to_a_field_that_is_a_parameter() {
    let server = Server::replying([Reply::new(200)]).await;
    let core = client(&server);
    let request = core.request(&OPTIONAL, "/r");
    let request = request.header("Cookie", "a=1; b=2").cookie("sid", "3");
    core.send::<OpaqueBody<()>>(request, CallOptions::default())
        .await
        .unwrap();
    let sent = &server.requests()[0];
    assert_eq!(sent.header("cookie"), Some("sid=3; a=1; b=2"));
}

#[tokio::test]
async fn two_credentials_cannot_share_a_header() {
    let server = Server::replying([Reply::new(200)]).await;
    let core = basic(&client(&server)).with_credential("bearer", Credential::bearer("t"));
    let Err(Error::InvalidRequest(why)) = call(&core, &CLASH).await else {
        panic!()
    };
    assert_eq!(
        why,
        "header `authorization` is claimed twice, the second time by credential `bearer`"
    );
}

#[tokio::test]
async fn a_credential_can_be_replaced_or_left_to_a_hook() {
    let server = Server::replying([Reply::new(200)]).await;
    let core = basic(&client(&server));
    call(
        &core.with_credential("basic", Credential::http("OAuth", "new")),
        &EITHER,
    )
    .await
    .unwrap();
    call(
        &core.with_credential("basic", Credential::by_hook()),
        &EITHER,
    )
    .await
    .unwrap();
    let sent: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.header("authorization").map(str::to_owned))
        .collect();
    assert_eq!(sent, [Some("OAuth new".to_owned()), None]);
}
