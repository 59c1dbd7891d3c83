//! Lists the objects of OpenAPI 3.0, 3.1 and 3.2 as data: the fields of each object, their types and versions, and the
//! sections of the standard that define them.
//!
//! The model decides which `$ref` is a reference and which is data, such as a `$ref` inside an example. The linter
//! checks documents against it, and rules cite the standard through it ([`Citation`]), so that a section number is
//! written once. The meaning of fields is not part of the model; see [`openapi`](crate::openapi) and
//! [`schema`](crate::schema).
//!
//! ```
//! use oas_document::{Version, object_model::{Keyword, Object}};
//!
//! let field = Object::MediaType.field("itemSchema").unwrap();
//! assert!(field.exists_in(Version::V3_2) && !field.exists_in(Version::V3_1));
//!
//! let keyword = Object::Schema.field("maxItems").unwrap();
//! assert_eq!(keyword.kind, Some(Keyword::Assertion));
//! assert_eq!(Object::Schema.section(Version::V3_1), "4.8.24");
//! ```

mod citation;
mod fields;

pub use citation::{Citation, Section};

use rustc_hash::FxHashSet;

use crate::{Document, Node, Version, openapi::extension};

/// An object of the standard, or a map whose keys the standard restricts.
///
/// The variants are in the order of the standard's chapters. Objects that extensions define come last and are not in
/// [`Object::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are those of the standard")]
pub enum Object {
    OpenApi,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Components,
    Paths,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    Callback,
    Example,
    Link,
    Header,
    Tag,
    Reference,
    Schema,
    Discriminator,
    Xml,
    SecurityScheme,
    OAuthFlows,
    OAuthFlow,
    SecurityRequirement,
    /// A value of `x-operations`: a group of operations with one path and method, and the part of a request that
    /// selects one of them.
    OperationGroup,
}

/// The type of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// Any value; nothing in it is a field or a reference.
    Any,
    /// An array of any values.
    AnyList,
    /// An object of any values.
    AnyMap,
    /// A string.
    String,
    /// A string that is an email address.
    Email,
    /// A string that is a URI, or a reference relative to one (RFC 3986).
    UriReference,
    /// An array of strings.
    Strings,
    /// A string or, from 3.1 on, an array of strings: `type`.
    StringOrStrings,
    /// An object whose values are strings.
    StringMap,
    /// An object whose values are arrays of strings.
    StringsMap,
    /// A boolean.
    Boolean,
    /// A number.
    Number,
    /// A boolean in 3.0, a number from 3.1 on: `exclusiveMinimum` and `exclusiveMaximum`.
    BooleanOrNumber,
    /// A non-negative integer.
    Count,
    /// An object of the standard.
    One(Object),
    /// An array of objects of the standard.
    List(Object),
    /// An object whose values are objects of the standard.
    Map(Object),
    /// A schema or, in every version, a boolean: `additionalProperties` and `unevaluatedItems`, for example.
    SchemaOrBoolean,
}

impl FieldType {
    /// Returns the kind of object that the field contains, directly or in an array or map; `None` if it contains no
    /// objects of the standard.
    #[must_use]
    pub fn object(self) -> Option<Object> {
        match self {
            Self::One(object) | Self::List(object) | Self::Map(object) => Some(object),
            Self::SchemaOrBoolean => Some(Object::Schema),
            Self::Any
            | Self::AnyList
            | Self::AnyMap
            | Self::String
            | Self::Email
            | Self::UriReference
            | Self::Strings
            | Self::StringOrStrings
            | Self::StringMap
            | Self::StringsMap
            | Self::Boolean
            | Self::Number
            | Self::BooleanOrNumber
            | Self::Count => None,
        }
    }
}

/// The role of a keyword of the Schema Object (JSON Schema 2020-12 Core §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keyword {
    /// Restricts which values are valid.
    Assertion,
    /// Applies schemas to the value or to parts of it.
    Applicator,
    /// Applies a schema to the same value unconditionally, as if its keywords were written here: `$ref` and `allOf`,
    /// for example.
    Inclusion,
    /// Changes the effect of another keyword: `nullable`.
    Modifier,
    /// Annotates how a value is decoded, which generated code follows: `discriminator` and `contentEncoding`, for
    /// example.
    Interpretation,
    /// Annotates the value for people and tools; no effect on validation.
    Annotation,
    /// Identifies the schema or its dialect.
    Identifier,
    /// Reserves a place for definitions and comments.
    Reserved,
}

