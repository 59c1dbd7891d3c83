//! Breaks connections where bytes leave the server.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::lock;

/// The way in which a connection is to break. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Wire(Arc<Breaks>);

#[derive(Debug)]
struct Breaks {
    /// The number of bytes that may still be sent.
    left: AtomicUsize,
    resets: AtomicBool,
    /// What is sent in place of the next bytes, before the connection breaks.
    replacement: Mutex<Bytes>,
}

impl Default for Wire {
    fn default() -> Self {
        Self(Arc::new(Breaks {
            left: AtomicUsize::new(usize::MAX),
            resets: AtomicBool::new(false),
            replacement: Mutex::default(),
        }))
    }
}

impl Wire {
    /// Limits what is sent from now on.
    pub(super) fn limit(&self, bytes: usize) {
        self.0.left.store(bytes, Ordering::Relaxed);
    }

    /// Sends these bytes in place of all that would be sent from now on, and then breaks the connection.
    pub(super) fn replace(&self, bytes: Bytes) {
        self.limit(0);
        *lock(&self.0.replacement) = bytes;
    }

    /// Lets the connection end in a reset.
    pub(super) fn reset(&self) {
        self.0.resets.store(true, Ordering::Relaxed);
    }

    /// Returns whether the connection ends in a reset.
    pub(super) fn resets(&self) -> bool {
        self.0.resets.load(Ordering::Relaxed)
    }

    /// Returns a stream that fails when it has sent what it may.
    pub(super) fn limited<S>(&self, stream: S) -> Limited<S> {
        Limited {
            stream,
            wire: self.clone(),
        }
    }
}

/// A stream that sends a limited number of bytes.
pub(super) struct Limited<S> {
    stream: S,
    wire: Wire,
}

impl<S: AsyncRead + Unpin> AsyncRead for Limited<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Limited<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let breaks = Arc::clone(&self.wire.0);
        let mut replacement = lock(&breaks.replacement);
        while !replacement.is_empty() {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(context, &replacement))?;
            replacement.advance(sent);
        }
        drop(replacement);
        let left = self.wire.0.left.load(Ordering::Relaxed);
        if left == 0 {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let sent = Pin::new(&mut self.stream).poll_write(context, &bytes[..left.min(bytes.len())]);
        if let Poll::Ready(Ok(sent)) = sent
            && left != usize::MAX
        {
            self.wire.limit(left - sent);
        }
        sent
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
