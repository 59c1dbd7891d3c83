//! What a call costs in allocations, beside a stored limit: unlike time they are the same on every machine. Whoever saves some
//! lowers the limit; whoever exceeds it has to know why.

use std::convert::Infallible;
use std::pin::Pin;

use http_body::Body as _;
use oas_client::{
    CallOptions, ClientCore, Config, Credential, Method, Multipart, Operation, OutgoingRequest,
    Part, Serialization, Transport, TransportFuture, encode,
};

static RECOVER: Operation = Operation::new("Recover", Method::PUT, "/images/{imageUuid}/actions")
    .security(&[&["session"]])
    .accept("application/json");

/// Answers every request with the same reply.
#[derive(Debug)]
struct Canned;

impl Transport for Canned {
    fn send(&self, outgoing: OutgoingRequest) -> TransportFuture<'_> {
        drop(outgoing);
        Box::pin(async { Ok(http::Response::new(r#"["c0de"]"#).into()) })
    }
}

async fn call(core: &ClientCore) -> Vec<String> {
    let uuid = encode::path(Serialization::SIMPLE, "imageUuid", "c0de").expect("this is a text");
    let request = core
        .request(&RECOVER, &format!("/images/{uuid}/actions"))
        .header("X-Job", &None::<String>)
        .json("application/json", &["c0de"]);
    let received = core
        .send::<Infallible>(request, CallOptions::default())
        .await;
    let decoded = received.and_then(|received| received.json::<Vec<String>, _>());
    decoded.expect("the reply is a list").into_inner()
}

#[test]
fn a_call_costs_no_more_allocations_than_it_did() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let core = ClientCore::new("http://localhost", Config::default().transport(Canned))
        .expect("this is a URL")
        .with_credential("session", Credential::http("OAuth", "5e1a"));
    // The first call sets up what later ones share.
    assert_eq!(runtime.block_on(call(&core)), ["c0de"]);
    let counted = allocation_counter::measure(|| drop(runtime.block_on(call(&core))));
    let (count, limit) = (counted.count_total, 18);
    assert!(count <= limit, "{count} allocations, more than {limit}");
}

/// Reads the body of each request, and answers with its length.
#[derive(Debug)]
struct Reading;

impl Transport for Reading {
    fn send(&self, mut outgoing: OutgoingRequest) -> TransportFuture<'_> {
        let body = outgoing.request.body_mut().take();
        Box::pin(async move {
            let (mut body, mut length) = (body.expect("a body"), 0);
            let mut next =
                async || std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
            while let Some(frame) = next().await {
                let piece = frame.expect("a piece").into_data();
                length += piece.map_or(0, |piece| piece.len());
            }
            Ok(http::Response::new(length.to_string()).into())
        })
    }
}

#[test]
fn a_file_is_never_in_memory_as_a_whole() {
    const SIZE: u64 = 200 << 20;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let file = tempfile::NamedTempFile::new().expect("a file");
    // Without blocks on the disk.
    file.as_file().set_len(SIZE).expect("a length");
    let core = ClientCore::new("http://localhost", Config::default().transport(Reading));
    let core = core.expect("this is a URL");
    let counted = allocation_counter::measure(|| {
        let form = Multipart::new().part("image", Part::file(file.path()));
        let request = core.request(&RECOVER, "/images/c0de/actions");
        let request = request.multipart("multipart/form-data", form);
        let options = CallOptions::default().credential(Credential::bearer("5e1a"));
        let sent = runtime.block_on(core.send::<Infallible>(request, options));
        let sent = sent.expect("the request is sent");
        let length = sent
            .json::<u64, Infallible>()
            .expect("a length")
            .into_inner();
        assert!((SIZE..SIZE + 1024).contains(&length), "{length}");
    });
    // What a thread allocates and another frees counts as kept: some bytes of each of the 3,200 reads, in threads of tokio.
    let (peak, limit) = (counted.bytes_max, 2 << 20);
    assert!(peak <= limit, "{peak} bytes at once, more than {limit}");
}
