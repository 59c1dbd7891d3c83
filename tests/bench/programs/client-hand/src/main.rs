//! A client as somebody writes it who knows reqwest.

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecoverRequest {
    params: RecoverParams,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_tags: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_tags: Option<Vec<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecoverParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    backup_storage_uuids: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct RecoverReply {
    inventory: Image,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "decoding them is measured")]
struct Image {
    uuid: String,
    name: String,
    description: Option<String>,
    state: Option<State>,
    size: Option<i64>,
    backup_storage_refs: Vec<StorageRef>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoding it is measured")]
enum State {
    Enabled,
    Disabled,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "decoding them is measured")]
struct StorageRef {
    id: i64,
    backup_storage_uuid: String,
    install_path: Option<String>,
}

#[derive(Debug)]
#[allow(dead_code, reason = "a caller prints them")]
enum Error {
    Http(reqwest::Error),
    Json(serde_json::Error),
    Status(u16, Vec<u8>),
}

struct Client {
    base: String,
    session: String,
    http: reqwest::Client,
}

impl Client {
    async fn recover_image(
        &self,
        uuid: &str,
        body: &RecoverRequest,
    ) -> Result<RecoverReply, Error> {
        let request = self
            .http
            .put(format!("{}/v1/images/{uuid}/actions", self.base))
            .header("accept", "application/json")
            .bearer_auth(&self.session)
            .json(body)
            .build()
            .map_err(Error::Http)?;
        // It would be executed here.
        std::hint::black_box(&request);
        let response = reqwest::Response::from(meter::client::response());
        let status = response.status().as_u16();
        let bytes = response.bytes().await.map_err(Error::Http)?;
        if status != 200 {
            return Err(Error::Status(status, bytes.to_vec()));
        }
        serde_json::from_slice(&bytes).map_err(Error::Json)
    }
}

fn main() {
    let client = Client {
        base: "http://localhost:8080".to_owned(),
        session: "5e1a".to_owned(),
        http: reqwest::Client::new(),
    };
    meter::client::run(async || {
        let body = RecoverRequest {
            params: RecoverParams {
                backup_storage_uuids: Some(vec![meter::UUID.to_owned()]),
            },
            system_tags: Some(vec!["a::b".to_owned()]),
            user_tags: None,
        };
        let reply = client.recover_image(meter::UUID, &body).await;
        reply.expect("a reply").inventory.backup_storage_refs.len()
    });
}
