//! The generated client.

use bench_client::oas_client::{OutgoingRequest, TransportFuture};
use bench_client::{Client, Config, Transport, types};

#[derive(Debug)]
struct Offline;

impl Transport for Offline {
    fn send(&self, outgoing: OutgoingRequest) -> TransportFuture<'_> {
        std::hint::black_box(&outgoing.request);
        Box::pin(async { Ok(meter::client::response().into()) })
    }
}

fn main() {
    let config = Config::default().transport(Offline);
    let client = Client::with_config("http://localhost:8080", config).expect("a client");
    let client = client.with_session("5e1a");
    meter::client::run(async || {
        let params = types::RecoverParams::new().backup_storage_uuids([meter::UUID]);
        let body = types::RecoverRequest::new(params).system_tags(["a::b"]);
        let reply = client.recover_image(meter::UUID, body).send().await;
        let reply = reply.expect("a reply").into_inner();
        reply.inventory.backup_storage_refs.len()
    });
}
