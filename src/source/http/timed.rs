//! A request that is timed, from its turn to the end of its answer.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{ClientBuilder, Method, Response, Version};
use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;
use url::Url;

use super::lock;
use super::origin::bare;
use crate::oci::{Class, Connected, Exchange};
use crate::source::Timings;

tokio::task_local! {
    /// What it takes to connect for the request that this task sends.
    static CONNECTING: Arc<Mutex<Phases>>;
}

/// What was seen of a connection that is made.
#[derive(Debug, Default)]
struct Phases {
    dns: Option<Duration>,
    whole: Option<Duration>,
}

/// Notes a request when it is dropped: with its answer, or as one that got none.
pub(super) struct Timed {
    timings: Timings,
    phases: Arc<Mutex<Phases>>,
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
    ) -> Option<Self> {
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
        Some(Self { timings: timings.clone(), phases: Arc::default(), began, exchange })
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
        let phases = lock(&self.phases);
        self.exchange.connected = phases.whole.map(|whole| Connected {
            dns: phases.dns,
            handshakes: whole.saturating_sub(phases.dns.unwrap_or_default()),
        });
        drop(phases);
        self.timings.keep(self.exchange.clone());
    }
}

/// Waits for an answer, and notes what came; `class` says what a failure is.
pub(super) async fn timed<E>(
    watch: &mut Option<Timed>,
    sending: impl Future<Output = Result<Response, E>>,
    class: impl Fn(&E) -> Class,
) -> Result<Response, E> {
    let Some(watch) = watch else { return sending.await };
    let answer = CONNECTING.scope(Arc::clone(&watch.phases), sending).await;
    watch.answered(answer.as_ref().map_err(class));
    answer
}

/// A client that tells what connecting takes.
pub(super) fn observed(builder: ClientBuilder) -> ClientBuilder {
    builder.connector_layer(Observing).dns_resolver(Lookup)
}

fn note(change: impl FnOnce(&mut Phases)) {
    // A connection that was begun for a request and goes on without it is nobody's.
    let _ = CONNECTING.try_with(|phases| change(&mut lock(phases)));
}

/// The system's resolver, timed.
#[derive(Debug, Clone, Copy)]
struct Lookup;

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let began = Instant::now();
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            note(|phases| phases.dns = Some(began.elapsed()));
            let found: Addrs = Box::new(found?.collect::<Vec<_>>().into_iter());
            Ok(found)
        })
    }
}

/// Times what makes connections.
#[derive(Debug, Clone, Copy)]
struct Observing;

impl<S> Layer<S> for Observing {
    type Service = Observed<S>;

    fn layer(&self, inner: S) -> Observed<S> {
        Observed(inner)
    }
}

#[derive(Debug, Clone)]
struct Observed<S>(S);

impl<S, R> Service<R> for Observed<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
    S::Response: 'static,
    S::Error: 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.0.call(request);
        Box::pin(async move {
            let began = Instant::now();
            let connected = connecting.await;
            if connected.is_ok() {
                note(|phases| phases.whole = Some(began.elapsed()));
            }
            connected
        })
    }
}
