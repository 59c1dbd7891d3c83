//! Requests that change nothing: images, backup storages, and the time zone.

use std::cmp::Ordering;

use http::request::Parts;
use serde_json::{Map, Value, json};
use zstack_node_protocol_types::PlatformTimeZone;

use crate::condition::Condition;
use crate::images;
use crate::response::{self, Response};
use crate::schema;
use crate::state::State;

/// The number of resources that a query returns unless it sets a limit.
const LIMIT: usize = 1000;

/// The class of resources, and the fields that they have, those that a resource leaves out included.
struct Inventory {
    class: &'static str,
    fields: &'static [&'static str],
}

const IMAGE: Inventory = Inventory {
    class: schema::IMAGE,
    fields: &IMAGE_FIELDS,
};

const STORAGE: Inventory = Inventory {
    class: schema::STORAGE,
    fields: &STORAGE_FIELDS,
};

const STORAGE_FIELDS: [&str; 12] = [
    "uuid",
    "name",
    "url",
    "description",
    "totalCapacity",
    "availableCapacity",
    "type",
    "state",
    "status",
    "createDate",
    "lastOpDate",
    "attachedZoneUuids",
];

const IMAGE_FIELDS: [&str; 22] = [
    "uuid",
    "name",
    "description",
    "exportUrl",
    "exportMd5Sum",
    "state",
    "status",
    "size",
    "actualSize",
    "md5Sum",
    "url",
    "mediaType",
    "guestOsType",
    "type",
    "platform",
    "format",
    "system",
    "createDate",
    "lastOpDate",
    "architecture",
    "virtio",
    "backupStorageRefs",
];

/// The parameters of a query.
struct Query {
    conditions: Vec<Condition>,
    limit: usize,
    start: usize,
    /// A field, and whether the order is descending.
    sort: Option<(String, bool)>,
    /// The fields to return, or all.
    fields: Option<Vec<String>>,
    /// Whether only the number of resources is asked for.
    count: bool,
    /// Whether the number of resources is asked for as well.
    reply_with_count: bool,
}

impl State {
    /// Returns the images that satisfy a query, or the one of a UUID: then nothing else of the query counts.
    pub(crate) fn query_images(
        &self,
        parts: &Parts,
        uuid: Option<&str>,
    ) -> Result<Response, Response> {
        self.query(parts, uuid, &IMAGE, || {
            let written = |image| {
                let mut image = json!(image);
                images::written(&mut image);
                image
            };
            self.images.all().into_iter().map(written).collect()
        })
    }

    /// Returns the backup storages that satisfy a query.
    pub(crate) fn query_storages(&self, parts: &Parts) -> Result<Response, Response> {
        self.query(parts, None, &STORAGE, || {
            self.storages.iter().map(|storage| json!(storage)).collect()
        })
    }

    fn query(
        &self,
        parts: &Parts,
        uuid: Option<&str>,
        inventory: &Inventory,
        all: impl FnOnce() -> Vec<Value>,
    ) -> Result<Response, Response> {
        let session = self.accounts.session(parts, &self.sessions, &self.zone)?;
        let query = match uuid {
            None => Query::parse(parts.uri.query().unwrap_or_default())?,
            Some(uuid) => Query {
                conditions: vec![Condition::equal("uuid", uuid)],
                ..Query::default()
            },
        };
        if !self.sessions.touch(&session) {
            return Err(Response::error(&response::no_session()));
        }
        query.check(inventory)?;
        let mut found = all();
        found.retain(|resource| query.admits(resource));
        let total = found.len();
        let mut body = Map::new();
        if !query.count {
            query.order(&mut found);
            let page = found.into_iter().skip(query.start).take(query.limit);
            let page: Vec<Value> = page.map(|resource| query.project(resource)).collect();
            body.insert("inventories".to_owned(), json!(page));
        }
        if query.count || query.reply_with_count {
            body.insert("total".to_owned(), json!(total));
        }
        let mut body = Value::Object(body);
        // Queries have the map of classes whether or not the caller asks for it.
        schema::add(&mut body, Some(inventory.class));
        Ok(Response::json(200, &body))
    }

