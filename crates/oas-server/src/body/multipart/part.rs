//! Defines the parts of a form: the header, and the content in memory or in a file.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::{fmt, io};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use oas_wire::multipart::{BodyPart, Header, decode_parts};
use tempfile::TempPath;
use tokio::io::{AsyncRead as _, ReadBuf};

/// A part of a form. `Debug` shows the size of the content, not the content.
///
/// The content of a form is in memory up to [`Builder::form_memory`](crate::Builder::form_memory). Further content is
/// in temporary files, each of which is removed with the last clone of its part.
///
/// ```
/// use oas_server::Part;
///
/// /// Counts the lines of a file, however large it is.
/// async fn lines(file: &Part) -> std::io::Result<usize> {
///     let (mut stream, mut lines) = (file.stream().await?, 0);
///     while let Some(piece) = stream.next().await {
///         lines += piece?.iter().filter(|byte| **byte == b'\n').count();
///     }
///     Ok(lines)
/// }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Part {
    /// The name of the field.
    pub name: String,
    /// The file name that the caller has sent. It is untrusted: do not use it as a path.
    pub file_name: Option<String>,
    /// The `Content-Type` of the part.
    pub media_type: Option<String>,
    /// The other header fields of the part. Invalid ones, and those after the first 64, are left out.
    pub headers: HeaderMap,
    pub(super) content: Content,
}

/// The value of a part of a form, with the header fields of the part (OpenAPI 3.0.4, Encoding Object, `headers`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValuePart<T> {
    /// The value.
    pub value: T,
    /// The header fields of the part, as [`Part::headers`].
    pub headers: HeaderMap,
}

#[derive(Clone)]
pub(super) enum Content {
    Memory(Bytes),
    File { path: Arc<TempPath>, size: u64 },
}

/// More header fields of a part than these are left out: the caller decides how many there are.
const MAX_HEADERS: usize = 64;

impl Part {
    /// Creates a part without content.
    pub(super) fn new(header: &Header) -> Result<Self, &'static str> {
        let disposition = header.disposition();
        let disposition = disposition.ok_or("has a part without Content-Disposition")?;
        let name = disposition.name.ok_or("has a part without a name")?;
        Ok(Self {
            name: name.into_owned(),
            file_name: disposition.file_name.map(Cow::into_owned),
            media_type: header.get("content-type").map(str::to_owned),
            headers: headers(header),
            content: Content::Memory(Bytes::new()),
        })
    }

    /// Returns the size of the content, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::File { size, .. } => *size,
        }
    }

    /// Returns the content if it is in memory; `None` if it is in a file.
    #[must_use]
    pub fn bytes(&self) -> Option<&Bytes> {
        match &self.content {
            Content::Memory(bytes) => Some(bytes),
            Content::File { .. } => None,
        }
    }

    /// Returns the path of the temporary file with the content; `None` if it is in memory. The file can be copied or
    /// moved as long as the part exists.
    #[must_use]
    pub fn path(&self) -> Option<&std::path::Path> {
        match &self.content {
            Content::Memory(_) => None,
            Content::File { path, .. } => Some(path),
        }
    }

    /// Returns the whole content, which is read into memory if it is in a file.
    ///
    /// # Errors
    ///
    /// Returns an error if the temporary file cannot be read.
    pub async fn read(&self) -> io::Result<Bytes> {
        if let Content::Memory(bytes) = &self.content {
            return Ok(bytes.clone());
        }
        let mut all = BytesMut::new();
        let mut stream = self.stream().await?;
        while let Some(piece) = stream.next().await {
            all.extend_from_slice(&piece?);
        }
        Ok(all.freeze())
    }

    /// Returns the parts inside the part, whose content is a multipart body of its own.
    ///
    /// # Errors
    ///
    /// Returns an error if the temporary file cannot be read, or the content is not multipart.
    pub async fn parts(&self) -> io::Result<Vec<BodyPart>> {
        let media_type = self.media_type.as_deref().unwrap_or_default();
        decode_parts(media_type, self.read().await?)
            .map_err(|reason| io::Error::new(io::ErrorKind::InvalidData, reason))
    }

    /// Returns the content as a stream of pieces, from its beginning.
    ///
    /// # Errors
    ///
    /// Returns an error if the temporary file cannot be opened.
    pub async fn stream(&self) -> io::Result<PartStream> {
        Ok(PartStream(match &self.content {
            Content::Memory(bytes) => Source::Memory(bytes.clone()),
            Content::File { path, .. } => {
                let file = tokio::fs::File::open(&***path).await?;
                let path = Arc::clone(path);
                Source::File {
                    file,
                    piece: BytesMut::new(),
                    _path: path,
                }
            }
        }))
    }
}

/// Returns the header fields of a part, without those that are fields of [`Part`].
fn headers(header: &Header) -> HeaderMap {
    let fields = header.fields().filter_map(|(name, value)| {
        let name = HeaderName::try_from(name).ok()?;
        Some((name, HeaderValue::try_from(value).ok()?))
    });
    fields
        .filter(|(name, _)| *name != CONTENT_DISPOSITION && *name != CONTENT_TYPE)
        .take(MAX_HEADERS)
        .collect()
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("name", &self.name)
            .field("file_name", &self.file_name)
            .field("media_type", &self.media_type)
            .field("content", &format_args!("{} bytes", self.size()))
            .finish_non_exhaustive()
    }
}

/// The size of the pieces that a file is read in.
const PIECE: usize = 64 * 1024;

/// The content of a part as a stream of pieces. It implements [`Stream`]; [`next`](Self::next) needs no stream library.
pub struct PartStream(Source);

enum Source {
    Memory(Bytes),
    File {
        file: tokio::fs::File,
        /// Where the next piece is read to.
        piece: BytesMut,
        /// Keeps the file while it is read.
        _path: Arc<TempPath>,
    },
}

impl PartStream {
    /// Returns the next piece; `None` at the end.
    pub async fn next(&mut self) -> Option<io::Result<Bytes>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for PartStream {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Source::Memory(bytes) if bytes.is_empty() => Poll::Ready(None),
            Source::Memory(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Source::File { file, piece, .. } => {
                piece.resize(PIECE, 0);
                let mut buffer = ReadBuf::new(piece);
                let read = ready!(Pin::new(file).poll_read(cx, &mut buffer));
                let length = buffer.filled().len();
                Poll::Ready(match read {
                    Ok(()) if length == 0 => None,
                    Ok(()) => {
                        piece.truncate(length);
                        Some(Ok(std::mem::take(piece).freeze()))
                    }
                    Err(error) => Some(Err(error)),
                })
            }
        }
    }
}

impl fmt::Debug for PartStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartStream")
    }
}
