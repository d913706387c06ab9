//! What connects: in turn, timed, and telling which protocol the other side chose.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fmt, io};

use hyper_util::client::legacy::connect::Connection;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

use super::lane::{Came, Lane, Turn, end};
use super::lock;
use super::sent_on::SentOn;
use crate::oci::Connected;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How long a connection that was made may take to be with those who wait for it, on a busy machine.
/// Only those wait as long who get none: it was closed at once.
const HANDED: Duration = Duration::from_millis(250);

/// The connection that a request waited for was closed before it was handed over. The client would
/// wait for one of the request's own now, and for nobody else's (hyper-util 0.1.21,
/// `one_connection_for`): sent anew, the request takes the next one that is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct GoneBefore;

impl fmt::Display for GoneBefore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was closed before the request got it")
    }
}

impl std::error::Error for GoneBefore {}

tokio::task_local! {
    /// The request that this task sends, as far as connecting for it goes.
    static WANTED: Arc<Wanted>;
}

/// A connection that a request may want.
#[derive(Debug)]
pub(super) struct Wanted {
    lane: Arc<Lane>,
    sent: Option<Arc<SentOn>>,
    phases: Arc<Mutex<Phases>>,
}

/// What was seen of a connection that is made.
#[derive(Debug, Clone, Copy, Default)]
struct Phases {
    began: Option<Instant>,
    dns: Option<Duration>,
    /// When TLS began.
    tls: Option<Instant>,
    made: Option<Instant>,
}

impl Wanted {
    pub(super) fn new(lane: Arc<Lane>, sent: Option<Arc<SentOn>>) -> Arc<Self> {
        Arc::new(Self { lane, sent, phases: Arc::default() })
    }

    /// One for the same request among other connections.
    pub(super) fn among(&self, lane: Arc<Lane>) -> Arc<Self> {
        Arc::new(Self { lane, sent: self.sent.clone(), phases: Arc::clone(&self.phases) })
    }

    /// Does what may connect for this request.
    pub(super) async fn by<T>(self: &Arc<Self>, sending: impl Future<Output = T>) -> T {
        WANTED.scope(Arc::clone(self), sending).await
    }

    /// What it took to connect; `None` if no connection was made for this request.
    pub(super) fn connected(&self) -> Option<Connected> {
        let Phases { began, dns, tls, made } = *lock(&self.phases);
        let (began, made) = (began?, made?);
        let until_tls = tls.unwrap_or(made).saturating_duration_since(began);
        Some(Connected {
            dns,
            tcp: until_tls.saturating_sub(dns.unwrap_or_default()),
            tls: tls.map(|tls| made.saturating_duration_since(tls)),
        })
    }

    fn note(&self, change: impl FnOnce(&mut Phases)) {
        change(&mut lock(&self.phases));
    }
}

/// Notes that TCP is done, and TLS begins.
pub(in crate::source) fn tls_begins() {
    // A connection that was begun for a request and goes on without it is nobody's.
    let _ = WANTED.try_with(|wanted| wanted.note(|phases| phases.tls = Some(Instant::now())));
}

/// The system's resolver, timed, and heeding where a name may lead.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lookup;

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let began = Instant::now();
            let found = lookup(name.as_str()).await;
            let took = began.elapsed();
            let _ = WANTED.try_with(|wanted| wanted.note(|phases| phases.dns = Some(took)));
            let found = SentOn::allowed(name.as_str(), found?, lookup).await?;
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

async fn lookup(name: &str) -> io::Result<Vec<SocketAddr>> {
    Ok(tokio::net::lookup_host((name, 0)).await?.collect())
}

/// Makes connections in turn.
#[derive(Debug, Clone, Copy)]
pub(super) struct InTurn;

impl<S> Layer<S> for InTurn {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Connector<S> {
        Connector(inner)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Connector<S>(S);

impl<S, R> Service<R> for Connector<S>
where
    S: Service<R, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Response: Connection + 'static,
    R: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        // The service that was polled is the one to call.
        let polled = self.0.clone();
        let mut inner = std::mem::replace(&mut self.0, polled);
        let wanted = WANTED.try_with(Arc::clone).ok();
        Box::pin(async move {
            let Some(wanted) = wanted else { return inner.call(request).await };
            let first = turn(&wanted.lane).await?;
            let began = Instant::now();
            wanted.note(|phases| *phases = Phases { began: Some(began), ..Phases::default() });
            let made = SentOn::heeded(wanted.sent.clone(), inner.call(request)).await;
            let many = made.as_ref().ok().map(|made| made.connected().is_negotiated_h2());
            if let Some(many) = many {
                wanted.lane.saw(many);
            }
            if made.is_ok() && WANTED.try_with(|_| ()).is_ok() {
                wanted.note(|phases| phases.made = Some(Instant::now()));
            }
            if let Some(first) = first {
                first.ends(many);
            }
            made
        })
    }
}

/// Waits for the turn to connect.
async fn turn(lane: &Arc<Lane>) -> Result<Option<super::lane::First>, BoxError> {
    loop {
        let first = match lane.turn() {
            Turn::Own => return Ok(None),
            Turn::First(first) => return Ok(Some(first)),
            Turn::Behind(first) => first,
        };
        let came = end(first).await;
        if came == Came::Many {
            // It is handed to those who wait.
            tokio::time::sleep(HANDED).await;
        }
        // The request has its connection, and left this one to a task of its own.
        if WANTED.try_with(|_| ()).is_err() {
            return Err("the request goes over another connection".into());
        }
        match came {
            Came::Many => return Err(GoneBefore.into()),
            Came::Single => return Ok(None),
            Came::Left => {}
        }
    }
}
