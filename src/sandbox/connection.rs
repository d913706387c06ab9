//! A connection of the server, with what faults do to it beneath HTTP.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// One interim answer (RFC 9110, section 15.2; RFC 8297).
const EARLY: &[u8] = b"HTTP/1.1 103 Early Hints\r\nLink: </hint>; rel=preload\r\n\r\n";

/// What an answer asks of its connection, as an extension of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// It ends with a reset.
    Reset,
    /// So many interim answers come before this one.
    Early(usize),
}

/// What a connection is still to do.
#[derive(Debug, Default)]
pub(super) struct Orders {
    reset: AtomicBool,
    early: AtomicUsize,
}

impl Orders {
    pub(super) fn give(&self, order: Order) {
        match order {
            Order::Reset => self.reset.store(true, Ordering::Relaxed),
            Order::Early(answers) => self.early.store(answers, Ordering::Relaxed),
        }
    }
}

/// The stream of a connection.
pub(super) struct Connection {
    stream: TcpStream,
    orders: Arc<Orders>,
    /// What goes out before the next bytes.
    ahead: Vec<u8>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, orders: Arc<Orders>) -> Self {
        Self { stream, orders, ahead: Vec::new() }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.orders.reset.load(Ordering::Relaxed) {
            // What is closed without lingering is reset.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let answers = this.orders.early.swap(0, Ordering::Relaxed);
        this.ahead.extend(EARLY.repeat(answers));
        while !this.ahead.is_empty() {
            let written = ready!(Pin::new(&mut this.stream).poll_write(context, &this.ahead))?;
            this.ahead.drain(..written);
        }
        Pin::new(&mut this.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
