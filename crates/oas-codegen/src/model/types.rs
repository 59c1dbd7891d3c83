//! Defines Rust types, as the types crate contains them.

use serde_json::Value;

use super::Text;
use crate::TypedFormat;

/// Index of a named type in [`Api::types`](super::Api::types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub usize);

/// A type where it is used.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TypeRef {
    /// `bool`
    Bool,
    /// A signed or unsigned integer of a Rust type, such as `i64`.
    Integer(&'static str),
    /// `f32` or `f64`
    Float(&'static str),
    /// `String`
    String,
    /// `Lenient<T>`: a text, and its value in this format.
    Formatted(TypedFormat),
    /// `JsonText<T>`: a text that is JSON, and its value (`contentSchema`).
    JsonText(Box<TypeRef>),
    /// Bytes that JSON carries in Base64 (`format: byte`).
    Base64,
    /// Bytes as they are (`format: binary` outside JSON).
    Bytes,
    /// Any JSON value.
    Json,
    /// Any JSON object.
    JsonObject,
    /// `Vec<T>`
    List(Box<TypeRef>),
    /// `(A, B)`, for an array whose items differ by position.
    Tuple(Vec<TypeRef>),
    /// `BTreeMap<String, T>`
    Map(Box<TypeRef>),
    /// `Option<T>`, for a value that may be null.
    Nullable(Box<TypeRef>),
    /// A named type.
    Named(TypeId),
}

impl TypeRef {
    /// Returns whether it is a type of this kind, or a list, map, option or tuple of such types.
    #[must_use]
    pub fn holds(&self, kind: fn(&Self) -> bool) -> bool {
        match self {
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.holds(kind),
            Self::Tuple(items) => items.iter().any(|item| item.holds(kind)),
            Self::JsonText(inner) => kind(self) || inner.holds(kind),
            other => kind(other),
        }
    }

    /// Returns this type in the form of JSON, in which bytes are text.
    #[must_use]
    pub fn in_json(self) -> Self {
        let inside = |inner: Box<Self>| Box::new(inner.in_json());
        match self {
            Self::Bytes => Self::String,
            Self::List(item) => Self::List(inside(item)),
            Self::Tuple(items) => Self::Tuple(items.into_iter().map(Self::in_json).collect()),
            Self::Map(value) => Self::Map(inside(value)),
            Self::Nullable(inner) => Self::Nullable(inside(inner)),
            other => other,
        }
    }

    /// Returns this type, or null.
    #[must_use]
    pub fn nullable(self) -> Self {
        match self {
            Self::Nullable(_) | Self::Json => self,
            other => Self::Nullable(Box::new(other)),
        }
    }
}

/// A named type.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Name, in upper camel case.
    pub name: String,
    /// JSON pointer of its schema.
    pub pointer: String,
    /// The file of its schema, as the document names it; `None` for the document's own.
    pub file: Option<String>,
    /// The position of its schema in the document: types are emitted in this order.
    pub order: usize,
    /// The schema's description or title.
    pub description: Option<String>,
    /// Whether the schema is deprecated.
    pub deprecated: bool,
    /// The kind of the type.
    pub kind: TypeKind,
    /// The role of the type as an error, if it is used as one.
    pub error: Option<ErrorRole>,
    /// Attributes that the settings add, as Rust has them.
    pub attributes: Vec<String>,
}

impl Type {
    /// Returns the types that its definition contains.
    pub fn parts(&self) -> Vec<&TypeRef> {
        match &self.kind {
            TypeKind::Struct(body) => {
                let additional = body.additional.iter().map(|additional| &additional.ty);
                body.fields
                    .iter()
                    .map(|field| &field.ty)
                    .chain(additional)
                    .collect()
            }
            TypeKind::Union(union) => union.types().collect(),
            TypeKind::Alias(target) | TypeKind::Newtype(target) => vec![target],
            TypeKind::Enum(_) | TypeKind::Foreign(_) => Vec::new(),
        }
    }
}

/// The kind of a named type.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// A struct with named fields.
    Struct(Struct),
    /// An enum of strings or integers, open to values that the document does not know.
    Enum(Enum),
    /// One of several types.
    Union(Union),
    /// Another name for a type.
    Alias(TypeRef),
    /// A type of another crate, which the settings put in the place of what the schema would be: its path.
    Foreign(String),
    /// A type of its own around another, for what contains itself without being a struct.
    Newtype(TypeRef),
}

/// A struct.
#[derive(Debug, Clone, PartialEq)]
pub struct Struct {
    /// Fields, in document order.
    pub fields: Vec<Field>,
    /// The type of properties that the document does not name.
    pub additional: Option<Additional>,
}

