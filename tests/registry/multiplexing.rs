//! HTTP/2: many requests on one connection, and servers that speak it badly.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use platy::sandbox::SandboxOptions;
use platy::source::{Options, Registry};
use tokio::sync::watch;

use super::fakes::Fake;
use super::{Lab, at, options, registry};

const INDEX: &str =
    r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;

/// What a server of HTTP/2 does.
#[derive(Clone)]
struct Server {
    /// How many requests at once it says that a connection takes.
    streams: u32,
    /// Behind the first answer, how many must be under way before one is answered.
    together: usize,
    /// After how many requests of a connection it takes no more of them there.
    goes_away: usize,
    under_way: watch::Sender<usize>,
    most: Arc<AtomicUsize>,
    answered: Arc<AtomicUsize>,
}

impl Server {
    fn new() -> Self {
        Self {
            streams: 100,
            together: 1,
            goes_away: usize::MAX,
            under_way: watch::Sender::new(0),
            most: Arc::default(),
            answered: Arc::default(),
        }
    }

    async fn start(&self) -> Fake {
        let server = self.clone();
        Fake::http2(move |stream| {
            let server = server.clone();
            async move { server.serve(TokioIo::new(stream)).await }
        })
        .await
    }

    async fn serve(self, stream: impl hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static) {
        let (asked, mut seen) = watch::channel(0);
        let goes_away = self.goes_away;
        let streams = self.streams;
        let service = service_fn(move |_: Request<Incoming>| {
            asked.send_modify(|asked| *asked += 1);
            let server = self.clone();
            async move { server.answer().await }
        });
        let mut builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        builder.max_concurrent_streams(streams);
        let mut connection = pin!(builder.serve_connection(stream, service));
        let enough = async { seen.wait_for(|asked| *asked >= goes_away).await.is_ok() };
        tokio::select! {
            _ = &mut connection => return,
            _ = enough => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }

    async fn answer(&self) -> Result<Response<Body>, Infallible> {
        self.under_way.send_modify(|number| {
            *number += 1;
            self.most.fetch_max(*number, Ordering::SeqCst);
        });
        if self.answered.load(Ordering::SeqCst) > 0 {
            let mut under_way = self.under_way.subscribe();
            let most = Arc::clone(&self.most);
            let _ = under_way.wait_for(|_| most.load(Ordering::SeqCst) >= self.together).await;
        }
        self.answered.fetch_add(1, Ordering::SeqCst);
        self.under_way.send_modify(|number| *number -= 1);
        let kind = "application/vnd.oci.image.index.v1+json";
        Ok(Response::builder().header("content-type", kind).body(Body::from(INDEX)).unwrap())
    }
}

type Body = axum::body::Body;

/// A handle that asks a fake over TLS.
fn asking(fake: &Fake, options: Options) -> Registry {
    registry(Options { insecure: vec![fake.host.clone()], ..options })
}

/// Asks so often at once.
async fn ask(registry: &Registry, fake: &Fake, times: usize) {
    let reference = at(&fake.host);
    let asked = join_all((0..times).map(|_| registry.document(&reference, None))).await;
    for document in asked {
        assert_eq!(document.unwrap().bytes, Bytes::from(INDEX));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_carries_many_requests_gets_more_of_them() {
    let server = Server { together: 2, ..Server::new() };
    let fake = server.start().await;
    let registry = asking(&fake, Options { permits: 1, streams: 2, ..options() });
    ask(&registry, &fake, 6).await;
    assert_eq!(server.most.load(Ordering::SeqCst), 2);
    assert_eq!(fake.count(), 1, "one connection");

    // Over HTTP/1.1 each would need a connection of its own.
    let lab =
        Lab::with(SandboxOptions::default(), Options { permits: 1, streams: 2, ..options() }).await;
    lab.index(1);
    join_all((0..6).map(|_| async { lab.registry.document(&lab.latest(), None).await.unwrap() }))
        .await;
    assert_eq!(lab.sandbox.requests().max_in_flight(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_limit_of_one_is_kept() {
    let server = Server { streams: 1, ..Server::new() };
    let fake = server.start().await;
    ask(&asking(&fake, options()), &fake, 40).await;
    assert_eq!(server.most.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_among_many_requests_is_asked_anew() {
    let server = Server { goes_away: 10, ..Server::new() };
    let fake = server.start().await;
    let registry = asking(&fake, options());
    ask(&registry, &fake, 60).await;
    // All of them may have been on their way before the word came; what is asked later is not.
    let later = async {
        while fake.count() == 1 {
            ask(&registry, &fake, 1).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), later).await.expect("another connection");
}
