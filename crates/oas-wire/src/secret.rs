//! A text that must not be seen.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A password, token, session or key.
///
/// `Debug` shows a placeholder, and there is neither `Display` nor `Serialize`: the text leaves only through
/// [`expose`](Self::expose), which is easy to search for in a review. The memory is cleared when the secret is dropped.
///
/// Two secrets are compared in a time that depends on their lengths alone, so that a wrong guess does not show how much
/// of it was right.
///
/// ```
/// use oas_wire::Secret;
///
/// let secret = Secret::from("d2a5…");
/// assert_eq!(format!("{secret:?}"), "Secret(***)");
/// assert_eq!(secret.expose(), "d2a5…");
/// assert!(secret.matches("d2a5…"));
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the text itself. Do not format it into anything that is logged.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns whether the text is `expected`, compared in constant time.
    #[must_use]
    pub fn matches(&self, expected: &str) -> bool {
        self.0.as_bytes().ct_eq(expected.as_bytes()).into()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<Box<str>> for Secret {
    fn from(text: Box<str>) -> Self {
        Self::new(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.0)
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
