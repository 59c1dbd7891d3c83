//! Defines the description of a command line: the facts that its generator takes from a document, as data.
//!
//! A generated crate contains it as one JSON file, and the flags, the help and the requests of all its commands are
//! made from it at run time. Everything in it is spelled as the document spells it.

mod response_type;
mod shape;
mod text;

use std::collections::BTreeMap;

use oas_wire::style::Value;
use oas_wire::{ParameterLocation, Serialization, Style};
use serde::Deserialize;

use response_type::ResponseType;
pub(crate) use shape::Shape;
pub(crate) use text::Text;

/// The facts of the document that the command line is constructed from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Description {
    /// A comment that names the generator and the document.
    #[serde(rename = "$comment", default)]
    _comment: String,
    /// The name of the program.
    pub(crate) program: String,
    pub(crate) title: Text,
    pub(crate) version: String,
    #[serde(default)]
    pub(crate) about: Text,
    /// The URL of the first server, if requests can be sent to it without more information.
    #[serde(default)]
    pub(crate) server: Option<String>,
    #[serde(default)]
    pub(crate) credentials: Vec<Scheme>,
    #[serde(default)]
    pub(crate) groups: Vec<CommandGroup>,
    pub(crate) commands: Vec<Command>,
    #[serde(default)]
    pub(crate) schemas: BTreeMap<String, Schema>,
    /// The types that responses consist of: the names of the properties, each with the place that it leads to unless it is a
    /// scalar. A string if a type can have any.
    #[serde(default)]
    response_types: BTreeMap<String, Value>,
}

/// A security scheme (OpenAPI 3.0.4, Security Scheme Object).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Scheme {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) about: Text,
    pub(crate) kind: SchemeKind,
    /// The scheme of `Authorization`, or the name of the header, the parameter or the cookie.
    #[serde(default)]
    pub(crate) key: String,
}

/// The part of a request that carries a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SchemeKind {
    Basic,
    Bearer,
    Http,
    Header,
    Query,
    Cookie,
}

/// The commands of a tag.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CommandGroup {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) about: Text,
}

/// A command, which calls one operation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Command {
    /// The name of its group; none for an operation without a tag.
    #[serde(default)]
    pub(crate) group: Option<String>,
    pub(crate) name: String,
    /// The id of its operation.
    pub(crate) operation: String,
    #[serde(default)]
    pub(crate) about: Text,
    #[serde(default)]
    pub(crate) description: Text,
    #[serde(default)]
    pub(crate) deprecated: bool,
    #[serde(default)]
    pub(crate) parameters: Vec<Input>,
    #[serde(default)]
    pub(crate) body: Option<Body>,
    /// The property of a successful response that reports a failure when it is there and not null.
    #[serde(default)]
    pub(crate) failure: Option<String>,
    /// The place that a successful response is; any if the document does not name its properties.
    #[serde(default)]
    response: Option<String>,
}

/// A value that the caller provides: a parameter, a property of an object, or a part of a multipart body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Input {
    /// The input's name on the wire.
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) shape: Shape,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) about: Text,
    #[serde(default)]
    pub(crate) default: Option<Value>,
    #[serde(default)]
    pub(crate) example: Option<Value>,
    #[serde(default)]
    pub(crate) deprecated: bool,
    /// Whether the value is a secret, which is never printed.
    #[serde(default)]
    pub(crate) secret: bool,
    /// The location of a parameter, such as `query`.
    #[serde(rename = "in", default)]
    location: Option<String>,
    /// The style of a parameter or of a form property, if it differs from the default of its location; `json` for a
    /// value that is encoded as JSON.
    #[serde(default)]
    style: Option<String>,
    #[serde(default)]
    explode: Option<bool>,
    #[serde(default)]
    allow_reserved: bool,
    /// The properties of a whole query that are not written in the default way.
    #[serde(default)]
    encodings: Vec<Self>,
    /// Whether a part of a multipart body can be repeated.
    #[serde(default)]
    pub(crate) repeated: bool,
    /// The media type of a part, if the document specifies one.
    #[serde(default)]
    pub(crate) content_type: Option<String>,
    /// The header fields of a part, as header parameters.
    #[serde(default)]
    pub(crate) headers: Vec<Self>,
}

impl Input {
    /// Returns the location of a parameter.
    pub(crate) fn location(&self) -> Option<ParameterLocation> {
        ParameterLocation::from_name(self.location.as_deref()?)
    }

