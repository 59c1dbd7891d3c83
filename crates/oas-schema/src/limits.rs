//! Defines keywords with a numeric limit, as data: what they count or compare, in which direction, and the words of
//! messages.

use std::cmp::Ordering;

use crate::Number;
use crate::messages::Message;

/// A keyword that limits a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// `minLength`, in code points.
    MinLength,
    /// `maxLength`, in code points.
    MaxLength,
    /// `minItems`.
    MinItems,
    /// `maxItems`.
    MaxItems,
    /// `minProperties`.
    MinProperties,
    /// `maxProperties`.
    MaxProperties,
}

/// The parts of a value that a [`Limit`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// The code points of a string.
    Characters,
    /// The items of an array.
    Items,
    /// The properties of an object.
    Properties,
}

impl Limit {
    /// All limits; each `min…` is followed by its `max…`.
    pub const ALL: [Self; 6] = [
        Self::MinLength,
        Self::MaxLength,
        Self::MinItems,
        Self::MaxItems,
        Self::MinProperties,
        Self::MaxProperties,
    ];

    /// The lower and the upper limit of each quantity.
    pub const PAIRS: [[Self; 2]; 3] = [
        Counted::Characters.limits(),
        Counted::Items.limits(),
        Counted::Properties.limits(),
    ];

    /// Returns the keyword.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::MinLength => "minLength",
            Self::MaxLength => "maxLength",
            Self::MinItems => "minItems",
            Self::MaxItems => "maxItems",
            Self::MinProperties => "minProperties",
            Self::MaxProperties => "maxProperties",
        }
    }

    /// Returns the parts of a value that the limit counts.
    #[must_use]
    pub const fn counted(self) -> Counted {
        match self {
            Self::MinLength | Self::MaxLength => Counted::Characters,
            Self::MinItems | Self::MaxItems => Counted::Items,
            Self::MinProperties | Self::MaxProperties => Counted::Properties,
        }
    }

    /// Returns whether the limit is an upper one.
    #[must_use]
    pub const fn is_upper(self) -> bool {
        matches!(self, Self::MaxLength | Self::MaxItems | Self::MaxProperties)
    }

    /// Returns the value that excludes no count.
    const fn neutral(self) -> usize {
        if self.is_upper() { usize::MAX } else { 0 }
    }
}

/// Returns the message for a count that is outside of its limits, such as that of the bytes or parts of a body; `None` if it is
/// within them. `noun` is the singular of what is counted; the plural is formed with `s`.
///
/// ```
/// use oas_schema::miscount;
///
/// assert_eq!(miscount(1, 2, None, "byte").as_deref(), Some("has fewer than 2 bytes"));
/// assert_eq!(miscount(2, 0, Some(1), "part").as_deref(), Some("has more than 1 part"));
/// assert_eq!(miscount(2, 2, Some(2), "part"), None);
/// ```
#[must_use]
pub fn miscount(number: u64, least: u64, most: Option<u64>, noun: &str) -> Option<String> {
    let (comparison, limit) = match most {
        _ if number < least => ("fewer", least),
        Some(most) if number > most => ("more", most),
        _ => return None,
    };
    let plural = if limit == 1 { "" } else { "s" };
    Some(format!("has {comparison} than {limit} {noun}{plural}"))
}

/// The value of each [`Limit`] of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits([usize; Limit::ALL.len()]);

impl Limits {
    /// No limits.
    pub const NONE: Self = {
        let mut values = [0; Limit::ALL.len()];
        let mut index = 0;
        while index < values.len() {
            values[index] = Limit::ALL[index].neutral();
            index += 1;
        }
        Self(values)
    };

    /// Sets the value of a limit.
    pub const fn set(&mut self, limit: Limit, value: usize) {
        self.0[limit as usize] = value;
    }

    /// Returns the value of a limit; `None` if it is not set, or excludes nothing, such as a minimum of 0.
    #[must_use]
    pub const fn get(&self, limit: Limit) -> Option<usize> {
        let value = self.value(limit);
        if value == limit.neutral() {
            None
        } else {
            Some(value)
        }
    }

