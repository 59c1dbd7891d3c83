//! Defines the fields that a response can have, as far as they are known.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// The known fields of a value, for [`Fields::check`](super::Fields::check).
///
/// ```
/// use oas_cli::{Fields, Known};
///
/// #[derive(serde::Deserialize)]
/// struct Pet {
///     name: String,
///     owner: Owner,
/// }
///
/// #[derive(serde::Deserialize)]
/// struct Owner {
///     city: String,
/// }
///
/// let known = Known::of::<Pet>().with_fields("owner", Known::of::<Owner>());
/// assert!(Fields::parse("name,owner.city").check(&known).is_ok());
/// assert!(Fields::parse("owner.name").check(&known).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known(Option<Vec<(&'static str, Self)>>);

impl Known {
    /// A value whose fields are not known: every field is accepted.
    pub const ANY: Self = Self(None);

    /// A value that has no fields, such as a text.
    pub const NONE: Self = Self(Some(Vec::new()));

    /// Creates a value with these fields, whose own values have no fields.
    #[must_use]
    pub fn names(names: impl IntoIterator<Item = &'static str>) -> Self {
        let names = names.into_iter();
        Self(Some(names.map(|name| (name, Self::NONE)).collect()))
    }

    /// Creates a value with the fields of the struct `T`, by their names in JSON. Their own values have no fields, unless
    /// [`with_fields`](Self::with_fields) sets them.
    ///
    /// `Deserialize` has to be derived: from another implementation, the result can be [`Known::NONE`].
    #[must_use]
    pub fn of<'de, T: Deserialize<'de>>() -> Self {
        let mut fields: &'static [&'static str] = &[];
        // The error is only the end of the search.
        let _ = T::deserialize(Names(&mut fields));
        Self::names(fields.iter().copied())
    }

    /// Sets the fields that the value of the field `name` has, or each of its items if the value is a list. They replace those
    /// that were set before. Does nothing if there is no field `name`, or `self` is [`Known::ANY`].
    #[must_use]
    pub fn with_fields(mut self, name: &str, fields: Self) -> Self {
        for (known, inner) in self.0.iter_mut().flatten() {
            if *known == name {
                inner.clone_from(&fields);
            }
        }
        self
    }
}

/// A value in a response whose fields can be selected.
pub(crate) trait Selectable: Sized {
    /// Returns the fields of this value in their order; `None` if it can have any.
    fn fields(&self) -> Option<Vec<(&str, Self)>>;

    /// Returns whether the value is a list.
    fn is_list(&self) -> bool;
}

impl Selectable for &Known {
    fn fields(&self) -> Option<Vec<(&str, Self)>> {
        let fields = self.0.as_ref()?.iter();
        Some(fields.map(|(name, inner)| (*name, inner)).collect())
    }

    fn is_list(&self) -> bool {
        false
    }
}

/// Returns whether a response is known to have a field, or the fields that it has instead.
pub(super) fn candidates(response: &impl Selectable, path: &str) -> Result<bool, Vec<String>> {
    let Some(fields) = response.fields() else {
        return Ok(false);
    };
    let mut names = match below(response, path) {
        Ok(is_known) => return Ok(is_known),
        Err(names) => names,
    };
    // An object around a list can be shown as the rows of the list.
    for (_, list) in fields.iter().filter(|(_, field)| field.is_list()) {
        match below(list, path) {
            Ok(is_known) => return Ok(is_known),
            Err(more) => names.extend(more),
        }
    }
    Err(names)
}

/// Looks for a path below a place. A name that contains dots takes precedence over a path.
fn below(place: &impl Selectable, path: &str) -> Result<bool, Vec<String>> {
    let Some(fields) = place.fields() else {
        return Ok(false);
    };
    if fields.iter().any(|(name, _)| *name == path) {
        return Ok(true);
    }
    let mut names: Vec<String> = Vec::new();
    for (at, _) in path.match_indices('.') {
        let (name, rest) = (&path[..at], &path[at + 1..]);
        let Some((_, inner)) = fields.iter().find(|(known, _)| *known == name) else {
            continue;
        };
        match below(inner, rest) {
            Ok(is_known) => return Ok(is_known),
            Err(inner) => names.extend(inner.iter().map(|inner| format!("{name}.{inner}"))),
        }
    }
    if names.is_empty() {
        names.extend(fields.iter().map(|(name, _)| (*name).to_owned()));
    }
    Err(names)
}

/// A deserializer that records the names of a struct's fields, and has no value.
struct Names<'n>(&'n mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom("there is no value"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
