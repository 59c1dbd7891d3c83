//! Describes the value that a decoder is to produce.

/// A set of the kinds of JSON values that a text can be decoded into.
///
/// ```
/// use oas_wire::style::Kinds;
///
/// let number_or_list = Kinds::NUMBER.or(Kinds::ARRAY);
/// assert!(number_or_list.intersects(Kinds::SCALAR) && !number_or_list.intersects(Kinds::OBJECT));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// `true` and `false`.
    pub const BOOLEAN: Self = Self(1);
    /// Numbers, integers or not.
    pub const NUMBER: Self = Self(1 << 1);
    /// Strings.
    pub const STRING: Self = Self(1 << 2);
    /// Arrays.
    pub const ARRAY: Self = Self(1 << 3);
    /// Objects.
    pub const OBJECT: Self = Self(1 << 4);
    /// Booleans, numbers and strings.
    pub const SCALAR: Self = Self(0b111);
    /// Nothing is known about the value. Other than with the set of all kinds, every text is decoded as a string.
    pub const ANY: Self = Self(u8::MAX);
    /// The empty set: no value is admitted.
    pub const NONE: Self = Self(0);

    /// Returns the union of both sets.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether the sets have a kind in common.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A description of the value that a decoder is to produce: the text `12` can be a number or a string, and `a,b` a list or a
/// string.
///
/// Implementations wrap a schema, so that decoders do not depend on one. They are copied at each level of the value.
pub trait Expected: Copy {
    /// Returns the kinds that the value can have; [`Kinds::ANY`] if they are not known.
    fn kinds(self) -> Kinds;

    /// Returns the description of the item at this position, counted from 0, if the value is an array.
    #[must_use]
    fn item(self, index: usize) -> Self;

    /// Returns the description of the property `name`, if the value is an object.
    #[must_use]
    fn member(self, name: &str) -> Self;

    /// Returns whether the schema of the object lists the property `name`.
    fn has_property(self, name: &str) -> bool;

    /// Returns whether the schema of the object lists any properties.
    fn has_properties(self) -> bool;

    /// Returns whether the schema of the object describes properties that it does not list.
    fn has_additional(self) -> bool;
}

/// Returns whether only an object is valid.
pub(crate) fn is_object(expected: impl Expected) -> bool {
    let kinds = expected.kinds();
    kinds.intersects(Kinds::OBJECT) && !kinds.intersects(Kinds::SCALAR.or(Kinds::ARRAY))
}

/// Returns whether an array is expected, if there are `many` values, or a value that contains delimiters.
pub(crate) fn is_array(expected: impl Expected, many: bool) -> bool {
    let kinds = expected.kinds();
    kinds != Kinds::ANY
        && kinds.intersects(Kinds::ARRAY)
        && (many || !kinds.intersects(Kinds::SCALAR))
}

/// Returns whether only an object or an array is valid.
pub(crate) fn nests(expected: impl Expected) -> bool {
    !expected.kinds().intersects(Kinds::SCALAR)
}
