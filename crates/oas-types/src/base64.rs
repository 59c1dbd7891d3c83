//! Defines bytes that are Base64 in JSON (`format: byte`).

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Bytes that are serialized as Base64 with the standard alphabet and padding (RFC 4648 §4). They are deserialized from text
/// with padding or without; bits of the last character that belong to no byte are ignored.
///
/// # Examples
///
/// ```
/// use oas_types::Base64;
///
/// let bytes = Base64::from(&b"any"[..]);
/// assert_eq!(serde_json::to_string(&bytes)?, r#""YW55""#);
/// assert_eq!(serde_json::from_str::<Base64>(r#""YW55""#)?, bytes);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Base64(pub Vec<u8>);

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Base64 {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&ENGINE.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        ENGINE.decode(text).map(Self).map_err(D::Error::custom)
    }
}
