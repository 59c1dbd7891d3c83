//! Bodies that are a sequence of items, and events that are asked for again.

use oas_client::{
    CallOptions, Error, Framing, ItemStream, Items, Method, OpaqueBody, Operation,
    StreamingResponse,
};
use oas_testing::{Reply, Server};
use serde_json::{Value, json};

use crate::{GET_IMAGE, client, rendered};

async fn receive(server: &Server) -> StreamingResponse {
    let core = client(server);
    let request = core.request(&GET_IMAGE, "/image");
    core.send_streaming::<OpaqueBody<()>>(request, CallOptions::default())
        .await
        .unwrap()
}

/// The items of a body that arrives in pieces of this many bytes.
async fn items(framing: Framing, body: &str, piece: usize) -> Vec<Value> {
    let pieces = body.as_bytes().chunks(piece).map(<[u8]>::to_vec);
    let reply = Reply::new(200).header("content-type", "multipart/mixed; boundary=b");
    let server = Server::replying([reply.pieces(pieces)]).await;
    let mut stream: ItemStream<Value> = receive(&server).await.into_items(framing).into_inner();
    let mut items = Vec::new();
    while let Some(item) = stream.next().await {
        items.push(item.unwrap());
    }
    items
}

#[tokio::test]
async fn items_are_read_however_the_bytes_are_cut() {
    let lines = "{\"n\":1}\r\n\n {\"n\":2}\n{\"n\":3}";
    let sequence = "\u{1e}{\"n\":1}\n\u{1e}{\"n\":\n2}\n\u{1e}{\"n\":3}";
    let events = "data: {\"n\":1}\nevent: a\n\n: nothing\n\nid: 7\nretry: 5\ndata: {\"n\":2}\n\n";
    let parts =
        "--b\r\n\r\n{\"n\":1}\r\n--b\r\nA: b\r\n\r\n{\"n\":2}\r\n--b\r\n\r\n{\"n\":3}\r\n--b--";
    let numbers = [json!({"n": 1}), json!({"n": 2}), json!({"n": 3})];
    for piece in [1, 3, 1000] {
        assert_eq!(items(Framing::Lines, lines, piece).await, numbers);
        assert_eq!(items(Framing::Sequence, sequence, piece).await, numbers);
        assert_eq!(items(Framing::Parts, parts, piece).await, numbers);
        let texts = [
            json!({"event": "a", "data": "{\"n\":1}"}),
            json!({"id": "7", "retry": 5, "data": "{\"n\":2}"}),
        ];
        assert_eq!(items(Framing::Events, events, piece).await, texts);
        let objects = [
            json!({"event": "a", "data": {"n": 1}}),
            json!({"id": "7", "retry": 5, "data": {"n": 2}}),
        ];
        assert_eq!(items(Framing::JsonEvents, events, piece).await, objects);
    }
}

#[tokio::test]
async fn a_stream_ends_after_an_item_that_is_none() {
    let server = Server::replying([Reply::new(200).body("1\n\"two\"\n3\n")]).await;
    let mut stream: ItemStream<u8> = receive(&server)
        .await
        .into_items(Framing::Lines)
        .into_inner();
    assert_eq!(stream.next().await.unwrap().unwrap(), 1);
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(
        matches!(error, Error::InvalidResponsePayload(_)),
        "{error:?}"
    );
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn parts_that_do_not_end_are_no_body() {
    for (content_type, body, reason) in [
        (
            "multipart/mixed; boundary=b",
            "--b\r\n\r\n1\r\n--b\r\n\r\n2",
            "it has no closing boundary line",
        ),
        (
            "multipart/mixed",
            "--b\r\n\r\n1\r\n--b--",
            "it has no boundary in its media type",
        ),
    ] {
        let reply = Reply::new(200).header("content-type", content_type);
        let server = Server::replying([reply.body(body)]).await;
        let stream = receive(&server).await.into_items(Framing::Parts);
        let mut stream: ItemStream<u8> = stream.into_inner();
        let error = loop {
            match stream.next().await.unwrap() {
                Ok(item) => assert_eq!(item, 1),
                Err(error) => break error,
            }
        };
        let text = rendered(&error);
        assert!(text.contains(reason), "{text}");
        assert!(stream.next().await.is_none());
    }
}

#[tokio::test]
async fn events_are_asked_for_again_by_the_id_of_the_last_one() {
    let server = Server::replying([
        Reply::new(200).body("retry: 1\nid: 1\ndata: a\n\nid: 2\ndata: b\n\ndata: unfinished"),
        Reply::dropped(),
        Reply::new(200).body("data: c\n\n"),
        Reply::new(204),
    ])
    .await;
    let mut stream: ItemStream<Value> = receive(&server)
        .await
        .into_items(Framing::Events)
        .into_inner()
        .reconnecting();
    let mut data = Vec::new();
    while let Some(event) = stream.next().await {
        data.push(event.unwrap()["data"].as_str().unwrap().to_owned());
    }
    assert_eq!(data, ["a", "b", "c"]);
    let ids = server.requests().into_iter().map(|request| {
        let mut headers = request.headers.into_iter();
        headers.find_map(|(name, value)| (name == "last-event-id").then_some(value))
    });
    let ids: Vec<Option<String>> = ids.collect();
    let two = Some("2".to_owned());
    assert_eq!(ids, [None, two.clone(), two.clone(), two]);
}

#[tokio::test]
async fn a_connection_that_is_rejected_ends_the_events() {
    let server = Server::replying([
        Reply::new(200).body("retry: 1\n\ndata: a\n\n"),
        Reply::new(403).body("no"),
    ])
    .await;
    let events = receive(&server).await.into_events().into_inner();
    let mut events = events.reconnecting();
    assert_eq!(events.next().await.unwrap().unwrap().data, "a");
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.status().unwrap(), 403);
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn items_are_sent_as_they_are_made() {
    static ADD: Operation = Operation::new("Add", Method::POST, "/image");
    let server = Server::replying([Reply::new(204)]).await;
    let core = client(&server);
    let request = core.request(&ADD, "/image");
    let request = request.items("application/jsonl", Framing::Lines, Items::from([1, 2]));
    let sent = core.send::<OpaqueBody<()>>(request, CallOptions::default());
    sent.await.unwrap();
    assert_eq!(&server.request().body[..], b"1\n2\n");

    let server = Server::replying([Reply::new(204)]).await;
    let core = client(&server);
    let request = core.request(&ADD, "/image");
    let request = request.items("multipart/mixed", Framing::Parts, Items::from([1, 2]));
    let sent = core.send::<OpaqueBody<()>>(request, CallOptions::default());
    sent.await.unwrap();
    let request = server.request();
    let content_type = request.header("content-type");
    assert_eq!(content_type, Some("multipart/mixed; boundary=part"));
    let expected = Framing::Parts.encode_all(&[1, 2]).unwrap();
    assert_eq!(request.body, expected);
}
