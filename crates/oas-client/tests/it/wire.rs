//! What is on the wire: exactly what the document asks for.

use std::collections::BTreeMap;

use oas_client::{
    BufferedResponse, Bytes, CallOptions, ClientCore, Config, Credential, Error, HeaderMap, Method,
    Multipart, OpaqueBody, Operation, Part, Serialization, StatusCode,
};
use oas_testing::{Reply, Server};
use serde_json::json;

use crate::{GET_IMAGE, call, client, client_with};

static RECOVER: Operation =
    Operation::new("RecoverImage", Method::PUT, "/images/{uuid}/actions").security(&[&["session"]]);
static POST: Operation = Operation::new("Post", Method::POST, "/post");
static ACCEPTING: Operation =
    Operation::new("Accepting", Method::GET, "/image").accept("application/json, text/plain");

type NoError = OpaqueBody<()>;

#[tokio::test]
async fn a_request_has_these_headers_and_no_others() {
    let server = Server::replying([Reply::new(200).body("{}")]).await;
    let core = client(&server).with_credential("session", Credential::http("OAuth", "5f2c"));
    let request = core.request(&RECOVER, "/images/c0/actions").json(
        "application/json;charset=UTF-8",
        &json!({"params": {"backupStorageUuids": ["b"]}}),
    );
    core.send::<NoError>(request, CallOptions::default())
        .await
        .unwrap();

    let request = server.request();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("PUT", "/images/c0/actions")
    );
    let headers: Vec<_> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        // That of the features `brotli` and `gzip`.
        .filter(|(name, _)| *name != "accept-encoding")
        .collect();
    let host = server.url().replace("http://", "");
    assert_eq!(
        headers,
        [
            ("accept", "*/*"),
            ("authorization", "OAuth 5f2c"),
            ("content-length", "39"),
            ("content-type", "application/json;charset=UTF-8"),
            ("host", host.as_str()),
        ]
    );
    assert_eq!(request.text(), r#"{"params":{"backupStorageUuids":["b"]}}"#);
}

#[tokio::test]
async fn a_request_without_a_body_has_no_content_headers() {
    let server = Server::replying([Reply::new(200)]).await;
    call(&client(&server), &ACCEPTING).await.unwrap();
    let names: Vec<_> = server
        .request()
        .headers
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| name != "accept-encoding")
        .collect();
    assert_eq!(names, ["accept", "host"]);
    assert_eq!(
        server.request().header("accept"),
        Some("application/json, text/plain")
    );
}

