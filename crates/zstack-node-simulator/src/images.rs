//! The images of the node, behind the generated server stub.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use zstack_server::types::{ErrorCode, ErrorEnvelope, ImageInventory, RecoverImageResponse};
use zstack_server::{
    ErrorResponse, Examples, ImageRelatedInterfaces, RecoverImageInput, RecoverImageOutput,
    oas_server, types,
};

use crate::clock::Zone;
use crate::lock;
use crate::response;
use crate::sessions::Sessions;

/// The system tag of requests that are validated and not carried out.
const VALIDATION_ONLY: &str = "validationOnly";

/// The images. Clones share them.
#[derive(Clone)]
pub(crate) struct Images {
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) zone: Zone,
    pub(crate) list: Arc<Mutex<Vec<ImageInventory>>>,
}

impl Images {
    pub(crate) fn find(&self, uuid: &str) -> Option<ImageInventory> {
        let list = lock(&self.list);
        list.iter().find(|image| image.uuid == uuid).cloned()
    }

    /// Adds an image, or replaces the one of the same UUID.
    pub(crate) fn put(&self, image: ImageInventory) {
        let mut list = lock(&self.list);
        list.retain(|other| other.uuid != image.uuid);
        list.push(image);
    }

    fn recover(&self, uuid: &str, storages: &[String]) -> Result<ImageInventory, Box<ErrorCode>> {
        let mut list = lock(&self.list);
        let image = list.iter_mut().find(|image| image.uuid == uuid);
        let image = image.ok_or_else(|| not_found(uuid))?;
        let chosen = chosen(image, storages)?;
        let now = self.zone.now();
        for index in chosen {
            if let Some(place) = image.backup_storage_refs.get_mut(index) {
                place.status = "Ready".to_owned();
                place.last_op_date = Some(now.clone());
            }
        }
        image.status = Some("Ready".to_owned());
        image.last_op_date = Some(now);
        Ok(image.clone())
    }
}

/// Returns where an image is recovered: on these backup storages, or on all where it is deleted. One on which it is not deleted
/// fails the whole operation.
fn chosen(image: &ImageInventory, storages: &[String]) -> Result<Vec<usize>, Box<ErrorCode>> {
    let ImageInventory { uuid, name, .. } = image;
    let places = || image.backup_storage_refs.iter().enumerate();
    if storages.is_empty() {
        let deleted = places().filter(|(_, place)| place.status == "Deleted");
        let deleted: Vec<usize> = deleted.map(|(index, _)| index).collect();
        if !deleted.is_empty() {
            return Ok(deleted);
        }
        let text =
            format!("the image[uuid:{uuid}, name:{name}] is not deleted on any backup storage");
        return Err(error("SYS.1006", "An operation failed", text));
    }
    let place_on = |storage: &String| {
        let mut places = places().filter(|(_, place)| place.backup_storage_uuid == *storage);
        let text = match places.next() {
            Some((index, place)) if place.status == "Deleted" => return Ok(index),
            Some((_, place)) => format!(
                "the image[uuid:{uuid}, name:{name}]'s status[{}] is not Deleted on the backup storage[uuid:{storage}]",
                place.status
            ),
            None => format!(
                "the image[uuid:{uuid}, name:{name}] is not on the backup storage[uuid:{storage}]"
            ),
        };
        Err(error(
            "SYS.1007",
            "One or more API argument is invalid",
            text,
        ))
    };
    storages.iter().map(place_on).collect()
}

fn not_found(uuid: &str) -> Box<ErrorCode> {
    let text = format!("invalid field[imageUuid], resource[uuid:{uuid}, type:ImageVO] not found");
    error("SYS.1003", "A resource can not be found", text)
}

fn error(code: &str, description: &str, details: String) -> Box<ErrorCode> {
    Box::new(
        ErrorCode::new(code)
            .description(description)
            .details(details),
    )
}

/// A node's answer to an operation that failed.
fn failed(error: ErrorCode) -> RecoverImageOutput {
    let status = http::StatusCode::SERVICE_UNAVAILABLE;
    RecoverImageOutput::ServerError(status, ErrorEnvelope::new(error))
}

impl ImageRelatedInterfaces for Images {
    async fn recover_image(
        &self,
        request: RecoverImageInput,
    ) -> Result<RecoverImageOutput, ErrorResponse> {
        if !self.sessions.touch(request.session.expose()) {
            let [code, description, details] = response::NO_SESSION;
            return Err(failed(*error(code, description, details.to_owned())).into());
        }
        let uuid = request.image_uuid.trim();
        let tags = request.body.system_tags.unwrap_or_default();
        if tags.iter().any(|tag| tag == VALIDATION_ONLY) {
            self.find(uuid).ok_or_else(|| failed(*not_found(uuid)))?;
            let valid = oas_server::response::status(200).json("application/json", &json!({}));
            return Ok(RecoverImageOutput::Undocumented(valid));
        }
        let storages = request.body.params.backup_storage_uuids.unwrap_or_default();
        let image = self
            .recover(uuid, &storages)
            .map_err(|error| failed(*error))?;
        Ok(RecoverImageOutput::Ok(RecoverImageResponse::new(image)))
    }
}

/// Returns the image of the page's example, deleted, with the members that a node always writes and the example omits.
pub(crate) async fn example(zone: &Zone) -> Option<ImageInventory> {
    let nobody = oas_server::HttpCredential::new("OAuth", "");
    let body = types::RecoverImageRequest::new(types::RecoverImageParams::new());
    let input = RecoverImageInput::new(String::new(), nobody, body);
    let Ok(RecoverImageOutput::Ok(example)) = Examples.recover_image(input).await else {
        return None;
    };
    let now = zone.now();
    let mut image = example
        .inventory
        .state("Enabled")
        .status("Deleted")
        .size(13_631_488)
        .actual_size(13_631_488)
        .r#type("zstack")
        .system(false)
        .create_date(now.clone())
        .last_op_date(now.clone());
    for at in &mut image.backup_storage_refs {
        at.status = "Deleted".to_owned();
        at.create_date = Some(now.clone());
        at.last_op_date = Some(now.clone());
    }
    Some(image)
}

/// Adds the members that a node writes and the page does not document.
pub(crate) fn written(image: &mut Value) {
    if let Some(members) = image.as_object_mut() {
        members.insert("architecture".to_owned(), json!("x86_64"));
        members.insert("virtio".to_owned(), json!(true));
    }
}
