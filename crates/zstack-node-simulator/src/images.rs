//! Implements the images of the node, behind the generated server stub.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use zstack_server::types::{
    ErrorCode, ErrorEnvelope, ImageBackupStorageRef, ImageInventory, RecoverImageRequest,
    RecoverImageResponse,
};
use zstack_server::{
    ErrorResponse, Examples, ImageRelatedInterfaces, RecoverImageInput, RecoverImageOutput,
    oas_server, types,
};

use crate::clock::Zone;
use crate::jobs::Ending;
use crate::lock;
use crate::response;

/// The system tag of requests that are validated and not carried out.
const VALIDATION_ONLY: &str = "validationOnly";

/// The status of what is deleted, and can be recovered.
const DELETED: &str = "Deleted";

/// The effect of deleting an image, as the setting `image.deletionPolicy` of a node defines it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeletionPolicy {
    /// The image can be recovered until it is expunged, or the [expunge period](crate::Builder::expunge_period) is over.
    #[default]
    Delay,
    /// The image is removed at once, and cannot be recovered.
    Direct,
    /// The image can be recovered until it is expunged; the expunge period does not apply.
    Never,
}

/// The images. Clones share them.
#[derive(Clone)]
pub(crate) struct Images {
    pub(crate) zone: Zone,
    pub(crate) policy: DeletionPolicy,
    /// The time for which a deleted image is kept.
    pub(crate) expunge_period: Duration,
    list: Arc<Mutex<Vec<ImageInventory>>>,
    /// Since when images are deleted on backup storages: by the UUIDs of both.
    deleted: Arc<Mutex<HashMap<(String, String), Instant>>>,
}

impl Images {
    pub(crate) fn new(zone: Zone, policy: DeletionPolicy, expunge_period: Duration) -> Self {
        Self {
            zone,
            policy,
            expunge_period,
            list: Arc::default(),
            deleted: Arc::default(),
        }
    }

    /// Returns the images, without those whose time is over.
    fn list(&self) -> MutexGuard<'_, Vec<ImageInventory>> {
        let mut list = lock(&self.list);
        let mut deleted = lock(&self.deleted);
        let mut known = HashMap::new();
        list.retain_mut(|image| {
            let before = image.backup_storage_refs.len();
            let uuid = &image.uuid;
            image.backup_storage_refs.retain(|place| {
                if place.status != DELETED {
                    return true;
                }
                let key = (uuid.clone(), place.backup_storage_uuid.clone());
                let since = deleted.get(&key).copied().unwrap_or_else(Instant::now);
                known.insert(key, since);
                self.policy == DeletionPolicy::Never || since.elapsed() < self.expunge_period
            });
            before == 0 || !image.backup_storage_refs.is_empty()
        });
        *deleted = known;
        list
    }

    /// Returns the images as they are now.
    pub(crate) fn all(&self) -> Vec<ImageInventory> {
        self.list().clone()
    }

    pub(crate) fn find(&self, uuid: &str) -> Option<ImageInventory> {
        let list = self.list();
        list.iter().find(|image| image.uuid == uuid).cloned()
    }

    /// Adds an image, or replaces the one of the same UUID.
    pub(crate) fn put(&self, image: ImageInventory) {
        let mut list = self.list();
        list.retain(|other| other.uuid != image.uuid);
        list.push(image);
    }

    /// Checks what a node checks of an action on an image before it begins. A request that is to be validated alone ends with that.
    pub(crate) fn check(&self, uuid: &str, request: &Value) -> Result<Option<Value>, Value> {
        if self.find(uuid).is_none() {
            return Err(response::with_cost(json!(not_found(uuid))));
        }
        let tags = request.get("systemTags").and_then(Value::as_array);
        let is_validated_only = tags.is_some_and(|tags| tags.contains(&json!(VALIDATION_ONLY)));
        Ok(is_validated_only.then(|| json!({})))
    }

    /// Checks what a node checks of a deletion, which succeeds where there is no image of a valid UUID.
    pub(crate) fn check_deletion(
        &self,
        uuid: &str,
        _request: &Value,
    ) -> Result<Option<Value>, Value> {
        if self.find(uuid).is_some() || is_uuid(uuid) {
            return Ok(None);
        }
        let text = format!("invalid value[{uuid}] of field [uuid]");
        Err(response::error("SYS.1003", text))
    }

    /// Checks what a node checks of an expunction: there have to be the backup storages as well.
    pub(crate) fn check_expunction(
        &self,
        uuid: &str,
        request: &Value,
    ) -> Result<Option<Value>, Value> {
        let checked = self.check(uuid, request)?;
        let chosen = request.pointer("/params/backupStorageUuids");
        let chosen = chosen.and_then(Value::as_array).into_iter().flatten();
        let chosen = chosen.filter_map(Value::as_str);
        let images = self.all();
        let places = || images.iter().flat_map(|image| &image.backup_storage_refs);
        let unknown: Vec<&str> = chosen
            .filter(|storage| places().all(|place| place.backup_storage_uuid != *storage))
            .collect();
        if unknown.is_empty() {
            return Ok(checked);
        }
        let text = format!(
            "invalid field[backupStorageUuids], resource[uuids:[{}], type:BackupStorageVO] not found",
            unknown.join(", ")
        );
        Err(response::error("SYS.1003", text))
    }

    /// Deletes an image on these backup storages, or on all. It succeeds where there is none.
    pub(crate) fn delete(&self, uuid: &str, request: &RecoverImageRequest) -> Ending {
        let storages = storages(request);
        let mut list = self.list();
        let Some(image) = list.iter_mut().find(|image| image.uuid == uuid) else {
            return Ok(json!({}));
        };
        let is_chosen = |place: &ImageBackupStorageRef| {
            storages.is_empty() || storages.contains(&place.backup_storage_uuid)
        };
        let now = self.zone.now();
        match self.policy {
            DeletionPolicy::Direct => {
                image.backup_storage_refs.retain(|place| !is_chosen(place));
                if image.backup_storage_refs.is_empty() {
                    list.retain(|image| image.uuid != uuid);
                }
                return Ok(json!({}));
            }
            DeletionPolicy::Delay | DeletionPolicy::Never => {
                for place in image
                    .backup_storage_refs
                    .iter_mut()
                    .filter(|place| is_chosen(place))
                {
                    place.status = DELETED.to_owned();
                    place.last_op_date = Some(now.clone());
                }
            }
        }
        if image
            .backup_storage_refs
            .iter()
            .all(|place| place.status == DELETED)
        {
            image.status = Some(DELETED.to_owned());
            image.last_op_date = Some(now);
        }
        drop(list);
        // The time of what is deleted now begins.
        drop(self.list());
        Ok(json!({}))
    }

    /// Removes a deleted image from these backup storages, or from all that it is deleted on.
    pub(crate) fn expunge(&self, uuid: &str, request: &RecoverImageRequest) -> Ending {
        let mut list = self.list();
        let image = list.iter_mut().find(|image| image.uuid == uuid);
        let image = image.ok_or_else(|| response::with_cost(json!(not_found(uuid))))?;
        let chosen = chosen(image, storages(request), |_, name, storage| {
            format!("{name} is not deleted on the backup storage[uuid:{storage}]")
        });
        let chosen = chosen.map_err(|error| response::with_cost(json!(error)))?;
        let mut index = 0;
        image.backup_storage_refs.retain(|_| {
            index += 1;
            !chosen.contains(&(index - 1))
        });
        if image.backup_storage_refs.is_empty() {
            list.retain(|image| image.uuid != uuid);
        }
        Ok(json!({}))
    }

    fn recover(&self, uuid: &str, storages: &[String]) -> Result<ImageInventory, Box<ErrorCode>> {
        let mut list = self.list();
        let image = list.iter_mut().find(|image| image.uuid == uuid);
        let image = image.ok_or_else(|| not_found(uuid))?;
        let chosen = chosen(image, storages, |status, name, storage| {
            format!(
                "{name}'s status[{status}] is not Deleted on the backup storage[uuid:{storage}]"
            )
        })?;
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

fn storages(request: &RecoverImageRequest) -> &[String] {
    request
        .params
        .backup_storage_uuids
        .as_deref()
        .unwrap_or_default()
}

/// Returns whether a text is what a node takes for a UUID.
fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    let are_digits = bytes
        .iter()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    bytes.len() == 32
        && are_digits
        && matches!(bytes[12], b'1'..=b'5')
        && matches!(bytes[16], b'8' | b'9' | b'a' | b'b')
}

