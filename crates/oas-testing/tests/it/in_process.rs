//! The in-process transport, and the comparison of what it received.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::panic::catch_unwind;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use oas_client::Config;
use oas_testing::{ExpectedRequest, InProcess, RawRequest, RecordingHandler, assert_same, same};
use serde_json::{Value, json};

use crate::put;

#[tokio::test]
async fn a_request_is_kept_and_replied_to() {
    let transport = InProcess::replying(200, "text/plain", "done");
    let config = Config::default().transport(transport.clone());
    let received = put("http://localhost/base", config).await.unwrap();
    assert_eq!(received.essence(), "text/plain");
    assert_eq!(received.bytes().into_inner(), "done");

    let request = transport.request();
    assert_eq!(request.method, "PUT");
    assert_eq!(request.target, "/base/images/7?q=a%20b");
    assert_eq!(request.text(), "name=tiny&size=7");
    let media_type = "application/x-www-form-urlencoded";
    assert_eq!(request.header("content-type"), Some(media_type));
    ExpectedRequest::new("PUT", "/base/images/7?q=a%20b")
        .form(media_type, "size=7&name=tiny")
        .assert_sent(&transport);
}

/// A service that responds with the request's body, and as much in vain where HTTP has no body.
#[derive(Clone)]
struct Echo;

impl tower_service::Service<http::Request<Full<Bytes>>> for Echo {
    type Response = http::Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Full<Bytes>>) -> Self::Future {
        let status = request.uri().path().trim_start_matches('/').parse();
        let mut response = http::Response::new(request.into_body());
        *response.status_mut() = status.unwrap();
        ready(Ok(response))
    }
}

#[tokio::test]
async fn a_service_responds_as_over_http() {
    let transport = InProcess::new(Echo);
    for (method, target, expected) in [
        ("PUT", "/200", "text"),
        ("PUT", "/404", "text"),
        ("PUT", "/204", ""),
        ("PUT", "/304", ""),
        ("HEAD", "/200", ""),
    ] {
        let mut request = http::Request::new(Bytes::from("text"));
        *request.method_mut() = method.parse().unwrap();
        *request.uri_mut() = target.parse().unwrap();
        let response = transport.exchange(request).await;
        assert_eq!(response.body(), expected, "{method} {target}");
        assert!(target.ends_with(response.status().as_str()));
    }
    assert_eq!(transport.requests().len(), 5);
}

/// The panic message of a comparison.
fn differences(compare: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let panic = catch_unwind(compare).unwrap_err();
    panic.downcast_ref::<String>().unwrap().clone()
}

#[tokio::test]
async fn all_differences_are_reported_at_once() {
    let transport = InProcess::replying(204, "", "");
    put(
        "http://localhost",
        Config::default().transport(transport.clone()),
    )
    .await
    .unwrap();
    let transport = std::panic::AssertUnwindSafe(transport);
    let text = differences(|| {
        ExpectedRequest::new("POST", "/images/8?q=a%20b")
            .header("x-request-id", "1")
            .json("application/json", r#"{"name": "tiny"}"#)
            .assert_sent(&transport);
    });
    for part in [
        "method",
        "target",
        "x-request-id",
        "application/json",
        "tiny&size=7",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
}

#[test]
fn numbers_are_compared_by_value_and_properties_without_order() {
    assert!(same(
        &json!({"a": 1, "b": [2.0]}),
        &json!({"b": [2], "a": 1.0})
    ));
    for (one, other) in [
        (json!([1, 2]), json!([2, 1])),
        (json!({"a": null}), json!({})),
        (json!(1), json!("1")),
        (json!(1), json!(1.5)),
        (json!(9007199254740993_i64), json!(9007199254740992_i64)),
    ] {
        assert!(!same(&one, &other), "{one} {other}");
    }
    assert_same(&0.1_f32, "0.1");
    let text = differences(|| assert_same(&json!({"a": 1}), r#"{"a": 2}"#));
    assert!(text.contains("expected: {\"a\":2}"), "{text}");
}

/// A server that takes no name but `tiny`, and names the place of any other.
#[derive(Clone)]
struct Strict(RecordingHandler);

impl tower_service::Service<http::Request<Full<Bytes>>> for Strict {
    type Response = http::Response<String>;
    type Error = Infallible;
    type Future =
        std::pin::Pin<Box<dyn Future<Output = Result<http::Response<String>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Full<Bytes>>) -> Self::Future {
        let handler = self.0.clone();
        Box::pin(async move {
            let body = request.into_body().collect().await?.to_bytes();
            let body: Value = serde_json::from_slice(&body).unwrap();
            if body["name"] == "tiny" {
                return Ok(handler.record(oas_testing::Input::new().body(&body)));
            }
            let mut response = http::Response::new(r#"{"pointer": "/name"}"#.to_owned());
            *response.status_mut() = http::StatusCode::BAD_REQUEST;
            Ok(response)
        })
    }
}

#[tokio::test]
async fn raw_requests_are_accepted_or_rejected() {
    let handler = RecordingHandler::new();
    let server = InProcess::new(Strict(handler.clone()));
    let request =
        RawRequest::new("PUT", "/images/7").body("application/json", r#"{"name":"tiny"}"#);
    let respond = |body: &str| handler.respond(http::Response::new(body.to_owned()));
    respond("fine");
    request.assert_accepted(&server, &handler).await;
    for value in [None, Some("1"), Some(r#""huge""#)] {
        let broken = request.clone().with("/name", value);
        broken
            .assert_rejected(&server, &handler, "name", "/name")
            .await;
    }
    let wrong = request.clone().with("/name", Some("1"));
    let judged = tokio::spawn({
        let (server, handler) = (server.clone(), handler.clone());
        async move {
            wrong
                .assert_rejected(&server, &handler, "name", "/size")
                .await
        }
    });
    judged.await.unwrap_err();

    respond("3");
    let body = Bytes::from(r#"{"name":"tiny"}"#);
    assert_eq!(server.exchange(http::Request::new(body)).await.body(), "3");
    handler.assert_called("{}", &json!({"name": "tiny"}));
    assert!(!handler.was_called());
}
