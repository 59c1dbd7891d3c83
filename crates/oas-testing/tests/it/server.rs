//! The scripted server, and every way in which it breaks an exchange.

use std::time::{Duration, Instant};

use oas_client::{Config, Error};
use oas_testing::server::{AUTHORITY_PEM, unreachable_url};
use oas_testing::{Connection, Reply, Request, Server};

use crate::put;

async fn outcome(reply: Reply) -> Result<String, Error> {
    let server = Server::replying([reply]).await;
    let config = Config::default().timeout(Duration::from_millis(300));
    let received = put(server.url(), config.max_body_bytes(1 << 20)).await?;
    let body = received.bytes().into_inner();
    Ok(String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn whole_replies_arrive() {
    assert_eq!(outcome(Reply::new(200)).await.unwrap(), "");
    assert_eq!(outcome(Reply::new(200).body("abc")).await.unwrap(), "abc");
    let pieces = Reply::new(200).pieces(["a", "bc", "d"]);
    assert_eq!(outcome(pieces.clone()).await.unwrap(), "abcd");
    assert_eq!(outcome(pieces.http_1_0()).await.unwrap(), "abcd");
}

#[tokio::test]
async fn broken_replies_break() {
    for reply in [
        Reply::dropped(),
        Reply::new(200).cut(),
        Reply::new(200).body("abc").cut(),
        Reply::new(200)
            .header("content-length", "10")
            .body("abc")
            .cut(),
        Reply::new(200).body("abc").cut_at(0),
        Reply::new(200).body("abc").cut_at(5),
        Reply::new(200).body("abc").cut_at(40),
        Reply::new(200).body("abc").cut_at(40).resetting(),
    ] {
        let error = outcome(reply.clone()).await.unwrap_err();
        let broken = matches!(error, Error::Communication(_)) && !error.is_connect();
        assert!(broken, "{reply:?}: {error:?}");
    }
    for reply in [
        Reply::silent(),
        Reply::new(200).stalled(),
        Reply::new(200).body("abc").stalled(),
        Reply::new(200).body("abc").delayed(Duration::from_secs(60)),
    ] {
        let error = outcome(reply.clone()).await.unwrap_err();
        assert!(
            matches!(error, Error::Timeout { .. }),
            "{reply:?}: {error:?}"
        );
    }
    let error = outcome(Reply::new(200).body("abc").endless())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::BodyTooLarge { .. }), "{error:?}");
    let error = put(&unreachable_url().await, Config::default())
        .await
        .unwrap_err();
    assert!(error.is_connect(), "{error:?}");
}

#[tokio::test]
async fn a_delay_comes_before_the_reply() {
    let (delay, started) = (Duration::from_millis(50), Instant::now());
    assert_eq!(
        outcome(Reply::new(200).body("abc").delayed(delay))
            .await
            .unwrap(),
        "abc"
    );
    assert!(started.elapsed() >= delay);
}

#[tokio::test]
async fn the_bytes_of_the_largest_body_are_counted() {
    let server = Server::replying([Reply::new(200).body("abc"), Reply::new(200).body("a")]).await;
    for _ in 0..2 {
        put(server.url(), Config::default()).await.unwrap();
    }
    assert_eq!(server.largest_body(), 3);
}

#[tokio::test]
async fn a_script_sees_requests_as_they_were_sent() {
    let mut calls = 0;
    let server = Server::start(move |request| {
        calls += 1;
        Reply::new(200 + calls).body(format!("{} {}", request.method, request.target))
    })
    .await;
    let sent = Request {
        method: "PATCH".to_owned(),
        target: "/a%20b?c=%2F".to_owned(),
        headers: vec![("X-Zone".to_owned(), "one".to_owned())],
        body: "text".into(),
    };
    let mut connection = Connection::open(server.address()).await;
    for status in [201, 202] {
        let response = connection.send(sent.to_bytes()).await.unwrap();
        assert_eq!(
            (response.status, &*response.body),
            (status, "PATCH /a%20b?c=%2F")
        );
    }
    assert_eq!(
        server.count(|request| request.header("x-zone") == Some("one")),
        2
    );
    let seen = server.requests().remove(1);
    assert_eq!(seen.text(), "text");
    let names: Vec<&str> = seen.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["content-length", "host", "x-zone"]);
}

#[tokio::test]
async fn the_last_reply_is_given_again() {
    let server = Server::replying([Reply::dropped(), Reply::new(204)]).await;
    put(server.url(), Config::default()).await.unwrap_err();
    for _ in 0..2 {
        assert_eq!(
            put(server.url(), Config::default()).await.unwrap().status(),
            204
        );
    }
}

#[tokio::test]
async fn a_certificate_of_the_test_authority_is_presented() {
    let server = Server::start_tls(|_| Reply::new(204)).await;
    let error = put(server.url(), Config::default()).await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    let trusting = Config::default().root_certificates_pem(AUTHORITY_PEM);
    assert_eq!(put(server.url(), trusting).await.unwrap().status(), 204);
    assert_eq!(server.requests().len(), 1);
}
