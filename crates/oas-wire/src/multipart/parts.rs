//! Encodes and decodes multipart bodies whose parts need no names, such as `multipart/mixed` (RFC 2046 §5.1; OpenAPI 3.2.0, Encoding By
//! Position), part by part.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::pin::Pin;
use std::str::Utf8Error;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::parser::{Event, Header, Malformed, Parser};
use super::{Disposition, with_boundary};
use crate::field::is_token;
use crate::items::{ItemError, Items};

const CONTENT_TYPE: &str = "content-type";
const DISPOSITION: &str = "Content-Disposition";

/// A part of a multipart body: the fields of its header, and its content. `Debug` formats the media type, the names of the fields and
/// the size of the content, but not the values and the content, which can be confidential.
///
/// ```
/// use oas_wire::multipart::BodyPart;
///
/// let part = BodyPart::json(&[1, 2])?.header("Content-Location", "/rows/1");
/// assert_eq!(part.media_type(), Some("application/json"));
/// assert_eq!(part.field("content-location"), Some("/rows/1"));
/// assert_eq!(part.to_json::<Vec<i64>>()?, [1, 2]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BodyPart {
    fields: Vec<(String, String)>,
    content: Bytes,
}

impl BodyPart {
    /// Creates a part with this content and without a header.
    #[must_use]
    pub fn new(content: impl Into<Bytes>) -> Self {
        Self {
            fields: Vec::new(),
            content: content.into(),
        }
    }

