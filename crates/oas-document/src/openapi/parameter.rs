//! Provides parameters (OpenAPI 3.0.4, Parameter Object).

use std::collections::HashMap;

use oas_wire::{ParameterLocation, Serialization, Style};

use super::{
    Example, MediaKind, MediaType, Problem, content, described, flag, media_types, resolved, text,
};
use crate::{Node, Version, object_model::Object, schema::Schema};

/// A parameter of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Parameter<'d> {
    /// The name.
    pub name: &'d str,
    /// The part of a request that contains the parameter (`in`).
    pub location: ParameterLocation,
    /// The item of `parameters`, whose `$ref` is not followed.
    pub raw: Node<'d>,
    /// The Parameter Object, with `$ref` resolved.
    pub node: Node<'d>,
    /// Whether the path item declares the parameter, for all of its operations.
    pub inherited: bool,
}

pub(super) fn of<'d>(raw: Node<'d>, node: Node<'d>, inherited: bool) -> Option<Parameter<'d>> {
    Some(Parameter {
        name: text(node, "name")?,
        location: ParameterLocation::from_name(text(node, "in")?)?,
        raw,
        node,
        inherited,
    })
}

/// The identity of a parameter in an operation: its name and location.
pub(crate) type ParameterKey = (String, ParameterLocation);

/// Returns the identity of a parameter with a name and a location; names of header fields are compared without case
/// (RFC 9110 §5.1).
pub(crate) fn parameter_key(name: &str, location: ParameterLocation) -> ParameterKey {
    let name = match location {
        ParameterLocation::Header => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    };
    (name, location)
}

/// Returns the identity of a parameter object, or of a reference to one; `None` if it is not a parameter.
pub(crate) fn key_of_parameter(raw: Node<'_>) -> Option<ParameterKey> {
    of(raw, raw.resolve().ok()?, false).map(|parameter| parameter.key())
}

/// The parameters of an operation, as they are collected from what surrounds it.
#[derive(Default)]
pub(crate) struct Parameters<'d> {
    pub(crate) list: Vec<Parameter<'d>>,
    positions: HashMap<ParameterKey, usize>,
}

impl<'d> Parameters<'d> {
    /// Adds the `parameters` of a path item or an operation.
    ///
    /// A parameter of an operation replaces one of its path item. Of two at the same level the first counts.
    pub(crate) fn add(
        &mut self,
        owner: Node<'d>,
        inherited: bool,
        problems: &mut Vec<Problem<'d>>,
    ) {
        for raw in owner.get("parameters").into_iter().flat_map(Node::items) {
            let Some(node) = resolved(raw, problems) else {
                continue;
            };
            let Some(parameter) = of(raw, node, inherited) else {
                problems.push(malformed(node));
                continue;
            };
            let position = *self
                .positions
                .entry(parameter.key())
                .or_insert(self.list.len());
            match self.list.get_mut(position) {
                Some(known) if known.inherited && !inherited => *known = parameter,
                Some(known) => problems.push(Problem::DuplicateParameter {
                    parameter,
                    first: known.raw,
                }),
                None => self.list.push(parameter),
            }
        }
    }

    /// Returns the parameters, without those that share the query with another one that is all of it.
    pub(crate) fn into_list(self, problems: &mut Vec<Problem<'d>>) -> Vec<Parameter<'d>> {
        let mut list = self.list;
        let of_query = |parameter: &&Parameter<'d>| {
            use ParameterLocation::{Query, QueryString};
            matches!(parameter.location, Query | QueryString)
        };
        let is_part = |parameter: &&Parameter<'d>| parameter.location == ParameterLocation::Query;
        let first = list.iter().find(is_part);
        let Some(first) = first.or_else(|| list.iter().find(of_query)).copied() else {
            return list;
        };
        list.retain(|parameter| {
            let is_whole = parameter.location == ParameterLocation::QueryString;
            let stays = !is_whole || *parameter == first;
            if !stays {
                problems.push(Problem::SharedQuery {
                    parameter: *parameter,
                    other: first.raw,
                });
            }
            stays
        });
        list
    }
}

/// Returns whether a location supports a style in the version of a node's document.
pub(super) fn has_style(location: ParameterLocation, style: Style, node: Node<'_>) -> bool {
    let is_known = style != Style::Cookie || node.document().version() >= Version::V3_2;
    is_known && location.styles().contains(&style)
}

