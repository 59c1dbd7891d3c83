//! What the ZStack SDKs in other languages send when they log in and recover an image, byte by byte, and what they read
//! from the responses.

use oas_testing::{Connection, Response};
use serde_json::Value;
use zstack_node_simulator::SimulatedNode;

use crate::http::{IMAGE, LOGIN, NodeResponse as _, STORAGE};

const JOBS: &str = "/zstack/v1/api-jobs";

async fn node() -> SimulatedNode {
    SimulatedNode::start().await.unwrap()
}

/// The text of a member, anywhere in a body.
#[track_caller]
fn text(reply: &Response, pointer: &str) -> String {
    let json = reply.json();
    let text = json.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("no {pointer} in {reply:?}"))
        .to_owned()
}

/// The Java SDK: OkHttp, one connection, a job UUID of its own for every call, `X-JSON-Schema`, tags inside the action. It
/// puts its own host in the place of the node's, if they differ.
#[tokio::test]
async fn java() {
    let node = SimulatedNode::builder()
        .location_host("172.20.0.2:8080")
        .start()
        .await
        .unwrap();
    let host = node.address().to_string();
    let mut connection = Connection::open(node.address()).await;
    let call = |job: &str, path: &str, session: Option<&str>, body: &str| {
        let session = session.map(|session| format!("Authorization: OAuth {session}\r\n"));
        format!(
            "PUT /zstack/v1{path} HTTP/1.1\r\nX-Job-UUID: {job}\r\nX-JSON-Schema: true\r\n{}Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\nHost: {host}\r\nConnection: Keep-Alive\r\nAccept-Encoding: gzip\r\nUser-Agent: okhttp/3.10.0\r\n\r\n{body}",
            session.unwrap_or_default(),
            body.len(),
        )
    };
    let request = call(
        "0d3c0a2e5a0f4a0bb1f0b6f1a2c3d4e5",
        "/accounts/login",
        None,
        LOGIN,
    );
    let reply = connection.send(&request).await.unwrap();
    assert_eq!(reply.status, 200);
    let session = text(&reply, "/inventory/uuid");

    let job = "7e0cf5ff7d0b4c53b1f84c0e8e8b6f0a";
    let body = format!(
        r#"{{"recoverImage":{{"backupStorageUuids":["{STORAGE}"],"systemTags":["a::b"]}}}}"#
    );
    let request = call(
        job,
        &format!("/images/{IMAGE}/actions"),
        Some(&session),
        &body,
    );
    let reply = connection.send(&request).await.unwrap();
    assert_eq!(reply.status, 202);
    let location = text(&reply, "/location");
    assert!(!location.contains(&host));
    let after = location.split(JOBS).nth(1).unwrap();
    let poll = format!(
        "GET {JOBS}{after} HTTP/1.1\r\nAuthorization: OAuth {session}\r\nX-JSON-Schema: true\r\nHost: {host}\r\nConnection: Keep-Alive\r\nAccept-Encoding: gzip\r\nUser-Agent: okhttp/3.10.0\r\n\r\n"
    );
    let reply = polled(&mut connection, &poll).await;
    assert_eq!(text(&reply, "/inventory/status"), "Ready");
    assert_eq!(
        text(&reply, "/schema/inventory"),
        "org.zstack.header.image.ImageInventory"
    );
}

async fn polled(connection: &mut Connection, request: &str) -> Response {
    loop {
        let reply = connection.send(request).await.unwrap();
        match reply.status {
            202 => tokio::task::yield_now().await,
            200 => return reply,
            _ => panic!("{reply:?}"),
        }
    }
}

