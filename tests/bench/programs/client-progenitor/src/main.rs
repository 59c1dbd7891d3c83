//! The client that progenitor generates. It knows no security schemes: the session is a header of the HTTP client, and is not among
//! what a call costs.

mod generated {
    progenitor::generate_api!(spec = "../../openapi/recover.yaml", interface = Builder,);
}

use progenitor_client::{ClientHooks, OperationInfo};
use generated::{Client, types};

impl ClientHooks<()> for Client {
    async fn exec(
        &self,
        request: reqwest::Request,
        _: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        std::hint::black_box(&request);
        Ok(meter::client::response().into())
    }
}

fn main() {
    let client = Client::new_with_client("http://localhost:8080", reqwest::Client::new());
    let uuid: types::Uuid = meter::UUID.parse().expect("a UUID");
    meter::client::run(async || {
        let params = types::RecoverParams::builder().backup_storage_uuids(vec![uuid.clone()]);
        let params = params.try_into().expect("parameters");
        let body = types::RecoverRequest::builder()
            .params::<types::RecoverParams>(params)
            .system_tags(vec!["a::b".parse().expect("a tag")]);
        let reply = client
            .recover_image()
            .image_uuid(uuid.clone())
            .body(body)
            .send()
            .await;
        reply
            .expect("a reply")
            .into_inner()
            .inventory
            .backup_storage_refs
            .len()
    });
}
