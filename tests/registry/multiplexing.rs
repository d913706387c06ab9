//! HTTP/2: many requests on one connection, and servers that speak it badly.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt as _, TryStreamExt as _};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use platy::oci::{Class, Descriptor, Location, MediaType};
use platy::sandbox::{Fault, Layer, Rule, Sandbox, SandboxOptions, TarFile, Tls};
use platy::source::{Activity, Limits, Options, Registry, Sources};
use platy::work::layers::Reader;
use tokio::sync::watch;

use super::fakes::{Fake, tls};
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

/// A registry in HTTP/2, and options with the limits that users have.
async fn carrying_many() -> (Sandbox, Options) {
    let tls = Some(Tls::new(tls(&[b"h2"])));
    let sandbox = Sandbox::start(SandboxOptions { tls, ..SandboxOptions::default() }).await;
    let sandbox = sandbox.unwrap();
    let insecure = vec![sandbox.host().clone()];
    (sandbox, Options { insecure, limits: Limits::default(), ..options() })
}

/// Blobs of so many bytes.
fn blobs(sandbox: &Sandbox, number: u8, size: usize) -> Vec<Descriptor> {
    let store = sandbox.store().repository("team/app");
    let put = |at| {
        let digest = store.put_blob(vec![at; size]);
        Descriptor::new(MediaType::OciConfig, digest, size as u64)
    };
    (0..number).map(put).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_that_pause_keep_nothing_from_the_others() {
    let (sandbox, options) = carrying_many().await;
    let registry = registry(options);
    let repository = at(sandbox.host()).repository;
    let mut paused = Vec::new();
    for blob in &blobs(&sandbox, 4, 5 << 20) {
        let mut stream = registry.blob_stream(&repository, blob, None).await.unwrap();
        assert!(stream.next().await.unwrap().is_ok());
        paused.push(stream);
    }
    // The server sends by turns: as much as may come of the others comes while these are read.
    for other in &blobs(&sandbox, 2, 12 << 20) {
        let stream = registry.blob_stream(&repository, other, None).await.unwrap();
        let read: Vec<Bytes> = stream.try_collect().await.unwrap();
        assert_eq!(read.iter().map(Bytes::len).sum::<usize>() as u64, other.size);
    }
    for stream in paused {
        stream.try_collect::<Vec<Bytes>>().await.unwrap();
    }
    assert_eq!(sandbox.connections(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn large_documents_wait_for_their_turn_before_they_are_asked_for() {
    let (sandbox, options) = carrying_many().await;
    let registry = registry(options);
    let repository = at(sandbox.host()).repository;
    let blobs = blobs(&sandbox, 10, 4 << 20);
    let read = join_all(blobs.iter().map(|blob| registry.blob(&repository, blob, 8 << 20))).await;
    assert!(read.iter().all(|it| it.as_ref().is_ok_and(|it| it.len() == 4 << 20)), "{read:?}");
    assert_eq!(sandbox.requests().all().len(), blobs.len(), "each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_documents_behind_two_that_hang_are_not_asked_for() {
    let (sandbox, options) = carrying_many().await;
    let limits = Limits { document: Duration::from_secs(2), ..options.limits };
    let registry = registry(Options { limits, ..options });
    let repository = at(sandbox.host()).repository;
    let blobs = blobs(&sandbox, 6, 4 << 20);
    sandbox.faults().add(Rule::new(Fault::Stall(1000)));
    let read = join_all(blobs.iter().map(|blob| registry.blob(&repository, blob, 8 << 20))).await;
    for failure in read {
        assert_eq!(failure.unwrap_err().class, Class::TimedOut);
    }
    assert_eq!(sandbox.requests().count(), 2);
}

/// How large a list is that a tag points at, shows when it comes.
#[tokio::test(flavor = "multi_thread")]
async fn documents_that_turn_out_to_be_large_are_asked_for_again_in_their_turn() {
    let (sandbox, options) = carrying_many().await;
    let registry = registry(options);
    let store = sandbox.store().repository("team/app");
    let note = "x".repeat(3 << 20);
    let tags: Vec<String> = (0..8).map(|at| format!("v{at}")).collect();
    for tag in &tags {
        store.index().annotation("note", &format!("{tag} {note}")).push_tag(tag);
    }
    let repository = at(sandbox.host()).repository;
    let tags: Vec<_> = tags.iter().map(|tag| repository.tagged(tag)).collect();
    let read = join_all(tags.iter().map(|tag| registry.document(tag, None))).await;
    for document in read {
        assert!(document.unwrap().bytes.len() > note.len());
    }
    let asked = sandbox.requests().all().len();
    assert!((tags.len()..=2 * tags.len()).contains(&asked), "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn layers_that_wait_to_be_unpacked_keep_nothing_from_those_that_are() {
    let (sandbox, options) = carrying_many().await;
    let store = sandbox.store().repository("team/app");
    let layer = |at: u8| {
        let content: Vec<u8> = (0..6_000_000).map(|_| fastrand::u8(..)).collect();
        let layer =
            Layer::gzip("COPY", &[TarFile::program(&format!("file{at}"), content)]).unwrap();
        store.put_blob(layer.bytes().clone());
        layer.descriptor(false)
    };
    let layers: Vec<Descriptor> = (0..12).map(layer).collect();
    let location: Location = format!("{}/team/app:latest", sandbox.host()).parse().unwrap();
    let source = Sources::new(options, Activity::default()).open(&location).unwrap();
    let reader = Reader::new(source, None);
    let read = layers.iter().map(async |layer| reader.listing(layer, &mut |_| ()).await);
    for listing in join_all(read).await {
        assert_eq!(listing.unwrap().entries.len(), 1);
    }
}
