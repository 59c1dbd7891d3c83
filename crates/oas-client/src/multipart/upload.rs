//! A body that is read while it is sent: pieces in memory, files and other bodies, one after another.

use std::{
    collections::VecDeque,
    fs,
    io::{self, Read as _},
    path::Path,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream as _;
use http_body::{Body as _, Frame, SizeHint};
use oas_wire::items::Items;
use tokio::io::{AsyncRead as _, ReadBuf};

use super::{PARTS_END, Part, push_part};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The size of the pieces that a file is read in.
const PIECE: usize = 64 * 1024;

/// A body in the making, and while it is sent.
#[derive(Default)]
pub(super) struct Upload(VecDeque<Segment>);

enum Segment {
    Bytes(BytesMut),
    File {
        file: tokio::fs::File,
        /// How much of it is left. What the file grows by while it is sent is not part of the body, whose length is known by then.
        left: u64,
        /// Where the next piece is read to.
        piece: BytesMut,
    },
    Stream(reqwest::Body),
    Parts(Parts),
}

/// Parts that are made while they are sent, behind a boundary.
struct Parts {
    boundary: String,
    /// Bodies have to be `Sync`, and nothing ever waits for this lock.
    parts: Option<Mutex<Items<Part>>>,
    /// What is made of the part that is sent.
    open: Upload,
}

impl Parts {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        loop {
            if let Some(piece) = ready!(self.open.poll(cx)) {
                return Poll::Ready(Some(piece));
            }
            let Some(parts) = &mut self.parts else {
                return Poll::Ready(None);
            };
            let parts = parts.get_mut().unwrap_or_else(PoisonError::into_inner);
            let pushed = match ready!(Pin::new(parts).poll_next(cx)) {
                Some(part) => push_part(&mut self.open, &self.boundary, None, part),
                None => {
                    self.parts = None;
                    self.open.push(PARTS_END);
                    Ok(())
                }
            };
            if let Err(why) = pushed {
                self.parts = None;
                return Poll::Ready(Some(Err(why.into())));
            }
        }
    }
}

/// Opens a file that is a body. A small one is read at once, so that its request can be repeated.
pub(crate) fn file_body(path: &Path) -> Result<reqwest::Body, String> {
    let (mut file, length) = open(path).map_err(|problem| format!("the body: {problem}"))?;
    if length <= PIECE as u64 {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|error| format!("the body: {}", unreadable(&error)))?;
        return Ok(bytes.into());
    }
    let mut body = Upload::default();
    body.push_opened(file, length);
    Ok(body.into_body())
}

/// Opens a regular file, whose length is known.
fn open(path: &Path) -> Result<(fs::File, u64), String> {
    let file = fs::File::open(path).map_err(|error| unreadable(&error))?;
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    match metadata.is_file() {
        true => Ok((file, metadata.len())),
        false => Err("its file is not a regular one".to_owned()),
    }
}

fn unreadable(error: &io::Error) -> String {
    format!("its file cannot be read: {error}")
}

impl Upload {
    pub(super) fn push(&mut self, bytes: impl AsRef<[u8]>) {
        match self.0.back_mut() {
            Some(Segment::Bytes(last)) => last.extend_from_slice(bytes.as_ref()),
            _ => self.0.push_back(Segment::Bytes(bytes.as_ref().into())),
        }
    }

    /// Opens a file. Only this is done while the caller waits: the length of the body has to be known before it is sent.
    pub(super) fn push_file(&mut self, path: &Path) -> Result<(), String> {
        let (file, length) = open(path)?;
        self.push_opened(file, length);
        Ok(())
    }

    fn push_opened(&mut self, file: fs::File, length: u64) {
        self.0.push_back(Segment::File {
            file: tokio::fs::File::from_std(file),
            left: length,
            piece: BytesMut::new(),
        });
    }

    pub(super) fn push_stream(&mut self, body: reqwest::Body) {
        self.0.push_back(Segment::Stream(body));
    }

    pub(super) fn push_parts(&mut self, boundary: String, parts: Items<Part>) {
        self.0.push_back(Segment::Parts(Parts {
            boundary,
            parts: Some(Mutex::new(parts)),
            open: Self::default(),
        }));
    }

    /// Returns the next piece.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        while let Some(segment) = self.0.front_mut() {
            if let Some(piece) = ready!(segment.poll(cx)) {
                return Poll::Ready(Some(piece));
            }
            self.0.pop_front();
        }
        Poll::Ready(None)
    }

    /// Returns the body, which can be sent again if all of it is in memory.
    pub(super) fn into_body(mut self) -> reqwest::Body {
        match self.0.make_contiguous() {
            [Segment::Bytes(bytes)] => std::mem::take(bytes).freeze().into(),
            _ => reqwest::Body::wrap(self),
        }
    }
}

impl Segment {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes).freeze()))),
            Self::File { left: 0, .. } => Poll::Ready(None),
            Self::File { file, left, piece } => {
                let most = usize::try_from(*left).unwrap_or(PIECE).min(PIECE);
                piece.resize(most, 0);
                let mut buffer = ReadBuf::new(piece);
                let read = ready!(Pin::new(file).poll_read(cx, &mut buffer));
                let read = read.map(|()| buffer.filled().len());
                Poll::Ready(Some(match read {
                    Ok(0) => Err("a file was cut while it was sent".into()),
                    Ok(length) => {
                        *left = left.saturating_sub(length as u64);
                        piece.truncate(length);
                        Ok(std::mem::take(piece).freeze())
                    }
                    Err(error) => Err(error.into()),
                }))
            }
            Self::Parts(parts) => parts.poll(cx),
            Self::Stream(body) => loop {
                match ready!(Pin::new(&mut *body).poll_frame(cx)) {
                    None => return Poll::Ready(None),
                    // Trailers have no place within a part.
                    Some(Ok(frame)) => {
                        if let Ok(bytes) = frame.into_data() {
                            return Poll::Ready(Some(Ok(bytes)));
                        }
                    }
                    Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                }
            },
        }
    }

    fn size(&self) -> SizeHint {
        match self {
            Self::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::File { left, .. } => SizeHint::with_exact(*left),
            Self::Stream(body) => body.size_hint(),
            Self::Parts(_) => SizeHint::default(),
        }
    }
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let piece = ready!(self.poll(cx));
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        let sizes = self.0.iter().map(Segment::size);
        let (lower, upper) = sizes.fold((0u64, Some(0u64)), |(lower, upper), size| {
            let upper = upper.and_then(|upper| upper.checked_add(size.upper()?));
            (lower.saturating_add(size.lower()), upper)
        });
        let mut sum = SizeHint::new();
        sum.set_lower(lower);
        if let Some(upper) = upper {
            sum.set_upper(upper);
        }
        sum
    }
}
