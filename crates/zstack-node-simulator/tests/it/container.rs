//! What the servlet container of a node does with requests and responses. Tomcat 10 gave the same responses to the same bytes.

use serde_json::json;
use zstack_node_simulator::SimulatedNode;

use crate::http::{IMAGE, LOGIN, log_in, response};

/// Tests that a body beyond the buffer of the servlet container is chunked, wherever a character is split, and one that fits is not.
#[tokio::test]
async fn a_body_beyond_the_buffer_is_chunked() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const BUFFER: usize = 8192;
    for characters in [100, 2000, 2731, 20_000] {
        let node = SimulatedNode::start().await.unwrap();
        let session = log_in(&node).await;
        let mut image = node.images().remove(0);
        let name = "镜".repeat(characters);
        image.name.clone_from(&name);
        node.put_image(image);
        let mut stream = tokio::net::TcpStream::connect(node.address())
            .await
            .unwrap();
        let request = format!(
            "GET /zstack/v1/images/{IMAGE} HTTP/1.1\r\nHost: {}\r\n{session}\r\nConnection: close\r\n\r\n",
            node.address()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.unwrap();
        let end = response.windows(4).position(|four| four == b"\r\n\r\n");
        let (head, mut rest) = response.split_at(end.unwrap() + 4);
        let head = String::from_utf8(head.to_vec()).unwrap().to_lowercase();
        let mut body = Vec::new();
        if head.contains("transfer-encoding: chunked") {
            assert!(!head.contains("content-length"), "{head}");
            loop {
                let line = rest.windows(2).position(|two| two == b"\r\n").unwrap();
                let size = std::str::from_utf8(&rest[..line]).unwrap();
                let size = usize::from_str_radix(size, 16).unwrap();
                assert!(size <= BUFFER, "{size}");
                rest = &rest[line + 2..];
                body.extend_from_slice(&rest[..size]);
                assert_eq!(&rest[size..size + 2], b"\r\n");
                rest = &rest[size + 2..];
                if size == 0 {
                    break;
                }
            }
            assert!(rest.is_empty() && body.len() > BUFFER, "{}", body.len());
        } else {
            body.extend_from_slice(rest);
            assert!(body.len() <= BUFFER, "{}", body.len());
        }
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["inventories"][0]["name"], json!(name));
    }
}

/// Tests requests that a servlet container rejects with a page of its own, before the node sees them, and their neighbors.
#[tokio::test]
async fn a_malformed_target_gets_a_page_of_the_container() {
    let node = SimulatedNode::start().await.unwrap();
    let ask = async |target: &str, hosts: &str| {
        let request = format!("GET {target} HTTP/1.1\r\n{hosts}\r\n");
        let mut connection = oas_testing::Connection::open(node.address()).await;
        let response = connection.send(request).await.expect("a response");
        let is_page = response.body.starts_with("<!doctype html>");
        let media_type = is_page.then_some("text/html;charset=utf-8");
        assert_eq!(response.header("content-type"), media_type, "{target}");
        (response.status, is_page)
    };
    let host = "Host: node\r\n";
    for target in [
        "?q=name|x",
        "?q=name[0]",
        "?q={a}",
        "?q=镜像",
        "?q=^",
        "?q=`",
    ] {
        let target = format!("/zstack/v1/images{target}");
        assert_eq!(ask(&target, host).await, (400, true), "{target}");
    }
    for segment in [
        "a|b", "a[b]", "a%2Fb", "a%5cb", "%00", "%zz", "%+1", "%", "%FF", "镜像",
    ] {
        let target = format!("/zstack/v1/images/{segment}");
        assert_eq!(ask(&target, host).await, (400, true), "{target}");
    }
    for target in ["/", "/nope", "/zstackv1/images"] {
        assert_eq!(ask(target, host).await, (404, true), "{target}");
    }
    let images = "/zstack/v1/images";
    for hosts in ["", "Host: node\r\nHost: other\r\n"] {
        assert_eq!(ask(images, hosts).await, (400, true), "{hosts}");
    }
    // The node rejects these, for they have no session.
    for target in [
        "?q=%7C",
        "?q=%zz",
        "?q=%FF",
        "?q=a'b*(c)",
        "/%E9%95%9C",
        "/a%25b",
        "/a;b",
    ] {
        let target = format!("{images}{target}");
        assert_eq!(ask(&target, host).await, (400, false), "{target}");
    }
}

