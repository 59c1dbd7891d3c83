//! Parts of multipart bodies that are read while they are sent.

use std::convert::Infallible;
use std::io::Write as _;
use std::path::Path;

use oas_client::{CallOptions, ClientCore, Error, Method, Multipart, Operation, Part, reqwest};
use oas_testing::{Reply, Request, Server};
use oas_wire::multipart::{BodyPart, decode_parts};

use crate::client;

static ADD_IMAGE: Operation = Operation::new("AddImage", Method::POST, "/images");

async fn send(core: &ClientCore, body: Multipart) -> Result<(), Error<Infallible>> {
    let request = core.request(&ADD_IMAGE, "/images");
    let request = request.multipart("multipart/form-data", body);
    core.send(request, CallOptions::default()).await.map(drop)
}

async fn send_file(core: &ClientCore, path: impl AsRef<Path>) -> Result<(), Error<Infallible>> {
    let request = core.request(&ADD_IMAGE, "/images");
    let request = request.file("image/raw", path);
    core.send(request, CallOptions::default()).await.map(drop)
}

/// The body, with a boundary that is always the same.
fn body(request: &Request) -> String {
    let content_type = request.header("content-type").unwrap_or_default();
    let (_, boundary) = content_type.split_once("boundary=").unwrap();
    request.text().replace(boundary, "B").replace("\r\n", "\n")
}

fn file(content: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".raw").tempfile().unwrap();
    file.write_all(content).unwrap();
    file
}

#[tokio::test]
async fn a_file_is_sent_with_its_name_and_the_length_of_the_body() {
    let server = Server::replying([Reply::new(204)]).await;
    let content = vec![b'x'; 200_000];
    let file = file(&content);
    let form = Multipart::new()
        .part("comment", Part::text("a disk"))
        .part("image", Part::file(file.path()).content_type("image/raw"));
    send(&client(&server), form).await.unwrap();

    let request = server.request();
    assert_eq!(
        request.header("content-length"),
        Some(&*request.body.len().to_string())
    );
    let name = file.path().file_name().unwrap().to_str().unwrap();
    let expected = format!(
        "--B\ncontent-disposition: form-data; name=\"comment\"\n\na disk\n\
         --B\ncontent-disposition: form-data; name=\"image\"; filename=\"{name}\"\ncontent-type: image/raw\n\n{}\n--B--\n",
        "x".repeat(200_000)
    );
    assert!(body(&request) == expected);
}

#[tokio::test]
async fn a_file_name_is_sent_with_a_part_that_has_no_name() {
    let server = Server::replying([Reply::new(204)]).await;
    let file = file(b"picture");
    let received = BodyPart::new("text").header("Content-Disposition", "inline; filename=a.txt");
    let body = Multipart::new()
        .push(Part::file(file.path()))
        .push(Part::text("none"))
        .push(BodyPart::new("page").file_named("page \u{e4}.png"))
        .push(received.clone())
        .push(Part::from(received.clone()).file_name("b.txt"))
        .part("form", Part::from(received));
    send(&client(&server), body).await.unwrap();
    let request = server.request();
    let content_type = request.header("content-type").unwrap_or_default();
    let parts = decode_parts(content_type, request.body.clone()).unwrap();
    let names: Vec<_> = parts.iter().map(BodyPart::file_name).collect();
    let name = file.path().file_name().unwrap().to_str().unwrap();
    let expected = [
        Some(name),
        None,
        Some("page \u{e4}.png"),
        Some("a.txt"),
        Some("b.txt"),
        Some("a.txt"),
    ];
    assert_eq!(
        names.iter().map(Option::as_deref).collect::<Vec<_>>(),
        expected
    );
    assert_eq!(
        parts[3].field("content-disposition"),
        Some("inline; filename=a.txt"),
        "what was received is sent as it is"
    );
    assert_eq!(parts[5].name().as_deref(), Some("form"));
    assert_eq!(parts[5].fields().count(), 1);
}

