//! Bodies: media types and what they hold.

use oas_document::{
    Node,
    object_model::Object,
    openapi::{MediaRange, MediaType, RequestBody, media_types},
    schema::Schema,
};

use super::{Comparison, Scope};
use crate::{
    change::{Change, matched},
    coverage, docs,
    rule::{Rule, table},
    schema::{Medium, brief},
    severity::{Direction, Effect},
};

/// How values of a media type are written.
fn medium(media: &MediaType<'_>) -> Medium {
    let Some(range) = media.range() else {
        return Medium::Json;
    };
    let kind = range.r#type().to_ascii_lowercase();
    match kind.as_str() {
        _ if range.is_xml() => Medium::Xml,
        _ if range.has_essence("application/x-www-form-urlencoded") => Medium::Text,
        "multipart" => Medium::Text,
        "text" if !range.is_json() => Medium::Text,
        _ => Medium::Json,
    }
}

/// The name that decides whether two entries are the same.
fn full_name(media: &MediaType<'_>) -> String {
    let range = media.range();
    range.map_or_else(|| media.name.to_owned(), |range| range.normalized())
}

fn essence(media: &MediaType<'_>) -> String {
    let range = media.range();
    range.map_or_else(|| media.name.to_owned(), |range| range.essence())
}

/// Whether a range admits a media type, or a media type is the one that another's suffix names (RFC 6839 §2): whoever
/// reads `application/json` reads `application/problem+json`.
fn covers(range: &MediaRange<'_>, name: &MediaRange<'_>) -> bool {
    let suffixed = name
        .suffix()
        .is_some_and(|suffix| suffix.eq_ignore_ascii_case(range.subtype()))
        && name.r#type().eq_ignore_ascii_case(range.r#type());
    suffixed || is_within(range, name)
}

fn is_within(range: &MediaRange<'_>, name: &MediaRange<'_>) -> bool {
    range.is_wildcard() && range.essence() != name.essence() && range.includes(name)
}