/// Tests spellings of targets, of which a container reads some as the same, and the node none but the escapes of characters.
#[tokio::test]
async fn a_target_is_read_by_the_container_and_then_by_the_node() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let ask = async |target: &str| {
        let request = format!("GET {target} HTTP/1.1\r\nHost: node\r\n{session}\r\n\r\n");
        let mut connection = oas_testing::Connection::open(node.address()).await;
        let response = connection.send(request).await.expect("a response");
        (response.status, response.body)
    };
    for target in [
        "/zstack/v1/images",
        "/zstack/v1//images",
        "/zstack//v1/images",
        "/zstack/v1/%69mages",
        "/%7astack/v1/images",
        "/zstack;x=1/v1/images",
        "/./zstack/v1/images",
        "http://node/zstack/v1/images",
        "/zstack/v1/images/%630%31%39173f2b5742868058049be43033a1",
    ] {
        let (status, body) = ask(target).await;
        assert!(
            status == 200 && body.contains("TinyLinux"),
            "{target}: {status} {body}"
        );
    }
    for (target, below) in [
        ("/zstack/v1/../v1/images", "/v1/../v1/images"),
        ("/zstack/v1/./images", "/v1/./images"),
        ("/zstack/v1/images/%2e%2e/images", "/v1/images/../images"),
        ("/zstack/../zstack/v1/images", "/../zstack/v1/images"),
        ("//zstack/v1/images", "//zstack/v1/images"),
        ("/zstack/v1/images/", "/v1/images/"),
        (
            "/zstack/v1/images;jsessionid=AB",
            "/v1/images;jsessionid=AB",
        ),
        ("/zstack/v1;a=b/images", "/v1;a=b/images"),
        ("/zstack/v1/%E9%95%9C", "/v1/镜"),
    ] {
        let text = format!("no api mapping to {below}");
        assert_eq!(ask(target).await, (404, text), "{target}");
    }
    for (target, status) in [
        ("/zstack/../images", 404),
        ("/../zstack/v1/images", 400),
        ("/..;/zstack/v1/images", 400),
        ("/zstack/v1/../../../images", 400),
        ("*", 400),
        ("http://other/zstack/v1/images", 400),
    ] {
        let (given, body) = ask(target).await;
        assert!(
            given == status && body.starts_with("<!doctype html>"),
            "{target}: {given} {body}"
        );
    }
    // Whatever the spelling, the log has no session.
    let uuid = session.rsplit(' ').next().unwrap();
    for target in ["accounts/%73essions", "accounts//sessions"] {
        ask(&format!("/zstack/v1/{target}/{uuid}/valid")).await;
    }
    let log = node.log().requests;
    assert!(
        log.iter().all(|request| !request.path.contains(uuid)),
        "{log:?}"
    );
}

#[tokio::test]
async fn the_header_of_a_request_is_limited_and_its_body_is_not() {
    let node = SimulatedNode::start().await.unwrap();
    let ask = async |fields: &str, body: &str| {
        let request = format!(
            "PUT /zstack/v1/accounts/login HTTP/1.1\r\nHost: node\r\n{fields}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut connection = oas_testing::Connection::open(node.address()).await;
        let response = connection.send(request).await.expect("a response");
        (response.status, response.body)
    };
    let of = |size: usize| format!("X-A: {}\r\n", "a".repeat(size));
    assert_eq!(ask(&of(8000), LOGIN).await.0, 200);
    for fields in [of(8192), of(60_000)] {
        let (status, body) = ask(&fields, LOGIN).await;
        assert!(
            status == 400 && body.contains("Request header is too large"),
            "{body}"
        );
    }
    let (status, body) = ask(&"a: b\r\n".repeat(120), LOGIN).await;
    assert!(status == 400 && body.contains("[100]"), "{body}");
    assert_eq!(ask("Expect: miracles\r\n", LOGIN).await.0, 417);
    let large = format!("{LOGIN}{}", " ".repeat(3 * 1024 * 1024));
    assert_eq!(ask("", &large).await.0, 200);
}

/// Tomcat's part: no reason phrase, a cookie each time, the end of the connection after an error.
#[tokio::test]
async fn responses_are_those_of_a_servlet_container() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let node = SimulatedNode::start().await.unwrap();
    let first = response(&node, "GET", "/images", &[], "").await;
    let second = response(&node, "GET", "/images", &[], "").await;
    let cookie = |response: &oas_testing::Response| {
        let cookie = response.header("set-cookie").expect("a cookie");
        assert!(cookie.starts_with("JSESSIONID="), "{cookie}");
        cookie.to_owned()
    };
    assert_ne!(cookie(&first), cookie(&second));
    assert_eq!(
        (first.status, first.header("connection")),
        (400, Some("close"))
    );

    let mut stream = tokio::net::TcpStream::connect(node.address())
        .await
        .unwrap();
    let request = format!(
        "GET /zstack/v1/none HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        node.address()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 404 \r\n"), "{response}");
}
