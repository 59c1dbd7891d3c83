//! Lists the extensions to which generated code or documentation gives a meaning (OpenAPI 3.0.4, Specification
//! Extensions).
//!
//! [`EXTENSIONS`] is the one list of them: the linter validates their places and values by it, and their values are
//! parsed by the views of the objects that contain them. Every other `x-…` belongs to other tools.

use super::{Problem, text};
use crate::{
    Node,
    object_model::{FieldType, Object},
    schema::EffectiveSchema,
    suggest::nearest,
};

/// An extension with a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Extension {
    /// The key.
    pub name: &'static str,
    /// The object that has it.
    pub object: Object,
    /// The type of its value.
    pub ty: FieldType,
    /// The effect on generated code or on pages.
    pub meaning: &'static str,
}

/// The extension of a path item that holds several operations of one method, each with its [`Selector`](super::Selector).
///
/// ```
/// assert_eq!(oas_document::openapi::OPERATION_GROUPS, "x-operations");
/// ```
pub const OPERATION_GROUPS: &str = "x-operations";

/// The extensions with a meaning, by name.
///
/// ```
/// use oas_document::openapi::EXTENSIONS;
///
/// assert!(EXTENSIONS.iter().any(|extension| extension.name == "x-failure-property"));
/// assert!(EXTENSIONS.is_sorted_by_key(|extension| extension.name));
/// ```
pub const EXTENSIONS: &[Extension] = &[
    Extension {
        name: "x-breadcrumb",
        object: Object::Tag,
        ty: FieldType::Strings,
        meaning: "the way to the operations of the tag, from the outermost chapter on",
    },
    Extension {
        name: "x-documented-required",
        object: Object::Schema,
        ty: FieldType::Boolean,
        meaning: "a page calls the value required, though the wire may not need it",
    },
    Extension {
        name: "x-documented-type",
        object: Object::Schema,
        ty: FieldType::String,
        meaning: "what a page calls the type of the value",
    },
    Extension {
        name: "x-enum-descriptions",
        object: Object::Schema,
        ty: FieldType::Any,
        meaning: "what each value of `enum` means: a list in the order of `enum`, or an object by value",
    },
    Extension {
        name: "x-enum-varnames",
        object: Object::Schema,
        ty: FieldType::Any,
        meaning: "the name of each value of `enum` in code, in the order of `enum`",
    },
    Extension {
        name: "x-error",
        object: Object::Schema,
        ty: FieldType::AnyMap,
        meaning: "how a schema reads as an error: `message` lists the properties that make its text, `source` is its cause",
    },
    Extension {
        name: "x-failure-property",
        object: Object::Schema,
        ty: FieldType::String,
        meaning: "a response body in which this property is present and not null reports a failure, with any status",
    },
    Extension {
        name: "x-idempotent",
        object: Object::Operation,
        ty: FieldType::Boolean,
        meaning: "whether a client may repeat a request, where the method does not decide it",
    },
    Extension {
        name: "x-online-debugging",
        object: Object::Operation,
        ty: FieldType::String,
        meaning: "what trying the operation from its page does",
    },
    Extension {
        name: OPERATION_GROUPS,
        object: Object::PathItem,
        ty: FieldType::Map(Object::OperationGroup),
        meaning: "several operations of one method, and what tells their requests apart: a key of the body, a query parameter or a header",
    },
    Extension {
        name: "x-rejection",
        object: Object::MediaType,
        ty: FieldType::Any,
        meaning: "the body with which a server refuses a request by itself, with placeholders for what is wrong",
    },
    Extension {
        name: "x-since",
        object: Object::Operation,
        ty: FieldType::String,
        meaning: "the version of the product with which the operation came",
    },
    Extension {
        name: "x-synchronous",
        object: Object::Operation,
        ty: FieldType::Boolean,
        meaning: "whether the answer is the result, or that something has begun",
    },
    Extension {
        name: "x-type-names",
        object: Object::OpenApi,
        ty: FieldType::StringMap,
        meaning: "what pages call the types of JSON, such as `integer: Long`",
    },
    Extension {
        name: "x-unrouted-responses",
        object: Object::OpenApi,
        ty: FieldType::One(Object::Responses),
        meaning: "what a server answers to requests that no operation serves: an unknown path, a method that a path does not have",
    },
    Extension {
        name: "x-wire-note",
        object: Object::Schema,
        ty: FieldType::String,
        meaning: "in what the wire differs from a page, and why",
    },
];

/// The extensions that a comparison of two revisions gives a meaning, in every object: how long something lives, and what may be
/// added to it.
///
/// ```
/// assert!(oas_document::openapi::LIFECYCLE_EXTENSIONS.contains(&"x-sunset"));
/// ```
pub const LIFECYCLE_EXTENSIONS: [&str; 3] = ["x-extensible-enum", "x-stability-level", "x-sunset"];