/// Returns the problem of a node that is not a valid parameter.
fn malformed(node: Node<'_>) -> Problem<'_> {
    let invalid = |node, field| Problem::InvalidParameter { node, field };
    if !node.is_object() {
        return invalid(node, None);
    }
    let missing = |field| Problem::MissingField {
        node,
        object: Object::Parameter,
        field,
    };
    match (node.get("name"), node.get("in")) {
        (None, _) => missing("name"),
        (_, None) => missing("in"),
        (Some(name), _) if name.as_str().is_none() => invalid(name, Some("name")),
        (_, Some(location)) if location.as_str().is_none() => invalid(location, Some("in")),
        (_, Some(location)) => Problem::UnknownLocation(location),
    }
}

impl<'d> Parameter<'d> {
    /// Interprets `node`, such as a component, as a Parameter Object or a reference to one; returns `None` if it has no
    /// name or no valid location, or the reference cannot be resolved.
    #[must_use]
    pub fn of(node: Node<'d>) -> Option<Self> {
        of(node, node.resolve().ok()?, false)
    }

    /// Returns the key that must be unique in an operation.
    pub(super) fn key(&self) -> ParameterKey {
        parameter_key(self.name, self.location)
    }

    /// Returns whether the location is the path.
    #[must_use]
    pub fn is_in_path(&self) -> bool {
        self.location == ParameterLocation::Path
    }

    /// Returns whether OpenAPI requires tools to ignore the parameter. This is so for the header fields `Accept`,
    /// `Content-Type` and `Authorization`, which other parts of a document describe (OpenAPI 3.0.4, Parameter Object).
    #[must_use]
    pub fn is_ignored(&self) -> bool {
        let names = ["accept", "content-type", "authorization"];
        let is_one = || {
            names
                .iter()
                .any(|name| self.name.eq_ignore_ascii_case(name))
        };
        self.location == ParameterLocation::Header && is_one()
    }

    /// Returns whether a request must have the parameter; always true in the path.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.is_in_path() || flag(self.node, "required") == Some(true)
    }

    /// Returns whether the parameter has `deprecated: true`.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        flag(self.node, "deprecated") == Some(true)
    }

    /// Returns `schema`; `None` if the parameter has `content` instead.
    pub fn schema(&self) -> Option<Schema<'d>> {
        self.node.get("schema").map(Schema::of)
    }

    /// Returns the value of `schema` of the parameter or of its media type; a `$ref` is not followed.
    #[must_use]
    pub fn schema_node(&self) -> Option<Node<'d>> {
        match self.content() {
            Some(content) => content.schema_node(),
            None => self.node.get("schema"),
        }
    }

    /// Returns the first entry of `content`, which describes the value instead of `schema`; the standard allows only
    /// one entry.
    #[must_use]
    pub fn content(&self) -> Option<MediaType<'d>> {
        media_types(self.node).into_iter().next()
    }

    /// Returns `style`, or else the default of the location. A style that the location does not support is ignored.
    pub fn style(&self) -> Style {
        let named = text(self.node, "style").and_then(Style::from_name);
        let named = named.filter(|style| has_style(self.location, *style, self.node));
        named.unwrap_or(self.location.default_style())
    }

    /// Returns `explode`, or else the default of the style.
    #[must_use]
    pub fn explode(&self) -> bool {
        flag(self.node, "explode").unwrap_or(self.style().default_explode())
    }

    /// Returns `allowReserved` where it has an effect: in the query, and from OpenAPI 3.2 on also in the path and in cookies of the
    /// style `form`, whose values are percent-encoded too.
    #[must_use]
    pub fn allow_reserved(&self) -> bool {
        let has_effect = match self.location {
            ParameterLocation::Query => true,
            ParameterLocation::Path => self.is_of_3_2(),
            ParameterLocation::Cookie => self.is_of_3_2() && self.style() == Style::Form,
            ParameterLocation::Header | ParameterLocation::QueryString => false,
        };
        has_effect && flag(self.node, "allowReserved") == Some(true)
    }

    fn is_of_3_2(&self) -> bool {
        self.node.document().version() >= Version::V3_2
    }

    /// Returns `allowEmptyValue`.
    #[must_use]
    pub fn allow_empty_value(&self) -> bool {
        flag(self.node, "allowEmptyValue") == Some(true)
    }

    /// Returns the serialization of the value: JSON if `content` is JSON, or else the style. A parameter that is the
    /// whole query string is serialized as JSON or as a form by its `content`, and otherwise as plain text.
    #[must_use]
    pub fn serialization(&self) -> Serialization {
        let is_whole = self.location == ParameterLocation::QueryString;
        match self.content().map(|content| content.kind()) {
            Some(MediaKind::Json) => Serialization::Json,
            Some(MediaKind::Form) if is_whole => Serialization::FORM,
            _ if is_whole => Serialization::SIMPLE,
            _ => Serialization::of(self.style())
                .explode(self.explode())
                .allow_reserved(self.allow_reserved()),
        }
    }

    /// Returns `description`.
    pub fn description(&self) -> Option<&'d str> {
        self.description_node().and_then(Node::as_str)
    }

    /// Returns the value of `description` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn description_node(&self) -> Option<Node<'d>> {
        described(self.raw, self.node, "description")
    }

    /// Returns the example values: `example`, then those of `examples` in document order. An entry of `examples`
    /// is left out if its `$ref` cannot be resolved or it has no [`Example::value`].
    #[must_use]
    pub fn examples(&self) -> Vec<Node<'d>> {
        content::examples(self.node)
    }

    /// Returns the entries of `examples` whose `$ref` can be resolved, in document order, those without an [`Example::value`]
    /// included.
    #[must_use]
    pub fn example_objects(&self) -> Vec<Example<'d>> {
        content::example_objects(self.node, &mut Vec::new())
    }

    /// Returns the problems of the parameter by itself: it is ignored, it is a whole query without a media type, or its style is
    /// invalid for its location.
    pub(crate) fn own_problems(&self) -> impl Iterator<Item = Problem<'d>> + use<'d> {
        let ignored = self
            .is_ignored()
            .then_some(Problem::IgnoredParameter(*self));
        let style = self.node.get("style");
        let invalid = style.filter(|style| {
            let named = style.as_str().map(Style::from_name);
            named.is_some_and(|style| {
                !style.is_some_and(|style| has_style(self.location, style, self.node))
            })
        });
        let location = self.location;
        let is_whole = location == ParameterLocation::QueryString;
        let untyped =
            (is_whole && self.node.get("content").is_none()).then_some(Problem::MissingField {
                node: self.node,
                object: Object::Parameter,
                field: "content",
            });
        let invalid = invalid.filter(|_| !is_whole);
        let invalid = invalid.map(|node| Problem::InvalidStyle { node, location });
        ignored.into_iter().chain(untyped).chain(invalid)
    }

    pub(super) fn problems_noting(&self, problems: &mut Vec<Problem<'d>>) {
        problems.extend(self.own_problems());
        content::examples_noting(self.node, problems);
        content::problems_noting(self.node, problems);
    }
}
