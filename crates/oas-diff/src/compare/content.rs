//! Compares bodies: media types and their contents.

use std::collections::{HashMap, VecDeque};

use oas_document::{
    Node,
    object_model::Object,
    openapi::{MediaKind, MediaRange, MediaType, RequestBody, Style, media_types},
    schema::{Schema, Type},
};

use super::{Comparison, Scope};
use crate::{
    change::{Change, matched},
    coverage, docs,
    rule::{Rule, table},
    schema::{Serialization, is_binary, summary},
    severity::{Direction, Effect},
};

/// Returns the encoding of values in a media type.
fn serialization(media: &MediaType<'_>) -> Serialization {
    let Some(range) = media.range() else {
        return Serialization::Json;
    };
    let kind = range.r#type().to_ascii_lowercase();
    match kind.as_str() {
        _ if range.is_xml() => Serialization::Xml,
        _ if range.has_essence("application/x-www-form-urlencoded") => Serialization::Text,
        "multipart" => Serialization::Text,
        "text" if !range.is_json() => Serialization::Text,
        _ => Serialization::Json,
    }
}

/// Returns the name by which two entries are the same: essence and parameters, without parameters that do not affect the
/// representation. JSON has a single encoding, and `charset=utf-8` is the default everywhere today.
pub(super) fn full_name(name: &str) -> String {
    let Ok(range) = MediaRange::parse(name) else {
        return name.to_owned();
    };
    let mut name = range.essence();
    let mut parameters: Vec<String> = range
        .parameters()
        .filter(|(name, value)| {
            let charset = name.eq_ignore_ascii_case("charset");
            !(charset && (range.is_json() || value.eq_ignore_ascii_case("utf-8")))
                && !name.eq_ignore_ascii_case("boundary")
        })
        .map(|(name, value)| format!(";{}={value}", name.to_ascii_lowercase()))
        .collect();
    parameters.sort_unstable();
    name.extend(parameters);
    name
}

fn essence(media: &MediaType<'_>) -> String {
    let range = media.range();
    range.map_or_else(|| media.name.to_owned(), |range| range.essence())
}

/// Returns whether a media type is the one that another's suffix names (RFC 6839 §2): a client that parses `application/json`
/// can parse `application/problem+json`, but a server that expects one may reject the other.
fn is_suffixed(general: &MediaRange<'_>, name: &MediaRange<'_>) -> bool {
    name.suffix()
        .is_some_and(|suffix| suffix.eq_ignore_ascii_case(general.subtype()))
        && name.r#type().eq_ignore_ascii_case(general.r#type())
}

fn is_within(range: &MediaRange<'_>, name: &MediaRange<'_>) -> bool {
    range.is_wildcard() && range.essence() != name.essence() && range.includes(name)
}

fn is_required(body: Node<'_>) -> bool {
    body.get("required").and_then(Node::as_bool) == Some(true)
}

