//! A request that is timed, from its turn to the end of its answer.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, Response, Version};
use tokio::time::Instant;
use url::Url;

use super::connecting::Wanted;
use super::origin::bare;
use crate::oci::{Class, Exchange};
use crate::source::Timings;

/// Notes a request when it is dropped: with its answer, or as one that got none. Boxed, since hundreds
/// of requests are under way at once, and few sessions keep times.
pub(super) struct Timed {
    timings: Timings,
    wanted: Arc<Wanted>,
    began: Instant,
    exchange: Exchange,
}

impl Timed {
    /// A request that is sent now, and waited since `asked`; `None` if nobody wants to know.
    pub(super) fn new(
        timings: &Timings,
        method: &Method,
        url: &Url,
        asked: Instant,
        wanted: &Arc<Wanted>,
    ) -> Option<Box<Self>> {
        if !timings.are_kept() {
            return None;
        }
        let began = Instant::now();
        let origin = url.origin().ascii_serialization();
        let path = bare(url).strip_prefix(&origin).map_or_else(String::new, str::to_owned);
        let exchange = Exchange {
            at: timings.since_start(began),
            waited: began - asked,
            method: method.to_string(),
            origin,
            path,
            status: None,
            failed: None,
            protocol: None,
            connected: None,
            first_byte: None,
            total: Duration::ZERO,
            bytes: 0,
        };
        let (timings, wanted) = (timings.clone(), Arc::clone(wanted));
        Some(Box::new(Self { timings, wanted, began, exchange }))
    }

    /// Counts bytes of the answer's body.
    pub(super) fn received(&mut self, bytes: u64) {
        self.exchange.bytes += bytes;
    }

    fn answered(&mut self, answer: Result<&Response, Class>) {
        match answer {
            Ok(response) => {
                self.exchange.status = Some(response.status().as_u16());
                self.exchange.first_byte = Some(self.began.elapsed());
                self.exchange.protocol = Some(match response.version() {
                    Version::HTTP_2 => "HTTP/2",
                    Version::HTTP_10 => "HTTP/1.0",
                    _ => "HTTP/1.1",
                });
            }
            Err(class) => self.exchange.failed = Some(class),
        }
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        self.exchange.total = self.began.elapsed();
        self.exchange.connected = self.wanted.connected();
        self.timings.keep(self.exchange.clone());
    }
}

/// Waits for an answer, and notes what came; `class` says what a failure is.
pub(super) async fn timed<E>(
    watch: &mut Option<Box<Timed>>,
    wanted: &Arc<Wanted>,
    sending: impl Future<Output = Result<Response, E>>,
    class: impl Fn(&E) -> Class,
) -> Result<Response, E> {
    let answer = wanted.by(sending).await;
    if let Some(watch) = watch {
        watch.answered(answer.as_ref().map_err(class));
    }
    answer
}
