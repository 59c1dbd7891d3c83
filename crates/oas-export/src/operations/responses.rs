//! Merges responses: those with the same status become one.

use oas_document::{
    Content, Node,
    object_model::{Object, is_extension},
    openapi::{Operation, media_types},
};

use crate::{
    map::{Map, plain},
    objects::Exporter,
};

impl<'d> Exporter<'d> {
    pub(super) fn merged_responses(&mut self, operations: &[Operation<'d>]) -> Map {
        let mut statuses: Vec<&str> = Vec::new();
        let of = |operation: &Operation<'d>| {
            let responses = operation.node.get("responses");
            responses.into_iter().flat_map(Node::entries)
        };
        for (status, _) in operations.iter().flat_map(of) {
            if !statuses.contains(&status) {
                statuses.push(status);
            }
        }
        let mut merged = Map::default();
        for status in statuses {
            let all = operations.iter().filter_map(|operation| {
                let raw = operation.node.get("responses")?.get(status)?;
                Some((operation.selector?.value, raw))
            });
            let all: Vec<(&str, Node<'d>)> = all.collect();
            let value = match is_extension(status) {
                true => all.first().map(|(_, value)| plain(*value)),
                false => Some(self.merged_response(&all)),
            };
            if let Some(value) = value {
                merged.set(status, value);
            }
        }
        merged
    }

    fn merged_response(&mut self, all: &[(&str, Node<'d>)]) -> Content {
        let mut written: Vec<Content> = Vec::new();
        for (_, raw) in all {
            let response = self.object(*raw, Object::Response);
            if !written.contains(&response) {
                written.push(response);
            }
        }
        if written.len() == 1 {
            return written.remove(0);
        }
        let resolved = all
            .iter()
            .filter_map(|(value, raw)| Some((*value, raw.resolve().ok()?)));
        let resolved: Vec<(&str, Node<'d>)> = resolved.collect();
        let mut map = Map::default();
        let text = |node: Node<'d>| {
            node.get("description")
                .and_then(Node::as_str)
                .unwrap_or_default()
        };
        let lines = resolved.iter().map(|(value, node)| {
            format!("- `{value}`: {}", text(*node).trim().replace('\n', "\n  "))
        });
        map.set("description", lines.collect::<Vec<_>>().join("\n").as_str());
        let mut headers = Map::default();
        for (_, node) in &resolved {
            for (name, header) in node.get("headers").into_iter().flat_map(Node::entries) {
                if headers.has(name) {
                    continue;
                }
                let everywhere = resolved.iter().all(|(_, other)| {
                    other
                        .get("headers")
                        .is_some_and(|headers| headers.get(name).is_some())
                });
                let mut header = Map::of(self.object(header, Object::Header));
                if !everywhere {
                    header.remove("required");
                }
                headers.set(name, header);
            }
        }
        if !headers.is_empty() {
            map.set("headers", headers);
        }
        let mut contents = Vec::new();
        for (value, node) in &resolved {
            contents.extend(media_types(*node).into_iter().map(|media| (*value, media)));
        }
        if !contents.is_empty() {
            map.set("content", self.merged_content(&contents, None));
        }
        let mut links = Map::default();
        for (_, node) in &resolved {
            for (name, link) in node.get("links").into_iter().flat_map(Node::entries) {
                let link = self.object(link, Object::Link);
                links.set(name, link);
            }
            for (name, value) in oas_document::openapi::extensions(*node) {
                if !map.has(name) {
                    map.set(name, plain(value));
                }
            }
        }
        if !links.is_empty() {
            map.set("links", links);
        }
        map.into()
    }
}