/// The values of `x-stability-level`, from the least that is promised.
pub const STABILITY_LEVELS: [&str; 4] = ["draft", "alpha", "beta", "stable"];

/// The placeholders of `x-rejection`, which a server fills.
pub const PLACEHOLDERS: [&str; 6] = [
    "code",
    "detail",
    "operation",
    "status",
    "title",
    "violations",
];

/// The placeholders of `x-rejection` that replace the whole string, by a number or an array.
pub const WHOLE_PLACEHOLDERS: [&str; 2] = ["status#", "violations[]"];

/// Returns the extension of this name with a meaning in an object.
pub(crate) fn extension(name: &str, object: Object) -> Option<&'static Extension> {
    let mut extensions = EXTENSIONS.iter();
    extensions.find(|known| known.name == name && known.object == object)
}

/// Returns the extensions of an object, in document order.
///
/// ```
/// use oas_document::{Document, openapi};
///
/// let document = Document::parse("api.yaml", "{openapi: 3.0.4, x-audience: staff, paths: {}}").unwrap();
/// let found: Vec<_> = openapi::extensions(document.root()).map(|(name, _)| name).collect();
/// assert_eq!(found, ["x-audience"]);
/// ```
pub fn extensions<'d>(object: Node<'d>) -> impl Iterator<Item = (&'d str, Node<'d>)> + use<'d> {
    object.entries().filter(|(key, _)| key.starts_with("x-"))
}

/// The value of `x-error`: which properties of a schema make an error readable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ErrorProperties<'d> {
    /// The properties whose texts are joined to the message, in order.
    pub message: Vec<&'d str>,
    /// The property that is the cause.
    pub source: Option<&'d str>,
    /// The value of the extension.
    pub node: Node<'d>,
}

/// Returns the properties that `x-error` of a schema object lists.
pub fn error_properties(schema: Node<'_>) -> Option<ErrorProperties<'_>> {
    let node = schema.get("x-error")?;
    let message = node.get("message").into_iter().flat_map(Node::items);
    Some(ErrorProperties {
        message: message.filter_map(Node::as_str).collect(),
        source: text(node, "source"),
        node,
    })
}

/// The texts about a value of `enum`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct EnumValue<'d> {
    /// The value.
    pub node: Node<'d>,
    /// Its name in code, from `x-enum-varnames`.
    pub name: Option<&'d str>,
    /// The description, from `x-enum-descriptions`.
    pub description: Option<&'d str>,
}

/// Returns the values of `enum` of a schema object with their names and descriptions, in document order; empty without an `enum`.
///
/// ```
/// use oas_document::{Document, openapi};
///
/// let document = Document::parse("api.yaml", "{openapi: 3.1.0, x-level: {enum: [1, 2], x-enum-varnames: [low, high]}}").unwrap();
/// let values = openapi::enum_values(document.node_at("/x-level").unwrap());
/// assert_eq!(values.iter().filter_map(|value| value.name).collect::<Vec<_>>(), ["low", "high"]);
/// ```
#[must_use]
pub fn enum_values(schema: Node<'_>) -> Vec<EnumValue<'_>> {
    let beside = |key, place: usize, value: Node<'_>| {
        let list = schema.get(key)?;
        let by_value = || list.get(value.scalar_text()?);
        let text = list.items().nth(place).or_else(by_value)?.as_str()?;
        (!text.is_empty()).then_some(text)
    };
    let values = schema.get("enum").into_iter().flat_map(Node::items);
    let values = values.enumerate().map(|(place, node)| EnumValue {
        node,
        name: beside("x-enum-varnames", place, node),
        description: beside("x-enum-descriptions", place, node),
    });
    values.collect()
}

/// Returns the property that `x-failure-property` of a schema object names.
pub fn failure_property(schema: Node<'_>) -> Option<&str> {
    text(schema, "x-failure-property")
}

/// Returns the properties that the extensions of a schema object name and that the schema does not have.
pub fn unknown_properties<'d>(
    schema: Node<'d>,
    effective: &EffectiveSchema<'d>,
) -> Vec<Problem<'d>> {
    let error = schema.get("x-error");
    let message = error.and_then(|error| error.get("message"));
    let source = error.and_then(|error| error.get("source"));
    let failure = schema.get("x-failure-property");
    let named = message
        .into_iter()
        .flat_map(Node::items)
        .chain(source)
        .chain(failure);
    let unknown = named.filter_map(|node| {
        let name = node.as_str()?;
        effective.property(name).is_none().then(|| {
            let known = effective.properties.iter().map(|property| property.name);
            let near = nearest(name, known);
            Problem::UnknownExtensionProperty { name, node, near }
        })
    });
    unknown.collect()
}
