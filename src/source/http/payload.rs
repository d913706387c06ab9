//! What a request carries: nothing, bytes, or a stream that is made as it is sent.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt as _};
use reqwest::Body;

/// How many times the read timeout a registry may take after the last byte of an upload: some
/// hash or move the whole content before they answer.
const PATIENCE: u32 = 10;

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

    /// Waits for the answer for as long as the body is on its way. `None` where nothing of it went
    /// out for `limit`, or the answer to all of it took many times as long.
    pub(super) async fn watched<T>(
        &self,
        sending: impl Future<Output = T>,
        limit: Duration,
    ) -> Option<T> {
        let mut sending = std::pin::pin!(sending);
        let mut seen = 0;
        let mut silent = 0;
        loop {
            if let Ok(sent) = tokio::time::timeout(limit, &mut sending).await {
                return Some(sent);
            }
            let passed = self.passed.load(Ordering::Relaxed);
            silent = if passed == seen { silent + 1 } else { 0 };
            seen = passed;
            let most = if passed < self.length { 1 } else { PATIENCE };
            if silent >= most {
                return None;
            }
        }
    }
}
