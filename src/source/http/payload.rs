//! What a request carries: nothing, bytes, or a stream that is made as it is sent.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt as _};
use reqwest::Body;
use tokio::time::Instant;

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
    /// The longest that it may go without moving, if that is less than the limits allow.
    patience: Option<Duration>,
    began: Instant,
    passed: Arc<AtomicU64>,
    /// When the last byte passed, in milliseconds since it began.
    moved: Arc<AtomicU64>,
}

impl Outflow {
    /// A body of `length` bytes.
    pub(in crate::source) fn new(
        length: u64,
        open: impl Fn() -> BoxStream<'static, io::Result<Bytes>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            length,
            open: Arc::new(open),
            patience: None,
            began: Instant::now(),
            passed: Arc::default(),
            moved: Arc::default(),
        }
    }

    /// The same, which may go without moving for so long only.
    pub(in crate::source) fn with_patience(self, patience: Option<Duration>) -> Self {
        Self { patience, ..self }
    }

    /// For how long no byte has passed.
    pub(in crate::source) fn idle(&self) -> Duration {
        let moved = Duration::from_millis(self.moved.load(Ordering::Relaxed));
        self.began.elapsed().saturating_sub(moved)
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn body(&self) -> Body {
        let (passed, moved) = (Arc::clone(&self.passed), Arc::clone(&self.moved));
        let began = self.began;
        // A request that is sent anew begins anew.
        passed.store(0, Ordering::Relaxed);
        moved.store(millis(began), Ordering::Relaxed);
        Body::wrap_stream((self.open)().inspect(move |piece| {
            if let Ok(piece) = piece {
                passed.fetch_add(piece.len() as u64, Ordering::Relaxed);
                moved.store(millis(began), Ordering::Relaxed);
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
        let at_most = |limit: Duration| self.patience.map_or(limit, |patience| limit.min(patience));
        let (window, step) = (at_most(limits.window), limits.window.min(limits.first_byte) / 10);
        let answer = at_most(limits.first_byte) + digesting(self.length);
        let (mut begin, mut since) = (0, Instant::now());
        loop {
            let is_out = self.passed.load(Ordering::Relaxed) >= self.length;
            let left = if is_out { answer } else { window }.saturating_sub(self.idle());
            if let Ok(sent) = tokio::time::timeout(step.min(left), &mut sending).await {
                return Ok(sent);
            }
            let passed = self.passed.load(Ordering::Relaxed);
            if passed >= self.length {
                if self.idle() >= answer {
                    return Err(Overdue::Answer(answer));
                }
                continue;
            }
            let is_slow = since.elapsed() >= limits.window && passed - begin < limits.least;
            if self.idle() >= window || is_slow {
                return Err(Overdue::Body(window));
            }
            if since.elapsed() >= limits.window {
                (begin, since) = (passed, Instant::now());
            }
        }
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
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
