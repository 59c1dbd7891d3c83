//! Defines Rust types, as the types crate contains them.

use serde_json::Value;

use super::Text;
use crate::TypedFormat;

/// The index in [`Api::types`](super::Api::types) of a type that the types crate defines: of a component, or of an inline schema,
/// whose name is generated. It is valid for the `Api` that it comes from, of which [`Api::type_of`](super::Api::type_of) returns the
/// type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub usize);

/// The type of a field, a parameter or a body: a Rust type, or a reference to a named type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TypeRef {
    /// `bool`
    Bool,
    /// A signed or unsigned integer type of Rust, such as `i64`.
    Integer(&'static str),
    /// `f64`, for `format: float` too: an `f32` would change most numbers that a document admits, and write those beyond its
    /// range as `null`.
    Float,
    /// `String`
    String,
    /// `Lenient<T>`: a text, and its value if it conforms to this format.
    Formatted(TypedFormat),
    /// `JsonText<T>`: a string that contains JSON text, and the decoded value (`contentSchema`).
    JsonText(Box<Self>),
    /// `Base64`: bytes that are a Base64 string in JSON (`format: byte`).
    Base64,
    /// `Vec<u8>`: bytes without an encoding (`format: binary` outside of JSON).
    Bytes,
    /// `serde_json::Value`: any JSON value.
    Json,
    /// `serde_json::Map<String, Value>`: any JSON object.
    JsonObject,
    /// `Vec<T>`
    List(Box<Self>),
    /// `(A, B)`, for an array whose items differ by position.
    Tuple(Vec<Self>),
    /// `BTreeMap<String, T>`
    Map(Box<Self>),
    /// `Option<T>`, for a value that can be null.
    Nullable(Box<Self>),
    /// A named type of the types crate.
    Named(TypeId),
}

impl TypeRef {
    /// Returns whether `predicate` is true of an innermost type: of this type, or of one inside a list, a map, an
    /// option, a tuple or a [`JsonText`](Self::JsonText). `predicate` is not called for the containers, except for
    /// `JsonText`. The definitions of named types are not searched.
    #[must_use]
    pub fn any_inner(&self, predicate: fn(&Self) -> bool) -> bool {
        match self {
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => {
                inner.any_inner(predicate)
            }
            Self::Tuple(items) => items.iter().any(|item| item.any_inner(predicate)),
            Self::JsonText(inner) => predicate(self) || inner.any_inner(predicate),
            other => predicate(other),
        }
    }

    /// Returns whether there are more containers within each other: lists, maps, options, tuples and
    /// [`JsonText`](Self::JsonText).
    pub(crate) fn is_deeper_than(&self, depth: usize) -> bool {
        let is_deeper = |inner: &Self| match depth.checked_sub(1) {
            Some(rest) => inner.is_deeper_than(rest),
            None => true,
        };
        match self {
            Self::List(inner)
            | Self::Map(inner)
            | Self::Nullable(inner)
            | Self::JsonText(inner) => is_deeper(inner),
            Self::Tuple(items) => items.iter().any(is_deeper),
            _ => false,
        }
    }

    /// Returns the type of the value inside a JSON document: [`Bytes`](Self::Bytes), also inside containers, becomes
    /// [`String`](Self::String).
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

    /// Wraps the type in [`Nullable`](Self::Nullable), unless it admits null already.
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
#[non_exhaustive]
pub struct Type {
    /// The name, in upper camel case.
    pub name: String,
    /// The JSON pointer of the schema within its file.
    pub pointer: String,
    /// The file of the schema; `None` if it is the root file of the document.
    pub file: Option<String>,
    /// The position of the schema in the document; types are emitted in this order.
    pub order: usize,
    /// The description of the schema, or else its title.
    pub description: Option<String>,
    /// Whether the schema is deprecated.
    pub deprecated: bool,
    /// The kind of the type.
    pub kind: TypeKind,
    /// The fields that implement `Display` and `Error`, if the type is used as an error.
    pub error: Option<ErrorRole>,
    /// The attributes that the settings add, in Rust syntax, such as `#[schemars(inline)]`.
    pub attributes: Vec<String>,
}

impl Type {
    /// Returns the types of the fields, variants or targets in the definition.
    #[must_use]
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
    /// An enum of strings or integers, with a variant for values that the document does not list.
    Enum(Enum),
    /// An enum with a variant for each of several types.
    Union(Union),
    /// An alias of a type.
    Alias(TypeRef),
    /// A type of another crate with this path, which the settings use instead of a generated type.
    Foreign(String),
    /// A tuple struct around a type, for a recursive schema that is not a struct.
    Newtype(TypeRef),
}

/// A struct.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Struct {
    /// The fields, in document order.
    pub fields: Vec<Field>,
    /// The field for properties that the document does not name; `None` if they are ignored.
    pub additional: Option<Additional>,
}

