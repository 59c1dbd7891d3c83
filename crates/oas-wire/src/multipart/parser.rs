//! Parses multipart bodies (RFC 2046 §5.1.1) in whatever pieces they arrive.
//!
//! The crate `multer` is not used, because it reads all available bytes before it returns any, so that a fast sender fills the memory, and
//! does not limit the header of a part. It also does its own I/O, which clients and servers have already.

use std::borrow::Cow;
use std::fmt;

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::memmem::{self, Finder};

use super::Disposition;
use crate::MediaType;

/// The longest header of a part, and the longest end of a boundary line, in bytes.
const MAX_HEADER_LEN: usize = 16 * 1024;

/// A parser of multipart bodies, whose bytes can arrive in pieces of any size. Content is returned as it arrives; only the header of
/// a part is buffered.
///
/// ```
/// use oas_wire::multipart::{Event, Parser};
///
/// let mut parser = Parser::new("multipart/mixed; boundary=b")?;
/// for piece in ["--b\r\ncontent-type: text/plain\r\n", "\r\none", "\r\ntwo\r\n--b--"] {
///     parser.push(piece);
/// }
/// let Some(Event::Part(header)) = parser.pop()? else { panic!() };
/// assert_eq!(header.get("Content-Type"), Some("text/plain"));
/// let Some(Event::Content(content)) = parser.pop()? else { panic!() };
/// assert_eq!(content, "one\r\ntwo");
/// assert!(matches!(parser.pop()?, Some(Event::PartEnd)));
/// assert!(matches!(parser.pop()?, Some(Event::End)));
/// # Ok::<(), oas_wire::multipart::Malformed>(())
/// ```
#[derive(Debug)]
pub struct Parser {
    /// A boundary line, with the line break before it that is not part of the content.
    delimiter: Finder<'static>,
    buffer: BytesMut,
    state: State,
}

/// An event of a multipart body, in the order of the body; [`Parser::pop`] returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A part begins.
    Part(Header),
    /// A piece of the content of the part, which is not empty.
    Content(Bytes),
    /// The part has ended. It is not known yet whether another part follows.
    PartEnd,
    /// The body has ended with its closing boundary line. Bytes after it are ignored.
    End,
}

/// The reason why a body is not a valid multipart body. It does not contain any text of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// The media type has no boundary.
    #[error("has no boundary in its media type")]
    NoBoundary,
    /// The body has no boundary line.
    #[error("has no boundary line")]
    NoBoundaryLine,
    /// A boundary line does not end.
    #[error("ends within a boundary line")]
    BoundaryLine,
    /// The body ends before its closing boundary line.
    #[error("has no closing boundary line")]
    NoEnd,
    /// No empty line ends the header of a part.
    #[error("has a part whose header does not end")]
    Header,
    /// The header of a part has more than 16 KiB.
    #[error("has a part whose header is too long")]
    LongHeader,
    /// The header of a part is not UTF-8.
    #[error("has a part whose header is not UTF-8")]
    NotUtf8,
}

/// The header of a part. `Debug` formats only its length, because fields can be confidential.
#[derive(Clone, PartialEq, Eq)]
pub struct Header(String);

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    /// Before the first boundary line, which may start the body and then has no line break before it.
    Preamble { is_start: bool },
    /// Behind the boundary.
    BoundaryLine,
    /// Within a boundary line that does not close the body.
    Padding,
    /// At the line break that ends the boundary line.
    Header,
    /// In the content of a part.
    Content,
    /// Behind the boundary that ends a part.
    PartEnd,
    /// Behind the closing boundary line.
    End,
}

impl Parser {
    /// Creates a parser of a body. `content_type` is the value of its `Content-Type`, which contains the boundary.
    ///
    /// # Errors
    ///
    /// Returns an error if the media type has no boundary.
    pub fn new(content_type: &str) -> Result<Self, Malformed> {
        let media_type = MediaType::parse_lenient(content_type).ok();
        let boundary = media_type.and_then(|media_type| media_type.parameter("boundary"));
        // The search for the beginning of a delimiter counts on the line break before the boundary alone.
        let is_valid =
            |boundary: &Cow<'_, str>| !boundary.is_empty() && !boundary.contains(['\r', '\n']);
        let boundary = boundary.filter(is_valid).ok_or(Malformed::NoBoundary)?;
        let delimiter = format!("\r\n--{boundary}");
        Ok(Self {
            delimiter: Finder::new(&delimiter).into_owned(),
            buffer: BytesMut::new(),
            state: State::Preamble { is_start: true },
        })
    }

    /// Adds the next piece of the body. It is not copied if all events of the pieces before have been popped, unless these end
    /// within a boundary line or a header.
    pub fn push(&mut self, piece: impl Into<Bytes>) {
        let piece = piece.into();
        match self.buffer.is_empty() {
            _ if self.state == State::End => {}
            true => self.buffer = piece.into(),
            false => self.buffer.extend_from_slice(&piece),
        }
    }