    /// Creates a part of text with the media type `text/plain; charset=utf-8`. Without the charset, it would be US-ASCII
    /// (RFC 2046 §4.1.2).
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(text.into()).content_type("text/plain; charset=utf-8")
    }

    /// Creates a part with a value serialized to JSON, and the media type `application/json`.
    ///
    /// # Errors
    ///
    /// Returns an error if the value cannot be serialized.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        Ok(Self::new(serde_json::to_vec(value)?).content_type("application/json"))
    }

    /// Creates a part whose content is a multipart body (RFC 2046 §5.1). `media_type`, such as `multipart/mixed`, gets a generated
    /// boundary.
    ///
    /// ```
    /// use oas_wire::multipart::BodyPart;
    ///
    /// let pages = [BodyPart::text("one"), BodyPart::new(vec![0, 1]).named("scan")];
    /// let part = BodyPart::multipart("multipart/mixed", &pages)?;
    /// assert_eq!(part.to_parts()?, pages);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if one of `parts` has an invalid header field.
    pub fn multipart(media_type: &str, parts: &[Self]) -> Result<Self, InvalidField> {
        let boundary = boundary();
        let content = encode_parts(parts, &boundary)?;
        Ok(Self::new(content).content_type(with_boundary(media_type, &boundary)))
    }

    /// Sets the name of a part of `multipart/form-data`, in its `Content-Disposition`.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        let name = Some(name.to_owned().into());
        let file_name = self.file_name().map(|name| name.into_owned().into());
        self.disposed(&Disposition { name, file_name })
    }

    /// Sets the file name of the part, in its `Content-Disposition`. The part need not have a name.
    ///
    /// ```
    /// use oas_wire::multipart::BodyPart;
    ///
    /// let page = BodyPart::new(vec![0, 1]).file_named("page.png");
    /// assert_eq!(page.field("Content-Disposition"), Some("attachment; filename=\"page.png\""));
    /// assert_eq!((page.name(), page.file_name().as_deref()), (None, Some("page.png")));
    /// ```
    #[must_use]
    pub fn file_named(self, file_name: &str) -> Self {
        let name = self.name().map(|name| name.into_owned().into());
        let file_name = Some(file_name.to_owned().into());
        self.disposed(&Disposition { name, file_name })
    }

    fn disposed(mut self, disposition: &Disposition<'_>) -> Self {
        let is_disposition = |name: &str| name.eq_ignore_ascii_case(DISPOSITION);
        self.fields.retain(|(name, _)| !is_disposition(name));
        self.header(DISPOSITION, disposition.encode())
    }

    /// Sets the media type of the part.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.fields.retain(|(name, _)| !is_content_type(name));
        self.header(CONTENT_TYPE, media_type)
    }

    /// Adds a field to the header of the part. It is not validated here: encoding the part fails if it is invalid.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Returns the `Content-Type` of the part, if it has one. A part without one is text (RFC 2046 §5.1).
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        self.field(CONTENT_TYPE)
    }

    /// Returns the value of the first field with this name, if there is one. The case of the name is ignored.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields();
        let found = fields.find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    /// Returns the names and values of the header's fields, in their order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the content.
    #[must_use]
    pub fn content(&self) -> &Bytes {
        &self.content
    }

    /// Returns the content as text.
    ///
    /// # Errors
    ///
    /// Returns an error if the content is not UTF-8.
    pub fn to_text(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(&self.content)
    }

    /// Deserializes the content as JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if the content is not JSON, or cannot be deserialized as `T`.
    pub fn to_json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(crate::without_byte_order_mark(&self.content))
    }

    /// Decodes the content as a multipart body of its own.
    ///
    /// # Errors
    ///
    /// Returns an error if the media type has no boundary, or the content is malformed.
    pub fn to_parts(&self) -> Result<Vec<Self>, Malformed> {
        let content_type = self.media_type().unwrap_or_default();
        decode_parts(content_type, self.content.clone())
    }

    /// Returns the name in the `Content-Disposition`, which parts of `multipart/form-data` have.
    #[must_use]
    pub fn name(&self) -> Option<Cow<'_, str>> {
        self.disposition()?.name
    }

    /// Returns the file name in the `Content-Disposition`. It is untrusted: do not use it as a path.
    #[must_use]
    pub fn file_name(&self) -> Option<Cow<'_, str>> {
        self.disposition()?.file_name
    }

    fn disposition(&self) -> Option<Disposition<'_>> {
        self.field(DISPOSITION).map(Disposition::decode)
    }

    fn received(header: &Header, content: Bytes) -> Self {
        let fields = header.fields();
        Self {
            fields: fields
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            content,
        }
    }

    /// Writes the part, with the boundary line behind it: nobody waits for the next part to know that this one is whole.
    fn write(&self, boundary: &str, out: &mut BytesMut) -> Result<(), InvalidField> {
        out.extend_from_slice(part_head(self.fields())?.as_bytes());
        out.extend_from_slice(&self.content);
        out.extend_from_slice(format!("\r\n--{boundary}").as_bytes());
        Ok(())
    }
}

impl fmt::Debug for BodyPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.fields().map(|(name, _)| name).collect();
        f.debug_struct("BodyPart")
            .field("media_type", &self.media_type())
            .field("fields", &names)
            .field("content", &format_args!("{} bytes", self.content.len()))
            .finish()
    }
}

fn is_content_type(name: &str) -> bool {
    name.eq_ignore_ascii_case(CONTENT_TYPE)
}

/// What is behind the last boundary of a body (RFC 2046 §5.1.1).
pub const PARTS_END: &str = "--\r\n";