/// Returns where an image is recovered or expunged: on these backup storages, or on all where it is deleted. One on which it is not deleted
/// fails the whole operation, with the text that `rejection` makes of its status, the name of the image, and the backup storage.
fn chosen(
    image: &ImageInventory,
    storages: &[String],
    rejection: impl Fn(&str, &str, &str) -> String,
) -> Result<Vec<usize>, Box<ErrorCode>> {
    let ImageInventory { uuid, name, .. } = image;
    let image_name = format!("the image[uuid:{uuid}, name:{name}]");
    let places = || image.backup_storage_refs.iter().enumerate();
    if storages.is_empty() {
        let deleted = places().filter(|(_, place)| place.status == DELETED);
        let deleted: Vec<usize> = deleted.map(|(index, _)| index).collect();
        if !deleted.is_empty() {
            return Ok(deleted);
        }
        let text = format!("{image_name} is not deleted on any backup storage");
        return Err(error("SYS.1006", text));
    }
    let place_on = |storage: &String| {
        let mut places = places().filter(|(_, place)| place.backup_storage_uuid == *storage);
        let text = match places.next() {
            Some((index, place)) if place.status == DELETED => return Ok(index),
            Some((_, place)) => rejection(&place.status, &image_name, storage),
            None => format!("{image_name} is not on the backup storage[uuid:{storage}]"),
        };
        Err(error("SYS.1007", text))
    };
    storages.iter().map(place_on).collect()
}

fn not_found(uuid: &str) -> Box<ErrorCode> {
    let text = format!("invalid field[imageUuid], resource[uuid:{uuid}, type:ImageVO] not found");
    error("SYS.1003", text)
}

fn error(code: &str, details: String) -> Box<ErrorCode> {
    let description = response::description(code);
    Box::new(
        ErrorCode::new(code)
            .description(description)
            .details(details),
    )
}

/// Returns the output of an operation that failed.
fn failed(error: ErrorCode) -> RecoverImageOutput {
    let status = http::StatusCode::SERVICE_UNAVAILABLE;
    RecoverImageOutput::ServerError(status, ErrorEnvelope::new(error))
}

impl ImageRelatedInterfaces for Images {
    async fn recover_image(
        &self,
        request: RecoverImageInput,
    ) -> Result<RecoverImageOutput, ErrorResponse> {
        let uuid = request.image_uuid.trim();
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
        .status(DELETED)
        .size(13_631_488)
        .actual_size(13_631_488)
        .r#type("zstack")
        .system(false)
        .create_date(now.clone())
        .last_op_date(now.clone());
    for at in &mut image.backup_storage_refs {
        at.status = DELETED.to_owned();
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