    /// Returns the next event of the body; `None` if more bytes are needed.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is malformed.
    pub fn pop(&mut self) -> Result<Option<Event>, Malformed> {
        loop {
            match self.state {
                State::Preamble { is_start } => {
                    // Past the line break, which a body that starts with its boundary line lacks.
                    let start = self.delimiter.needle().get(2..).unwrap_or_default();
                    if is_start && self.buffer.starts_with(start) {
                        self.buffer.advance(start.len());
                        self.state = State::BoundaryLine;
                    } else if is_start && start.starts_with(&self.buffer) {
                        return Ok(None);
                    } else {
                        let is_end = self.take_content().1;
                        self.state = match is_end {
                            true => State::BoundaryLine,
                            false => State::Preamble { is_start: false },
                        };
                        if !is_end {
                            return Ok(None);
                        }
                    }
                }
                State::BoundaryLine => match self.buffer.get(..2) {
                    None => return Ok(None),
                    Some(b"--") => self.state = State::End,
                    Some(_) => self.state = State::Padding,
                },
                State::Padding => match memmem::find(&self.buffer, b"\r\n") {
                    Some(end) if end <= MAX_HEADER_LEN => {
                        self.buffer.advance(end);
                        self.state = State::Header;
                    }
                    None if self.buffer.len() <= MAX_HEADER_LEN => return Ok(None),
                    _ => return Err(Malformed::BoundaryLine),
                },
                State::Header => {
                    let header = self.take_header()?;
                    if header.is_some() {
                        self.state = State::Content;
                    }
                    return Ok(header.map(Event::Part));
                }
                State::Content => {
                    let (content, is_end) = self.take_content();
                    if is_end {
                        self.state = State::PartEnd;
                    }
                    if !content.is_empty() {
                        return Ok(Some(Event::Content(content)));
                    }
                    if !is_end {
                        return Ok(None);
                    }
                }
                State::PartEnd => {
                    self.state = State::BoundaryLine;
                    return Ok(Some(Event::PartEnd));
                }
                State::End => return Ok(Some(Event::End)),
            }
        }
    }

    /// Checks that the body is complete. Call it after the last event was popped.
    ///
    /// # Errors
    ///
    /// Returns an error if the closing boundary line is missing.
    pub fn finish(&self) -> Result<(), Malformed> {
        match self.state {
            State::Preamble { .. } => Err(Malformed::NoBoundaryLine),
            State::PartEnd | State::BoundaryLine | State::Padding => Err(Malformed::BoundaryLine),
            State::Header | State::Content => Err(Malformed::NoEnd),
            State::End => Ok(()),
        }
    }

    /// Takes what is before the next delimiter, and moves past the delimiter; returns whether there is one.
    fn take_content(&mut self) -> (Bytes, bool) {
        if let Some(end) = self.delimiter.find(&self.buffer) {
            let content = self.buffer.split_to(end).freeze();
            self.buffer.advance(self.delimiter.needle().len());
            return (content, true);
        }
        let held = begun(&self.buffer, self.delimiter.needle());
        let content = self.buffer.split_to(self.buffer.len() - held);
        (content.freeze(), false)
    }

    /// Takes the header of a part; `None` where it has not arrived.
    fn take_header(&mut self) -> Result<Option<Header>, Malformed> {
        // An empty header leaves two line breaks, of which the first is that of the boundary line.
        let end = memmem::find(&self.buffer, b"\r\n\r\n");
        // The second line break may be that of the next boundary line instead.
        let close = end.map(|end| end + 2 + self.delimiter.needle().len());
        let before = close.and_then(|close| self.buffer.get(..close));
        let is_whole = before.is_some();
        if self
            .delimiter
            .find(before.unwrap_or(&self.buffer))
            .is_some()
        {
            return Err(Malformed::Header);
        }
        // Three bytes may belong to the line breaks.
        let size = end.unwrap_or(self.buffer.len().saturating_sub(3));
        match end {
            _ if size > MAX_HEADER_LEN => Err(Malformed::LongHeader),
            Some(end) if is_whole => {
                let header = self.buffer.split_to(end);
                self.buffer.advance(4);
                let header = String::from_utf8(header.into());
                Ok(Some(Header(header.map_err(|_| Malformed::NotUtf8)?)))
            }
            _ => Ok(None),
        }
    }
}

/// Returns how many bytes at the end of `text` may be the beginning of `needle`, whose only carriage return is its first byte.
fn begun(text: &[u8], needle: &[u8]) -> usize {
    let tail = text.len().saturating_sub(needle.len() - 1);
    let tail = text.get(tail..).unwrap_or_default();
    let begin = memchr::memrchr(b'\r', tail);
    let begun = begin.and_then(|begin| tail.get(begin..));
    begun.map_or(0, |begun| match needle.starts_with(begun) {
        true => begun.len(),
        false => 0,
    })
}

impl Header {
    /// Returns the size of the header in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// Returns the value of the first field with this name, if there is one. The case of the name is ignored.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields();
        let found = fields.find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    /// Returns the names and values of the fields, in their order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.0.lines().filter_map(|line| line.split_once(':'));
        fields.map(|(name, value)| (name.trim(), value.trim()))
    }

    /// Returns the `Content-Disposition`, if there is one.
    #[must_use]
    pub fn disposition(&self) -> Option<Disposition<'_>> {
        self.get("content-disposition").map(Disposition::decode)
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({} bytes)", self.size())
    }
}
