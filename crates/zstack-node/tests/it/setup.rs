//! Tests how a connection is configured.

use oas_testing::Server;
use zstack_node::{Error, Node};

use crate::node_protocol::{NodeRequest, accepted, recovered, reply_with, session};
use crate::{IMAGE, connect};

#[tokio::test]
async fn a_url_that_is_no_nodes_is_rejected_at_once() {
    for (url, expected) in [
        ("10.0.0.2:8080", "it looks like `http://host:port/prefix`"),
        ("http://{host}", "a server variable in braces"),
        (
            "http://10.0.0.2:8080/zstack",
            "the base URL ends before `/zstack`",
        ),
        (
            "http://10.0.0.2:8080/zstack/v1/",
            "the base URL ends before `/zstack`",
        ),
        (
            "http://admin:password@10.0.0.2",
            "it holds a user or a password",
        ),
        ("ftp://10.0.0.2", "the scheme is `ftp`"),
    ] {
        let error = Node::connect(url).unwrap_err();
        assert!(matches!(error, Error::Setup(_)));
        assert!(error.to_string().contains(expected), "{url}: {error}");
        assert!(!error.to_string().contains("admin"), "{error}");
    }
}

#[tokio::test]
async fn a_setting_that_cannot_be_is_rejected() {
    let node = || Node::connect("https://10.0.0.2:8443").unwrap();
    let error = node()
        .root_certificates_pem(b"nothing")
        .session("s")
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("there is no certificate in the PEM text"),
        "{error}"
    );
    let error = node().proxy("::").session("s").unwrap_err();
    assert!(
        error.to_string().contains("the proxy is not a URL"),
        "{error}"
    );
    let error = node()
        .user_agent("a\nb")
        .login("admin", "password")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Setup(_)), "{error}");
}

#[tokio::test]
async fn a_user_agent_is_sent_with_every_request() {
    let peer = Server::start(|request| match () {
        () if request.is_login() => session("s"),
        () if request.is_action() => accepted(request),
        () => recovered(),
    })
    .await;
    let node = connect(&peer)
        .user_agent("keeper/1")
        .login("admin", "password")
        .await
        .unwrap();
    node.recover_image(IMAGE).await.unwrap();
    let seen = peer.requests();
    assert_eq!(seen.len(), 3);
    assert!(
        seen.iter()
            .all(|request| request.header("user-agent") == Some("keeper/1"))
    );
}

#[tokio::test]
async fn a_proxy_carries_the_requests() {
    let proxy = Server::start(|request| match () {
        () if request.is_login() => session("s"),
        () => reply_with(200, "{}"),
    })
    .await;
    let node = Node::connect("http://node.invalid:8080")
        .unwrap()
        .proxy(proxy.url());
    node.login("admin", "password").await.unwrap();
    assert_eq!(
        proxy.requests()[0].target,
        "http://node.invalid:8080/zstack/v1/accounts/login"
    );
}

#[tokio::test]
async fn a_prefix_of_a_front_stays_before_every_path() {
    let peer = Server::start(|request| match () {
        () if request.is_action() => accepted(request),
        () => recovered(),
    })
    .await;
    let url = format!("{}/clouds/one/", peer.url());
    let node = Node::connect(&url)
        .unwrap()
        .no_proxy()
        .session("s")
        .unwrap();
    node.recover_image(IMAGE).await.unwrap();
    assert!(
        peer.requests()
            .iter()
            .all(|request| request.target.starts_with("/clouds/one/zstack/v1/"))
    );
}

/// Calls are awaited in tasks, which may move between threads.
#[test]
fn everything_that_is_awaited_can_move_between_threads() {
    fn moves<T: Send>(_: T) {}
    let connect = || Node::connect("http://node").unwrap().no_proxy();
    let node = connect().session("s").unwrap();
    moves(connect().login("admin", "password"));
    moves(node.recover_image(IMAGE).into_future());
    moves(node.recover_image(IMAGE).submit());
    moves(node.image(IMAGE));
    moves(node.time_zone());
    moves(node.log_out());
}