impl<'d> Comparison<'_, 'd> {
    pub(super) fn request_body(
        &mut self,
        scope: Scope,
        operations: (Node<'d>, Node<'d>),
        (base, head): (Option<RequestBody<'d>>, Option<RequestBody<'d>>),
    ) {
        let kind = |body: &RequestBody<'d>| {
            if body.is_required() {
                "required"
            } else {
                "optional"
            }
        };
        let (base, head) = match (base, head) {
            (None, None) => return,
            (Some(base), Some(head)) => (base, head),
            (Some(base), None) => {
                let what = format!("{} request body removed", kind(&base));
                let sides = (Some(base.raw), None);
                let places = (base.raw, operations.1);
                let change = Change::new(
                    &table::REQUEST_BODY_REMOVED,
                    Effect::Narrows,
                    sides,
                    places,
                    what,
                );
                return self.report(scope, Direction::Request, &change, "request body");
            }
            (None, Some(head)) => {
                let effect = if head.is_required() {
                    Effect::Narrows
                } else {
                    Effect::Widens
                };
                let what = format!("{} request body added", kind(&head));
                let sides = (None, Some(head.raw));
                let change = Change::new(
                    &table::REQUEST_BODY_ADDED,
                    effect,
                    sides,
                    (head.raw, head.raw),
                    what,
                );
                return self.report(scope, Direction::Request, &change, "request body");
            }
        };
        if self.same.holds(base.node, head.node) {
            return;
        }
        let objects = (base.node, head.node);
        for change in docs::fields(objects, Object::RequestBody) {
            self.note(Some(scope), &change, "request body");
        }
        let toggle: Option<(&'static Rule, Effect, &str)> =
            match (base.is_required(), head.is_required()) {
                (false, true) => Some((
                    &table::REQUEST_BODY_REQUIRED,
                    Effect::Narrows,
                    "became required",
                )),
                (true, false) => Some((
                    &table::REQUEST_BODY_OPTIONAL,
                    Effect::Widens,
                    "became optional",
                )),
                _ => None,
            };
        if let Some((rule, effect, what)) = toggle {
            let sides = (base.node.get("required"), head.node.get("required"));
            let change = Change::new(rule, effect, sides, (head.raw, head.raw), what.to_owned());
            self.report(scope, Direction::Request, &change, "request body");
        }
        self.content(scope, Direction::Request, objects, "request body");
    }

    /// Compares the media types of a body; `objects` are what holds `content`.
    pub(super) fn content(
        &mut self,
        scope: Scope,
        direction: Direction,
        objects: (Node<'d>, Node<'d>),
        via: &str,
    ) {
        let (base, head) = (media_types(objects.0), media_types(objects.1));
        let mut new: Vec<Option<MediaType<'d>>> = head.iter().copied().map(Some).collect();
        let mut gone = Vec::new();
        let mut take = |fits: &dyn Fn(&MediaType<'d>) -> bool| {
            new.iter_mut()
                .find(|slot| slot.as_ref().is_some_and(fits))
                .and_then(Option::take)
        };
        let mut pairs = Vec::new();
        for media in base {
            match take(&|other| full_name(other) == full_name(&media)) {
                Some(other) => pairs.push((media, other)),
                None => gone.push(media),
            }
        }
        // A parameter such as `charset` that came or went leaves the media type what it was.
        gone.retain(
            |media| match take(&|other| essence(other) == essence(media)) {
                Some(other) => {
                    pairs.push((*media, other));
                    false
                }
                None => true,
            },
        );
        for media in gone {
            let covering = |range: &MediaType<'d>, one: &MediaType<'d>| {
                let (Some(range), Some(one)) = (range.range(), one.range()) else {
                    return false;
                };
                covers(&range, &one)
            };
            let wider = head.iter().find(|other| covering(other, &media)).copied();
            let narrower = head.iter().find(|other| covering(&media, other)).copied();
            let near = objects.1.get("content").unwrap_or(objects.1);
            match wider.or(narrower) {
                Some(other) => {
                    let (rule, effect) = match wider {
                        Some(_) => (&table::MEDIA_TYPE_WIDENED, Effect::Widens),
                        None => (&table::MEDIA_TYPE_NARROWED, Effect::Narrows),
                    };
                    let what = format!("media type changed from {} to {}", media.name, other.name);
                    let sides = (Some(media.node), Some(other.node));
                    let change = Change::new(rule, effect, sides, (other.node, other.node), what);
                    self.report(scope, direction, &change, via);
                    for slot in &mut new {
                        slot.take_if(|slot| slot.node == other.node);
                    }
                    pairs.push((media, other));
                }
                None => {
                    let what = format!("media type {} removed", media.name);
                    let sides = (Some(media.node), None);
                    let change = Change::new(
                        &table::MEDIA_TYPE_REMOVED,
                        Effect::Narrows,
                        sides,
                        (objects.0, near),
                        what,
                    );
                    self.report(scope, direction, &change, via);
                }
            }
        }
        for media in new.into_iter().flatten() {
            let what = format!("media type {} added", media.name);
            let sides = (None, Some(media.node));
            let change = Change::new(
                &table::MEDIA_TYPE_ADDED,
                Effect::Widens,
                sides,
                (objects.1, media.node),
                what,
            );
            self.report(scope, direction, &change, via);
        }
        for (one, other) in pairs {
            self.media_type(
                scope,
                direction,
                (&one, &other),
                &format!("{via} {}", other.name),
            );
        }
    }

    fn media_type(
        &mut self,
        scope: Scope,
        direction: Direction,
        (base, head): (&MediaType<'d>, &MediaType<'d>),
        via: &str,
    ) {
        if self.same.holds(base.node, head.node) {
            return;
        }
        for change in docs::fields((base.node, head.node), Object::MediaType) {
            self.note(Some(scope), &change, via);
        }
        for keyword in coverage::fields_of(&table::BODY_SCHEMA_ADDED, Object::MediaType) {
            let schema = |media: &MediaType<'d>| media.node.get(keyword).map(Schema::of);
            match (schema(base), schema(head)) {
                (None, None) => {}
                (Some(one), Some(other)) => {
                    self.schemas(scope, direction, (&one, &other), medium(head), via)
                }
                (one, other) => {
                    let (rule, effect) = match other {
                        Some(_) => (&table::BODY_SCHEMA_ADDED, Effect::Narrows),
                        None => (&table::BODY_SCHEMA_REMOVED, Effect::Widens),
                    };
                    let Some(shown) = one.or(other) else { continue };
                    let effect = if shown.is_any() { Effect::None } else { effect };
                    let sides = (base.node.get(keyword), head.node.get(keyword));
                    let what = format!(
                        "{keyword} {} ({})",
                        crate::schema::fate(sides.1.is_some()),
                        brief(&shown)
                    );
                    let change = Change::new(rule, effect, sides, (head.node, head.node), what);
                    self.report(scope, direction, &change, via);
                }
            }
        }
        self.encodings(
            scope,
            direction,
            head.node,
            (Some(base.node), Some(head.node)),
            via,
        );
    }

    /// Compares the encodings of two media types, or of two encodings of nested parts.
    fn encodings(
        &mut self,
        scope: Scope,
        direction: Direction,
        near: Node<'d>,
        (base, head): (Option<Node<'d>>, Option<Node<'d>>),
        via: &str,
    ) {
        let parts = (parts(base), parts(head));
        let parts = matched(
            parts.0.iter().map(|(label, node)| (label.as_str(), *node)),
            parts.1.iter().map(|(label, node)| (label.as_str(), *node)),
        );
        for (part, one, other) in parts {
            let field = |node: Option<Node<'d>>, name: &str| node.and_then(|node| node.get(name));
            for name in coverage::fields_of(&table::ENCODING_CHANGED, Object::Encoding) {
                // Encodings of nested parts are compared one by one.
                if Object::Encoding
                    .field(name)
                    .is_some_and(|field| field.ty.object().is_some())
                {
                    continue;
                }
                let sides = (field(one, name), field(other, name));
                if docs::differ(sides.0, sides.1) {
                    let what = format!("{name} of {part} changed");
                    let change = Change::new(
                        &table::ENCODING_CHANGED,
                        Effect::Incomparable,
                        sides,
                        (near, near),
                        what,
                    );
                    self.report(scope, direction, &change, via);
                }
            }
            let via = format!("{via} {part}");
            if let (Some(one), Some(other)) = (one, other) {
                for change in docs::fields((one, other), Object::Encoding) {
                    self.note(Some(scope), &change, &via);
                }
                self.headers(scope, direction, (one, other), &via);
            }
            self.encodings(scope, direction, near, (one, other), &via);
        }
    }
}

/// The encodings of the parts of a media type or of a nested part, with a name for each part.
fn parts(object: Option<Node<'_>>) -> Vec<(String, Node<'_>)> {
    let Some(object) = object else {
        return Vec::new();
    };
    let named = object.get("encoding").into_iter().flat_map(Node::entries);
    let named = named.map(|(name, node)| (format!("part `{name}`"), node));
    let by_position = object
        .get("prefixEncoding")
        .into_iter()
        .flat_map(Node::items);
    let by_position = (1..).zip(by_position);
    let by_position = by_position.map(|(at, node)| (format!("part {at}"), node));
    let rest = object
        .get("itemEncoding")
        .map(|node| ("every other part".to_owned(), node));
    named.chain(by_position).chain(rest).collect()
}
