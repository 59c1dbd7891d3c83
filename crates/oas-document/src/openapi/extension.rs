//! Lists the extensions that change generated code or documentation (OpenAPI 3.0.4, Specification Extensions).
//!
//! [`EXTENSIONS`] is the only list of them. The linter validates their places and values by it; views of the objects
//! that contain them parse the values. All other keys that begin with `x-` belong to other tools.

use super::{Problem, text};
use crate::{
    Node,
    object_model::{FieldType, Object},
    schema::EffectiveSchema,
    suggest::nearest,
};

/// An extension that changes generated code or documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Extension {
    /// The key.
    pub name: &'static str,
    /// The kind of object that can have the extension.
    pub object: Object,
    /// The type of the value.
    pub ty: FieldType,
    /// The meaning of the value, a clause for tables and editors.
    pub meaning: &'static str,
}

/// The extension of a path item that contains groups of operations with one method, each operation with a
/// [`Selector`](super::Selector).
///
/// ```
/// assert_eq!(oas_document::openapi::OPERATION_GROUPS, "x-operations");
/// ```
pub const OPERATION_GROUPS: &str = "x-operations";

/// The extension in which an export keeps what differs among merged operations: a map from selector value to fields.
pub const MERGED_OPERATIONS: &str = "x-merged-operations";

/// The extensions that change generated code or documentation, sorted by name.
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
        name: "x-codeSamples",
        object: Object::Operation,
        ty: FieldType::AnyList,
        meaning: "examples of calls, each a text in a programming language: `lang`, `source` and perhaps `label`",
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
        meaning: "the body with which a server rejects a request by itself, with placeholders for what is wrong",
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
        meaning: "whether the response is the result, or that something has begun",
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

/// The extensions, allowed in every object, that a comparison of two revisions reads: how stable an object is, when it
/// is removed, and whether values can be added to it.
///
/// ```
/// assert!(oas_document::openapi::LIFECYCLE_EXTENSIONS.contains(&"x-sunset"));
/// ```
pub const LIFECYCLE_EXTENSIONS: [&str; 3] = ["x-extensible-enum", "x-stability-level", "x-sunset"];

/// The values of `x-stability-level`, from the least stable to the most stable.
pub const STABILITY_LEVELS: [&str; 4] = ["draft", "alpha", "beta", "stable"];

/// The placeholders in strings of `x-rejection`, which a server replaces by texts about the rejection.
pub const PLACEHOLDERS: [&str; 6] = [
    "code",
    "detail",
    "operation",
    "status",
    "title",
    "violations",
];

/// The placeholders of `x-rejection` that are a whole string, which a server replaces by a number (`status#`) or an
/// array (`violations[]`).
pub const WHOLE_PLACEHOLDERS: [&str; 2] = ["status#", "violations[]"];

/// Returns the extension of this name with a meaning in an object.
pub(crate) fn extension(name: &str, object: Object) -> Option<&'static Extension> {
    let mut extensions = EXTENSIONS.iter();
    extensions.find(|known| known.name == name && known.object == object)
}

/// Returns the keys of `object` that begin with `x-`, with their values, in document order.
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

/// The value of `x-error`: the properties of a schema that generated code uses to implement `Display` and `source` of
/// an error.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ErrorProperties<'d> {
    /// The names of the properties whose texts are joined to the message, in order.
    pub message: Vec<&'d str>,
    /// The name of the property that is the cause of the error.
    pub source: Option<&'d str>,
    /// The value of `x-error`.
    pub node: Node<'d>,
}

/// Returns the value of `x-error` of a schema object; `None` if the object has no such extension.
pub fn error_properties(schema: Node<'_>) -> Option<ErrorProperties<'_>> {
    let node = schema.get("x-error")?;
    let message = node.get("message").into_iter().flat_map(Node::items);
    Some(ErrorProperties {
        message: message.filter_map(Node::as_str).collect(),
        source: text(node, "source"),
        node,
    })
}

/// A value of `enum` with its name and description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct EnumValue<'d> {
    /// The value.
    pub node: Node<'d>,
    /// The name of the value in code, from `x-enum-varnames`.
    pub name: Option<&'d str>,
    /// The description of the value, from `x-enum-descriptions`.
    pub description: Option<&'d str>,
}

/// Returns the values of `enum` of a schema object with their names and descriptions, in document order; empty without an `enum`.
///
/// `x-enum-varnames` has the names, in the order of `enum`; `x-enum-descriptions` has the descriptions, in the same order or as an
/// object by value. A missing or empty text is `None`.
///
/// ```
/// use oas_document::{Document, openapi};
///
/// let document = Document::parse("api.yaml", "{openapi: 3.1.0, x-level: {enum: [1, 2], x-enum-varnames: [low, high]}}").unwrap();
/// let values = openapi::enum_values(document.node_at("/x-level").unwrap());
/// assert_eq!(values.iter().filter_map(|value| value.name).collect::<Vec<_>>(), ["low", "high"]);
/// ```
#[must_use]
pub fn enum_values<'d>(schema: Node<'d>) -> Vec<EnumValue<'d>> {
    let values = schema.get("enum").into_iter().flat_map(Node::items);
    let names = schema.get("x-enum-varnames");
    let descriptions = schema.get("x-enum-descriptions");
    let text = |node: Node<'d>| node.as_str().filter(|text| !text.is_empty());
    let values = values.enumerate().map(|(place, node)| {
        let at = |list: Node<'d>| list.items().nth(place);
        let by_value = |object: Node<'d>| object.get(node.scalar_text()?);
        EnumValue {
            node,
            name: names.and_then(at).and_then(text),
            description: descriptions
                .and_then(|texts| at(texts).or_else(|| by_value(texts)))
                .and_then(text),
        }
    });
    values.collect()
}

/// Returns `x-failure-property` of a schema object: the name of the property that reports a failure if it is present
/// and not null.
#[must_use]
pub fn failure_property(schema: Node<'_>) -> Option<&str> {
    text(schema, "x-failure-property")
}

/// Returns a problem for each property that `x-error` or `x-failure-property` of `schema` names and that `effective`,
/// the effective schema of `schema`, does not have.
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
            let similar = nearest(name, known);
            Problem::UnknownExtensionProperty {
                name,
                node,
                similar,
            }
        })
    });
    unknown.collect()
}
