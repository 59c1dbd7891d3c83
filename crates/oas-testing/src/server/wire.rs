//! Breaks connections where bytes leave the server.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The way in which a connection is to break. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Wire(Arc<Breaks>);

#[derive(Debug)]
struct Breaks {
    /// The number of bytes that may still be sent.
    left: AtomicUsize,
    resets: AtomicBool,
}

impl Default for Wire {
    fn default() -> Self {
        Self(Arc::new(Breaks {
            left: AtomicUsize::new(usize::MAX),
            resets: AtomicBool::new(false),
        }))
    }
}

impl Wire {
    /// Limits what is sent from now on.
    pub(super) fn limit(&self, bytes: usize) {
        self.0.left.store(bytes, Ordering::Relaxed);
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
