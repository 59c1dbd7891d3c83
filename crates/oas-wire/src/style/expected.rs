//! What a decoder has to know of the value that it makes.

/// The kinds of JSON values that can be meant in a place.
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
    /// A value that is neither an array nor an object.
    pub const SCALAR: Self = Self(0b111);
    /// Nothing is known of the value, which differs from a list of all kinds: no text is taken for more than a string then.
    pub const ANY: Self = Self(u8::MAX);
    /// Nothing can be meant.
    pub const NONE: Self = Self(0);

    /// Returns the kinds of either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether they have a kind in common.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The value that a decoder is to make: the text `12` is a number to one schema and a string to another, and `a,b` a list or a
/// string.
///
/// A schema implements it, so that no codec depends on one. Copies are made at each level of the value.
pub trait Expected: Copy {
    /// Returns the kinds that the value can have, as far as is known.
    fn kinds(self) -> Kinds;

    /// Returns what is expected of the items of an array.
    #[must_use]
    fn item(self) -> Self;

    /// Returns what is expected of the property `name` of an object.
    #[must_use]
    fn member(self, name: &str) -> Self;

    /// Returns whether an object has the property `name`.
    fn has_property(self, name: &str) -> bool;

    /// Returns whether an object has properties at all.
    fn has_properties(self) -> bool;

    /// Returns whether it is known what other properties of an object are.
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
