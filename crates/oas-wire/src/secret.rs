//! Defines a text that must not appear in logs and errors.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A password, token, session id or key, which must not appear in logs and errors.
///
/// `Debug` formats a placeholder, and there is neither `Display` nor `Serialize`. Only [`expose`](Self::expose) returns the text,
/// so that every use of it is easy to find in a review. The memory of the secret is cleared when it is dropped; that of the text
/// from which it was created may not be.
///
/// The time of a comparison depends only on the lengths, so that it does not reveal how much of a guess is right.
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
    /// Creates a secret from its text.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the text itself. Do not format it into anything that is logged.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns whether the text is `expected`. The time of the comparison depends only on the lengths.
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
