//! Encodes and decodes Base64 with the standard alphabet (RFC 4648 §4).

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

const STANDARD: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The error of a text that is not Base64. It does not contain the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is not Base64")]
pub struct InvalidBase64;

/// Encodes bytes, with padding.
///
/// ```
/// assert_eq!(oas_wire::base64::encode(b"a"), "YQ==");
/// ```
#[must_use]
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// Decodes a text, with padding or without: some senders leave it out.
///
/// # Errors
///
/// Returns an error if the text is not Base64.
///
/// ```
/// assert_eq!(oas_wire::base64::decode("YQ").unwrap(), b"a");
/// assert!(oas_wire::base64::decode("Y").is_err());
/// ```
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, InvalidBase64> {
    STANDARD.decode(text).map_err(|_| InvalidBase64)
}
