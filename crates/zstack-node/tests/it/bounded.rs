//! Tests a peer that never stops sending.

use std::time::Duration;

use oas_testing::{Reply, Server};
use zstack_node::{Node, Outcome};

const LIMIT: usize = 64 * 1024;

/// The bytes that may be under way: the buffers of the sockets, and what is read at once.
const UNDER_WAY: usize = 24 * 1024 * 1024;

#[tokio::test]
async fn a_response_is_read_up_to_its_limit() {
    let replies = [
        Reply::new(200).body(r#"{"inventory"#),
        Reply::new(200).body(r#"{"inventory": ""#).http_1_0(),
        Reply::new(200)
            .header("content-length", "9000000000000000000")
            .body(r#"{"inventory": ""#),
        Reply::new(202).body(r#"{"location": "#),
        Reply::new(404),
        Reply::new(503).body(r#"{"error":"#),
    ];
    for test in replies.map(|reply| tokio::spawn(rejected(reply.endless()))) {
        test.await.unwrap();
    }
}

async fn rejected(reply: Reply) {
    let case = format!("{reply:?}");
    let server = Server::replying([reply]).await;
    let connect = || {
        let connect = Node::connect(server.url())
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
    assert!(error.to_string().len() < 4096, "{case}: {error}");
    node.image(image).await.unwrap_err();
    let error = connect().login("admin", "password").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotDone, "{case}");
    assert!(error.to_string().len() < 4096, "{case}: {error}");
    let taken = server.largest_body();
    assert!(
        taken < LIMIT + UNDER_WAY,
        "{case}: {taken} bytes were taken"
    );
}