/// A map that takes the properties that a struct does not name (`additionalProperties`).
#[derive(Debug, Clone, PartialEq)]
pub struct Additional {
    /// Name of the field.
    pub name: String,
    /// Type of the values.
    pub ty: TypeRef,
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Property name in JSON.
    pub property: String,
    /// Name of the field and of its setter, in snake case; keywords are not escaped here.
    pub name: String,
    /// Type of the value, without what `required` and `boxed` add.
    pub ty: TypeRef,
    /// Whether the property is always present.
    pub required: bool,
    /// Whether an absent property is decoded as its default, so that the field always has a value.
    pub assumed: bool,
    /// Whether the value has to be boxed, because the type contains itself.
    pub boxed: bool,
    /// The property's description.
    pub description: Option<Text>,
    /// Whether the property is deprecated.
    pub deprecated: bool,
    /// Whether its value must not be seen (`format: password`, OpenAPI 3.0.4, Data Types).
    pub secret: bool,
    /// The constraints on its values, besides the type.
    pub constraints: Vec<Constraint>,
    /// An example of its value.
    pub example: Option<Value>,
    /// The value that the absence of the property means.
    pub default: Option<Value>,
    /// The only value that the property has where its type is used: constructors fill it in.
    pub constant: Option<Value>,
}

impl Field {
    /// Returns whether the field has a value even if the property is absent.
    #[must_use]
    pub fn has_value(&self) -> bool {
        self.required || self.assumed
    }
}

/// A keyword that restricts values, as documentation shows it: servers enforce it, clients and types do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// The keyword.
    pub keyword: &'static str,
    /// Its value: a text as it is, every other value as JSON.
    pub value: String,
}

/// An enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enum {
    /// The Rust type of its values, where they are integers, such as `i64`; they are strings otherwise.
    pub integer: Option<&'static str>,
    /// The values, in document order.
    pub values: Vec<EnumValue>,
}

impl Enum {
    /// Returns the value of the enum that equals a JSON value; `1.0` equals `1`.
    #[must_use]
    pub fn known(&self, value: &Value) -> Option<&EnumValue> {
        let text = match (self.integer, value) {
            (None, Value::String(text)) => text.clone(),
            (Some(_), Value::Number(number)) => super::whole(number)?.to_string(),
            _ => return None,
        };
        self.values.iter().find(|known| known.value == text)
    }

    /// Returns whether its type decodes a JSON value, known or not.
    #[must_use]
    pub fn takes(&self, value: &Value) -> bool {
        match (self.integer, value) {
            (None, Value::String(_)) => true,
            (Some(ty), Value::Number(number)) => super::in_range(ty, number),
            _ => false,
        }
    }
}

/// A value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumValue {
    /// The string on the wire, or the digits of the integer.
    pub value: String,
    /// Name of the variant, in upper camel case.
    pub name: String,
    /// The description of the value.
    pub description: Option<String>,
}

/// A type that is one of several (`oneOf`, `anyOf`).
#[derive(Debug, Clone, PartialEq)]
pub struct Union {
    /// The alternatives, in document order.
    pub variants: Vec<UnionVariant>,
    /// The way in which the variants are distinguished.
    pub tagging: Tagging,
}

impl Union {
    /// Returns the types of the variants that have one.
    pub fn types(&self) -> impl Iterator<Item = &TypeRef> {
        self.variants
            .iter()
            .filter_map(|variant| variant.ty.as_ref())
    }

    /// Returns the variant for this tag.
    #[must_use]
    pub fn tagged(&self, tag: &str) -> Option<&UnionVariant> {
        let has = |variant: &&UnionVariant| variant.tags.iter().any(|known| known == tag);
        self.variants.iter().find(has)
    }
}

/// The way in which the alternatives of a union are distinguished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tagging {
    /// By a property that holds a tag (OpenAPI 3.0.4, Discriminator Object).
    Property {
        /// Name of the property.
        name: String,
        /// Index of the variant that values without a known tag are (`defaultMapping`, OpenAPI 3.2).
        default: Option<usize>,
    },
    /// By the only key of an object, whose value is the content of the variant; a variant without content is its tag as a
    /// text. It is serde's way to write an enum.
    Key,
    /// By what they fix, and by their shapes: the variants in the order in which they are tried, the narrower ones first.
    Content(Vec<usize>),
}

/// One alternative of a union.
#[derive(Debug, Clone, PartialEq)]
pub struct UnionVariant {
    /// Name of the variant, in upper camel case.
    pub name: String,
    /// Its type; none for a variant without content.
    pub ty: Option<TypeRef>,
    /// Whether the value has to be boxed, because the type contains itself.
    pub boxed: bool,
    /// Values of the discriminator that choose it.
    pub tags: Vec<String>,
    /// The constants at certain places of its values, which its schemas prescribe.
    pub constants: Vec<Constant>,
    /// JSON pointers of its schemas.
    pub pointers: Vec<String>,
}

/// A constant at one place of an alternative's values.
#[derive(Debug, Clone, PartialEq)]
pub struct Constant {
    /// JSON pointer of the place, in a value of the alternative.
    pub at: String,
    /// The values that can be there: scalars, and the object without properties.
    pub values: Vec<Value>,
}

/// The role of a type as an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorRole {
    /// Its message is made of these fields, in this order; the cause is in that field.
    Message {
        /// Names of fields.
        fields: Vec<String>,
        /// Name of the field that holds the cause.
        source: Option<String>,
    },
    /// The error in this field takes its place.
    Wraps(String),
}
