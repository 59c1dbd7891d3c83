//! Defines the verification of signed requests, such as those of webhooks.

use bytes::Bytes;
use http::request::Parts;

use crate::Rejection;

/// Verifies that a request is from the expected sender, by its headers and the bytes of its body.
///
/// Senders of webhooks usually sign the body with a shared key, and send the signature in a header field.
/// [`Builder::signature`](crate::Builder::signature) sets the verification. Compare signatures in constant time, and if
/// the time is signed too, reject old requests, which can be repetitions.
///
/// ```
/// use oas_server::{Builder, Bytes, Parts, Rejection, Signature};
///
/// /// The sender puts the length of the body into a field.
/// struct Length;
///
/// impl Signature for Length {
///     fn verify(&self, head: &Parts, body: &Bytes) -> Result<(), Rejection> {
///         let signed = head.headers.get("x-length").is_some_and(|length| *length == *body.len().to_string());
///         if signed { Ok(()) } else { Err(Rejection::Forbidden) }
///     }
/// }
///
/// let server = Builder::new().signature(Length).build();
/// # let _ = server;
/// ```
pub trait Signature: Send + Sync + 'static {
    /// Verifies the signature of a request. `body` is empty if the request has no body.
    ///
    /// # Errors
    ///
    /// Returns the rejection of an invalid request, such as [`Rejection::Forbidden`].
    fn verify(&self, head: &Parts, body: &Bytes) -> Result<(), Rejection>;
}
