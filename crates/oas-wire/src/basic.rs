//! Encodes and decodes the credentials of HTTP Basic authentication (RFC 7617 §2): `user-id:password` in Base64.

use crate::{Secret, base64};

/// The error of a user name with a colon, which HTTP Basic cannot express.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("http basic cannot express a colon in the user name")]
pub struct ColonInUserName;

/// Encodes a user name and a password in UTF-8 and Base64: the text after the word `Basic` in the header field `Authorization`.
///
/// ```
/// use oas_wire::{Secret, basic};
///
/// let encoded = basic::encode("user", &Secret::from("secret")).unwrap();
/// assert_eq!(encoded, Secret::from("dXNlcjpzZWNyZXQ="));
/// assert_eq!(basic::decode(encoded.expose()).unwrap(), ("user".to_owned(), Secret::from("secret")));
/// ```
///
/// # Errors
///
/// Returns [`ColonInUserName`] if the user name contains a colon.
pub fn encode(user: &str, password: &Secret) -> Result<Secret, ColonInUserName> {
    if user.contains(':') {
        return Err(ColonInUserName);
    }
    let pair = Secret::from(format!("{user}:{}", password.expose()));
    Ok(base64::encode(pair.expose()).into())
}

/// Decodes a user name and a password. `encoded` is the text after the word `Basic` of the header field. Returns `None` if it is
/// not Base64, not UTF-8, or has no colon.
#[must_use]
pub fn decode(encoded: &str) -> Option<(String, Secret)> {
    let pair = String::from_utf8(base64::decode(encoded).ok()?).ok()?;
    let pair = Secret::from(pair);
    let (user, password) = pair.expose().split_once(':')?;
    Some((user.to_owned(), password.into()))
}