impl Keyword {
    /// Returns whether the keyword itself restricts which values are valid, or how branches are distinguished.
    #[must_use]
    pub fn restricts(self) -> bool {
        match self {
            Self::Assertion | Self::Applicator | Self::Interpretation => true,
            Self::Inclusion
            | Self::Modifier
            | Self::Annotation
            | Self::Identifier
            | Self::Reserved => false,
        }
    }
}

/// Returns whether the name of a field is that of an extension, `x-` and anything (OpenAPI 3.0.4, Specification
/// Extensions).
///
/// ```
/// use oas_document::object_model::is_extension;
///
/// assert!(is_extension("x-audience") && !is_extension("audience"));
/// ```
#[must_use]
pub fn is_extension(name: &str) -> bool {
    name.starts_with("x-")
}

/// Returns whether a keyword of the Schema Object only annotates a value, for people and tools: an annotation of any version, a
/// comment, or an extension.
///
/// ```
/// use oas_document::object_model::is_annotation;
///
/// assert!(is_annotation("deprecated") && is_annotation("x-audience"));
/// assert!(!is_annotation("maximum") && !is_annotation("$ref"));
/// ```
#[must_use]
pub fn is_annotation(keyword: &str) -> bool {
    let kind = Object::Schema.field(keyword).and_then(|field| field.kind);
    kind == Some(Keyword::Annotation) || keyword == "$comment" || is_extension(keyword)
}

/// The section of JSON Schema 2020-12 that defines a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsonSchemaSection {
    /// A section of "JSON Schema: A Media Type for Describing JSON Documents".
    Core(&'static str),
    /// A section of "JSON Schema Validation: A Vocabulary for Structural Validation of JSON".
    Validation(&'static str),
}

/// A field of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Field {
    /// The name, such as `maxItems`.
    pub name: &'static str,
    /// The type of the value.
    pub ty: FieldType,
    /// The first version that has the field.
    pub since: Version,
    /// The last version that has the field.
    pub until: Version,
    /// Whether the object is invalid without the field, in every version and irrespective of its other fields.
    pub required: bool,
    /// The role of the keyword; `None` except for fields of the Schema Object.
    pub kind: Option<Keyword>,
    /// The section of JSON Schema that defines the keyword; `None` if OpenAPI defines the field itself.
    pub json_schema: Option<JsonSchemaSection>,
}

impl Field {
    /// Returns whether `version` of the standard has the field.
    #[must_use]
    pub fn exists_in(&self, version: Version) -> bool {
        (self.since..=self.until).contains(&version)
    }
}

impl Object {
    /// All objects of the standard, in the order of its chapters, without those that extensions define.
    pub const ALL: [Self; 30] = {
        use Object::*;
        [
            OpenApi,
            Info,
            Contact,
            License,
            Server,
            ServerVariable,
            Components,
            Paths,
            PathItem,
            Operation,
            ExternalDocs,
            Parameter,
            RequestBody,
            MediaType,
            Encoding,
            Responses,
            Response,
            Callback,
            Example,
            Link,
            Header,
            Tag,
            Reference,
            Schema,
            Discriminator,
            Xml,
            SecurityScheme,
            OAuthFlows,
            OAuthFlow,
            SecurityRequirement,
        ]
    };

    /// Returns the field with this name if the object has it in any version; [`Field::exists_in`] tests one version.
    #[must_use]
    pub fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// Returns the type of the values in objects whose keys a document chooses, such as paths or statuses; `None` for
    /// other objects.
    #[must_use]
    pub fn patterned_fields(self) -> Option<FieldType> {
        match self {
            Self::Paths | Self::Callback => Some(FieldType::One(Self::PathItem)),
            Self::Responses => Some(FieldType::One(Self::Response)),
            Self::SecurityRequirement => Some(FieldType::Strings),
            _ => None,
        }
    }

