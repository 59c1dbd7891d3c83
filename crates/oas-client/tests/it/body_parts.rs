//! Multipart bodies whose parts have no names.

use oas_client::{
    BodyPart, CallOptions, Error, Items, Method, Multipart, OpaqueBody, Operation, Part,
    StreamingResponse,
};
use oas_testing::{Reply, Server};

use crate::{GET_IMAGE, client};

static ADD: Operation = Operation::new("Add", Method::POST, "/pages");

async fn receive(server: &Server) -> StreamingResponse {
    let core = client(server);
    let request = core.request(&GET_IMAGE, "/image");
    core.send_streaming::<OpaqueBody<()>>(request, CallOptions::default())
        .await
        .unwrap()
}

#[tokio::test]
async fn parts_are_read_however_the_bytes_are_cut() {
    let body =
        "--b\r\nContent-Type: image/png\r\nContent-Location: /1\r\n\r\n1\r\n--b\r\n\r\n\r\n--b--";
    let expected = [
        BodyPart::new("1")
            .header("Content-Type", "image/png")
            .header("Content-Location", "/1"),
        BodyPart::new(""),
    ];
    for piece in [1, 3, 1000] {
        let reply = Reply::new(200).header("content-type", "multipart/mixed; boundary=b");
        let pieces = body.as_bytes().chunks(piece).map(<[u8]>::to_vec);
        let server = Server::replying([reply.pieces(pieces)]).await;
        let mut parts = receive(&server).await.into_parts().into_inner();
        let mut found = Vec::new();
        while let Some(part) = parts.next().await {
            found.push(part.unwrap());
        }
        assert_eq!(found, expected, "{piece}");
    }
}

#[tokio::test]
async fn a_stream_of_parts_ends_with_its_first_error() {
    let cut = Reply::new(200).header("content-type", "multipart/mixed; boundary=b");
    let untyped = Reply::new(200).body("--b--");
    let server = Server::replying([cut.body("--b\r\n\r\n1\r\n--b\r\n\r\n2"), untyped]).await;

    let mut parts = receive(&server).await.into_parts().into_inner();
    assert_eq!(parts.next().await.unwrap().unwrap().content(), "1");
    let error = parts.next().await.unwrap().unwrap_err();
    assert!(
        matches!(error, Error::InvalidResponsePayload(_)),
        "{error:?}"
    );
    assert!(parts.next().await.is_none());

    let mut parts = receive(&server).await.into_parts().into_inner();
    let error = parts.next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("no boundary"), "{error}");
    assert!(parts.next().await.is_none());
}

#[tokio::test]
async fn parts_are_sent_in_their_order_and_while_they_are_made() {
    let server = Server::replying([Reply::new(204)]).await;
    let core = client(&server);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, b"a page").unwrap();
    let made = [
        Part::file(file.path())
            .file_name("1.png")
            .content_type("image/png")
            .header("Content-Location", "/1"),
        BodyPart::text("the end").into(),
    ];
    let body = Multipart::new()
        .push(Part::json(&["Ann"]))
        .stream(Items::from(made));
    let send = async |body| {
        let request = core
            .request(&ADD, "/pages")
            .multipart("multipart/mixed", body);
        core.send::<OpaqueBody<()>>(request, CallOptions::default())
            .await
    };
    send(body.clone()).await.unwrap();

    let request = server.request();
    let content_type = request.header("content-type").unwrap_or_default();
    let (essence, boundary) = content_type.split_once("; boundary=").unwrap();
    assert_eq!(essence, "multipart/mixed");
    assert_eq!(
        request.text().replace(boundary, "B").replace("\r\n", "\n"),
        "--B\ncontent-type: application/json\n\n[\"Ann\"]\
         \n--B\ncontent-disposition: attachment; filename=\"1.png\"\ncontent-type: image/png\ncontent-location: /1\n\na page\
         \n--B\ncontent-type: text/plain; charset=utf-8\n\nthe end\n--B--\n"
    );
    let error = send(body).await.unwrap_err();
    assert!(error.to_string().contains("sent already"), "{error}");
}
