//! The check of generated servers: the type reads the text through a deserializer that checks it, and only an invalid text is walked
//! again, for its violations.

use bench_server::types::RecoverRequest;
use oas_schema::{Direction, Pattern, Property, Schema, Static, check_value, decode_request};

static UUID: Pattern = Pattern::new("^[0-9a-f]{32}$");
static UUIDS: Schema = Schema::array(&const { Schema::string().pattern(&UUID) }).min_items(1);
static PARAMS: Schema = Schema::object(&[Property::optional("backupStorageUuids", &UUIDS)]);
static SYSTEM_TAGS: Schema =
    Schema::array(&const { Schema::string().max_length(255) }).max_items(10);
static USER_TAGS: Schema = Schema::array(&const { Schema::string() });
static BODY: Schema = Schema::object(&[
    Property::required("params", &PARAMS),
    Property::optional("systemTags", &SYSTEM_TAGS),
    Property::optional("userTags", &USER_TAGS),
]);

fn main() {
    meter::check::run(|text| {
        let decoded = decode_request::<Static, RecoverRequest>(&(), &BODY, text);
        decoded.ok_or_else(|| check_value::<Static>(&(), &BODY, Direction::Request, None, text).len())
    });
}
