//! Lists the extensions that change generated code or documentation (OpenAPI 3.0.4, Specification Extensions).
//!
//! [`EXTENSIONS`] lists all of them but [`TRANSLATIONS`](super::TRANSLATIONS), which many kinds of objects can have. The linter
//! validates places and values by this list; views of the objects that contain the extensions parse the values.
//! [`LIFECYCLE_EXTENSIONS`] are for comparisons, and [`MERGED_OPERATIONS`] is written by exports. All other keys that begin with
//! `x-` belong to other tools.

use super::{Problem, text};
use crate::{
    Node,
    object_model::{FieldType, Object, is_extension},
    schema::EffectiveSchema,
    suggest::nearest,
};

/// The definition of an extension that changes generated code or documentation. [`EXTENSIONS`] contains the definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Extension {
    /// The key, such as `x-idempotent`.
    pub name: &'static str,
    /// The kind of object in which the extension has a meaning.
    pub object: Object,
    /// The type that the value must have.
    pub ty: FieldType,
    /// The meaning of the extension: a clause without a period, for reference tables and editors.
    pub meaning: &'static str,
}

/// The extension of a path item for operations that share a method: a map from the method to a group of operations, which a
/// [`Selector`](super::Selector) distinguishes.
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
        meaning: "the chapters that contain the operations of the tag, the outermost first",
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
        meaning: "whether documentation marks the value as required, even if requests may omit it",
    },
    Extension {
        name: "x-documented-type",
        object: Object::Schema,
        ty: FieldType::String,
        meaning: "the name of the value's type in documentation",
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
        meaning: "the error that the schema represents: `message` lists the properties that form its message, `source` is the property with its cause",
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
        meaning: "the effect of sending a request from the operation's page",
    },
    Extension {
        name: OPERATION_GROUPS,
        object: Object::PathItem,
        ty: FieldType::Map(Object::OperationGroup),
        meaning: "several operations of one method, and what distinguishes their requests: a key of the body, a query parameter or a header",
    },
    Extension {
        name: "x-rejection",
        object: Object::MediaType,
        ty: FieldType::Any,
        meaning: "the body of responses with which a server rejects a request by itself, with placeholders for texts about the rejection",
    },
    Extension {
        name: "x-since",
        object: Object::Operation,
        ty: FieldType::String,
        meaning: "the version of the product that introduced the operation",
    },
    Extension {
        name: "x-synchronous",
        object: Object::Operation,
        ty: FieldType::Boolean,
        meaning: "whether the response is the result, and not only a notice that the operation has begun",
    },
    Extension {
        name: "x-type-names",
        object: Object::OpenApi,
        ty: FieldType::StringMap,
        meaning: "the names of the JSON types in documentation, such as `integer: Long`",
    },
    Extension {
        name: "x-unrouted-responses",
        object: Object::OpenApi,
        ty: FieldType::One(Object::Responses),
        meaning: "the responses to requests that match no operation: an unknown path, a method that a path does not have",
    },
    Extension {
        name: "x-wire-note",
        object: Object::Schema,
        ty: FieldType::String,
        meaning: "how the transmitted value differs from the documented one, and why",
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

/// The names of the placeholders in strings of `x-rejection`, which are written in braces, such as `{code}`. A server replaces
/// them by texts about the rejection.
pub const PLACEHOLDERS: [&str; 6] = [
    "code",
    "detail",
    "operation",
    "status",
    "title",
    "violations",
];

/// The names of the placeholders of `x-rejection` that must be a whole string, in braces. A server replaces the string by a
/// number (`{status#}`) or an array (`{violations[]}`).
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
    object.entries().filter(|(key, _)| is_extension(key))
}

/// The value of `x-error`: the properties of a schema that generated code uses to implement `Display` and `source` of
/// an error.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ErrorProperties<'d> {
    /// The names of the properties whose texts form the message, in order.
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
