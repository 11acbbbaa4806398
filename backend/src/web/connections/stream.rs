//! A connection's stream, which tells its activity of what comes and goes.

use super::activity::Activity;
use socket2::SockRef;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes that the system may hold of an answer beyond what the network and the client have room for. It would take
/// megabytes; then it would be a long time before anybody noticed that a client takes nothing.
const UNSENT_BYTES: u32 = 64 << 10;

/// A TCP stream that reports what happens on it.
pub(super) struct Stream {
    tcp: TcpStream,
    activity: Arc<Activity>,
}

impl Stream {
    pub(super) fn new(tcp: TcpStream, activity: Arc<Activity>) -> Self {
        // Small answers leave at once instead of waiting to be joined by others. Without these options it works too.
        let _ = tcp.set_nodelay(true);
        limit_unsent(&tcp);
        Self { tcp, activity }
    }

    /// The stream alone, for what is left to do when nothing more is served on it.
    pub(super) fn into_tcp(self) -> TcpStream {
        self.tcp
    }

    /// Lets the outcome of a write pass and reports it.
    fn report(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Ready(Ok(bytes)) => self.activity.wrote(*bytes),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.activity.must_wait(),
        }
        written
    }
}

#[cfg(target_os = "linux")]
fn limit_unsent(tcp: &TcpStream) {
    let _ = SockRef::from(tcp).set_tcp_notsent_lowat(UNSENT_BYTES);
}

#[cfg(not(target_os = "linux"))]
fn limit_unsent(tcp: &TcpStream) {
    let _ = SockRef::from(tcp).set_send_buffer_size(UNSENT_BYTES as usize);
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.tcp).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.activity.received();
        } else {
            self.activity.found_nothing();
        }
        read
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write(context, bytes);
        self.report(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write_vectored(context, slices);
        self.report(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.tcp).poll_flush(context);
        if flushed.is_ready() {
            self.activity.wrote_all();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
