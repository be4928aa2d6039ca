//! A connection that is closed without taking back what was said on it last. To close one whose input was not read to its
//! end breaks it off, and whatever the client has yet to read is lost: a refusal, or why a socket is closed. So what
//! still comes is read and thrown away for a while, after the client was told that nothing more will follow.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How long a client may go on sending, and how much.
const PATIENCE: Duration = Duration::from_secs(2);
const MOST: u64 = 4 * 1_024 * 1_024;

/// How many connections may be read from at once only to be closed. Beyond it they are broken off.
static PLACES: Semaphore = Semaphore::const_new(256);

/// A connection that lingers when it is dropped, unless the client has said all that it will.
pub(super) struct Lingering {
    /// There until it is dropped.
    stream: Option<TcpStream>,
    is_read_to_its_end: bool,
}

impl Lingering {
    pub(super) const fn new(stream: TcpStream) -> Self {
        Self { stream: Some(stream), is_read_to_its_end: false }
    }

    fn stream(&mut self) -> Pin<&mut TcpStream> {
        Pin::new(self.stream.as_mut().expect("it is there until it is dropped"))
    }
}

impl AsyncRead for Lingering {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let (before, room) = (into.filled().len(), into.remaining());
        let read = ready!(self.stream().poll_read(context, into));
        self.is_read_to_its_end |= read.is_err() || (room > 0 && into.filled().len() == before);
        Poll::Ready(read)
    }
}

impl AsyncWrite for Lingering {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream().poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(context)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let Some(stream) = self.stream.take().filter(|_| !self.is_read_to_its_end) else { return };
        // Without a runtime the service has ended, and without a place there are too many.
        if let (Ok(runtime), Ok(place)) = (Handle::try_current(), PLACES.try_acquire()) {
            runtime.spawn(async move {
                _ = timeout(PATIENCE, hear_out(stream)).await;
                drop(place);
            });
        }
    }
}

/// Reads what the client goes on sending, up to its end.
async fn hear_out(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    tokio::io::copy(&mut stream.take(MOST), &mut tokio::io::sink()).await.map(drop)
}
