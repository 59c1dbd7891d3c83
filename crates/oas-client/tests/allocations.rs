//! What a call costs in allocations, beside a stored limit: unlike time they are the same on every machine. Whoever saves some
//! lowers the limit; whoever exceeds it has to know why.

use std::convert::Infallible;

use oas_client::{
    CallOptions, Config, Core, Credential, Method, Operation, OutgoingRequest, Serialization,
    Transport, TransportFuture, encode,
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

async fn call(core: &Core) -> Vec<String> {
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
    let core = Core::new("http://localhost", Config::default().transport(Canned))
        .expect("this is a URL")
        .with_credential("session", Credential::http("OAuth", "5e1a"));
    // The first call sets up what later ones share.
    assert_eq!(runtime.block_on(call(&core)), ["c0de"]);
    let counted = allocation_counter::measure(|| drop(runtime.block_on(call(&core))));
    let (count, limit) = (counted.count_total, 20);
    assert!(count <= limit, "{count} allocations, more than {limit}");
}
