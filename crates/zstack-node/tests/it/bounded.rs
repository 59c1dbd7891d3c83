//! A peer that never stops talking.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use zstack_node::{Node, Outcome};

const LIMIT: usize = 64 * 1024;

/// What may be on its way: the buffers of the sockets, and what is read at once.
const UNDER_WAY: usize = 24 * 1024 * 1024;

/// Answers every request with this head and a body without end. Returns where, and how much was taken of the answer that most
/// was taken of.
async fn endless(head: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let most = Arc::new(AtomicUsize::new(0));
    let taken = Arc::clone(&most);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let most = Arc::clone(&most);
            tokio::spawn(async move {
                let mut request = [0; 4096];
                drop(stream.read(&mut request).await);
                drop(stream.write_all(head.as_bytes()).await);
                // A chunk of 4096 bytes, which without the framing of chunks is as good as any text.
                let chunk = format!("1000\r\n{}\r\n", "a".repeat(0x1000));
                let mut written = 0;
                while let Ok(()) = stream.write_all(chunk.as_bytes()).await {
                    written += chunk.len();
                    most.fetch_max(written, Ordering::Relaxed);
                }
            });
        }
    });
    (url, taken)
}

#[tokio::test]
async fn an_answer_is_read_up_to_its_limit() {
    let heads = [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n{\"inventory\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"inventory\": \"",
        "HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\n{\"inventory\": \"",
        "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n{\"location\": \r\n",
        "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 503 Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"error\":\r\n",
    ];
    for test in heads.map(|head| tokio::spawn(refused(head))) {
        test.await.unwrap();
    }
}

async fn refused(head: &'static str) {
    let (url, taken) = endless(head).await;
    let connect = || {
        let connect = Node::connect(&url)
            .unwrap()
            .no_proxy()
            .max_body_bytes(LIMIT);
        connect
            .request_timeout(Duration::from_secs(5))
            .deadline(Duration::from_secs(2))
    };
    let image = "c019173f2b5742868058049be43033a1";
    let node = connect()
        .session("2fe9d1a5b8d94cf0a1d1f2b0d95be09f")
        .unwrap();
    let error = node.recover_image(image).await.unwrap_err();
    assert!(error.to_string().len() < 4096, "{head}: {error}");
    node.image(image).await.unwrap_err();
    let error = connect().login("admin", "password").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotDone, "{head}");
    assert!(error.to_string().len() < 4096, "{head}: {error}");
    let taken = taken.load(Ordering::Relaxed);
    assert!(
        taken < LIMIT + UNDER_WAY,
        "{head}: {taken} bytes were taken"
    );
}
