//! Computes the map of Java classes that a node adds to results: SDKs cast by it.

use serde_json::{Map, Value, json};

/// The class of images.
pub(crate) const IMAGE: &str = "org.zstack.header.image.ImageInventory";
/// The class of sessions.
pub(crate) const SESSION: &str = "org.zstack.header.identity.SessionInventory";
/// The class of backup storages.
pub(crate) const STORAGE: &str = "org.zstack.header.storage.backup.BackupStorageInventory";
/// The class of the places of an image.
const PLACE: &str = "org.zstack.header.image.ImageBackupStorageRefInventory";

/// Adds `schema` to a result whose `inventory`, or each of whose `inventories`, is of a class: the path of every object of a class
/// of ZStack, with that class. It is empty for a result without such objects, and where the class is not known.
pub(crate) fn add(result: &mut Value, class: Option<&str>) {
    let mut schema = Map::new();
    if let Some(class) = class {
        if let Some(inventory) = result.get("inventory").filter(|value| value.is_object()) {
            note(&mut schema, "inventory".to_owned(), inventory, class);
        }
        let inventories = result.get("inventories").and_then(Value::as_array);
        for (index, inventory) in inventories.into_iter().flatten().enumerate() {
            let path = format!("inventories[{index}]");
            note(&mut schema, path, inventory, class);
        }
    }
    if let Some(members) = result.as_object_mut() {
        members.insert("schema".to_owned(), Value::Object(schema));
    }
}

fn note(schema: &mut Map<String, Value>, path: String, inventory: &Value, class: &str) {
    let places = inventory.get("backupStorageRefs").and_then(Value::as_array);
    for index in 0..places.map_or(0, Vec::len) {
        schema.insert(format!("{path}.backupStorageRefs[{index}]"), json!(PLACE));
    }
    schema.insert(path, json!(class));
}