    pub(crate) const fn value(&self, limit: Limit) -> usize {
        self.0[limit as usize]
    }

    /// Reports each limit on `counted` that `count` violates, with its keyword and a message.
    pub(crate) fn check<E>(
        &self,
        counted: Counted,
        count: usize,
        mut report: impl FnMut(&'static str, Message<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        for limit in counted.limits() {
            let value = self.value(limit);
            let (violated, words) = if limit.is_upper() {
                (count > value, "at most")
            } else {
                (count < value, "at least")
            };
            if violated {
                report(limit.keyword(), &|| {
                    let noun = counted.noun(value);
                    ["must have ", words, " ", &value.to_string(), " ", noun].concat()
                })?;
            }
        }
        Ok(())
    }
}

impl Counted {
    /// Returns the keywords for the least and the greatest number of these, in this order.
    #[must_use]
    pub const fn limits(self) -> [Limit; 2] {
        match self {
            Self::Characters => [Limit::MinLength, Limit::MaxLength],
            Self::Items => [Limit::MinItems, Limit::MaxItems],
            Self::Properties => [Limit::MinProperties, Limit::MaxProperties],
        }
    }

    /// Returns the plural: `characters`, `items` or `properties`.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        self.nouns().1
    }

    /// Returns the noun behind a count: `item` or `items`.
    pub(crate) const fn noun(self, count: usize) -> &'static str {
        let (one, several) = self.nouns();
        if count == 1 { one } else { several }
    }

    const fn nouns(self) -> (&'static str, &'static str) {
        match self {
            Self::Characters => ("character", "characters"),
            Self::Items => ("item", "items"),
            Self::Properties => ("property", "properties"),
        }
    }
}

/// A keyword that bounds a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    /// `minimum`.
    Minimum,
    /// `maximum`.
    Maximum,
    /// `exclusiveMinimum` as a number; the `minimum` beside `exclusiveMinimum: true` in OpenAPI 3.0.
    ExclusiveMinimum,
    /// `exclusiveMaximum` as a number; the `maximum` beside `exclusiveMaximum: true` in OpenAPI 3.0.
    ExclusiveMaximum,
}

impl Bound {
    /// All bounds.
    pub const ALL: [Self; 4] = [
        Self::Minimum,
        Self::Maximum,
        Self::ExclusiveMinimum,
        Self::ExclusiveMaximum,
    ];

    /// Returns the keyword.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::ExclusiveMinimum => "exclusiveMinimum",
            Self::ExclusiveMaximum => "exclusiveMaximum",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Minimum => "at least",
            Self::Maximum => "at most",
            Self::ExclusiveMinimum => "more than",
            Self::ExclusiveMaximum => "less than",
        }
    }

    /// Returns whether a number that compares to the bound in this way is valid.
    const fn admits(self, ordering: Ordering) -> bool {
        match self {
            Self::Minimum => ordering.is_ge(),
            Self::Maximum => ordering.is_le(),
            Self::ExclusiveMinimum => ordering.is_gt(),
            Self::ExclusiveMaximum => ordering.is_lt(),
        }
    }
}

/// The value of each [`Bound`] of a schema.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds([Option<Number>; Bound::ALL.len()]);

impl Bounds {
    /// No bounds.
    pub const NONE: Self = Self([None; Bound::ALL.len()]);

    /// Sets the value of a bound.
    pub const fn set(&mut self, bound: Bound, value: Number) {
        self.0[bound as usize] = Some(value);
    }

    /// Returns the value of a bound, if it is set.
    #[must_use]
    pub const fn get(&self, bound: Bound) -> Option<Number> {
        self.0[bound as usize]
    }

    /// Reports each bound that `number` breaks, with its keyword and a message.
    pub(crate) fn check<E>(
        &self,
        number: Number,
        mut report: impl FnMut(&'static str, Message<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        for bound in Bound::ALL {
            if let Some(value) = self.get(bound)
                && !bound.admits(number.compare(value))
            {
                report(bound.keyword(), &|| {
                    format!("must be {} {value}", bound.words())
                })?;
            }
        }
        Ok(())
    }
}