/// Encodes what is between a boundary and the content of a part: the end of the boundary line, the header of the part with these
/// fields, and the empty line that ends it.
///
/// ```
/// use oas_wire::multipart::part_head;
///
/// assert_eq!(part_head([("Content-Type", "text/csv")])?, "\r\nContent-Type: text/csv\r\n\r\n");
/// # Ok::<(), oas_wire::multipart::InvalidField>(())
/// ```
///
/// # Errors
///
/// Returns an error if a field is invalid.
pub fn part_head<'f>(
    fields: impl IntoIterator<Item = (&'f str, &'f str)>,
) -> Result<String, InvalidField> {
    let mut head = "\r\n".to_owned();
    for (name, value) in fields {
        if !is_field(name, value) {
            return Err(InvalidField);
        }
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    Ok(head)
}

/// Returns whether a field can be written on a line (RFC 9110 §5.1, §5.5).
fn is_field(name: &str, value: &str) -> bool {
    is_token(name) && value.chars().all(|c| !c.is_control() || c == '\t')
}

/// The error of a part with an invalid header field, such as one with a line break. It does not contain any text of the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a part has a field that a header cannot have")]
pub struct InvalidField;

/// Generates an unpredictable boundary, which the content of a part cannot contain except by chance.
///
/// ```
/// use oas_wire::multipart::boundary;
///
/// assert_ne!(boundary(), boundary());
/// ```
#[must_use]
pub fn boundary() -> String {
    // The standard library keys its hashers with the system's randomness.
    let random = || RandomState::new().build_hasher().finish();
    format!("part-{:016x}{:016x}", random(), random())
}

/// A decoder of the parts of a body, whose bytes can arrive in pieces of any size: [`push`](Self::push) adds bytes,
/// [`pop`](Self::pop) returns the parts that are complete, and [`finish`](Self::finish) checks that the body is.
///
/// ```
/// use oas_wire::multipart::PartDecoder;
///
/// let mut decoder = PartDecoder::new("multipart/mixed; boundary=b", 1024)?;
/// decoder.push("--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b")?;
/// let part = decoder.pop().unwrap();
/// assert_eq!(part.media_type(), Some("text/plain"));
/// assert_eq!(part.content(), "one");
/// decoder.push("--")?;
/// decoder.finish()?;
/// # Ok::<(), oas_wire::items::ItemError>(())
/// ```
#[derive(Debug)]
pub struct PartDecoder {
    parser: Parser,
    limit: usize,
    open: Option<Header>,
    content: BytesMut,
    ready: VecDeque<BodyPart>,
}

impl PartDecoder {
    /// Creates a decoder of parts whose content has at most `limit` bytes each. `content_type` is the value of the body's
    /// `Content-Type`, which contains the boundary.
    ///
    /// # Errors
    ///
    /// Returns an error if the media type has no boundary.
    pub fn new(content_type: &str, limit: usize) -> Result<Self, Malformed> {
        Ok(Self {
            parser: Parser::new(content_type)?,
            limit,
            open: None,
            content: BytesMut::new(),
            ready: VecDeque::new(),
        })
    }

    /// Removes and returns the next complete part; `None` if there is none.
    pub fn pop(&mut self) -> Option<BodyPart> {
        self.ready.pop_front()
    }

    /// Decodes the next bytes of the body.
    ///
    /// # Errors
    ///
    /// Returns an error if a part is longer than the limit, or the body is malformed. The parts before the error can still be popped.
    pub fn push(&mut self, bytes: impl Into<Bytes>) -> Result<(), ItemError> {
        self.parser.push(bytes);
        while let Some(event) = self.parser.pop()? {
            match event {
                Event::Part(header) => self.open = Some(header),
                Event::Content(content) => {
                    if self.content.len() + content.len() > self.limit {
                        return Err(ItemError::TooLong { limit: self.limit });
                    }
                    self.content.extend_from_slice(&content);
                }
                Event::PartEnd => {
                    let content = self.content.split().freeze();
                    let part = self.open.take();
                    self.ready
                        .extend(part.map(|header| BodyPart::received(&header, content)));
                }
                Event::End => break,
            }
        }
        Ok(())
    }

    /// Checks that the body is complete.
    ///
    /// # Errors
    ///
    /// Returns an error if the closing boundary line is missing.
    pub fn finish(&self) -> Result<(), Malformed> {
        self.parser.finish()
    }
}

/// A stream of the bytes of a body: a piece for each part, and a last piece that closes the body.
///
/// ```
/// use oas_wire::items::Items;
/// use oas_wire::multipart::{BodyPart, EncodedParts};
///
/// let parts = Items::from([BodyPart::text("one"), BodyPart::new(vec![0, 1])]);
/// let body = EncodedParts::new(parts);
/// assert!(body.content_type("multipart/mixed").starts_with("multipart/mixed; boundary=part-"));
/// ```
#[derive(Debug)]
pub struct EncodedParts {
    boundary: String,
    parts: Option<Items<BodyPart>>,
    has_begun: bool,
}

impl EncodedParts {
    /// Encodes parts with a generated boundary. The stream ends with an error at the first part with an invalid header field.
    #[must_use]
    pub fn new(parts: Items<BodyPart>) -> Self {
        Self {
            boundary: boundary(),
            parts: Some(parts),
            has_begun: false,
        }
    }

    /// Returns the `Content-Type` of the body: `media_type` with the boundary, which replaces one that it has.
    #[must_use]
    pub fn content_type(&self, media_type: &str) -> String {
        with_boundary(media_type, &self.boundary)
    }
}

impl Stream for EncodedParts {
    type Item = Result<Bytes, InvalidField>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(parts) = &mut self.parts else {
            return Poll::Ready(None);
        };
        let part = ready!(Pin::new(parts).poll_next(context));
        let mut bytes = BytesMut::new();
        if !std::mem::replace(&mut self.has_begun, true) {
            bytes.extend_from_slice(format!("--{}", self.boundary).as_bytes());
        }
        let written = match part {
            Some(part) => part.write(&self.boundary, &mut bytes),
            None => {
                self.parts = None;
                bytes.extend_from_slice(PARTS_END.as_bytes());
                Ok(())
            }
        };
        if written.is_err() {
            self.parts = None;
        }
        Poll::Ready(Some(written.map(|()| bytes.freeze())))
    }
}

