//! Represents the set of JSON types that a schema admits.

use std::{fmt, ops};

use crate::{Decimal, Kind, Node};

/// A type that the keyword `type` can name (JSON Schema 2020-12 Validation §6.1.1); `integer` is a subset of `number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `integer`: every number without a fraction, `0.0` too.
    Integer,
    /// `number`
    Number,
    /// `string`
    String,
    /// `array`
    Array,
    /// `object`
    Object,
}

impl Type {
    /// All types, in the order in which diagnostics list them.
    pub const ALL: [Self; 7] = [
        Self::Null,
        Self::Boolean,
        Self::Integer,
        Self::Number,
        Self::String,
        Self::Array,
        Self::Object,
    ];

    /// Returns the type with a name such as `integer`; `None` if there is no such type.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|this| this.name() == name)
    }

    /// Returns the name of the type, such as `integer`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    fn bits(self) -> u8 {
        match self {
            Self::Null => 1,
            Self::Boolean => 2,
            Self::Integer => 4,
            // Integers and the numbers that are none.
            Self::Number => 4 | 8,
            Self::String => 16,
            Self::Array => 32,
            Self::Object => 64,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of types; one with `number` contains `integer` too.
///
/// ```
/// use oas_document::schema::{Type, Types};
///
/// let both = Types::from(Type::Number) & Types::from(Type::Integer);
/// assert_eq!(both, Types::from(Type::Integer));
/// assert_eq!((Types::from(Type::Null) | Types::from(Type::String)).to_string(), "null or string");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Types(u8);

impl Types {
    /// Every type.
    pub const ANY: Self = Self(127);
    /// No type, so that no value is admitted.
    pub const NONE: Self = Self(0);

    pub(crate) const NULL: Self = Self(1);

    pub(super) fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    pub(super) fn bits(self) -> u8 {
        self.0
    }

    /// Returns whether the set contains `type`. It contains [`Type::Number`] only if it contains all numbers.
    #[must_use]
    pub fn contains(self, r#type: Type) -> bool {
        self.0 & r#type.bits() == r#type.bits()
    }

    /// Returns whether `null` is in the set.
    #[must_use]
    pub fn has_null(self) -> bool {
        self.contains(Type::Null)
    }

    /// Returns the set without `null`.
    #[must_use]
    pub fn without_null(self) -> Self {
        self.without(Self::from(Type::Null))
    }

    /// Returns the set without the types of `other`. If numbers remain but no integers, [`iter`](Self::iter) names them
    /// `number`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns whether the set is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns whether the set contains every type.
    #[must_use]
    pub fn is_any(self) -> bool {
        self == Self::ANY
    }

    /// Returns whether the set contains all types of `other`.
    #[must_use]
    pub fn is_superset(self, other: Self) -> bool {
        other.without(self).is_empty()
    }

    /// Iterates over the types of the set: over `number`, and not `integer`, if it contains numbers that are not integers.
    pub fn iter(self) -> impl Iterator<Item = Type> {
        let fractions = self.0 & 8 != 0;
        Type::ALL.into_iter().filter(move |this| match this {
            Type::Integer => self.contains(Type::Integer) && !fractions,
            // Only fractions cannot be named; `number` comes nearest.
            Type::Number => fractions,
            other => self.contains(*other),
        })
    }

    /// Returns the only type of the set besides null, where `number` includes `integer`; `None` if there are several or none.
    #[must_use]
    pub fn single(self) -> Option<Type> {
        let mut types = self.without_null().iter();
        types.next().filter(|_| types.next().is_none())
    }

    /// Returns the type of a value, as a set: a number without a fraction is an integer, one with a fraction is a
    /// number that is not an integer.
    #[must_use]
    pub fn of_value(node: Node<'_>) -> Self {
        match node.kind() {
            Kind::Null => Type::Null.into(),
            Kind::Boolean => Type::Boolean.into(),
            Kind::String => Type::String.into(),
            Kind::Array => Type::Array.into(),
            Kind::Object => Type::Object.into(),
            Kind::Number => match Decimal::of(node).is_some_and(|number| number.is_integer()) {
                true => Type::Integer.into(),
                false => Self(8),
            },
        }
    }

    /// Returns the type of a value of `serde_json`, as [`of_value`](Self::of_value) does.
    #[must_use]
    pub fn of_json(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Type::Null.into(),
            serde_json::Value::Bool(_) => Type::Boolean.into(),
            serde_json::Value::String(_) => Type::String.into(),
            serde_json::Value::Array(_) => Type::Array.into(),
            serde_json::Value::Object(_) => Type::Object.into(),
            serde_json::Value::Number(number) => {
                match Decimal::of_number(number).is_some_and(|number| number.is_integer()) {
                    true => Type::Integer.into(),
                    false => Self(8),
                }
            }
        }
    }
}

impl From<Type> for Types {
    fn from(r#type: Type) -> Self {
        Self(r#type.bits())
    }
}

impl FromIterator<Type> for Types {
    fn from_iter<I: IntoIterator<Item = Type>>(types: I) -> Self {
        types
            .into_iter()
            .fold(Self::NONE, |set, this| set | this.into())
    }
}

impl ops::BitAnd for Types {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl ops::BitOr for Types {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_any() {
            return f.write_str("anything");
        }
        let names: Vec<&str> = self.iter().map(Type::name).collect();
        match names.as_slice() {
            [] => f.write_str("nothing"),
            _ => f.write_str(&names.join(" or ")),
        }
    }
}

impl fmt::Debug for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Types({self})")
    }
}
