//! Formats conditions of queries in the syntax of a node: a field, an operator, a value.
//!
//! A node looks for the operators in a fixed order and splits a condition at the first that occurs anywhere
//! in it, also in the value, and nothing can be escaped. A node drops repetitions of the operator, so that no value can begin with it.
//! A condition that a node would parse differently is
//! rejected here: a query that returns other images than the requested ones is worse than none, above all if
//! they are deleted next.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::error::Error;
use crate::text::Text;

/// An operator of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are those of the operators")]
pub enum Operator {
    NotEqual,
    AtLeast,
    AtMost,
    NotIn,
    NotLike,
    Like,
    In,
    Equal,
    Greater,
    Less,
    IsNull,
    NotNull,
}

impl Operator {
    /// The operators in the order in which a node looks for them.
    pub const ALL: [Self; 12] = [
        Self::NotEqual,
        Self::AtLeast,
        Self::AtMost,
        Self::NotIn,
        Self::NotLike,
        Self::Like,
        Self::In,
        Self::Equal,
        Self::Greater,
        Self::Less,
        Self::IsNull,
        Self::NotNull,
    ];

    /// Returns the operator in the syntax of a node.
    ///
    /// ```
    /// assert_eq!(zstack_node::Operator::NotIn.as_str(), "!?=");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotEqual => "!=",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::NotIn => "!?=",
            Self::NotLike => "!~=",
            Self::Like => "~=",
            Self::In => "?=",
            Self::Equal => "=",
            Self::Greater => ">",
            Self::Less => "<",
            Self::IsNull => "is null",
            Self::NotNull => "not null",
        }
    }

    fn has_value(self) -> bool {
        !matches!(self, Self::IsNull | Self::NotNull)
    }
}

/// A condition of an [`ImageQuery`](crate::ImageQuery), such as `status=Deleted`. The methods of [`Field`] create it, and
/// [`parse`](Self::parse) parses one that a person has written.
///
/// None of them fails: a condition that a node would parse differently is kept as an error, which [`as_str`](Self::as_str)
/// returns, and the query when it is sent.
///
/// ```
/// use zstack_node::{Condition, Field};
///
/// assert_eq!(Field::STATUS.eq("Deleted").as_str().unwrap(), "status=Deleted");
/// assert_eq!(Field::SIZE.at_least(1024).as_str().unwrap(), "size>=1024");
/// assert_eq!(Field::NAME.one_of(["a", "b"]).as_str().unwrap(), "name?=a,b");
/// assert_eq!(Field::MD5_SUM.is_null().as_str().unwrap(), "md5Sum is null");
///
/// // A node would compare the field `name=a` with `b`.
/// assert!(Field::NAME.eq("a>=b").as_str().is_err());
/// assert!(Field::NAME.one_of(["a,b"]).as_str().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition(Result<String, Text>);

impl Condition {
    /// Parses a condition in the syntax of a node, such as one that a person has written. Blanks around the operator are removed.
    /// If `text` is invalid, [`as_str`](Self::as_str) returns the error.
    ///
    /// ```
    /// use zstack_node::Condition;
    ///
    /// assert_eq!(Condition::parse("status = Deleted").as_str().unwrap(), "status=Deleted");
    /// assert!(Condition::parse("Deleted").as_str().is_err());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(match split(text) {
            Some((field, operator, value)) if is_field(field) => {
                if value.trim().is_empty() == operator.has_value() {
                    Err(Text::new(
                        format!(
                            "the condition `{text}` has a value that its operator does not take, or none"
                        ),
                        format!("条件 `{text}` 缺少值，或其运算符不接受值"),
                    ))
                } else {
                    // A node takes blanks before a value for a part of it.
                    return Self::new(field, operator, value.trim());
                }
            }
            Some((field, ..)) => Err(no_field(field)),
            None => {
                let operators = Operator::ALL.map(|operator| format!("`{}`", operator.as_str()));
                let operators = operators.join(" ");
                Err(Text::new(
                    format!("the condition `{text}` has no operator; write one of {operators}"),
                    format!("条件 `{text}` 没有运算符；请使用其中之一：{operators}"),
                ))
            }
        })
    }

    fn new(field: &str, operator: Operator, value: &str) -> Self {
        if !is_field(field) {
            return Self(Err(no_field(field)));
        }
        if operator.has_value() && (value.is_empty() || value.trim() != value) {
            return Self(Err(Text::new(
                format!(
                    "a node would lose the blanks around a value of `{field}`, or find no value at all"
                ),
                format!("节点会丢失 `{field}` 的值两端的空格，或找不到值"),
            )));
        }
        let blank = if operator.has_value() { "" } else { " " };
        let text = format!("{field}{blank}{}{value}", operator.as_str());
        Self(match split(&text) {
            Some(read) if read == (field, operator, value) => Ok(text),
            Some((_, other, _)) => {
                let other = other.as_str();
                Err(Text::new(
                    format!(
                        "a node would split the condition on `{field}` at `{other}` in its value, and nothing can be escaped; compare with `like` and a pattern without it"
                    ),
                    format!(
                        "节点会在 `{field}` 的值中的 `{other}` 处拆分条件，而且无法转义；请用 `like` 和不含它的模式比较"
                    ),
                ))
            }
            None => Err(Text::new(
                format!("the condition on `{field}` has no operator"),
                format!("`{field}` 的条件没有运算符"),
            )),
        })
    }

    /// Returns the condition in the syntax of a node, as it is sent.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] if the parsed text is not a condition, the name of the field is invalid, or a node would
    /// parse the condition differently, for example because the value contains an operator or begins with a blank.
    pub fn as_str(&self) -> Result<&str, Error> {
        match &self.0 {
            Ok(text) => Ok(text),
            Err(reason) => Err(Error::InvalidRequest(reason.clone())),
        }
    }
}

