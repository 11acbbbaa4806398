//! A connection's stream, which tells its activity of what comes and goes.

use super::Limits;
use super::activity::Activity;
use super::listener::Socket;
use socket2::{SockRef, TcpKeepalive};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes that the system may hold of an answer beyond what the network and the client have room for. It would take
/// megabytes; then it would be a long time before anybody noticed that a client takes nothing.
const UNSENT_BYTES: u32 = 64 << 10;

/// How many times the system asks whether a client is still there before it gives it up.
const PROBES: u32 = 2;

/// A stream that reports what happens on it.
pub(super) struct Stream {
    socket: Socket,
    activity: Arc<Activity>,
}

impl Stream {
    pub(super) fn new(socket: Socket, activity: Arc<Activity>, limits: &Limits) -> Self {
        // Without these options it works too.
        if let Socket::Left(tcp) = &socket {
            // Small answers leave at once instead of waiting to be joined by others.
            let _ = tcp.set_nodelay(true);
            limit_unsent(tcp);
            notice_absence(tcp, limits.write);
        }
        Self { socket, activity }
    }

    /// The socket alone, for what is left to do when nothing more is served on it.
    pub(super) fn into_socket(self) -> Socket {
        self.socket
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

/// Has the system end a connection whose client is gone without a word: a machine that was switched off, a network that is
/// away. Until then nothing tells it from a client to which nothing is to be said.
fn notice_absence(tcp: &TcpStream, within: Duration) {
    let often = (within / (PROBES + 1)).max(Duration::from_secs(1));
    let probes = TcpKeepalive::new().with_time(often).with_interval(often).with_retries(PROBES);
    let socket = SockRef::from(tcp);
    let _ = socket.set_tcp_keepalive(&probes);
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(within));
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
        let read = Pin::new(&mut self.socket).poll_read(context, buffer);
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
        let written = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.report(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(context, slices);
        self.report(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.socket).poll_flush(context);
        if flushed.is_ready() {
            self.activity.wrote_all();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