/// Returns whether the body is raw bytes: neither text nor JSON nor a form.
fn is_bytes(media: &MediaType<'_>) -> bool {
    media.kind() == MediaKind::Bytes && media.range().is_none_or(|range| !range.is_xml())
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
                let message = format!("{} request body removed", kind(&base));
                let sides = (Some(base.raw), None);
                let places = (base.raw, operations.1);
                let change = Change::new(
                    &table::REQUEST_BODY_REMOVED,
                    Effect::Narrows,
                    sides,
                    places,
                    message,
                );
                return self.report(scope, Direction::Request, &change, "request body");
            }
            (None, Some(head)) => {
                let effect = if head.is_required() {
                    Effect::Narrows
                } else {
                    Effect::Widens
                };
                let message = format!("{} request body added", kind(&head));
                let sides = (None, Some(head.raw));
                let change = Change::new(
                    &table::REQUEST_BODY_ADDED,
                    effect,
                    sides,
                    (head.raw, head.raw),
                    message,
                );
                return self.report(scope, Direction::Request, &change, "request body");
            }
        };
        self.bodies(scope, (base.node, head.node), head.raw);
    }

    /// Compares two request bodies.
    pub(super) fn bodies(&mut self, scope: Scope, objects: (Node<'d>, Node<'d>), raw: Node<'d>) {
        let (base, head) = objects;
        if self.equivalence.is_unchanged(base, head) {
            return;
        }
        for change in docs::fields(objects, Object::RequestBody) {
            self.note(Some(scope), &change, "request body");
        }
        let toggle: Option<(&'static Rule, Effect, &str)> =
            match (is_required(base), is_required(head)) {
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
        if let Some((rule, effect, message)) = toggle {
            let sides = (base.get("required"), head.get("required"));
            let change = Change::new(rule, effect, sides, (raw, raw), message.to_owned());
            self.report(scope, Direction::Request, &change, "request body");
        }
        self.content(scope, Direction::Request, objects, "request body");
    }

    /// Compares the media types of a body; `objects` are the nodes that contain `content`.
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
        let mut places: HashMap<String, VecDeque<usize>> = HashMap::new();
        for (at, media) in head.iter().enumerate() {
            let name = full_name(media.name);
            places.entry(name).or_default().push_back(at);
        }
        let mut pairs = Vec::new();
        for media in base {
            let place = places.get_mut(&full_name(media.name));
            let place = place.and_then(VecDeque::pop_front);
            match place.and_then(|at| new.get_mut(at)?.take()) {
                Some(other) => pairs.push((media, other)),
                None => gone.push(media),
            }
        }
        let anchor = objects.1.get("content").unwrap_or(objects.1);
        for media in gone {
            let candidates = head.get(..MAX_CANDIDATES).unwrap_or(&head);
            let partner = partner(&media, candidates, direction);
            let Some((rule, effect, other)) = partner else {
                let message = format!("media type {} removed", media.name);
                let sides = (Some(media.node), None);
                let rule = &table::MEDIA_TYPE_REMOVED;
                let places = (objects.0, anchor);
                let change = Change::new(rule, Effect::Narrows, sides, places, message);
                self.report(scope, direction, &change, via);
                continue;
            };
            let message = format!("media type changed from {} to {}", media.name, other.name);
            let sides = (Some(media.node), Some(other.node));
            let change = Change::new(rule, effect, sides, (other.node, other.node), message);
            self.report(scope, direction, &change, via);
            for slot in &mut new {
                slot.take_if(|slot| slot.node == other.node);
            }
            pairs.push((media, other));
        }
        for media in new.into_iter().flatten() {
            let message = format!("media type {} added", media.name);
            let sides = (None, Some(media.node));
            let change = Change::new(
                &table::MEDIA_TYPE_ADDED,
                Effect::Widens,
                sides,
                (objects.1, media.node),
                message,
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

    /// Returns whether bodies are any bytes, on both sides: 3.0 describes them as a binary string, and from 3.1 on the schema
    /// is empty or absent.
    fn are_any_bytes(
        (base, head): (&MediaType<'d>, &MediaType<'d>),
        schemas: (Option<&Schema<'d>>, Option<&Schema<'d>>),
    ) -> bool {
        let any = |schema: Option<&Schema<'d>>| {
            schema.is_none_or(|schema| schema.is_any() || is_binary(schema))
        };
        is_bytes(base) && is_bytes(head) && any(schemas.0) && any(schemas.1)
    }

    fn media_type(
        &mut self,
        scope: Scope,
        direction: Direction,
        (base, head): (&MediaType<'d>, &MediaType<'d>),
        via: &str,
    ) {
        if self.equivalence.is_unchanged(base.node, head.node) {
            return;
        }
        for change in docs::fields((base.node, head.node), Object::MediaType) {
            self.note(Some(scope), &change, via);
        }
        for keyword in coverage::fields_of(&table::BODY_SCHEMA_ADDED, Object::MediaType) {
            let described = |media: &MediaType<'d>| media.node.get(keyword).map(Schema::of);
            match (described(base), described(head)) {
                (None, None) => {}
                (one, other)
                    if Self::are_any_bytes((base, head), (one.as_ref(), other.as_ref())) => {}
                (Some(one), Some(other)) => {
                    self.schemas(scope, direction, (&one, &other), serialization(head), via)
                }
                (one, other) => {
                    let (rule, effect) = match other {
                        Some(_) => (&table::BODY_SCHEMA_ADDED, Effect::Narrows),
                        None => (&table::BODY_SCHEMA_REMOVED, Effect::Widens),
                    };
                    let Some(shown) = one.or(other) else { continue };
                    if shown.nodes().iter().all(|node| node.entries().len() == 0) && shown.is_any()
                    {
                        continue;
                    }
                    let effect = if shown.is_any() { Effect::None } else { effect };
                    let sides = (base.node.get(keyword), head.node.get(keyword));
                    let message = format!(
                        "{keyword} {} ({})",
                        crate::schema::appearance(sides.1.is_some()),
                        summary(&shown)
                    );
                    let change = Change::new(rule, effect, sides, (head.node, head.node), message);
                    self.report(scope, direction, &change, via);
                }
            }
        }
        let parts = Parts {
            is_form: serialization(head) == Serialization::Text,
            media: *head,
        };
        let nodes = (Some(base.node), Some(head.node));
        self.encodings(scope, direction, (head.node, &parts), nodes, via);
    }

    /// Compares the encodings of two media types, or of two encodings of nested parts.
    fn encodings(
        &mut self,
        scope: Scope,
        direction: Direction,
        (anchor, form): (Node<'d>, &Parts<'d>),
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
                if docs::differ(sides.0, sides.1) && !form.is_default(part, name, sides) {
                    let is_set =
                        |node: Option<Node<'d>>| node.and_then(Node::as_bool) == Some(true);
                    let effect = match (name, is_set(sides.0), is_set(sides.1)) {
                        // Reserved characters may be escaped all the same, as those of parameters.
                        ("allowReserved", false, true) => Effect::Widens,
                        ("allowReserved", true, false) => Effect::Narrows,
                        ("allowReserved", ..) => continue,
                        _ => Effect::Incomparable,
                    };
                    let message = format!("{name} of {part} changed");
                    let change = Change::new(
                        &table::ENCODING_CHANGED,
                        effect,
                        sides,
                        (anchor, anchor),
                        message,
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
            self.encodings(scope, direction, (anchor, form), (one, other), &via);
        }
    }
}

/// The defaults by which the parts of a form are encoded.
struct Parts<'d> {
    is_form: bool,
    media: MediaType<'d>,
}

impl Parts<'_> {
    /// Returns whether both sides have the default of a field, written out or not (OpenAPI 3.0.4, Encoding Object). Objects alone are
    /// encoded otherwise where no style is given.
    fn is_default(
        &self,
        part: &str,
        field: &str,
        sides: (Option<Node<'_>>, Option<Node<'_>>),
    ) -> bool {
        let name = part.trim_start_matches("part `").trim_end_matches('`');
        let properties = self.media.schema().map(|schema| schema.effective());
        let property = properties
            .as_ref()
            .and_then(|effective| effective.property(name));
        let schema = property.map(|property| &property.schema);
        if field == "contentType" {
            let part = self.media.part(name).map(|named| named.part);
            let default = part.and_then(|part| part.default_content_type());
            return sides.0.into_iter().chain(sides.1).all(|node| {
                let written = node.as_str().map(full_name);
                written.is_some() && written.as_deref() == default
            });
        }
        let is_object = schema.is_none_or(|schema| schema.types().contains(Type::Object));
        let is_default = |node: Option<Node<'_>>| match (field, node) {
            (_, None) => true,
            ("style", Some(node)) => node.as_str() == Some(Style::Form.name()),
            ("explode", Some(node)) => node.as_bool() == Some(true),
            ("allowReserved", Some(node)) => node.as_bool() == Some(false),
            _ => false,
        };
        self.is_form && !is_object && is_default(sides.0) && is_default(sides.1)
    }
}