/// Splits a condition as a node does.
fn split(condition: &str) -> Option<(&str, Operator, &str)> {
    Operator::ALL.into_iter().find_map(|operator| {
        let sign = operator.as_str();
        let (field, value) = condition.split_once(sign)?;
        let value = match operator.has_value() {
            true => value.trim_start_matches(sign),
            false => value,
        };
        Some((field.trim(), operator, value))
    })
}

/// Returns whether a text is a valid name of a field, or of one in a nested list: `backupStorageRefs.status`.
fn is_field(name: &str) -> bool {
    let is_word = |word: &str| {
        let mut bytes = word.bytes();
        bytes
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic())
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    // Every operator has a character that no word has, so that a name contains no operator.
    name.split('.').all(is_word)
}

/// A value with which a field of type `T` can be compared: `&str` or `String` for texts, `i32`, `i64`, `u32` or `u64` for
/// integers, and `bool`.
///
/// The trait is sealed.
pub trait Operand<T: ?Sized>: sealed::Sealed {
    #[doc(hidden)]
    fn text(&self) -> Cow<'_, str>;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! operands {
    ($($operand:ty => $field:ty, $text:expr;)*) => {$(
        impl sealed::Sealed for $operand {}
        impl Operand<$field> for $operand {
            fn text(&self) -> Cow<'_, str> {
                let text: fn(&Self) -> Cow<'_, str> = $text;
                text(self)
            }
        }
    )*};
}

operands! {
    &str => str, |text| Cow::Borrowed(text);
    String => str, |text| Cow::Borrowed(text);
    &String => str, |text| Cow::Borrowed(text);
    i32 => i64, |number| Cow::Owned(number.to_string());
    i64 => i64, |number| Cow::Owned(number.to_string());
    u32 => i64, |number| Cow::Owned(number.to_string());
    u64 => i64, |number| Cow::Owned(number.to_string());
    bool => bool, |truth| Cow::Borrowed(if *truth { "true" } else { "false" });
}

/// A field of images, from which conditions and orders of an [`ImageQuery`](crate::ImageQuery) are made. `T` is the type of its
/// values: `str`, `i64` or `bool`.
///
/// A field in a nested list, such as [`STATUS_ON_BACKUP_STORAGE`](Self::STATUS_ON_BACKUP_STORAGE), has a value for each member of the
/// list. A condition on it is met if one member meets it, also of [`ne`](Self::ne), [`none_of`](Self::none_of) and `unlike`.
///
/// ```
/// use zstack_node::Field;
///
/// assert_eq!(Field::STATUS.eq("Deleted").as_str().unwrap(), "status=Deleted");
/// ```
pub struct Field<T: ?Sized> {
    name: &'static str,
    values: PhantomData<fn(&T)>,
}

impl<T: ?Sized> Clone for Field<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Field<T> {}

impl<T: ?Sized> fmt::Debug for Field<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Field").field(&self.name).finish()
    }
}

macro_rules! fields {
    ($ty:ty: $($constant:ident $name:literal),* $(,)?) => {
        #[allow(missing_docs, reason = "the names are those of the fields")]
        impl Field<$ty> {
            $(pub const $constant: Self = Self::named($name);)*
        }
    };
}

