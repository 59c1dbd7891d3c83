//! Parameters (OpenAPI 3.0.4 §4.7.12).

use super::{MediaType, content};
use crate::{Node, schema::Schema};

/// Where a parameter stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ParameterLocation {
    /// In the path template.
    Path,
    /// In the query of the URL.
    Query,
    /// In a header field.
    Header,
    /// In the `Cookie` header field.
    Cookie,
    /// The whole query as one value (OpenAPI 3.2).
    QueryString,
}

impl ParameterLocation {
    /// The place that a value of `in` names.
    pub fn from_name(name: &str) -> Option<ParameterLocation> {
        Some(match name {
            "path" => ParameterLocation::Path,
            "query" => ParameterLocation::Query,
            "header" => ParameterLocation::Header,
            "cookie" => ParameterLocation::Cookie,
            "querystring" => ParameterLocation::QueryString,
            _ => return None,
        })
    }

    /// The value of `in`.
    pub fn name(self) -> &'static str {
        match self {
            ParameterLocation::Path => "path",
            ParameterLocation::Query => "query",
            ParameterLocation::Header => "header",
            ParameterLocation::Cookie => "cookie",
            ParameterLocation::QueryString => "querystring",
        }
    }
}

/// How the value of a parameter becomes text (OpenAPI 3.0.4 §4.7.12.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are the standard's")]
pub enum Style {
    Matrix,
    Label,
    Form,
    Simple,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
}

impl Style {
    /// The style that a value of `style` names.
    pub fn from_name(name: &str) -> Option<Style> {
        Some(match name {
            "matrix" => Style::Matrix,
            "label" => Style::Label,
            "form" => Style::Form,
            "simple" => Style::Simple,
            "spaceDelimited" => Style::SpaceDelimited,
            "pipeDelimited" => Style::PipeDelimited,
            "deepObject" => Style::DeepObject,
            _ => return None,
        })
    }

    /// The value of `style`.
    pub fn name(self) -> &'static str {
        match self {
            Style::Matrix => "matrix",
            Style::Label => "label",
            Style::Form => "form",
            Style::Simple => "simple",
            Style::SpaceDelimited => "spaceDelimited",
            Style::PipeDelimited => "pipeDelimited",
            Style::DeepObject => "deepObject",
        }
    }

    /// The style of parameters that name none.
    pub fn default_of(location: ParameterLocation) -> Style {
        match location {
            ParameterLocation::Path | ParameterLocation::Header => Style::Simple,
            _ => Style::Form,
        }
    }
}

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
        content::of(self.node).into_iter().next()
    }

    /// `style`, or the default of its place.
    pub fn style(&self) -> Style {
        let named = self
            .node
            .get("style")
            .and_then(Node::as_str)
            .and_then(Style::from_name);
        named.unwrap_or(Style::default_of(self.location))
    }

    /// `explode`, or the default of its style.
    pub fn explode(&self) -> bool {
        self.flag("explode").unwrap_or(self.style() == Style::Form)
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