/// The number of media types that are looked at for one that replaces another: nobody documents as many.
const MAX_CANDIDATES: usize = 100;

/// Returns the media type of the head document that replaces one of the base document: another with the same essence, a range
/// around it, one that the range contains, or one that is its suffix.
fn partner<'d>(
    media: &MediaType<'d>,
    head: &[MediaType<'d>],
    direction: Direction,
) -> Option<(&'static Rule, Effect, MediaType<'d>)> {
    let find = |fits: &dyn Fn(&MediaRange<'_>, &MediaRange<'_>) -> bool| {
        let own = media.range()?;
        let fitting = head
            .iter()
            .find(|other| other.range().is_some_and(|other| fits(&own, &other)));
        fitting.copied()
    };
    // Parameters make another representation.
    if let Some(other) = head.iter().find(|other| essence(other) == essence(media)) {
        return Some((&table::MEDIA_TYPE_REMOVED, Effect::Narrows, *other));
    }
    if let Some(other) = find(&|own, other| is_within(other, own)) {
        return Some((&table::MEDIA_TYPE_WIDENED, Effect::Widens, other));
    }
    if let Some(other) = find(&|own, other| is_within(own, other)) {
        return Some((&table::MEDIA_TYPE_NARROWED, Effect::Narrows, other));
    }
    let suffix = find(&|own, other| is_suffixed(own, other) || is_suffixed(other, own))?;
    // A client that reads the one mostly reads the other, but one that asks for it or sends it may be rejected.
    Some(match direction {
        Direction::Request => (&table::MEDIA_TYPE_REMOVED, Effect::Narrows, suffix),
        Direction::Response => (&table::MEDIA_TYPE_WIDENED, Effect::Unknown, suffix),
    })
}

/// Returns the encodings of the parts of a media type or of a nested part, with a name for each part.
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
