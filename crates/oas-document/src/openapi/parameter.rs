//! Parameters (OpenAPI 3.0.4, Parameter Object).

use oas_wire::{ParameterLocation, Style};

use super::{MediaType, media_types};
use crate::{Node, schema::Schema};

/// A parameter of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Parameter<'d> {
    /// Its name.
    pub name: &'d str,
    /// Where it stands.
    pub location: ParameterLocation,
    /// The item of the list, as written.
    pub raw: Node<'d>,
    /// The parameter object, after `$ref`.
    pub node: Node<'d>,
    /// Whether it is declared for all operations of the path.
    pub inherited: bool,
}

pub(super) fn of<'d>(raw: Node<'d>, node: Node<'d>, inherited: bool) -> Option<Parameter<'d>> {
    Some(Parameter {
        name: node.get("name")?.as_str()?,
        location: ParameterLocation::from_name(node.get("in")?.as_str()?)?,
        raw,
        node,
        inherited,
    })
}

impl<'d> Parameter<'d> {
    /// What must be unique in an operation; names of header fields are compared without case (RFC 9110 §5.1).
    pub(crate) fn key(&self) -> (String, ParameterLocation) {
        let name = match self.location {
            ParameterLocation::Header => self.name.to_ascii_lowercase(),
            _ => self.name.to_owned(),
        };
        (name, self.location)
    }

    /// Whether the standard says that the parameter is to be ignored: the header fields `Accept`, `Content-Type` and
    /// `Authorization` are described by other means.
    pub fn is_ignored(&self) -> bool {
        let names = ["accept", "content-type", "authorization"];
        self.location == ParameterLocation::Header
            && names
                .iter()
                .any(|name| self.name.eq_ignore_ascii_case(name))
    }

    /// Whether it must be present; in the path always.
    pub fn is_required(&self) -> bool {
        self.location == ParameterLocation::Path || self.flag("required") == Some(true)
    }

    /// Whether `deprecated: true` is said.
    pub fn is_deprecated(&self) -> bool {
        self.flag("deprecated") == Some(true)
    }

    /// `schema`.
    pub fn schema(&self) -> Option<Schema<'d>> {
        self.node.get("schema").map(Schema::of)
    }

    /// The only entry of `content`, which stands in place of `schema`.
    pub fn content(&self) -> Option<MediaType<'d>> {
        media_types(self.node).into_iter().next()
    }

    /// `style`, or the default of its place.
    pub fn style(&self) -> Style {
        let named = self
            .node
            .get("style")
            .and_then(Node::as_str)
            .and_then(Style::from_name);
        named.unwrap_or(self.location.default_style())
    }

    /// `explode`, or the default of its style.
    pub fn explode(&self) -> bool {
        self.flag("explode")
            .unwrap_or(self.style().default_explode())
    }

    /// `allowReserved`.
    pub fn allow_reserved(&self) -> bool {
        self.flag("allowReserved") == Some(true)
    }

    /// `description`.
    pub fn description(&self) -> Option<&'d str> {
        self.node.get("description").and_then(Node::as_str)
    }

    fn flag(&self, field: &str) -> Option<bool> {
        self.node.get(field).and_then(Node::as_bool)
    }
}
