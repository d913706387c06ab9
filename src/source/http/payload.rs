//! What a request carries: nothing, bytes, or a stream that is made as it is sent.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt as _};
use reqwest::Body;

use crate::source::Limits;

/// How many bytes a second a registry is thought to hash or move at least after the last byte of an
/// upload, before it answers (20 MB/s).
const DIGESTING: u64 = 20_000_000;
/// The size of the pieces that bytes are sent in, so that it shows how far they are.
const PIECE: usize = 16 << 10;

/// How long a registry may hash or move so much before it answers.
pub(in crate::source) fn digesting(length: u64) -> Duration {
    Duration::from_secs(length / DIGESTING)
}

/// The body of a request.
#[derive(Clone)]
pub(in crate::source) enum Payload {
    /// None.
    Nothing,
    /// A form, already encoded. It holds a secret, so that there is no Debug here.
    Form(String),
    /// These bytes.
    Bytes(Bytes),
    /// A stream, which can be sent once.
    Stream(Outflow),
}

impl Payload {
    /// Whether the request cannot be sent a second time as it is.
    pub(in crate::source) fn is_stream(&self) -> bool {
        matches!(self, Self::Stream(_))
    }
}

/// A body of known length that is read while it is sent: what the connection does not take yet is
/// not read either.
#[derive(Clone)]
pub(in crate::source) struct Outflow {
    length: u64,
    open: Arc<dyn Fn() -> BoxStream<'static, io::Result<Bytes>> + Send + Sync>,
    passed: Arc<AtomicU64>,
}

impl Outflow {
    /// A body of `length` bytes.
    pub(in crate::source) fn new(
        length: u64,
        open: impl Fn() -> BoxStream<'static, io::Result<Bytes>> + Send + Sync + 'static,
    ) -> Self {
        Self { length, open: Arc::new(open), passed: Arc::default() }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn body(&self) -> Body {
        let passed = Arc::clone(&self.passed);
        Body::wrap_stream((self.open)().inspect(move |piece| {
            if let Ok(piece) = piece {
                passed.fetch_add(piece.len() as u64, Ordering::Relaxed);
            }
        }))
    }

    /// Waits for the answer for as long as the body is on its way at the least rate, and then for as
    /// long as an answer may take, with what it takes to digest so much.
    ///
    /// # Errors
    /// Which limit was passed.
    pub(super) async fn watched<T>(
        &self,
        sending: impl Future<Output = T>,
        limits: &Limits,
    ) -> Result<T, Overdue> {
        let mut sending = std::pin::pin!(sending);
        let step = limits.window.min(limits.first_byte) / 10;
        let answer = limits.first_byte + digesting(self.length);
        let (mut seen, mut idle) = (0, Duration::ZERO);
        let (mut begin, mut spent) = (0, Duration::ZERO);
        loop {
            if let Ok(sent) = tokio::time::timeout(step, &mut sending).await {
                return Ok(sent);
            }
            let passed = self.passed.load(Ordering::Relaxed);
            idle = if passed == seen { idle + step } else { Duration::ZERO };
            seen = passed;
            if passed >= self.length {
                if idle >= answer {
                    return Err(Overdue::Answer(answer));
                }
                continue;
            }
            spent += step;
            if idle >= limits.window || (spent >= limits.window && passed - begin < limits.least) {
                return Err(Overdue::Body(limits.window));
            }
            if spent >= limits.window {
                (begin, spent) = (passed, Duration::ZERO);
            }
        }
    }
}

/// A limit that was passed while something was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overdue {
    /// The body did not move.
    Body(Duration),
    /// No answer came to all of it.
    Answer(Duration),
}

impl From<&Bytes> for Outflow {
    /// Bytes as a body that is watched while it is sent.
    fn from(bytes: &Bytes) -> Self {
        let bytes = bytes.clone();
        Self::new(bytes.len() as u64, move || {
            let pieces = (0..bytes.len()).step_by(PIECE);
            let pieces: Vec<io::Result<Bytes>> =
                pieces.map(|at| Ok(bytes.slice(at..bytes.len().min(at + PIECE)))).collect();
            futures_util::stream::iter(pieces).boxed()
        })
    }
}
