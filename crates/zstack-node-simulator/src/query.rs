//! Requests that change nothing: images, and the time zone.

use http::request::Parts;
use serde_json::{Map, Value, json};
use zstack_node_protocol_types::PlatformTimeZone;

use crate::response::{Response, exception};
use crate::state::State;
use crate::{images, lock};

impl State {
    pub(crate) fn query(
        &self,
        parts: &Parts,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Response, Response> {
        self.session(parts)?;
        let mut images = json!(*lock(&self.images.list));
        let images = images
            .as_array_mut()
            .map(std::mem::take)
            .unwrap_or_default();
        let conditions = conditions(parts)?;
        let images: Vec<Value> = images
            .into_iter()
            .filter(|image| {
                image
                    .get("uuid")
                    .and_then(Value::as_str)
                    .is_some_and(&wanted)
            })
            .filter(|image| {
                conditions.iter().all(|(name, value)| {
                    image.get(name).and_then(Value::as_str) == Some(value.as_str())
                })
            })
            .map(|mut image| {
                images::written(&mut image);
                image
            })
            .collect();
        let schema: Map<String, Value> = (0..images.len())
            .map(|index| {
                (
                    format!("inventories[{index}]"),
                    json!("org.zstack.header.image.ImageInventory"),
                )
            })
            .collect();
        let body = json!({ "inventories": images, "total": images.len(), "schema": schema });
        Ok(Response::json(200, &body))
    }

    pub(crate) fn time_zone(&self, parts: &Parts) -> Result<Response, Response> {
        self.session(parts)?;
        let zone = PlatformTimeZone::new();
        let body = zone.timezone(self.zone.name()).offset(self.zone.offset());
        Ok(Response::json(200, &body))
    }
}

/// Parses the conditions `q=name=value` of a query. Any other operator is an error, because an ignored condition would count as
/// fulfilled.
fn conditions(parts: &Parts) -> Result<Vec<(String, String)>, Response> {
    let query = parts.uri.query().unwrap_or_default();
    let queries = query.split('&').filter_map(|pair| pair.strip_prefix("q="));
    queries
        .map(|condition| {
            let condition = condition.replace('+', " ");
            let condition = percent_encoding::percent_decode_str(&condition).decode_utf8_lossy();
            match condition.split_once('=') {
                Some((name, value)) if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                    Ok((name.to_owned(), value.to_owned()))
                }
                _ => Err(exception(format!(
                    "the condition[{condition}] is not one that the simulated node knows"
                ))),
            }
        })
        .collect()
}
