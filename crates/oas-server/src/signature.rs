//! Signatures of requests, as senders of webhooks make them.

use bytes::Bytes;
use http::request::Parts;

use crate::Rejection;

/// Decides whether a request is from whom it should be, by its header and the bytes of its body.
///
/// Senders of webhooks usually sign the body with a key that both sides have, and put the signature into a header field. It is checked
/// before anything of the request is decoded, as the bytes that were sent are no longer known after that. Compare signatures in constant
/// time, and where the sender signs the time too, refuse what is too old to be no repetition.
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
    /// Checks the signature of a request. A body that the request does not have is empty.
    ///
    /// # Errors
    ///
    /// What the sender is answered, such as [`Rejection::Forbidden`].
    fn verify(&self, head: &Parts, body: &Bytes) -> Result<(), Rejection>;
}