#[tokio::test]
async fn parameters_arrive_in_their_places() {
    let server = Server::replying([Reply::new(200)]).await;
    let core = ClientCore::new(
        &format!("{}/prefix/", server.url()),
        Config::default().no_proxy(),
    )
    .unwrap();
    let request = core
        .request(&POST, "/post")
        .query("limit", &10)
        .query("absent", &None::<u8>)
        .query_as(Serialization::PIPE_DELIMITED, "tags", &["a", "b c"])
        .query_as(Serialization::Json, "filter", &json!({"a": [1]}))
        .header("X-Ids", &[1, 2])
        .header_as(Serialization::Json, "X-Json", &json!({"a": 1}))
        .cookie("theme", "dark; blue")
        .cookie_as(Serialization::FORM.explode(false), "ids", &[1, 2])
        .cookie_as(Serialization::Json, "j", &json!([1]));
    core.send::<NoError>(request, CallOptions::default())
        .await
        .unwrap();
    let request = server.request();
    assert_eq!(
        request.target,
        "/prefix/post?limit=10&tags=a%7Cb%20c&filter=%7B%22a%22%3A%5B1%5D%7D"
    );
    assert_eq!(request.header("x-ids"), Some("1,2"));
    assert_eq!(request.header("x-json"), Some(r#"{"a":1}"#));
    assert_eq!(
        request.header("cookie"),
        Some("theme=dark%3B%20blue; ids=1,2; j=%5B1%5D")
    );
}

#[tokio::test]
async fn configured_headers_give_way_to_the_operation_s_and_those_to_the_call_s() {
    let server = Server::replying([Reply::new(200)]).await;
    let config = Config::default()
        .user_agent("keeper/1")
        .header("accept", "text/html")
        .header("x-tenant", "a");
    let core = client_with(&server, config);
    let options = CallOptions::default().header("X-Tenant", "b");
    core.send::<NoError>(core.request(&ACCEPTING, "/image"), options)
        .await
        .unwrap();
    let request = server.request();
    assert_eq!(request.header("user-agent"), Some("keeper/1"));
    assert_eq!(
        request.header("accept"),
        Some("application/json, text/plain")
    );
    assert_eq!(request.header("x-tenant"), Some("b"));
}

#[tokio::test]
async fn a_form_is_written_by_its_encodings() {
    let server = Server::replying([Reply::new(200)]).await;
    let core = client(&server);
    let body = json!({"a": "x y&z", "list": [1, 2], "nested": {"k": [true]}, "none": null, "piped": ["p", "q"]});
    let request = core.request(&POST, "/post").form(
        "application/x-www-form-urlencoded",
        &body,
        &[("piped", Serialization::PIPE_DELIMITED)],
    );
    core.send::<NoError>(request, CallOptions::default())
        .await
        .unwrap();
    let request = server.request();
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(
        request.text(),
        "a=x%20y%26z&list=1&list=2&nested=%7B%22k%22%3A%5Btrue%5D%7D&piped=p%7Cq"
    );
}

#[tokio::test]
async fn a_multipart_body_has_its_parts() {
    let server = Server::replying([Reply::new(200)]).await;
    let core = client(&server);
    let body = Multipart::new()
        .part("meta", Part::json(&json!({"a": 1})))
        .part(
            "fi\"le",
            Part::bytes("raw")
                .file_name("a\r\n\"b.raw")
                .content_type("image/x")
                .header("X-Sum", "7"),
        );
    let request = core
        .request(&POST, "/post")
        .multipart("multipart/form-data", body);
    core.send::<NoError>(request, CallOptions::default())
        .await
        .unwrap();
    let request = server.request();
    let boundary = request
        .header("content-type")
        .unwrap()
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let expected = "--B\r\ncontent-disposition: form-data; name=\"meta\"\r\ncontent-type: application/json\r\n\r\n\
         {\"a\":1}\r\n--B\r\ncontent-disposition: form-data; name=\"fi%22le\"; filename=\"a%0D%0A%22b.raw\"\r\n\
         content-type: image/x\r\nx-sum: 7\r\n\r\nraw\r\n--B--\r\n";
    assert_eq!(request.text().replace(boundary, "B"), expected);
}

#[tokio::test]
async fn a_streamed_body_arrives() {
    let server = Server::replying([Reply::new(200)]).await;
    let core = client(&server);
    let request = core
        .request(&POST, "/post")
        .stream("application/octet-stream", "abc");
    core.send::<NoError>(request, CallOptions::default())
        .await
        .unwrap();
    assert_eq!(server.request().text(), "abc");
}

#[tokio::test]
async fn a_body_can_name_its_media_type() {
    let server = Server::replying([Reply::new(200)]).await;
    let core = client(&server);
    let request = core
        .request(&POST, "/post")
        .typed(("image/png", "abc").into());
    core.send::<NoError>(request, CallOptions::default())
        .await
        .unwrap();
    let request = server.request();
    assert_eq!(request.header("content-type"), Some("image/png"));
    assert_eq!(request.text(), "abc");
}

/// Several tasks can call through clones of one client.
#[tokio::test]
async fn a_call_can_run_on_another_thread() {
    let server = Server::replying([Reply::new(200)]).await;
    let core = client(&server);
    let task = tokio::spawn({
        let core = core.clone();
        async move { call(&core, &ACCEPTING).await.is_ok() }
    });
    assert!(call(&core, &ACCEPTING).await.is_ok() && task.await.unwrap());
}

/// What cannot be encoded is rejected, and nothing is sent.
#[tokio::test]
async fn a_request_that_cannot_be_said_is_not_sent() {
    static IMAGE: Operation = Operation::new("Image", Method::GET, "/images/{uuid}/actions");
    let server = Server::replying([Reply::new(200)]).await;
    let core = client(&server);
    let image = |path: &str| core.request(&IMAGE, path);
    let fine = || image("/images/7/actions");
    let cases = [
        (
            image("/images//actions"),
            "path parameter `{uuid}` is empty",
        ),
        (
            image("/images/../actions"),
            "path parameter `{uuid}` is a dot segment",
        ),
        (
            image("/images/%2E%2e/actions"),
            "path parameter `{uuid}` is a dot segment",
        ),
        (image("@evil.example/"), "does not begin with a slash"),
        (image("/images/7/actions?a"), "has to be percent-encoded"),
        (
            fine().header("X-A", "a\r\nX-B: b"),
            "header `X-A` holds a character",
        ),
        (
            fine().header("X-A", " a"),
            "header `X-A` begins or ends with a blank",
        ),
        (
            fine().header("a header", "a"),
            "`a header` is not a header name",
        ),
        (
            fine().query("q", &[[1]]),
            "query parameter `q`: it holds a list or an object within another",
        ),
        (
            fine().query_as(
                Serialization::DEEP_OBJECT,
                "q",
                &[("a][b", 1)].into_iter().collect::<BTreeMap<_, _>>(),
            ),
            "query parameter `q`: the name of a property holds `][`",
        ),
        (
            fine().query_as(Serialization::SPACE_DELIMITED, "q", &["a b"]),
            "query parameter `q`: a part of it holds a blank",
        ),
        (
            fine().query_as(Serialization::PIPE_DELIMITED, "q", &["a|b"]),
            "query parameter `q`: a part of it holds a pipe",
        ),
        (
            fine().header("X-A", &["a,b"]),
            "header parameter `X-A`: a part of it holds a delimiter",
        ),
        (fine().cookie("c", &[[1]]), "cookie parameter `c`"),
        (
            fine().form("x", &[1], &[]),
            "a form body has to be an object",
        ),
        (
            fine().multipart(
                "multipart/form-data",
                Multipart::new().part("p", Part::text("").content_type("\n")),
            ),
            "part `p`",
        ),
    ];
    for (request, expected) in cases {
        match core.send::<NoError>(request, CallOptions::default()).await {
            Err(Error::InvalidRequest(why)) => assert!(why.contains(expected), "{why}"),
            other => panic!("{expected}: {other:?}"),
        }
    }
    assert!(server.requests().is_empty());
}

#[test]
fn a_base_url_is_checked_and_not_shown() {
    for url in [
        "",
        "node:8080",
        "/zstack",
        "ftp://node",
        "http://{host}",
        "http://u:hunter2@node",
        "http://node?a",
        "http://node#a",
    ] {
        let error = ClientCore::new(url, Config::default()).unwrap_err();
        assert!(
            matches!(error, oas_client::BuildError::BaseUrl(_)),
            "{url}: {error}"
        );
        assert!(!crate::rendered(&error).contains("hunter2"));
    }
    let core = ClientCore::new("http://node:8080/a/", Config::default()).unwrap();
    assert_eq!(core.base_url(), "http://node:8080/a");
    assert!(ClientCore::new("http://node", Config::default().header("a b", "c")).is_err());
    assert!(ClientCore::new("http://node", Config::default().proxy("::")).is_err());
}

#[test]
fn integers_that_are_written_as_floats_are_decoded() {
    let received = |text: &'static str| {
        BufferedResponse::new(
            StatusCode::OK,
            HeaderMap::new(),
            Bytes::from_static(text.as_bytes()),
        )
    };
    let numbers = received("[1.0, 2e1, -3]").json::<Vec<i64>, NoError>();
    assert_eq!(numbers.unwrap().into_inner(), [1, 20, -3]);
    assert!(received("[1.5]").json::<Vec<i64>, NoError>().is_err());
}

#[tokio::test]
async fn a_webhook_goes_to_the_url_that_its_receiver_gave() {
    let server = Server::replying([Reply::new(204), Reply::new(204)]).await;
    let elsewhere =
        ClientCore::new("https://api.example/v1", Config::default().no_proxy()).unwrap();
    let url = format!("{}/hooks/pets?token=a%2Fb", server.url());
    let core = elsewhere.to_url(&url).unwrap();
    call(&core, &GET_IMAGE).await.unwrap();
    let request = core.request(&GET_IMAGE, GET_IMAGE.path()).query("page", &2);
    let sent = core.send::<NoError>(request, CallOptions::default()).await;
    assert_eq!(sent.unwrap().status(), 204);
    let targets: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        ["/hooks/pets?token=a%2Fb", "/hooks/pets?token=a%2Fb&page=2"]
    );
}

#[test]
fn a_url_that_nothing_can_be_sent_to_is_rejected() {
    let core = ClientCore::new("http://api.example", Config::default()).unwrap();
    for url in [
        "/relative",
        "ftp://a.example",
        "http://me@a.example",
        "http://a.example/#part",
    ] {
        assert!(core.to_url(url).is_err(), "{url}");
    }
}