fields!(str: UUID "uuid", NAME "name", DESCRIPTION "description", STATE "state", STATUS "status", MD5_SUM "md5Sum", URL "url",
    MEDIA_TYPE "mediaType", GUEST_OS_TYPE "guestOsType", TYPE "type", PLATFORM "platform", ARCHITECTURE "architecture",
    FORMAT "format", CREATE_DATE "createDate", LAST_OP_DATE "lastOpDate",
    BACKUP_STORAGE_UUID "backupStorageRefs.backupStorageUuid", STATUS_ON_BACKUP_STORAGE "backupStorageRefs.status");
fields!(i64: SIZE "size", ACTUAL_SIZE "actualSize");
fields!(bool: SYSTEM "system", VIRTIO "virtio");

impl<T: ?Sized> Field<T> {
    /// Creates a field that has no constant here, from its name in the API of the node; in a nested list, such as
    /// `backupStorageRefs.installPath`. `T` is the type of its values.
    ///
    /// The name is not validated here: a query whose condition or order has an invalid name fails with
    /// [`Error::InvalidRequest`] when it is sent.
    ///
    /// ```
    /// use zstack_node::Field;
    ///
    /// const INSTALL_PATH: Field<str> = Field::named("backupStorageRefs.installPath");
    /// assert_eq!(INSTALL_PATH.is_null().as_str().unwrap(), "backupStorageRefs.installPath is null");
    /// ```
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self {
            name,
            values: PhantomData,
        }
    }

    /// Returns the name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    fn compare(self, operator: Operator, value: impl Operand<T>) -> Condition {
        Condition::new(self.name, operator, &value.text())
    }

    fn compare_all<V: Operand<T>>(
        self,
        operator: Operator,
        values: impl IntoIterator<Item = V>,
    ) -> Condition {
        let values: Vec<V> = values.into_iter().collect();
        let texts: Vec<Cow<'_, str>> = values.iter().map(Operand::text).collect();
        let name = self.name;
        if texts
            .iter()
            .any(|text| text.contains(',') || text.is_empty() || text.trim() != text)
        {
            let reason = Text::new(
                format!(
                    "a node would split a value of `{name}` at its comma, or lose the blanks around it; a list cannot have it"
                ),
                format!("节点会在逗号处拆分 `{name}` 的值，或丢失两端的空格；列表中不能有这样的值"),
            );
            return Condition(Err(reason));
        }
        Condition::new(name, operator, &texts.join(","))
    }

    /// Returns the condition that the field is equal to `value`. The database of the node compares texts, and ignores their case
    /// unless it is configured otherwise.
    pub fn eq(self, value: impl Operand<T>) -> Condition {
        self.compare(Operator::Equal, value)
    }

    /// Returns the condition that the field is neither null nor equal to `value`.
    pub fn ne(self, value: impl Operand<T>) -> Condition {
        self.compare(Operator::NotEqual, value)
    }

    /// Returns the condition that the field is greater than `value`.
    pub fn more_than(self, value: impl Operand<T>) -> Condition {
        self.compare(Operator::Greater, value)
    }

    /// Returns the condition that the field is greater than or equal to `value`.
    pub fn at_least(self, value: impl Operand<T>) -> Condition {
        self.compare(Operator::AtLeast, value)
    }

    /// Returns the condition that the field is less than `value`.
    pub fn less_than(self, value: impl Operand<T>) -> Condition {
        self.compare(Operator::Less, value)
    }

    /// Returns the condition that the field is less than or equal to `value`.
    pub fn at_most(self, value: impl Operand<T>) -> Condition {
        self.compare(Operator::AtMost, value)
    }

    /// Returns the condition that the field is equal to one of `values`. The condition is invalid if there are none, or if one is
    /// empty, contains a comma, or begins or ends with a blank.
    pub fn one_of<V: Operand<T>>(self, values: impl IntoIterator<Item = V>) -> Condition {
        self.compare_all(Operator::In, values)
    }

    /// Returns the condition that the field is neither null nor equal to one of `values`, which are subject to the restrictions of
    /// [`one_of`](Self::one_of). In a nested list, one such member is enough.
    pub fn none_of<V: Operand<T>>(self, values: impl IntoIterator<Item = V>) -> Condition {
        self.compare_all(Operator::NotIn, values)
    }

    /// Returns the condition that the field is null.
    #[must_use]
    pub fn is_null(self) -> Condition {
        Condition::new(self.name, Operator::IsNull, "")
    }

    /// Returns the condition that the field is not null.
    #[must_use]
    pub fn is_not_null(self) -> Condition {
        Condition::new(self.name, Operator::NotNull, "")
    }

    /// Returns the order by this field, with the least value first.
    #[must_use]
    pub fn ascending(self) -> Sort {
        Sort::new('+', self.name)
    }

    /// Returns the order by this field, with the greatest value first.
    #[must_use]
    pub fn descending(self) -> Sort {
        Sort::new('-', self.name)
    }
}