    /// Returns the type of the value of `key`: of a field in any version, of a known extension, or of a key that the
    /// document chooses. `None` for other keys.
    #[must_use]
    pub fn type_of(self, key: &str) -> Option<FieldType> {
        match self.field(key) {
            Some(field) => Some(field.ty),
            None if is_extension(key) => extension(key, self).map(|known| known.ty),
            // A callback can be a reference, whose `$ref` is not a runtime expression.
            None if key == "$ref" && self == Self::Callback => Some(FieldType::String),
            None => self.patterned_fields(),
        }
    }

    /// Returns whether `version` allows a Reference Object in place of the object.
    #[must_use]
    pub fn may_be_reference(self, version: Version) -> bool {
        use Object::*;
        match self {
            PathItem | Parameter | RequestBody | Response | Callback | Example | Link | Header
            | Schema | SecurityScheme => true,
            MediaType => version >= Version::V3_2,
            _ => false,
        }
    }

    /// Returns the name of the object in headings of the standard without the word "Object", such as `Media Type`.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.names().0
    }

    /// Returns the name of the object within a sentence, with an article.
    pub(crate) fn name(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::OpenApi => ("OpenAPI", "the document"),
            Self::Info => ("Info", "the info object"),
            Self::Contact => ("Contact", "the contact object"),
            Self::License => ("License", "the license object"),
            Self::Server => ("Server", "a server"),
            Self::ServerVariable => ("Server Variable", "a server variable"),
            Self::Components => ("Components", "the components object"),
            Self::Paths => ("Paths", "the paths object"),
            Self::PathItem => ("Path Item", "a path item"),
            Self::Operation => ("Operation", "an operation"),
            Self::ExternalDocs => ("External Documentation", "external documentation"),
            Self::Parameter => ("Parameter", "a parameter"),
            Self::RequestBody => ("Request Body", "a request body"),
            Self::MediaType => ("Media Type", "a media type"),
            Self::Encoding => ("Encoding", "an encoding"),
            Self::Responses => ("Responses", "the responses object"),
            Self::Response => ("Response", "a response"),
            Self::Callback => ("Callback", "a callback"),
            Self::Example => ("Example", "an example"),
            Self::Link => ("Link", "a link"),
            Self::Header => ("Header", "a header"),
            Self::Tag => ("Tag", "a tag"),
            Self::Reference => ("Reference", "a reference"),
            Self::Schema => ("Schema", "a schema"),
            Self::Discriminator => ("Discriminator", "a discriminator"),
            Self::Xml => ("XML", "an xml object"),
            Self::SecurityScheme => ("Security Scheme", "a security scheme"),
            Self::OAuthFlows => ("OAuth Flows", "the OAuth flows object"),
            Self::OAuthFlow => ("OAuth Flow", "an OAuth flow"),
            Self::SecurityRequirement => ("Security Requirement", "a security requirement"),
            Self::OperationGroup => ("Operation Group", "a group of operations"),
        }
    }

    /// Returns the number of the section that defines the object, such as `4.7.12`, in the release that this crate
    /// cites for `version`: 3.0.4, 3.1.2 or 3.2.0. For objects that are not in [`Object::ALL`] the number is
    /// meaningless.
    #[must_use]
    pub fn section(self, version: Version) -> String {
        format!("{}.{}", Section::Objects.number(version), self as u8 + 1)
    }
}

/// Returns the direct children of a value that is a field of the given type, each with its own type.
pub(crate) fn slots(
    node: Node<'_>,
    ty: FieldType,
) -> impl DoubleEndedIterator<Item = (Node<'_>, FieldType)> {
    let items = node.items().filter_map(move |item| match ty {
        FieldType::List(object) => Some((item, FieldType::One(object))),
        _ => None,
    });
    let entries = node.entries().filter_map(move |(key, value)| {
        let ty = match ty {
            FieldType::List(_) => return None,
            FieldType::Map(object) => FieldType::One(object),
            _ => ty.object()?.type_of(key)?,
        };
        Some((value, ty))
    });
    items.chain(entries)
}

/// The values that a walk has met, each as a field of a type.
///
/// Hardly any value is met as fields of two types, so that a table holds the first.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    first: Vec<Option<FieldType>>,
    others: FxHashSet<(u32, FieldType)>,
}

