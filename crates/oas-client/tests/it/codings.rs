//! Responses in the codings of the features `gzip` and `brotli` (RFC 9110 §8.4.1).

use oas_testing::{Reply, Server};

use crate::{GET_IMAGE, call, client};

/// `hello` in Brotli, stored as it is.
const BROTLI: &[u8] = b"\x0b\x02\x80hello\x03";

async fn server(coding: &'static str, body: Vec<u8>) -> Server {
    Server::start(move |_| {
        Reply::new(200)
            .header("content-encoding", coding)
            .body(body.clone())
    })
    .await
}

#[tokio::test]
async fn the_features_decide_what_is_asked_for() {
    let server = server("identity", Vec::new()).await;
    call(&client(&server), &GET_IMAGE).await.unwrap();
    let expected: Vec<&str> = [
        ("gzip", cfg!(feature = "gzip")),
        ("br", cfg!(feature = "brotli")),
    ]
    .into_iter()
    .filter_map(|(coding, is_on)| is_on.then_some(coding))
    .collect();
    let request = server.request();
    let found = request
        .headers
        .iter()
        .find(|(name, _)| *name == "accept-encoding");
    let found = found.map(|(_, value)| value.split(',').collect::<Vec<_>>());
    assert_eq!(found.unwrap_or_default(), expected);
}

#[tokio::test]
#[cfg(feature = "brotli")]
async fn brotli_is_decoded() {
    let server = server("br", BROTLI.to_vec()).await;
    let response = call(&client(&server), &GET_IMAGE).await.unwrap();
    assert_eq!(response.body(), "hello");
    assert!(!response.headers().contains_key("content-encoding"));
}

#[tokio::test]
#[cfg(not(feature = "brotli"))]
async fn what_was_not_asked_for_is_not_decoded() {
    let server = server("br", BROTLI.to_vec()).await;
    let response = call(&client(&server), &GET_IMAGE).await.unwrap();
    assert_eq!(response.body(), BROTLI);
}

#[cfg(feature = "gzip")]
mod gzip {
    use std::io::Write as _;

    use oas_client::{CallOptions, Config, Error};

    use super::server;
    use crate::{GET_IMAGE, call, client, client_with};

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    #[tokio::test]
    async fn gzip_is_decoded() {
        let server = server("gzip", gzip(b"hello")).await;
        let response = call(&client(&server), &GET_IMAGE).await.unwrap();
        assert_eq!(response.body(), "hello");
        assert!(!response.headers().contains_key("content-encoding"));
    }

    #[tokio::test]
    async fn the_limit_is_that_of_the_decoded_body() {
        let small = gzip(&vec![0; 1 << 20]);
        assert!(small.len() < 2048, "{}", small.len());
        let server = server("gzip", small).await;
        let core = client_with(&server, Config::default().max_body_bytes(4096));
        let error = call(&core, &GET_IMAGE).await.unwrap_err();
        assert!(
            matches!(error, Error::BodyTooLarge { limit: 4096, .. }),
            "{error:?}"
        );
    }

    #[tokio::test]
    async fn a_stream_is_decoded_as_it_arrives() {
        let server = server("gzip", gzip(b"hello")).await;
        let core = client(&server);
        let request = core.request(&GET_IMAGE, "/image");
        let response = core
            .send_streaming::<()>(request, CallOptions::default())
            .await
            .unwrap();
        let mut stream = response.into_stream().into_inner();
        assert_eq!(stream.next().await.unwrap().unwrap(), "hello");
    }

    #[tokio::test]
    async fn a_broken_coding_is_an_error() {
        let server = server("gzip", b"no gzip".to_vec()).await;
        let error = call(&client(&server), &GET_IMAGE).await.unwrap_err();
        assert!(matches!(error, Error::Communication(_)), "{error:?}");
    }
}
