//! A text that must not be seen. What it is sent as belongs to [`credential`](crate::credential).

use std::fmt;

/// A password, token, session or key.
///
/// `Debug` shows a placeholder, and there is neither `Display` nor `Serialize`: the text leaves only through
/// [`expose`](Self::expose), which is easy to search for in a review.
///
/// ```
/// let secret = oas_client::Secret::from("d2a5…");
/// assert_eq!(format!("{secret:?}"), "Secret(***)");
/// assert_eq!(secret.expose(), "d2a5…");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Do not format it into anything that is logged.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
