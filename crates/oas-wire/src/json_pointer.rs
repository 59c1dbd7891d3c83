//! Parses and formats JSON Pointers (RFC 6901), which identify a value within a JSON document.

use std::{borrow::Cow, fmt, str::FromStr};

use crate::percent;

/// A JSON Pointer: a sequence of reference tokens, each after a slash.
///
/// Its text is always valid: tokens that are added are escaped, and texts that are parsed are validated.
///
/// ```
/// use oas_wire::JsonPointer;
///
/// let mut pointer = JsonPointer::root();
/// pointer.push("paths");
/// pointer.push("/images/{id}");
/// pointer.push_index(0);
/// assert_eq!(pointer.as_str(), "/paths/~1images~1{id}/0");
/// assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["paths", "/images/{id}", "0"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JsonPointer(String);

/// The reason why a text is not a JSON Pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPointer {
    /// The text is not empty and does not start with a slash.
    #[error("a JSON pointer is empty or starts with `/`")]
    NoSlash,
    /// A tilde is followed by neither `0` nor `1`.
    #[error("`~` in a JSON pointer is written `~0`, and `/` in a name `~1`")]
    Tilde,
}

impl JsonPointer {
    /// Returns the pointer to the whole document, which is the empty text.
    #[must_use]
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// Returns the pointer to the whole document, with capacity for a text of `bytes` bytes.
    ///
    /// ```
    /// let mut pointer = oas_wire::JsonPointer::with_capacity(32);
    /// pointer.push("name");
    /// assert_eq!(pointer.as_str(), "/name");
    /// ```
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Parses a pointer (RFC 6901 §3).
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not empty and has no slash in front, or a tilde is not part of an escape.
    ///
    /// ```
    /// use oas_wire::JsonPointer;
    ///
    /// assert_eq!(JsonPointer::parse("/a~1b").unwrap().tokens().next().unwrap(), "a/b");
    /// assert!(JsonPointer::parse("a").is_err());
    /// assert!(JsonPointer::parse("/~2").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, InvalidPointer> {
        if !text.is_empty() && !text.starts_with('/') {
            return Err(InvalidPointer::NoSlash);
        }
        let mut escapes = text.split('~').skip(1);
        if escapes.any(|after| !after.starts_with(['0', '1'])) {
            return Err(InvalidPointer::Tilde);
        }
        Ok(Self(text.to_owned()))
    }

    /// Adds a reference token, such as the name of a property. `token` is not escaped.
    pub fn push(&mut self, token: &str) {
        self.0.reserve(token.len() + 1);
        self.0.push('/');
        self.0.push_str(&escape(token));
    }

    /// Adds the index of an item.
    pub fn push_index(&mut self, index: usize) {
        self.0.push('/');
        self.0.push_str(&index.to_string());
    }

    /// Returns the reference tokens, unescaped.
    #[must_use]
    pub fn tokens(&self) -> impl DoubleEndedIterator<Item = Cow<'_, str>> {
        tokens(&self.0)
    }

    /// Returns the text of the pointer.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the pointer identifies the whole document.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: AsRef<str>> FromIterator<T> for JsonPointer {
    fn from_iter<I: IntoIterator<Item = T>>(tokens: I) -> Self {
        let mut pointer = Self::root();
        for token in tokens {
            pointer.push(token.as_ref());
        }
        pointer
    }
}

impl From<JsonPointer> for String {
    fn from(pointer: JsonPointer) -> Self {
        pointer.0
    }
}

impl FromStr for JsonPointer {
    type Err = InvalidPointer;

    fn from_str(text: &str) -> Result<Self, InvalidPointer> {
        Self::parse(text)
    }
}

impl fmt::Display for JsonPointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Escapes one reference token (RFC 6901 §3).
///
/// ```
/// assert_eq!(oas_wire::json_pointer::escape("a/b~c"), "a~1b~0c");
/// ```
#[must_use]
pub fn escape(token: &str) -> Cow<'_, str> {
    if !token.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        return Cow::Borrowed(token);
    }
    // The tilde first: the one of `~1` is not escaped again.
    Cow::Owned(token.replace('~', "~0").replace('/', "~1"))
}

/// Encodes a pointer, or a part of one, as the fragment of a URI (RFC 6901 §6), without `#`.
///
/// ```
/// assert_eq!(oas_wire::json_pointer::to_fragment("/paths/~1a%2Fb/\u{e9}"), "/paths/~1a%252Fb/%C3%A9");
/// ```
#[must_use]
pub fn to_fragment(pointer: &str) -> String {
    percent::encode_path(&pointer.replace('%', "%25")).into_owned()
}

/// Unescapes one reference token (RFC 6901 §4). A tilde that is not part of an escape is kept.
///
/// ```
/// assert_eq!(oas_wire::json_pointer::unescape("a~1b~01"), "a/b~1");
/// ```
#[must_use]
pub fn unescape(token: &str) -> Cow<'_, str> {
    if !token.contains('~') {
        return Cow::Borrowed(token);
    }
    // The tilde last: `~01` is a tilde and a one.
    Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
}

/// Returns the reference tokens of a pointer, unescaped, without validating it. Text before the first slash is ignored.
///
/// ```
/// let tokens: Vec<_> = oas_wire::json_pointer::tokens("/a~1b/0").collect();
/// assert_eq!(tokens, ["a/b", "0"]);
/// ```
pub fn tokens(pointer: &str) -> impl DoubleEndedIterator<Item = Cow<'_, str>> {
    let after = pointer.find('/').and_then(|slash| pointer.get(slash + 1..));
    after
        .into_iter()
        .flat_map(|tokens| tokens.split('/'))
        .map(unescape)
}

/// Parses a reference token as the index of an array (RFC 6901 §4); `None` if it has a sign, leading zeros, or is not a number.
///
/// ```
/// use oas_wire::json_pointer::array_index;
///
/// assert_eq!(array_index("10"), Some(10));
/// assert_eq!(array_index("01"), None);
/// assert_eq!(array_index("-"), None);
/// ```
#[must_use]
pub fn array_index(token: &str) -> Option<usize> {
    let plain = token == "0" || !token.starts_with(['0', '+']);
    token.parse().ok().filter(|_| plain)
}
