//! Collects the parts of a form, in memory as long as that suffices, and in temporary files from there on.
//!
//! A handler is called with a whole form, because a file may arrive before the fields that decide what it is for, and because nothing of
//! a request is handled before all of it is checked. So it is the disk that a large file waits on, and the memory stays small.

use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use oas_wire::multipart::{Event, Header, Malformed, Parser};
use tempfile::TempPath;
use tokio::io::AsyncWriteExt as _;

use super::part::{Content, Part};
use crate::body::stream::{BodyError, BodyStream};

/// The reason why there is no form.
pub(crate) enum Failure {
    /// The body did not arrive.
    Body(BodyError),
    /// The body is not a form, for this reason.
    Malformed(String),
    /// A temporary file could not be written.
    Io(io::Error),
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl From<Malformed> for Failure {
    fn from(reason: Malformed) -> Self {
        Self::Malformed(reason.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What a part costs in memory beside its header: its place in the form, its name, the fields of its header.
const PART: usize = 512;

/// Reads a form whose media type is `content_type`, and of which `first` has arrived. `memory` is how many bytes of content are kept in
/// memory, and how many of headers.
pub(crate) async fn collect(
    content_type: &str,
    first: Bytes,
    mut body: BodyStream,
    memory: usize,
) -> Result<Vec<Part>, Failure> {
    let mut parser = Parser::new(content_type)?;
    parser.push(first);
    let mut parts = Vec::new();
    let (mut memory, mut headers) = (memory, memory);
    let mut open: Option<OpenPart> = None;
    loop {
        match parser.pop()? {
            Some(Event::Part(header)) => {
                open = Some(OpenPart::new(&header)?);
                let left = headers.checked_sub(header.size().saturating_add(PART));
                headers =
                    left.ok_or_else(|| Failure::Malformed("has too many parts".to_owned()))?;
            }
            Some(Event::Content(bytes)) => {
                if let Some(part) = &mut open
                    && part.write(&bytes, &mut memory).await?
                {
                    // A file takes the time that it takes, as a stream does.
                    body.pieces_are_timed();
                }
            }
            Some(Event::PartEnd) => {
                if let Some(part) = open.take() {
                    parts.push(part.close().await?);
                }
            }
            Some(Event::End) => break,
            None => match body.next().await? {
                Some(piece) => parser.push(piece),
                None => {
                    parser.finish()?;
                    break;
                }
            },
        }
    }
    // The connection is of use again only if all of the body was read.
    while body.next().await?.is_some() {}
    Ok(parts)
}

/// The part that is arriving.
struct OpenPart {
    part: Part,
    /// What is in memory of it. It is a copy, because a slice would keep the whole piece that it arrived in.
    held: BytesMut,
    file: Option<File>,
}

struct File {
    file: tokio::fs::File,
    path: TempPath,
    size: u64,
}

impl OpenPart {
    fn new(header: &Header) -> Result<Self, Failure> {
        let part = Part::new(header).map_err(|reason| Failure::Malformed(reason.to_owned()))?;
        Ok(Self {
            part,
            held: BytesMut::new(),
            file: None,
        })
    }

    /// Adds to the content, in memory while there is some left; returns whether it is in a file.
    async fn write(&mut self, bytes: &[u8], memory: &mut usize) -> io::Result<bool> {
        if self.file.is_none() {
            if let Some(left) = memory.checked_sub(bytes.len()) {
                *memory = left;
                self.held.extend_from_slice(bytes);
                return Ok(false);
            }
            let mut file = File::create().await?;
            let held = std::mem::take(&mut self.held);
            *memory += held.len();
            file.write(&held).await?;
            self.file = Some(file);
        }
        if let Some(file) = &mut self.file {
            file.write(bytes).await?;
        }
        Ok(true)
    }

    async fn close(mut self) -> io::Result<Part> {
        self.part.content = match self.file {
            None => Content::Memory(self.held.freeze()),
            Some(mut file) => {
                file.file.flush().await?;
                let path = Arc::new(file.path);
                let size = file.size;
                Content::File { path, size }
            }
        };
        Ok(self.part)
    }
}

impl File {
    async fn create() -> io::Result<Self> {
        let created = tokio::task::spawn_blocking(tempfile::NamedTempFile::new).await;
        let (file, path) = created.map_err(io::Error::other)??.into_parts();
        Ok(Self {
            file: tokio::fs::File::from_std(file),
            path,
            size: 0,
        })
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.size += bytes.len() as u64;
        self.file.write_all(bytes).await
    }
}