/// Decodes a complete multipart body into its parts, in order. Of `content_type`, only the boundary is read.
///
/// Multipart bodies inside parts are left as they are; see [`BodyPart::to_parts`].
///
/// # Errors
///
/// Returns an error if the media type has no boundary, or the body is malformed.
pub fn decode_parts(
    content_type: &str,
    body: impl Into<Bytes>,
) -> Result<Vec<BodyPart>, Malformed> {
    let mut parser = Parser::new(content_type)?;
    parser.push(body);
    let mut parts: Vec<BodyPart> = Vec::new();
    // The whole content of a part is one piece, because the body is.
    while let Some(event) = parser.pop()? {
        match event {
            Event::Part(header) => parts.push(BodyPart::received(&header, Bytes::new())),
            Event::Content(content) => {
                if let Some(part) = parts.last_mut() {
                    part.content = content;
                }
            }
            Event::PartEnd => {}
            Event::End => break,
        }
    }
    parser.finish()?;
    Ok(parts)
}

/// The boundary for bodies that are known not to contain it, such as samples and JSON texts.
pub const PLAIN_BOUNDARY: &str = "part";

/// Encodes a whole body of parts. `boundary` must not occur in their content.
///
/// ```
/// use oas_wire::multipart::{BodyPart, PLAIN_BOUNDARY, encode_parts};
///
/// let parts = [BodyPart::new("1").content_type("text/csv")];
/// let body = encode_parts(&parts, PLAIN_BOUNDARY)?;
/// assert_eq!(body, "--part\r\ncontent-type: text/csv\r\n\r\n1\r\n--part--\r\n");
/// # Ok::<(), oas_wire::multipart::InvalidField>(())
/// ```
///
/// # Errors
///
/// Returns an error if a part has an invalid header field.
pub fn encode_parts(parts: &[BodyPart], boundary: &str) -> Result<Bytes, InvalidField> {
    let mut body = BytesMut::new();
    body.extend_from_slice(format!("--{boundary}").as_bytes());
    for part in parts {
        part.write(boundary, &mut body)?;
    }
    body.extend_from_slice(PARTS_END.as_bytes());
    Ok(body.freeze())
}