impl Field<str> {
    /// Returns the condition that the field as a whole matches `pattern`, in which `%` matches any text and `_` any character.
    pub fn like(self, pattern: impl Operand<str>) -> Condition {
        self.compare(Operator::Like, pattern)
    }

    /// Returns the condition that the field is not null and does not match `pattern`.
    pub fn unlike(self, pattern: impl Operand<str>) -> Condition {
        self.compare(Operator::NotLike, pattern)
    }
}

/// An order of images by a field; [`Field::ascending`] and [`Field::descending`] create it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort(Result<String, Text>);

impl Sort {
    fn new(sign: char, field: &str) -> Self {
        Self(match is_field(field) {
            true => Ok(format!("{sign}{field}")),
            false => Err(no_field(field)),
        })
    }

    /// Returns the order in the syntax of a node, such as `+uuid`.
    pub(crate) fn as_str(&self) -> Result<&str, Error> {
        match &self.0 {
            Ok(text) => Ok(text),
            Err(reason) => Err(Error::InvalidRequest(reason.clone())),
        }
    }
}

fn no_field(name: &str) -> Text {
    Text::new(
        format!("`{name}` is not the name of a field"),
        format!("`{name}` 不是字段名"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_the_name_of_a_field() {
        assert_eq!(Field::SIZE.descending().as_str().unwrap(), "-size");
        for name in ["", "a b", "name,size", "name="] {
            let sort = Field::<str>::named(name).ascending();
            assert!(
                matches!(sort.as_str(), Err(Error::InvalidRequest(_))),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_sent_is_read_as_it_is_meant() {
        let texts = [
            "tiny",
            "a b",
            "100%",
            "x,y",
            "恢复",
            "a=b",
            "a>b",
            "a is null",
            "a!b",
            "a~b",
            "a?=b",
            "=",
            "!",
            "",
            " a",
            "null",
        ];
        for text in texts {
            let all = [
                (Operator::Equal, Field::NAME.eq(text)),
                (Operator::NotEqual, Field::NAME.ne(text)),
                (Operator::Greater, Field::NAME.more_than(text)),
                (Operator::AtLeast, Field::NAME.at_least(text)),
                (Operator::Less, Field::NAME.less_than(text)),
                (Operator::AtMost, Field::NAME.at_most(text)),
                (Operator::Like, Field::NAME.like(text)),
                (Operator::NotLike, Field::NAME.unlike(text)),
                (Operator::In, Field::NAME.one_of([text])),
                (Operator::NotIn, Field::NAME.none_of([text])),
            ];
            for (operator, condition) in all {
                if let Ok(sent) = condition.as_str() {
                    assert_eq!(split(sent), Some(("name", operator, text)), "{sent}");
                }
            }
        }
        // A node parses this condition correctly, so that it may be sent.
        for (condition, sent) in [
            (Field::NAME.ne("a=b"), "name!=a=b"),
            (Field::NAME.eq("a>b"), "name=a>b"),
            (Field::NAME.eq("a is null"), "name=a is null"),
            (Field::NAME.eq("x,y"), "name=x,y"),
            (Field::SYSTEM.eq(false), "system=false"),
            (Field::NAME.is_not_null(), "name not null"),
        ] {
            assert_eq!(condition.as_str().expect("it can be sent"), sent);
        }
        for text in ["name = tiny", " name=tiny ", "name= tiny"] {
            assert_eq!(Condition::parse(text).as_str().ok(), Some("name=tiny"));
        }
        for condition in [
            Field::NAME.eq("a!=b"),
            Field::NAME.more_than("a=b"),
            Field::NAME.eq(" a"),
            Field::NAME.eq(""),
            Field::NAME.eq("=a"),
            Field::NAME.more_than(">a"),
            Field::NAME.like("~=a"),
            Field::NAME.one_of(["a", "b,c"]),
            Field::<str>::named("name=a").eq("b"),
            Field::<str>::named("").is_null(),
            Condition::parse("name"),
            Condition::parse("name="),
            Condition::parse("name is null x"),
        ] {
            condition
                .as_str()
                .expect_err("a node would read it otherwise");
        }
    }
}
