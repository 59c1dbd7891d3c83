//! Tests serving over TCP: timeouts, malformed messages, early responses, and the graceful end.

use std::time::Duration;

use oas_server::{
    Builder, Method, Operation, Rejection, Request, Server, Violations, response, serve,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Long enough for what has to happen on a busy machine, short enough for a test that fails.
const LONG: Duration = Duration::from_secs(20);

static READ: Operation =
    Operation::new("Read", Method::POST, "/read").consumes(&["application/octet-stream"]);
static STREAM: Operation =
    Operation::new("Stream", Method::POST, "/stream").consumes(&["application/octet-stream"]);
static REJECT: Operation = Operation::new("Reject", Method::POST, "/reject");
static SLOW: Operation = Operation::new("Slow", Method::GET, "/slow");
static PEER: Operation = Operation::new("Peer", Method::GET, "/peer");

fn server() -> Server {
    Builder::new()
        .body_timeout(Duration::from_millis(600))
        .body_limit(1000)
        .route(&READ, |mut request: Request| async move {
            let body = request.bytes(&mut Violations::new()).await?;
            let length = body.map_or(0, |body| body.len());
            Ok::<_, Rejection>(response::status(200).text("text/plain", length.to_string()))
        })
        .route(&STREAM, |mut request: Request| async move {
            let mut pieces = 0;
            if let Some(mut body) = request.stream(&mut Violations::new())? {
                while body.next().await?.is_some() {
                    pieces += 1;
                }
            }
            Ok::<_, Rejection>(response::status(200).text("text/plain", pieces.to_string()))
        })
        .route(&REJECT, |_: Request| async move {
            Err::<(), _>(Rejection::Forbidden)
        })
        .route(&SLOW, |_: Request| async move {
            tokio::time::sleep(Duration::from_millis(300)).await;
            Ok::<_, Rejection>(response::status(200).text("text/plain", "done"))
        })
        .route(&PEER, |request: Request| async move {
            let peer = request.into_context().peer();
            let port = peer.map(|peer| peer.port().to_string());
            Ok::<_, Rejection>(response::status(200).text("text/plain", port.unwrap_or_default()))
        })
        .build()
}

/// A server that is running, and what ends it.
struct Running {
    address: std::net::SocketAddr,
    end: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

async fn start(grace: Duration) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let serving = serve(listener, server())
        .header_timeout(Duration::from_millis(300))
        .grace(grace)
        .until(async { drop(ended.await) });
    Running {
        address,
        end,
        serving: tokio::spawn(serving.into_future()),
    }
}

/// Sends bytes, and returns all that comes back until the connection is closed in order.
async fn exchange(running: &Running, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    rest(stream).await
}

async fn rest(mut stream: TcpStream) -> String {
    let mut text = String::new();
    let read = tokio::time::timeout(LONG, stream.read_to_string(&mut text));
    read.await
        .expect("the connection is closed")
        .expect("in order");
    text
}

fn status(response: &str) -> &str {
    response.split(' ').nth(1).unwrap_or_default()
}

#[tokio::test]
async fn the_time_for_headers_begins_anew_with_each_request() {
    let running = start(LONG).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    // Longer in all than the 300 milliseconds for the headers of one.
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        stream
            .write_all(b"GET /peer HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        let mut response = [0; 12];
        stream.read_exact(&mut response).await.unwrap();
        assert_eq!(&response, b"HTTP/1.1 200");
        // The rest of it is there already.
        let mut rest = [0; 1024];
        assert!(stream.read(&mut rest).await.unwrap() > 0);
    }
    let idle = std::time::Instant::now();
    assert_eq!(rest(stream).await, "");
    assert!(idle.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn a_connection_may_change_its_host_to_a_valid_one_alone() {
    let running = start(LONG).await;
    let hosts = ["a", "a", "b:80", "a@b", "a"];
    let requests = hosts.map(|host| format!("GET /peer HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    let responses = exchange(&running, requests.concat().as_bytes()).await;
    let statuses = responses
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|response| &response[..3]);
    assert_eq!(statuses.collect::<Vec<_>>(), ["200", "200", "200", "400"]);
}

#[tokio::test]
async fn half_a_header_and_half_a_body_end_in_time() {
    let running = start(LONG).await;
    assert_eq!(
        exchange(&running, b"GET /peer HTTP/1.1\r\nHost: a\r\n").await,
        ""
    );
    assert_eq!(exchange(&running, b"").await, "", "nothing at all");
    for path in ["read", "stream"] {
        let half = format!(
            "POST /{path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n\
             Content-Length: 10\r\n\r\n12345"
        );
        let response = exchange(&running, half.as_bytes()).await;
        assert_eq!(status(&response), "408", "{response}");
    }
}

#[tokio::test]
async fn a_stream_may_take_longer_than_its_pieces() {
    let running = start(LONG).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let head = "POST /stream HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n\
                Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        stream.write_all(b"1\r\nx\r\n").await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let response = rest(stream).await;
    assert!(response.ends_with("\r\n\r\n4"), "{response}");
}

#[tokio::test]
async fn messages_are_what_http_demands() {
    let running = start(LONG).await;
    let table = [
        ("GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close", "200"),
        (
            "GET /peer HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close",
            "200",
        ),
        ("GET /peer HTTP/1.1\r\nHost:\r\nConnection: close", "200"),
        ("GET /peer HTTP/1.0", "200"),
        ("GET /peer HTTP/1.1", "400"),
        ("GET /peer HTTP/1.1\r\nHost: a\r\nHost: a", "400"),
        ("GET /peer HTTP/1.0\r\nHost: a\r\nHost: b", "400"),
        ("GET /peer HTTP/1.1\r\nHost: a b", "400"),
        ("GET /peer HTTP/1.1\r\nHost: me@a", "400"),
        ("GET /peer HTTP/1.1\r\nHost: a/b", "400"),
        ("GET http://a/peer HTTP/1.1", "400"),
        (
            "POST /reject HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked",
            "501",
        ),
        (
            "POST /reject HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked",
            "400",
        ),
        (
            "POST /reject HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "400",
        ),
    ];
    for (head, expected) in table {
        let response = exchange(&running, format!("{head}\r\n\r\n").as_bytes()).await;
        assert_eq!(status(&response), expected, "{head}\n{response}");
    }
}

#[tokio::test]
async fn a_response_before_the_body_is_read_arrives() {
    let running = start(LONG).await;
    let body = vec![b'x'; 8 * 1024 * 1024];
    for (head, expected) in [
        ("POST /reject", "403"),
        ("POST /nowhere", "404"),
        ("POST /read", "413"),
        ("POST /peer", "405"),
    ] {
        for framing in [
            "Content-Length: 8388608\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n800000\r\n",
        ] {
            let head = format!(
                "{head} HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n{framing}"
            );
            // All of it is written before anything is read.
            let response = exchange(&running, &[head.as_bytes(), &body].concat()).await;
            assert_eq!(status(&response), expected, "{response}");
        }
    }
    // So does the one to a header that is too large.
    for (length, expected) in [(60_000, "200"), (140_000, "431"), (1_000_000, "431")] {
        let field = format!(
            "GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: {}\r\n\r\n",
            "x".repeat(length)
        );
        let response = exchange(&running, field.as_bytes()).await;
        assert_eq!(status(&response), expected, "{length}");
    }
}

#[tokio::test]
async fn requests_at_hand_are_answered_at_the_end() {
    let running = start(LONG).await;
    let mut idle = TcpStream::connect(running.address).await.unwrap();
    let mut busy = TcpStream::connect(running.address).await.unwrap();
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.end.send(()).unwrap();
    let response = rest(busy).await;
    assert!(response.ends_with("\r\n\r\ndone"), "{response}");
    tokio::time::timeout(LONG, running.serving)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(
        idle.read(&mut [0]).await.unwrap_or(0),
        0,
        "idle connections are closed"
    );
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn requests_that_take_too_long_are_dropped_at_the_end() {
    let running = start(Duration::from_millis(20)).await;
    let mut busy = TcpStream::connect(running.address).await.unwrap();
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.end.send(()).unwrap();
    tokio::time::timeout(LONG, running.serving)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(rest(busy).await, "");
}

#[tokio::test]
async fn handlers_know_their_peers() {
    let running = start(LONG).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let port = stream.local_addr().unwrap().port().to_string();
    stream
        .write_all(b"GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let response = rest(stream).await;
    assert!(response.ends_with(&format!("\r\n\r\n{port}")), "{response}");
}
