//! Bodies that are read while they arrive.

use oas_client::{CallOptions, ClientCore, Config, Error, Event, OpaqueBody, StreamingResponse};
use oas_testing::{Reply, Server};

use crate::{GET_IMAGE, client, client_with};

async fn receive(core: &ClientCore) -> StreamingResponse {
    core.send_streaming::<OpaqueBody<()>>(
        core.request(&GET_IMAGE, "/image"),
        CallOptions::default(),
    )
    .await
    .unwrap()
}

#[tokio::test]
async fn bytes_arrive_before_the_body_is_complete() {
    let server = Server::replying([Reply::new(200)
        .header("content-length", "10")
        .body("abc")
        .stalled()])
    .await;
    // The limit is on what is held, and a stream is not.
    let core = client_with(&server, Config::default().max_body_bytes(2));
    let mut stream = receive(&core).await.into_stream().into_inner();
    assert_eq!(stream.next().await.unwrap().unwrap(), "abc");
}

#[tokio::test]
async fn a_stream_ends_after_an_error() {
    let server = Server::replying([Reply::new(200).body("abc").cut()]).await;
    let mut stream = receive(&client(&server)).await.into_stream().into_inner();
    assert_eq!(stream.next().await.unwrap().unwrap(), "abc");
    assert!(matches!(
        stream.next().await,
        Some(Err(Error::Communication(_)))
    ));
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn the_body_of_an_error_can_be_read_whole() {
    let server = Server::replying([Reply::new(400).body("[1]")]).await;
    let received = receive(&client(&server))
        .await
        .read::<OpaqueBody<()>>()
        .await
        .unwrap();
    assert_eq!(
        received
            .error_opaque::<Vec<u8>>()
            .into_error_body()
            .unwrap()
            .0,
        [1]
    );
}

/// The events of a body that arrives in pieces of this many bytes.
async fn events(body: &[u8], piece: usize, limit: usize) -> Result<Vec<Event>, Error> {
    let pieces = body.chunks(piece).map(<[u8]>::to_vec);
    let server = Server::replying([Reply::new(200).pieces(pieces)]).await;
    let core = client_with(&server, Config::default().max_body_bytes(limit));
    let mut stream = receive(&core).await.into_events().into_inner();
    let mut events = Vec::new();
    while let Some(event) = stream.next().await {
        events.push(event?);
    }
    assert!(stream.next().await.is_none());
    Ok(events)
}

#[tokio::test]
async fn events_are_read_however_the_bytes_are_cut() {
    let body = "\u{feff}: a comment\r\nretry: 1500\r\nid: 7\r\nevent: ad\u{e9}\r\ndata: one\r\ndata:  two\r\n\r\n\
                data\r\rid:\ndata:{\"n\":1}\nunknown: x\n\nevent: without data\n\ndata: unfinished";
    let expected = r#"
        [ad\u{e9}] one| two id=7 retry=Some(1.5s)
        [message]  id=7 retry=None
        [message] {"n":1} id= retry=None"#;
    for piece in [1, 2, 3, 7, 1000] {
        let events = events(body.as_bytes(), piece, 1000).await.unwrap();
        let shown: Vec<String> = events
            .iter()
            .map(|event| {
                let data = event.data.replace('\n', "|");
                format!(
                    "[{}] {data} id={} retry={:?}",
                    event.event, event.id, event.retry
                )
            })
            .collect();
        let expected: Vec<String> = expected
            .trim()
            .lines()
            .map(|line| line.trim().replace(r"\u{e9}", "\u{e9}"))
            .collect();
        assert_eq!(shown, expected, "in pieces of {piece}");
        assert_eq!(
            events[2]
                .json::<std::collections::HashMap<String, u8>>()
                .unwrap()["n"],
            1
        );
        assert_eq!(
            events[2].json::<Vec<u8>>().unwrap_err().to_string(),
            "expected an array, found object"
        );
    }
}

/// Servers mostly send it once, before the first event.
#[tokio::test]
async fn a_retry_holds_without_an_event() {
    let body = "retry: 10\n\nid: 1\n\n:\n\ndata: a\n\ndata: b\n\n";
    let events = events(body.as_bytes(), 5, 100).await.unwrap();
    let shown: Vec<_> = events
        .iter()
        .map(|event| (event.id.as_str(), event.retry))
        .collect();
    assert_eq!(
        shown,
        [
            ("1", Some(std::time::Duration::from_millis(10))),
            ("1", None)
        ]
    );
}

#[tokio::test]
async fn an_endless_event_is_rejected() {
    let lines = "data: 0123456789\n".repeat(100);
    for body in [lines.as_str(), &"x".repeat(1000)] {
        let error = events(body.as_bytes(), 50, 100).await.unwrap_err();
        assert!(
            matches!(error, Error::BodyTooLarge { limit: 100, .. }),
            "{error:?}"
        );
    }
    assert_eq!(
        events("data: 0123456789\n\n".repeat(100).as_bytes(), 50, 100)
            .await
            .unwrap()
            .len(),
        100
    );
}