    /// Returns the serialization of the value (OpenAPI 3.0.4, Style Values). Form properties are serialized as query
    /// parameters are.
    pub(crate) fn serialization(&self) -> Serialization {
        let location = self.location().unwrap_or(ParameterLocation::Query);
        let style = match self.style.as_deref() {
            Some("json") => return Serialization::Json,
            Some(name) => Style::from_name(name),
            None => None,
        };
        let style = style.unwrap_or(location.default_style());
        let serialization = Serialization::of(style).allow_reserved(self.allow_reserved);
        serialization.explode(self.explode.unwrap_or(style.default_explode()))
    }

    /// Returns the properties of a whole query that are not written in the default way.
    pub(crate) fn encodings(&self) -> Vec<(&str, Serialization)> {
        let encodings = self.encodings.iter();
        encodings
            .map(|input| (&*input.name, input.serialization()))
            .collect()
    }

    /// Returns whether the document specifies the serialization of a form property.
    pub(crate) fn has_writing(&self) -> bool {
        self.style.is_some() || self.explode.is_some() || self.allow_reserved
    }
}

/// A request body (OpenAPI 3.0.4, Request Body Object).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Body {
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) about: Text,
    /// The alternatives, at least one.
    pub(crate) media: Vec<BodyMediaType>,
}

/// A body in one media type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct BodyMediaType {
    /// The media type or range.
    pub(crate) name: String,
    pub(crate) kind: MediaKind,
    /// The shape of the value, for JSON and forms.
    #[serde(rename = "type", default)]
    pub(crate) shape: Option<Shape>,
    #[serde(default)]
    pub(crate) example: Option<Value>,
    /// The parts of a multipart body, and the form properties with a serialization of their own.
    #[serde(default)]
    pub(crate) parts: Vec<Input>,
}

/// The encoding of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MediaKind {
    Json,
    Form,
    Multipart,
    Text,
    Bytes,
}

/// The definition of a named shape.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Schema {
    /// The properties of an object.
    #[serde(default)]
    pub(crate) fields: Vec<Input>,
    /// The strings that are valid values.
    #[serde(default)]
    pub(crate) values: Vec<String>,
    /// The shapes of which a value can have any.
    #[serde(default)]
    pub(crate) one_of: Vec<Shape>,
}

impl Description {
    /// Parses a description.
    ///
    /// # Errors
    ///
    /// Returns an error if the JSON is invalid, or contains something that this version does not know.
    pub(crate) fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// Returns the definition of a named shape.
    pub(crate) fn schema(&self, shape: &Shape) -> Option<&Schema> {
        match shape {
            Shape::Named(name) => self.schemas.get(name),
            Shape::Nullable(inner) => self.schema(inner),
            _ => None,
        }
    }

    /// Returns the properties of an object; none for any other shape.
    pub(crate) fn fields(&self, shape: &Shape) -> &[Input] {
        self.schema(shape)
            .map_or(&[], |schema| schema.fields.as_slice())
    }

    /// Returns the strings that are valid values; none if other values are valid as well.
    pub(crate) fn values(&self, shape: &Shape) -> &[String] {
        match shape {
            Shape::List(item) => self.values(item),
            shape => self
                .schema(shape)
                .map_or(&[], |schema| schema.values.as_slice()),
        }
    }

    /// Returns the type of a command's successful response.
    pub(crate) fn response_type<'d>(&'d self, command: &'d Command) -> ResponseType<'d> {
        ResponseType {
            types: &self.response_types,
            place: command.response.as_deref().unwrap_or(ResponseType::ANY),
        }
    }

    /// Returns the placeholder for a value of this shape in the help, in capitals.
    pub(crate) fn placeholder(&self, shape: &Shape) -> &'static str {
        match shape {
            Shape::String | Shape::Base64 => "TEXT",
            Shape::Integer => "INTEGER",
            Shape::Number => "NUMBER",
            Shape::Boolean => "BOOLEAN",
            Shape::File => "FILE",
            Shape::Nullable(inner) | Shape::List(inner) => self.placeholder(inner),
            Shape::Named(_) if !self.values(shape).is_empty() => "VALUE",
            Shape::Any | Shape::Map(_) | Shape::Named(_) => "JSON",
        }
    }
}
