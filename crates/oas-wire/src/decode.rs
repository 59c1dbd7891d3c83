//! Decodes bodies whose bytes arrive in pieces of any size.

use bytes::Bytes;

use crate::items::{self, ItemError};
use crate::multipart::{BodyPart, Malformed, PartDecoder};
use crate::sse;

/// A decoder of the items of a body, which clients and servers feed with the pieces that arrive.
///
/// ```
/// use oas_wire::Decode;
///
/// fn all<D: Decode>(mut decoder: D, body: &'static [u8]) -> Vec<D::Item> {
///     decoder.push(body.into()).unwrap();
///     decoder.finish().unwrap();
///     std::iter::from_fn(|| decoder.pop()).collect()
/// }
/// let events = all(oas_wire::sse::Decoder::new(100), b"data: 1\n\ndata: 2\n\n");
/// assert_eq!(events.len(), 2);
/// ```
pub trait Decode {
    /// An item of the body.
    type Item;

    /// Removes and returns the next complete item; `None` if there is none.
    fn pop(&mut self) -> Option<Self::Item>;

    /// Decodes the next piece.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is invalid. The items before the error can still be popped.
    fn push(&mut self, bytes: Bytes) -> Result<(), ItemError>;

    /// Decodes the end of the body, which completes the last item.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is incomplete.
    fn finish(&mut self) -> Result<(), ItemError>;

    /// Returns the decoder of the events, if the items are events: only they continue over another connection.
    fn events(&mut self) -> Option<&mut sse::Decoder> {
        None
    }
}

impl Decode for items::Decoder {
    type Item = String;

    fn pop(&mut self) -> Option<String> {
        self.pop()
    }

    fn push(&mut self, bytes: Bytes) -> Result<(), ItemError> {
        self.push(&bytes)
    }

    fn finish(&mut self) -> Result<(), ItemError> {
        self.finish()
    }

    fn events(&mut self) -> Option<&mut sse::Decoder> {
        self.events()
    }
}

impl Decode for sse::Decoder {
    type Item = sse::Event;

    fn pop(&mut self) -> Option<sse::Event> {
        self.pop()
    }

    fn push(&mut self, bytes: Bytes) -> Result<(), ItemError> {
        Ok(self.push(&bytes)?)
    }

    /// Does nothing: an event that was not ended by an empty line is dropped (WHATWG HTML §9.2.6).
    fn finish(&mut self) -> Result<(), ItemError> {
        Ok(())
    }

    fn events(&mut self) -> Option<&mut sse::Decoder> {
        Some(self)
    }
}

impl Decode for PartDecoder {
    type Item = BodyPart;

    fn pop(&mut self) -> Option<BodyPart> {
        self.pop()
    }

    fn push(&mut self, bytes: Bytes) -> Result<(), ItemError> {
        self.push(bytes)
    }

    fn finish(&mut self) -> Result<(), ItemError> {
        Ok(Self::finish(self)?)
    }
}

/// Reports why there is no decoder as soon as something is to be decoded.
impl<D: Decode> Decode for Result<D, Malformed> {
    type Item = D::Item;

    fn pop(&mut self) -> Option<D::Item> {
        self.as_mut().ok()?.pop()
    }

    fn push(&mut self, bytes: Bytes) -> Result<(), ItemError> {
        self.as_mut().map_err(|error| *error)?.push(bytes)
    }

    fn finish(&mut self) -> Result<(), ItemError> {
        self.as_mut().map_err(|error| *error)?.finish()
    }
}