    pub(crate) fn time_zone(&self, parts: &Parts) -> Result<Response, Response> {
        self.session(parts)?;
        self.wanted(parts)?;
        let zone = PlatformTimeZone::new();
        let body = zone.timezone(self.zone.name()).offset(self.zone.offset());
        Ok(Response::result(json!(body), None, &parts.headers))
    }
}

impl Default for Query {
    fn default() -> Self {
        Self {
            conditions: Vec::new(),
            limit: LIMIT,
            start: 0,
            sort: None,
            fields: None,
            count: false,
            reply_with_count: false,
        }
    }
}

impl Query {
    fn parse(text: &str) -> Result<Self, Response> {
        let mut query = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = value.replace('+', " ");
            let value = percent_encoding::percent_decode_str(&value).decode_utf8_lossy();
            // Of what comes twice, a node takes the first; conditions are the exception.
            if name != "q" && seen.iter().any(|other| other == name) {
                continue;
            }
            seen.push(name.to_owned());
            let text = value.trim();
            let number = || {
                let number = text.parse::<usize>();
                number.map_err(|_| {
                    let text = format!("Invalid query parameter. '{name}' must be an integer");
                    Response::text(400, text)
                })
            };
            match name {
                "q" => query.conditions.push(Condition::parse(&value)?),
                "limit" => query.limit = number()?,
                "start" => query.start = number()?,
                "sort" => query.sort = Some(sort(&value)),
                "fields" => {
                    let names = text.split(',').map(|name| name.trim().to_owned());
                    query.fields = Some(names.collect());
                }
                "count" => query.count = text.eq_ignore_ascii_case("true"),
                "replyWithCount" => query.reply_with_count = text.eq_ignore_ascii_case("true"),
                _ => {}
            }
        }
        Ok(query)
    }

    /// Checks that all fields exist, which a node does when it carries the query out.
    fn check(&self, inventory: &Inventory) -> Result<(), Response> {
        let conditions = self.conditions.iter().map(Condition::field);
        let sorted = self.sort.iter().map(|(field, _)| field.as_str());
        let fields = self.fields.iter().flatten().map(String::as_str);
        let mut names = conditions.chain(sorted).chain(fields);
        let is_unknown = |field: &&str| {
            let first = field.split('.').next().unwrap_or_default();
            !inventory.fields.contains(&first)
        };
        match names.find(is_unknown) {
            None => Ok(()),
            Some(field) => {
                let class = inventory.class;
                let text = format!(
                    "condition name[{field}] is invalid, no such field on inventory class[{class}]"
                );
                Err(Response::error(&response::error("SYS.1007", text)))
            }
        }
    }

    fn admits(&self, resource: &Value) -> bool {
        self.conditions
            .iter()
            .all(|condition| condition.admits(resource))
    }

    fn order(&self, found: &mut [Value]) {
        if let Some((field, descending)) = &self.sort {
            found.sort_by(|one, other| {
                let order = order(one.get(field), other.get(field));
                if *descending { order.reverse() } else { order }
            });
        }
    }

    fn project(&self, resource: Value) -> Value {
        match (&self.fields, resource) {
            (Some(fields), Value::Object(members)) => {
                let members = members.into_iter();
                members.filter(|(name, _)| fields.contains(name)).collect()
            }
            (_, resource) => resource,
        }
    }
}

/// Parses `+name`, `-name` or `name`: a field, and whether the order is descending. The plus may have been decoded to a space.
fn sort(value: &str) -> (String, bool) {
    match value.trim().strip_prefix('-') {
        Some(field) => (field.trim_start_matches('-').to_owned(), true),
        None => (value.trim().trim_start_matches('+').to_owned(), false),
    }
}

/// Orders members as the database of a node does: numbers by value, texts by their characters without case, nothing first.
fn order(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    match (one, other) {
        (Some(Value::Number(one)), Some(Value::Number(other))) => one
            .as_f64()
            .partial_cmp(&other.as_f64())
            .unwrap_or(Ordering::Equal),
        (one, other) => {
            let folded = |value: &Value| text(value).to_lowercase();
            one.map(folded).cmp(&other.map(folded))
        }
    }
}

/// Returns the text by which a member is compared.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
