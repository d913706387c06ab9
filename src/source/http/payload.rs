//! What a request carries: nothing, bytes, or a stream that is made as it is sent.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
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
    progress: Arc<Progress>,
}

/// How a body gets on. Times are in milliseconds since it began.
struct Progress {
    began: Instant,
    /// How many bytes were given to the connection.
    passed: AtomicU64,
    /// When the last byte was.
    moved: AtomicU64,
    /// Since when the connection wants more than its source has; `u64::MAX` while it does not. How long a
    /// source may take is for the source to say, and is not held against the one who receives.
    wants: AtomicU64,
    /// For how long it has waited for its source before that.
    waited: AtomicU64,
}

/// Of [`Progress`]: nothing is wanted.
const NOTHING: u64 = u64::MAX;

impl Progress {
    fn new() -> Self {
        let zero = AtomicU64::default;
        let wants = AtomicU64::new(NOTHING);
        Self { began: Instant::now(), passed: zero(), moved: zero(), wants, waited: zero() }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// A request that is sent anew begins anew.
    fn restart(&self) {
        self.passed.store(0, Ordering::Relaxed);
        self.moved.store(self.now(), Ordering::Relaxed);
        self.wants.store(NOTHING, Ordering::Relaxed);
    }

    /// What the source said when it was asked for more.
    fn asked(&self, said: &Poll<Option<io::Result<Bytes>>>) {
        let now = self.now();
        let Poll::Ready(piece) = said else {
            let _ = self.wants.compare_exchange(NOTHING, now, Ordering::Relaxed, Ordering::Relaxed);
            return;
        };
        let wanted = self.wants.swap(NOTHING, Ordering::Relaxed);
        if wanted != NOTHING {
            self.waited.fetch_add(now.saturating_sub(wanted), Ordering::Relaxed);
        }
        if let Some(Ok(piece)) = piece {
            self.passed.fetch_add(piece.len() as u64, Ordering::Relaxed);
            self.moved.store(now, Ordering::Relaxed);
        }
    }

    fn passed(&self) -> u64 {
        self.passed.load(Ordering::Relaxed)
    }

    /// Since when it has waited for its source, or now.
    fn wanted(&self) -> u64 {
        self.wants.load(Ordering::Relaxed).min(self.now())
    }

    /// For how long it has waited for its source in all.
    fn waited(&self) -> Duration {
        let under_way = self.now().saturating_sub(self.wanted());
        Duration::from_millis(self.waited.load(Ordering::Relaxed).saturating_add(under_way))
    }

    /// For how long nothing was taken of what is there.
    fn idle(&self) -> Duration {
        Duration::from_millis(self.wanted().saturating_sub(self.moved.load(Ordering::Relaxed)))
    }
}

impl Outflow {
    /// A body of `length` bytes.
    pub(in crate::source) fn new(
        length: u64,
        open: impl Fn() -> BoxStream<'static, io::Result<Bytes>> + Send + Sync + 'static,
    ) -> Self {
        Self { length, open: Arc::new(open), patience: None, progress: Arc::new(Progress::new()) }
    }

    /// The same, which may go without moving for so long only.
    pub(in crate::source) fn with_patience(self, patience: Option<Duration>) -> Self {
        Self { patience, ..self }
    }

    /// For how long nothing was taken of what is there to send.
    pub(in crate::source) fn idle(&self) -> Duration {
        self.progress.idle()
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn body(&self) -> Body {
        let progress = Arc::clone(&self.progress);
        progress.restart();
        let mut pieces = (self.open)();
        Body::wrap_stream(futures_util::stream::poll_fn(move |context| {
            let said = pieces.poll_next_unpin(context);
            progress.asked(&said);
            said
        }))
    }

    /// Waits for the answer for as long as the body is on its way at the least rate, what its source
    /// takes not counted, and then for as long as an answer may take, with what it takes to digest so
    /// much.
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
        let progress = &self.progress;
        let (mut begin, mut since) = (0, Instant::now());
        let mut waited = progress.waited();
        loop {
            let is_out = progress.passed() >= self.length;
            let left = if is_out { answer } else { window }.saturating_sub(self.idle());
            if let Ok(sent) = tokio::time::timeout(step.min(left), &mut sending).await {
                return Ok(sent);
            }
            let passed = progress.passed();
            if passed >= self.length {
                if self.idle() >= answer {
                    return Err(Overdue::Answer(answer));
                }
                continue;
            }
            let taking = since.elapsed().saturating_sub(progress.waited().saturating_sub(waited));
            let is_slow = taking >= limits.window && passed.saturating_sub(begin) < limits.least;
            if self.idle() >= window || is_slow {
                return Err(Overdue::Body(window));
            }
            if taking >= limits.window {
                (begin, since, waited) = (passed, Instant::now(), progress.waited());
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

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body_util::BodyExt as _;
    use tokio::time::sleep;

    use super::*;

    const PIECES: u64 = 5;

    /// Pieces of a byte, before each of which the source takes so long.
    fn outflow(pause: Duration) -> Outflow {
        Outflow::new(PIECES, move || {
            let piece = move |_| async move {
                sleep(pause).await;
                Ok(Bytes::from_static(b"x"))
            };
            stream::iter(0..PIECES).then(piece).boxed()
        })
    }

    /// Takes all of a body, with a pause after each piece.
    async fn take(outflow: &Outflow, pause: Duration) -> usize {
        let mut body = outflow.body();
        let mut taken = 0;
        while let Some(frame) = body.frame().await {
            taken += frame.unwrap().into_data().unwrap().len();
            sleep(pause).await;
        }
        taken
    }

    #[tokio::test(start_paused = true)]
    async fn who_receives_is_not_blamed_for_a_slow_source() {
        let limits = Limits::default();
        for pause in [limits.window / 2, limits.window * 3] {
            let slow = outflow(pause);
            let sent = slow.watched(take(&slow, Duration::ZERO), &limits).await;
            assert_eq!(sent, Ok(5), "{pause:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_little_of_what_is_there_is_named() {
        let limits = Limits::default();
        for pause in [limits.window / 2, limits.window * 3] {
            let ready = outflow(Duration::ZERO);
            let sent = ready.watched(take(&ready, pause), &limits).await;
            assert_eq!(sent, Err(Overdue::Body(limits.window)), "{pause:?}");
        }
    }
}