/// The Python SDK: urllib3, a connection for every call, a job UUID of its own for every call, the image and the session
/// besides everything else inside of the action. It asks where `location` points.
#[tokio::test]
async fn python() {
    let node = node().await;
    let host = node.address().to_string();
    let send = async |start: &str, headers: &str, body: &str| {
        let length = match body.len() {
            0 => String::new(),
            length => format!("Content-Length: {length}\r\n"),
        };
        let request = format!(
            "{start} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: identity\r\n{length}{headers}Content-Type: application/json\r\nConnection: close\r\n\r\n{body}"
        );
        Connection::open(node.address())
            .await
            .send(&request)
            .await
            .unwrap()
    };
    let login = serde_json::from_str::<Value>(LOGIN).unwrap();
    let login = &login["logInByAccount"]["password"];
    let body = format!(r#"{{"logInByAccount": {{"password": {login}, "accountName": "admin"}}}}"#);
    let job = "X-Job-UUID: 4f4f3f6f9d4e4b0fa3a1f6d2f0a9c8b7\r\n";
    let reply = send("PUT /zstack/v1/accounts/login", job, &body).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("connection"), Some("close"));
    let authorization = format!(
        "Authorization: OAuth {}\r\n",
        text(&reply, "/inventory/uuid")
    );

    let body = format!(
        r#"{{"recoverImage": {{"imageUuid": "{IMAGE}", "backupStorageUuids": ["{STORAGE}"], "systemTags": ["a::b"]}}}}"#
    );
    let headers = format!("X-Job-UUID: 9a0f5c1e7a8b4c2d8e3f1a2b3c4d5e6f\r\n{authorization}");
    let reply = send(
        &format!("PUT /zstack/v1/images/{IMAGE}/actions"),
        &headers,
        &body,
    )
    .await;
    assert_eq!(reply.status, 202);
    let location = text(&reply, "/location");
    let path = location
        .strip_prefix(&node.url())
        .expect("a location that can be reached");
    loop {
        let reply = send(&format!("GET {path}"), &authorization, "").await;
        if reply.status == 200 {
            assert_eq!(text(&reply, "/inventory/uuid"), IMAGE);
            break;
        }
        assert_eq!(reply.status, 202);
    }
}

/// The Go SDK: the session twice, no job UUID, the image beside the action. It takes a response for JSON by its first byte,
/// and a response for a job by its `location`.
#[tokio::test]
async fn go() {
    let node = node().await;
    let host = node.address().to_string();
    let mut connection = Connection::open(node.address()).await;
    let call = |method: &str, path: &str, session: Option<&str>, body: &str| {
        let session = session.map(|session| {
            format!("Authorization: OAuth {session}\r\nX-Session-Id: {session}\r\n")
        });
        let length = match body.len() {
            0 => String::new(),
            length => format!("Content-Length: {length}\r\nContent-Type: application/json\r\n"),
        };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Go-http-client/1.1\r\n{length}{}Accept-Encoding: gzip\r\n\r\n{body}",
            session.unwrap_or_default(),
        )
    };
    let reply = connection
        .send(&call("PUT", "/zstack/v1/accounts/login", None, LOGIN))
        .await
        .unwrap();
    assert_eq!(reply.status, 200);
    let session = text(&reply, "/inventory/uuid");

    let body = format!(
        r#"{{"imageUuid":"{IMAGE}","recoverImage":{{"backupStorageUuids":["{STORAGE}"]}}}}"#
    );
    let path = format!("/zstack/v1/images/{IMAGE}/actions");
    let reply = connection
        .send(&call("PUT", &path, Some(&session), &body))
        .await
        .unwrap();
    assert!(reply.body.starts_with('{'));
    let location = text(&reply, "/location");
    let path = location
        .strip_prefix(&node.url())
        .expect("a location that can be reached");
    let reply = polled(&mut connection, &call("GET", path, Some(&session), "")).await;
    assert!(reply.body.starts_with('{'));
    assert!(reply.json().get("location").is_none());
    assert_eq!(text(&reply, "/inventory/status"), "Ready");

    let path = format!("/zstack/v1/accounts/sessions/{session}?deleteMode=");
    let reply = connection
        .send(&call("DELETE", &path, Some(&session), ""))
        .await
        .unwrap();
    assert_eq!((reply.status, reply.body.as_str()), (200, "{}"));
}

/// The samples of the vendor's manual, as curl sends them: nothing but the session.
#[tokio::test]
async fn curl() {
    let node = node().await;
    let mut connection = Connection::open(node.address()).await;
    let mut put = async |path: &str, headers: &str, body: &str| {
        let length = body.len();
        let request = format!(
            "PUT /zstack/v1{path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n{headers}Content-Length: {length}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
        );
        connection.send(&request).await.unwrap()
    };
    let session = text(&put("/accounts/login", "", LOGIN).await, "/inventory/uuid");
    let headers = format!("Authorization: OAuth {session}\r\n");
    let reply = put(
        &format!("/images/{IMAGE}/actions"),
        &headers,
        r#"{"recoverImage":{}}"#,
    )
    .await;
    assert_eq!(reply.status, 202);
}
