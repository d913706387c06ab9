//! The requests of a connection: over TLS if the options say so, and in HTTP/2 with clients that
//! want it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::Tls;
use super::answer::Cut;
use super::connection::{Connection, Order, Orders};
use super::registry::Registry;

/// Answers requests, and tells the connection what an answer asks of it.
#[derive(Clone)]
struct Answering {
    registry: Arc<Registry>,
    orders: Arc<Orders>,
}

impl Answering {
    async fn answer(self, request: hyper::Request<Incoming>) -> Result<Response, Cut> {
        let answer = self.registry.answer(request.map(Body::new)).await;
        let order = answer.as_ref().ok().and_then(|it| it.extensions().get::<Order>());
        // Interim answers are written below TLS, so that they are for connections without.
        let plain = self.registry.options.tls.is_none();
        if let Some(order) = order.filter(|order| plain || **order == Order::Reset) {
            self.orders.give(*order);
        }
        answer
    }
}

/// Answers the requests of a connection.
pub(super) async fn serve(stream: TcpStream, registry: Arc<Registry>) {
    let tls = registry.options.tls.clone();
    let orders = Arc::new(Orders::default());
    let stream = Connection::new(stream, Arc::clone(&orders));
    let answering = Answering { registry, orders };
    let Some(tls) = tls else {
        return http1(stream, answering).await;
    };
    // Who does not speak TLS, or does not trust the certificate, gets no further.
    let Ok(stream) = TlsAcceptor::from(Arc::clone(&tls.config)).accept(stream).await else {
        return;
    };
    match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => http2(stream, answering, &tls).await,
        _ => http1(stream, answering).await,
    }
}

async fn http1(stream: impl AsyncRead + AsyncWrite + Unpin, answering: Answering) {
    let service = service_fn(move |request| answering.clone().answer(request));
    // A connection ends in an error when its client goes away or when a fault cuts it.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn http2(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    answering: Answering,
    tls: &Tls,
) {
    let (asked, enough) = (AtomicUsize::new(0), Arc::new(Notify::new()));
    let (most, is_enough) = (tls.goes_away, Arc::clone(&enough));
    let service = service_fn(move |request| {
        if most.is_some_and(|most| asked.fetch_add(1, Ordering::Relaxed) + 1 == most) {
            is_enough.notify_one();
        }
        // A fault that closes the connection resets the stream here.
        answering.clone().answer(request)
    });
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.max_concurrent_streams(tls.streams);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        _ = &mut connection => return,
        () = enough.notified() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
