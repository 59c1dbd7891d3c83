//! Requests that change nothing: images, and the time zone.

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

/// The fields that images have, those that an image leaves out included.
const FIELDS: [&str; 21] = [
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
    pub(crate) fn query(
        &self,
        parts: &Parts,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Response, Response> {
        let query = Query::parse(parts.uri.query().unwrap_or_default())?;
        self.session(parts)?;
        query.check()?;
        let images = self.images.all();
        let images = images.iter().filter(|image| wanted(&image.uuid));
        let images = images.map(|image| {
            let mut image = json!(image);
            images::written(&mut image);
            image
        });
        let mut images: Vec<Value> = images.filter(|image| query.admits(image)).collect();
        let total = images.len();
        if query.count {
            return Ok(Response::json(200, &json!({ "total": total })));
        }
        query.order(&mut images);
        let page = images.into_iter().skip(query.start).take(query.limit);
        let page: Vec<Value> = page.map(|image| query.project(image)).collect();
        let mut body = Map::new();
        body.insert("inventories".to_owned(), json!(page));
        if query.reply_with_count {
            body.insert("total".to_owned(), json!(total));
        }
        let mut body = Value::Object(body);
        schema::add(&mut body, schema::IMAGE);
        Ok(Response::json(200, &body))
    }

    pub(crate) fn time_zone(&self, parts: &Parts) -> Result<Response, Response> {
        self.session(parts)?;
        let zone = PlatformTimeZone::new();
        let body = zone.timezone(self.zone.name()).offset(self.zone.offset());
        Ok(Response::json(200, &body))
    }
}

impl Query {
    fn parse(text: &str) -> Result<Self, Response> {
        let mut query = Self {
            conditions: Vec::new(),
            limit: LIMIT,
            start: 0,
            sort: None,
            fields: None,
            count: false,
            reply_with_count: false,
        };
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = value.replace('+', " ");
            let value = percent_encoding::percent_decode_str(&value).decode_utf8_lossy();
            let number = || {
                let refusal = || {
                    Response::text(
                        400,
                        format!("Invalid query parameter[{name}:{value}], it must be a number"),
                    )
                };
                value.parse::<usize>().map_err(|_| refusal())
            };
            match name {
                "q" => query.conditions.push(Condition::parse(&value)?),
                "limit" => query.limit = number()?,
                "start" => query.start = number()?,
                "sort" => query.sort = Some(sort(&value)?),
                "fields" => {
                    query.fields = Some(
                        value
                            .split(',')
                            .map(|name| name.trim().to_owned())
                            .collect(),
                    )
                }
                "count" => query.count = value == "true",
                "replyWithCount" => query.reply_with_count = value == "true",
                _ => {}
            }
        }
        Ok(query)
    }

    /// Checks that all fields exist, which a node does when it carries the query out.
    fn check(&self) -> Result<(), Response> {
        let conditions = self.conditions.iter().map(Condition::field);
        let sorted = self.sort.iter().map(|(field, _)| field.as_str());
        let fields = self.fields.iter().flatten().map(String::as_str);
        let mut names = conditions.chain(sorted).chain(fields);
        let is_unknown = |field: &&str| {
            let first = field.split('.').next().unwrap_or_default();
            !FIELDS.contains(&first) && first != "backupStorageRefs"
        };
        match names.find(is_unknown) {
            None => Ok(()),
            Some(field) => {
                let text = format!("condition name[{field}] is invalid, no such field");
                let error =
                    response::error("SYS.1007", "One or more API argument is invalid", text);
                Err(Response::error(error))
            }
        }
    }

    fn admits(&self, image: &Value) -> bool {
        self.conditions
            .iter()
            .all(|condition| condition.admits(image))
    }

    fn order(&self, images: &mut [Value]) {
        if let Some((field, descending)) = &self.sort {
            images.sort_by(|one, other| {
                let order = order(one.get(field), other.get(field));
                if *descending { order.reverse() } else { order }
            });
        }
    }

    fn project(&self, image: Value) -> Value {
        match (&self.fields, image) {
            (Some(fields), Value::Object(members)) => {
                let members = members.into_iter();
                members.filter(|(name, _)| fields.contains(name)).collect()
            }
            (_, image) => image,
        }
    }
}

/// Parses `+name` or `-name`. The plus may have been decoded to a space.
fn sort(value: &str) -> Result<(String, bool), Response> {
    match value.split_at_checked(1) {
        Some(("+" | " ", field)) => Ok((field.to_owned(), false)),
        Some(("-", field)) => Ok((field.to_owned(), true)),
        _ => {
            let text =
                format!("Invalid query parameter[sort:{value}], it must start with '+' or '-'");
            Err(Response::text(400, text))
        }
    }
}

/// Orders members as the database of a node does: numbers by value, texts by their characters, nothing first.
fn order(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    match (one, other) {
        (Some(Value::Number(one)), Some(Value::Number(other))) => one
            .as_f64()
            .partial_cmp(&other.as_f64())
            .unwrap_or(Ordering::Equal),
        (one, other) => one.map(text).cmp(&other.map(text)),
    }
}

/// Returns the text by which a member is compared.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