/// The field of a struct for properties that the document does not name: a map (`additionalProperties`).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Additional {
    /// The name of the field.
    pub name: String,
    /// The type of the values.
    pub ty: TypeRef,
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The name of the property in JSON.
    pub property: String,
    /// The name of the field and of its setter, in snake case; keywords are not escaped here.
    pub name: String,
    /// The type of the value, without the `Option` of an absent property and without the `Box` of `boxed`.
    pub ty: TypeRef,
    /// Whether the property is always present.
    pub required: bool,
    /// Whether an absent property is decoded as its default, so that the field is not `Option`.
    pub assumed: bool,
    /// Whether the value is boxed, because the type contains itself or would be too large without the box.
    pub boxed: bool,
    /// The property's description.
    pub description: Option<Text>,
    /// Whether the property is deprecated.
    pub deprecated: bool,
    /// Whether logs and `Debug` must not show the value (`format: password`, OpenAPI 3.0.4, Data Types).
    pub secret: bool,
    /// The constraints on the value, besides the type.
    pub constraints: Vec<Constraint>,
    /// An example of the value.
    pub example: Option<Value>,
    /// The value that an absent property has.
    pub default: Option<Value>,
    /// The only value that the property can have; constructors set it.
    pub constant: Option<Value>,
}

impl Field {
    /// Returns whether the field always has a value, because the property is required or an absent one is decoded as
    /// its default.
    #[must_use]
    pub fn has_value(&self) -> bool {
        self.required || self.assumed
    }
}

/// A constraint, as documentation shows it. Servers enforce it; clients and types do not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Constraint {
    /// The keyword of JSON Schema.
    pub keyword: &'static str,
    /// The value of the keyword: a string as it is, every other value as JSON text.
    pub value: String,
}

/// An enum.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Enum {
    /// The integer type of Rust, such as `i64`, if the values are integers; `None` if they are strings.
    pub integer: Option<&'static str>,
    /// The values, in document order.
    pub values: Vec<EnumValue>,
}

impl Enum {
    /// Returns the value of the enum that equals the JSON value `value`; `1.0` equals `1`.
    #[must_use]
    pub fn known(&self, value: &Value) -> Option<&EnumValue> {
        let text = match (self.integer, value) {
            (None, Value::String(text)) => text.clone(),
            (Some(_), Value::Number(number)) => super::whole(number)?.to_string(),
            _ => return None,
        };
        self.values.iter().find(|known| known.value == text)
    }

    /// Returns whether the generated enum decodes the JSON value `value`, listed or not.
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
#[non_exhaustive]
pub struct EnumValue {
    /// The string on the wire, or the digits of the integer.
    pub value: String,
    /// The name of the variant, in upper camel case.
    pub name: String,
    /// The description of the value.
    pub description: Option<String>,
}

/// An enum with a variant for each alternative of `oneOf` or `anyOf`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Union {
    /// The alternatives, in document order.
    pub variants: Vec<UnionVariant>,
    /// The way in which the variants are distinguished.
    pub tagging: Tagging,
}

impl Union {
    /// Returns the types of the variants that have content.
    pub fn types(&self) -> impl Iterator<Item = &TypeRef> {
        self.variants
            .iter()
            .filter_map(|variant| variant.ty.as_ref())
    }

    /// Returns the variant that the value `tag` of the discriminator, or the key `tag`, selects.
    #[must_use]
    pub fn tagged(&self, tag: &str) -> Option<&UnionVariant> {
        let has = |variant: &&UnionVariant| variant.tags.iter().any(|known| known == tag);
        self.variants.iter().find(has)
    }
}

/// The way in which the alternatives of a union are distinguished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tagging {
    /// By a property whose value is a tag (OpenAPI 3.0.4, Discriminator Object).
    Property {
        /// The name of the property.
        name: String,
        /// The index of the variant for values without a known tag (`defaultMapping`, OpenAPI 3.2).
        default: Option<usize>,
    },
    /// By the only key of an object, whose value is the content of the variant; a variant without content is its tag as
    /// a string. This is the default representation of enums in serde.
    Key,
    /// By the content: constants and required properties. The indices are the variants in the order in which they are
    /// tried, narrower ones first.
    Content(Vec<usize>),
}

/// One alternative of a union.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UnionVariant {
    /// The name of the variant, in upper camel case.
    pub name: String,
    /// The type of the content; `None` for a variant without content.
    pub ty: Option<TypeRef>,
    /// Whether the value is boxed, because the type contains itself or would be too large without the box.
    pub boxed: bool,
    /// The values of the discriminator that select the variant.
    pub tags: Vec<String>,
    /// The constants that the schemas of the alternative prescribe, by which it is distinguished.
    pub constants: Vec<Constant>,
    /// The JSON pointers of the schemas of the alternative.
    pub pointers: Vec<String>,
}

/// A constant that the schema of an alternative prescribes at one place.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Constant {
    /// The JSON pointer of the place within a value of the alternative.
    pub at: String,
    /// The values that are valid at the place: scalars, or the object without properties.
    pub values: Vec<Value>,
}

/// How a type implements `Display` and `Error`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorRole {
    /// `Display` joins the texts of fields.
    Message {
        /// The names of the fields, in order.
        fields: Vec<String>,
        /// The name of the field that `source` returns.
        source: Option<String>,
    },
    /// `Display` and `source` are those of the error in the field of this name.
    Wraps(String),
}
