//! Defines the types of values and the values of an enumeration, with their names in messages.

use std::fmt;

use crate::{Number, Static, Storage};

/// A set of JSON types, as in the `type` keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Types(u8);

impl Types {
    /// `null`.
    pub const NULL: Self = Self(1);
    /// `true` and `false`.
    pub const BOOLEAN: Self = Self(1 << 1);
    /// Numbers without a fraction; `1.0` is one (JSON Schema Validation 2020-12 §6.1.1).
    pub const INTEGER: Self = Self(1 << 2);
    /// All numbers.
    pub const NUMBER: Self = Self(1 << 2 | 1 << 3);
    /// Strings.
    pub const STRING: Self = Self(1 << 4);
    /// Arrays.
    pub const ARRAY: Self = Self(1 << 5);
    /// Objects.
    pub const OBJECT: Self = Self(1 << 6);
    /// All types.
    pub const ALL: Self = Self(0x7f);
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// Returns the union of both sets.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the intersection of both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns whether this set contains all types of `other`.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns whether the sets share a type.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// `integer`, `string or null`, …
impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WORDS: [(Types, &str); 7] = [
            (Types::BOOLEAN, "boolean"),
            (Types::NUMBER, "number"),
            (Types::INTEGER, "integer"),
            (Types::STRING, "string"),
            (Types::ARRAY, "array"),
            (Types::OBJECT, "object"),
            (Types::NULL, "null"),
        ];
        if *self == Self::NONE {
            return f.write_str("nothing");
        }
        let mut first = true;
        for (types, word) in WORDS {
            if !self.contains(types) || types == Self::INTEGER && self.contains(Self::NUMBER) {
                continue;
            }
            if !first {
                f.write_str(" or ")?;
            }
            first = false;
            f.write_str(word)?;
        }
        Ok(())
    }
}

/// A value that `enum` or `const` allows.
pub enum Literal<S: Storage = Static> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number; `1` and `1.0` are the same number.
    Number(Number),
    /// A string.
    String(S::Text),
    /// An array or an object, as JSON text.
    Json(S::Text),
}

impl<S: Storage> Literal<S> {
    /// Returns the type of the value.
    ///
    /// ```
    /// use oas_schema::{Literal, Types};
    ///
    /// assert_eq!(Literal::<oas_schema::Static>::Boolean(true).types(), Types::BOOLEAN);
    /// ```
    #[must_use]
    pub fn types(&self) -> Types {
        match self {
            Self::Null => Types::NULL,
            Self::Boolean(_) => Types::BOOLEAN,
            Self::Number(_) => Types::NUMBER,
            Self::String(_) => Types::STRING,
            Self::Json(text) if text.starts_with('[') => Types::ARRAY,
            Self::Json(_) => Types::OBJECT,
        }
    }
}

impl<S: Storage> fmt::Display for Literal<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(boolean) => boolean.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::String(text) => write!(f, "{:?}", &**text),
            Self::Json(text) => f.write_str(text),
        }
    }
}