impl Seen {
    /// Adds a value; returns whether it is met as a field of this type for the first time.
    pub(crate) fn insert(&mut self, node: u32, ty: FieldType) -> bool {
        let at = node as usize;
        if at >= self.first.len() {
            self.first.resize(at + 1, None);
        }
        match self.first.get_mut(at) {
            Some(first @ None) => {
                *first = Some(ty);
                true
            }
            Some(Some(first)) if *first == ty => false,
            _ => self.others.insert((node, ty)),
        }
    }
}

/// Returns the objects of the standard directly below a node, which is an object of the given kind.
fn children<'d>(node: Node<'d>, object: Object) -> Vec<(Node<'d>, Object)> {
    let mut found = Vec::new();
    for (value, ty) in slots(node, FieldType::One(object)) {
        let Some(child) = ty.object() else { continue };
        match ty {
            FieldType::List(_) => found.extend(value.items().map(|item| (item, child))),
            FieldType::Map(_) => found.extend(value.entries().map(|(_, item)| (item, child))),
            _ => found.push((value, child)),
        }
    }
    found
}

/// Returns the objects of a document, in document order, with their kinds. A node that is reached as several kinds of
/// objects, by references, is returned once for each.
///
/// ```
/// use oas_document::{Document, object_model::{Object, objects}};
///
/// let text = "openapi: 3.1.0\ninfo: {title: T, version: '1', license: {name: MIT}}\npaths: {}\n";
/// let document = Document::parse("api.yaml", text).unwrap();
/// let objects: Vec<_> = objects(&document).into_iter().map(|(_, object)| object).collect();
/// assert_eq!(objects, [Object::OpenApi, Object::Info, Object::License, Object::Paths]);
/// ```
#[must_use]
pub fn objects(document: &Document) -> Vec<(Node<'_>, Object)> {
    let mut objects = Vec::new();
    let mut seen = Seen::default();
    let mut pending = vec![(document.root(), Object::OpenApi)];
    while let Some((node, object)) = pending.pop() {
        if !seen.insert(node.id, FieldType::One(object)) {
            continue;
        }
        objects.push((node, object));
        if node.reference().is_some()
            && let Ok(target) = node.resolve()
        {
            // Most targets are visited at their own place; this reaches other files and places without a type.
            pending.push((target, object));
        }
        pending.extend(children(node, object).into_iter().rev());
    }
    objects
}

/// Returns `node`, which is an object of the kind `object`, and the objects below it, in document order, with their
/// kinds. References are not followed.
///
/// ```
/// use oas_document::{Document, object_model::{Object, objects_within}};
///
/// let text = "{openapi: 3.1.0, components: {schemas: {A: {items: {$ref: '#/components/schemas/B'}}, B: {items: {}}}}}";
/// let document = Document::parse("api.yaml", text).unwrap();
/// let schema = document.node_at("/components/schemas/A").unwrap();
/// assert_eq!(objects_within(schema, Object::Schema).len(), 2);
/// ```
#[must_use]
pub fn objects_within(node: Node<'_>, object: Object) -> Vec<(Node<'_>, Object)> {
    let mut objects = Vec::new();
    let mut pending = vec![(node, object)];
    while let Some((node, object)) = pending.pop() {
        objects.push((node, object));
        pending.extend(children(node, object).into_iter().rev());
    }
    objects
}

/// Returns the values of a document that have a type in the standard, in document order, with the types: the values of
/// fields, and the items and entries of lists and maps of objects.
///
/// A value of the type [`FieldType::Any`] is returned, the values inside it are not.
///
/// ```
/// use oas_document::{Document, object_model::{FieldType, values}};
///
/// let document = Document::parse("api.yaml", "{openapi: 3.0.4, info: {title: T}, paths: {}}").unwrap();
/// let title = document.node_at("/info/title").unwrap();
/// assert!(values(&document).contains(&(title, FieldType::String)));
/// ```
#[must_use]
pub fn values(document: &Document) -> Vec<(Node<'_>, FieldType)> {
    let mut values = Vec::new();
    let mut seen = Seen::default();
    let mut pending = vec![(document.root(), FieldType::One(Object::OpenApi))];
    while let Some((node, ty)) = pending.pop() {
        if !seen.insert(node.id, ty) {
            continue;
        }
        values.push((node, ty));
        if ty.object().is_some()
            && let Ok(target) = node.resolve()
            && target != node
        {
            pending.push((target, ty));
        }
        pending.extend(slots(node, ty).rev());
    }
    values
}