#[tokio::test]
async fn a_body_is_a_file_of_any_length() {
    for length in [1, 64 * 1024, 200_000] {
        let server = Server::replying([Reply::new(204)]).await;
        let content = vec![b'x'; length];
        let file = file(&content);
        send_file(&client(&server), file.path()).await.unwrap();

        let request = server.request();
        assert_eq!(request.header("content-type"), Some("image/raw"));
        assert_eq!(request.header("content-length"), Some(&*length.to_string()));
        assert!(request.body == content);
    }
    let server = Server::replying([]).await;
    let sent = send_file(&client(&server), "no-such-file").await;
    let error = sent.unwrap_err().to_string();
    assert!(
        error.contains("the body: its file cannot be read"),
        "{error}"
    );
}

#[tokio::test]
async fn a_stream_is_sent_once() {
    let server = Server::replying([Reply::new(204)]).await;
    let core = client(&server);
    let form = Multipart::new().part(
        "log",
        Part::stream(reqwest::Body::from("lines")).file_name("log.txt"),
    );
    send(&core, form.clone()).await.unwrap();
    assert_eq!(
        body(&server.request()),
        "--B\ncontent-disposition: form-data; name=\"log\"; filename=\"log.txt\"\n\nlines\n--B--\n"
    );
    let error = send(&core, form).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the request was not sent: part `log`: its stream has been sent already"
    );
}

#[tokio::test]
async fn a_file_can_be_sent_again() {
    let server = Server::replying([Reply::new(204)]).await;
    let file = file(b"disk");
    let form = Multipart::new().part("image", Part::file(file.path()));
    for _ in 0..2 {
        send(&client(&server), form.clone()).await.unwrap();
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn what_is_no_file_is_an_invalid_request() {
    let server = Server::replying([Reply::new(204)]).await;
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("none"), folder.path().to_owned()] {
        let form = Multipart::new().part("image", Part::file(path));
        let error = send(&client(&server), form).await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_file_that_is_cut_meanwhile_breaks_the_request_off() {
    let server = Server::replying([Reply::new(204)]).await;
    let file = file(&vec![0; 1 << 20]);
    let core = client(&server);
    let request = core.request(&ADD_IMAGE, "/images");
    let form = Multipart::new().part("image", Part::file(file.path()));
    let request = request.multipart("multipart/form-data", form);
    file.as_file().set_len(10).unwrap();
    let sent = core
        .send::<Infallible>(request, CallOptions::default())
        .await;
    assert!(matches!(sent.unwrap_err(), Error::Communication(_)));
}

#[tokio::test]
async fn a_part_has_parts_that_are_read_while_they_are_sent() {
    let server = Server::replying([Reply::new(204)]).await;
    let file = file(b"a scan");
    let pages = Multipart::new()
        .push(Part::text("two pages"))
        .push(Part::file(file.path()).content_type("image/png"))
        .push(Part::stream(reqwest::Body::from("the end")));
    let form = Multipart::new()
        .part("title", Part::text("Pages"))
        .part("pages", Part::multipart("multipart/mixed", pages));
    send(&client(&server), form).await.unwrap();

    let request = server.request();
    let content_type = request.header("content-type").unwrap();
    let parts = decode_parts(content_type, request.body.clone()).unwrap();
    let names: Vec<_> = parts.iter().map(|part| part.name().unwrap()).collect();
    assert_eq!(names, ["title", "pages"]);
    let inner = parts[1].to_parts().unwrap();
    let inner = inner
        .iter()
        .map(|part| (part.media_type(), part.to_text().unwrap()));
    assert_eq!(
        inner.collect::<Vec<_>>(),
        [
            (None, "two pages"),
            (Some("image/png"), "a scan"),
            (None, "the end")
        ]
    );
    let media_type = parts[1].media_type().unwrap();
    assert!(
        media_type.starts_with("multipart/mixed; boundary=part-"),
        "{media_type}"
    );
}
