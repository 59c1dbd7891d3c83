//! Decodes JSON bodies, and reports the place at which a body is not as documented.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use oas_wire::{JsonPointer, with_plain_integers};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer as _, IgnoredAny, MapAccess, Visitor,
};
use serde_path_to_error::Segment;

use crate::{
    decode_error::{Cause, DecodeError},
    redact::HeaderNames,
    response::ResponseValue,
    text::essence,
};

/// A body that is not as documented, with the response that contains it.
pub struct InvalidPayload {
    response: ResponseValue<Bytes>,
    error: DecodeError,
}

impl InvalidPayload {
    pub(crate) fn new(response: ResponseValue<Bytes>, error: DecodeError) -> Self {
        Self { response, error }
    }

    /// Returns the status of the response.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Returns the body as it was received.
    pub fn body(&self) -> &Bytes {
        &self.response
    }

    /// Returns the place in the body as a JSON pointer (RFC 6901), such as `/items/0/name`; empty for the body as a
    /// whole. Inside a union it ends at the union.
    pub fn pointer(&self) -> &str {
        self.error.pointer()
    }

    /// Returns the message, in terms of the API and without values of the body.
    pub fn message(&self) -> String {
        self.error.message()
    }

    /// Returns the error of the JSON decoder; `None` for text and framing errors. Its text can quote values of the
    /// body, so it is not part of the source chain.
    pub fn json_error(&self) -> Option<&serde_json::Error> {
        self.error.json_error()
    }

    /// Returns the beginning of the body: at most 200 characters, without control characters.
    pub fn excerpt(&self) -> String {
        self.response.excerpt()
    }

    /// Returns the whole response, with the undecoded body.
    pub fn into_response(self) -> ResponseValue<Bytes> {
        self.response
    }
}

impl fmt::Display for InvalidPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status();
        // Of a stream, no more than the error is kept.
        if self.body().is_empty() && matches!(self.error.cause, Cause::Grammar(_)) {
            return write!(
                f,
                "the server answered {status} without the documented body"
            );
        }
        match &self.error.cause {
            Cause::Grammar(source) => {
                let (essence, length) = (essence(self.headers()), self.body().len());
                let kind = if essence.is_empty() {
                    "an unnamed media type"
                } else {
                    essence.as_str()
                };
                write!(
                    f,
                    "the server answered {status} with {length} bytes of {kind} that are not JSON: {source}"
                )
            }
            _ => write!(
                f,
                "the server answered {status} with an undocumented body: {}",
                self.error
            ),
        }
    }
}

impl fmt::Debug for InvalidPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidPayload")
            .field("status", &self.status())
            .field("headers", &HeaderNames(self.headers()))
            .field("body", &format_args!("{} bytes", self.body().len()))
            .field("pointer", &self.pointer())
            .field("message", &self.message())
            .finish()
    }
}

/// Decodes JSON. Only a failure pays for finding its place: the body is then read again.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    let body = oas_wire::without_byte_order_mark(body);
    serde_json::from_slice(body).or_else(|error| {
        if let Some(text) = std::str::from_utf8(body).ok().and_then(with_plain_integers)
            && let Ok(value) = serde_json::from_str(&text)
        {
            return Ok(value);
        }
        Err(located::<T>(body, error))
    })
}

/// Constructs the error of decoding, with its place in the body.
fn located<T: DeserializeOwned>(body: &[u8], error: serde_json::Error) -> DecodeError {
    if let Err(source) = serde_json::from_slice::<IgnoredAny>(body) {
        return DecodeError::grammar(source);
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(located) => DecodeError::json(pointer(located.path()), located.into_inner()),
        Ok(_) => DecodeError::json(String::new(), error),
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = JsonPointer::root();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_index(*index),
            Segment::Map { key } => pointer.push(key),
            // A variant is not a place in the JSON.
            Segment::Enum { .. } => {}
            Segment::Unknown => break,
        }
    }
    pointer.into()
}

/// Returns whether the body is a JSON object that has `property` at its top level, with a value other than
/// null.
pub(crate) fn has_property(body: &[u8], property: &str) -> bool {
    struct Probe<'a>(&'a str);

    impl<'de> Visitor<'de> for Probe<'_> {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
            let mut found = false;
            while let Some(matches) = map.next_key_seed(EqualsSeed(self.0))? {
                if matches {
                    found = map.next_value::<Option<IgnoredAny>>()?.is_some();
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }

    struct EqualsSeed<'a>(&'a str);

    impl<'de> DeserializeSeed<'de> for EqualsSeed<'_> {
        type Value = bool;

        fn deserialize<D: serde::Deserializer<'de>>(
            self,
            deserializer: D,
        ) -> Result<bool, D::Error> {
            deserializer.deserialize_str(self)
        }
    }

    impl Visitor<'_> for EqualsSeed<'_> {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a property name")
        }

        fn visit_str<E>(self, name: &str) -> Result<bool, E> {
            Ok(name == self.0)
        }
    }

    serde_json::Deserializer::from_slice(oas_wire::without_byte_order_mark(body))
        .deserialize_map(Probe(property))
        .unwrap_or(false)
}
