//! Responses and their headers.

use oas_document::{
    Node,
    object_model::{Object, is_extension},
    openapi::{Operation, Response, StatusPattern},
    schema::Schema,
};

use super::{Comparison, Scope, operations::matched_without_case};
use crate::{
    change::{Change, matched},
    docs,
    rule::{Rule, table},
    schema::{Serialization, summary},
    severity::{Direction, Effect},
};

/// Returns the response that covers a status which is not listed: its range, or `default`.
fn covering<'d>(responses: &[Response<'d>], status: StatusPattern) -> Option<Response<'d>> {
    let range = match status {
        StatusPattern::Exact(code) => Some(StatusPattern::Range((code / 100) as u8)),
        _ => None,
    };
    let find = |wanted: StatusPattern| {
        responses
            .iter()
            .find(|response| response.status == wanted)
            .copied()
    };
    range
        .and_then(find)
        .or_else(|| find(StatusPattern::Default).filter(|_| status != StatusPattern::Default))
}

impl<'d> Comparison<'_, 'd> {
    pub(super) fn responses(&mut self, scope: Scope, base: &Operation<'d>, head: &Operation<'d>) {
        let (old, new) = (base.responses(), head.responses());
        self.unreadable_entries(scope, (base.node, head.node), "responses", |key, _| {
            key.parse::<StatusPattern>().is_ok()
        });
        let has = |list: &[Response<'d>], status: StatusPattern| {
            list.iter().any(|response| response.status == status)
        };
        for one in &old {
            let via = format!("response {}", one.status);
            if let Some(other) = new.iter().find(|other| other.status == one.status) {
                self.response(scope, (one.node, other.node), &via);
                continue;
            }
            // A new range or `default` covers statuses that were listed individually.
            let general = covering(&new, one.status).filter(|general| !has(&old, general.status));
            if let Some(general) = general {
                let message = format!(
                    "status {} is now described by {}",
                    one.status, general.status
                );
                let sides = (Some(one.raw), Some(general.raw));
                let places = (general.raw, general.raw);
                let change =
                    Change::new(&table::STATUS_COVERED, Effect::None, sides, places, message);
                self.report(scope, Direction::Response, &change, &via);
                self.response(scope, (one.node, general.node), &via);
                continue;
            }
            let specific: Vec<_> = new
                .iter()
                .filter(|other| !has(&old, other.status))
                .filter(|other| covering(std::slice::from_ref(one), other.status).is_some())
                .collect();
            if !specific.is_empty() {
                for other in specific {
                    let via = format!("response {} (was {})", other.status, one.status);
                    self.response(scope, (one.node, other.node), &via);
                }
                continue;
            }
            let effect = if one.status.is_success() {
                Effect::Narrows
            } else {
                Effect::None
            };
            let anchor = head.node.get("responses").unwrap_or(head.node);
            let message = format!("status {} removed", one.status);
            let (place, subject) = self.cause(one.raw, one.node, one.raw);
            let sides = (Some(place), None);
            let places = (subject, anchor);
            let change = Change::new(&table::STATUS_REMOVED, effect, sides, places, message);
            self.report(scope, Direction::Response, &change, &via);
        }
        let listed_success = old.iter().any(|one| one.status.is_success());
        for other in new.iter().filter(|other| !has(&old, other.status)) {
            // A range or `default` that stays described the status too; `default` describes no success beside listed ones.
            let general = covering(&old, other.status).filter(|general| {
                has(&new, general.status)
                    && !(general.status == StatusPattern::Default
                        && other.status.is_success()
                        && listed_success)
            });
            if let Some(general) = general {
                let via = format!("response {} (was {})", other.status, general.status);
                self.response(scope, (general.node, other.node), &via);
            }
            let message = format!("status {} added", other.status);
            let sides = (None, Some(other.raw));
            let change = Change::new(
                &table::STATUS_ADDED,
                Effect::None,
                sides,
                (other.raw, other.raw),
                message,
            );
            self.report(
                scope,
                Direction::Response,
                &change,
                &format!("response {}", other.status),
            );
        }
    }

    /// Compares the entries of a map of an object that cannot be read, as they are written.
    fn unreadable_entries(
        &mut self,
        scope: Scope,
        objects: (Node<'d>, Node<'d>),
        field: &str,
        is_readable: impl Fn(&str, Node<'d>) -> bool,
    ) {
        let of = |object: Node<'d>| {
            let entries = object.get(field).into_iter().flat_map(Node::entries);
            let unreadable =
                entries.filter(|(key, node)| !is_extension(key) && !is_readable(key, *node));
            unreadable.collect::<Vec<_>>()
        };
        for (key, one, other) in matched(of(objects.0), of(objects.1)) {
            if docs::differ(one, other) {
                let message = crate::change::changed(&format!("`{key}` of {field}"), one, other);
                let places = (objects.1, other.unwrap_or(objects.1));
                let rule = &table::NOT_COMPARED;
                let change = Change::new(rule, Effect::Unknown, (one, other), places, message);
                self.note(Some(scope), &change, "");
            }
        }
    }

    pub(super) fn response(&mut self, scope: Scope, objects: (Node<'d>, Node<'d>), via: &str) {
        if self.equivalence.is_unchanged(objects.0, objects.1) {
            return;
        }
        for change in docs::fields(objects, Object::Response) {
            self.note(Some(scope), &change, via);
        }
        self.headers(scope, Direction::Response, objects, via);
        if let Some(change) = docs::map(&table::LINK_CHANGED, objects, "links") {
            self.note(Some(scope), &change, via);
        }
        self.content(scope, Direction::Response, objects, via);
    }

    /// Compares the `headers` of two objects.
    pub(super) fn headers(
        &mut self,
        scope: Scope,
        direction: Direction,
        objects: (Node<'d>, Node<'d>),
        via: &str,
    ) {
        let of = |object: Node<'d>| -> Vec<(&'d str, (&'d str, Node<'d>))> {
            let entries = object.get("headers").into_iter().flat_map(Node::entries);
            let entries = entries.filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            entries.map(|(name, raw)| (name, (name, raw))).collect()
        };
        for sides in matched_without_case(&of(objects.0), &of(objects.1)) {
            match sides {
                (Some((_, one)), Some((name, other))) => {
                    let (Ok(base), Ok(head)) = (one.resolve(), other.resolve()) else {
                        continue;
                    };
                    self.header(
                        scope,
                        direction,
                        (base, head),
                        other,
                        &format!("{via} header {name}"),
                    );
                }
                (Some((name, one)), None) => {
                    let header = one.resolve().unwrap_or(one);
                    let (effect, kind) = match is_true(header, "required") {
                        true => (Effect::Widens, "required"),
                        // Hardly any document lists which headers are required.
                        false => (Effect::Unknown, "optional"),
                    };
                    let anchor = objects.1.get("headers").unwrap_or(objects.1);
                    let message = format!("{kind} header {name} removed");
                    let (place, subject) = self.cause(one, header, objects.0);
                    let sides = (Some(place), None);
                    let rule = &table::RESPONSE_HEADER_REMOVED;
                    let change = Change::new(rule, effect, sides, (subject, anchor), message);
                    self.report(scope, direction, &change, via);
                }
                (None, Some((name, other))) => {
                    let message = format!("header {name} added");
                    let header = other.resolve().unwrap_or(other);
                    let (place, subject) = self.cause(other, header, objects.1);
                    let sides = (None, Some(place));
                    let rule = &table::RESPONSE_HEADER_ADDED;
                    let change = Change::new(rule, Effect::None, sides, (subject, other), message);
                    self.report(scope, direction, &change, via);
                }
                (None, None) => {}
            }
        }
    }

    pub(super) fn header(
        &mut self,
        scope: Scope,
        direction: Direction,
        (base, head): (Node<'d>, Node<'d>),
        raw: Node<'d>,
        via: &str,
    ) {
        if self.equivalence.is_unchanged(base, head) {
            return;
        }
        for change in docs::fields((base, head), Object::Header) {
            self.note(Some(scope), &change, via);
        }
        self.lifecycle(scope, (base, head), raw, via);
        let mut report = |rule: &'static Rule, effect: Effect, field: &str, message: &str| {
            let sides = (base.get(field), head.get(field));
            let change = Change::new(rule, effect, sides, (raw, raw), message.to_owned());
            self.report(scope, direction, &change, via);
        };
        match (is_true(base, "required"), is_true(head, "required")) {
            (false, true) => report(
                &table::RESPONSE_HEADER_REQUIRED,
                Effect::Narrows,
                "required",
                "became required",
            ),
            (true, false) => report(
                &table::RESPONSE_HEADER_OPTIONAL,
                Effect::Widens,
                "required",
                "became optional",
            ),
            _ => {}
        }
        if is_true(base, "explode") != is_true(head, "explode") {
            let rule = &table::RESPONSE_HEADER_EXPLODE;
            report(rule, Effect::Incomparable, "explode", "explode changed");
        }
        match (
            base.get("schema").map(Schema::of),
            head.get("schema").map(Schema::of),
        ) {
            (Some(one), Some(other)) => {
                self.schemas(scope, direction, (&one, &other), Serialization::Text, via)
            }
            (None, None) => {}
            (one, other) => {
                let (rule, effect) = match other {
                    Some(_) => (&table::BODY_SCHEMA_ADDED, Effect::Narrows),
                    None => (&table::BODY_SCHEMA_REMOVED, Effect::Widens),
                };
                let shown = one
                    .or(other)
                    .map(|schema| summary(&schema))
                    .unwrap_or_default();
                let sides = (base.get("schema"), head.get("schema"));
                let message = format!(
                    "schema {} ({shown})",
                    crate::schema::appearance(sides.1.is_some())
                );
                let change = Change::new(rule, effect, sides, (raw, raw), message);
                self.report(scope, direction, &change, via);
            }
        }
        self.content(scope, direction, (base, head), via);
    }
}

fn is_true(node: Node<'_>, field: &str) -> bool {
    node.get(field).and_then(Node::as_bool) == Some(true)
}
