//! A server as somebody writes it who knows axum: types of its own, and each check that the document asks for.

use axum::{
    Json, Router,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::put,
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecoverRequest {
    params: RecoverParams,
    system_tags: Option<Vec<String>>,
    user_tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecoverParams {
    backup_storage_uuids: Option<Vec<String>>,
}

#[derive(Serialize)]
struct RecoverReply {
    inventory: Image,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Image {
    uuid: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<State>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<i64>,
    backup_storage_refs: Vec<StorageRef>,
}

#[derive(Serialize)]
enum State {
    Enabled,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StorageRef {
    id: i64,
    backup_storage_uuid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    install_path: Option<String>,
}

fn is_uuid(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn rejected(status: StatusCode, why: String) -> Response {
    (status, Json(serde_json::json!({ "errors": [why] }))).into_response()
}

/// Returns what is wrong with a body.
fn violation(body: &RecoverRequest) -> Option<String> {
    if let Some(uuids) = &body.params.backup_storage_uuids {
        if uuids.is_empty() {
            return Some("/params/backupStorageUuids: too few items".to_owned());
        }
        if let Some(at) = uuids.iter().position(|uuid| !is_uuid(uuid)) {
            return Some(format!("/params/backupStorageUuids/{at}: no UUID"));
        }
    }
    let tags = body.system_tags.as_ref()?;
    if tags.len() > 10 {
        return Some("/systemTags: too many items".to_owned());
    }
    let long = tags.iter().position(|tag| tag.chars().count() > 255)?;
    Some(format!("/systemTags/{long}: too long"))
}

async fn recover(Path(uuid): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let session = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    let Some(session) = session else {
        return rejected(StatusCode::UNAUTHORIZED, "no session".to_owned());
    };
    let media_type = text(header::CONTENT_TYPE).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return rejected(StatusCode::UNSUPPORTED_MEDIA_TYPE, "no JSON".to_owned());
    }
    if !is_uuid(&uuid) {
        return rejected(StatusCode::BAD_REQUEST, "imageUuid: no UUID".to_owned());
    }
    let body: RecoverRequest = match serde_json::from_slice(&body) {
        Ok(body) => body,
        Err(error) => return rejected(StatusCode::BAD_REQUEST, error.to_string()),
    };
    if let Some(why) = violation(&body) {
        return rejected(StatusCode::BAD_REQUEST, why);
    }
    std::hint::black_box((session.to_owned(), &body.user_tags));
    let storage = |id| StorageRef {
        id,
        backup_storage_uuid: meter::UUID.to_owned(),
        install_path: Some("ceph://images/f0b149e053b34c7eb7fe694b182ebffd".to_owned()),
    };
    Json(RecoverReply {
        inventory: Image {
            uuid,
            name: "TinyLinux".to_owned(),
            description: None,
            state: Some(State::Enabled),
            size: Some(13_107_200),
            backup_storage_refs: vec![storage(1), storage(2)],
        },
    })
    .into_response()
}

fn main() {
    let router = Router::new().route("/v1/images/{imageUuid}/actions", put(recover));
    meter::server::run(router);
}
