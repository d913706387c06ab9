//! The listening socket and its connections.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::exchange::Registry;
use super::{Faults, Requests, SandboxOptions, Store};
use crate::oci::Host;

/// A running registry. Dropping it closes the port and every connection.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    host: Host,
    registry: Arc<Registry>,
    server: JoinHandle<Infallible>,
}

impl Sandbox {
    /// Starts a registry on a free port of `127.0.0.1`. It answers as soon as this returns.
    ///
    /// # Errors
    /// Where the system gives no port, or a sample cannot be made.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn start(options: SandboxOptions) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let host = Host::parse(&address.to_string())
            .ok_or_else(|| io::Error::other(format!("{address} is no host")))?;
        let registry = Arc::new(Registry::new(options, address));
        if registry.options.samples {
            let filled = Arc::clone(&registry);
            tokio::task::spawn_blocking(move || filled.fill())
                .await
                .map_err(io::Error::other)??;
        }
        let server = tokio::spawn(accept(listener, Arc::clone(&registry)));
        Ok(Self { address, host, registry, server })
    }

    /// `127.0.0.1:PORT`, as it stands at the beginning of a reference. It speaks plain HTTP.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The content, to be read and changed directly while the registry runs.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.registry.store
    }

    /// The faults, to be added and removed while the registry runs.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.registry.faults
    }

    /// What was asked so far.
    #[must_use]
    pub fn requests(&self) -> &Requests {
        &self.registry.requests
    }

    /// Ends all access tokens that were given out, as if their time had come.
    pub fn expire_tokens(&self) {
        self.registry.gate.expire_tokens();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // The task owns the listener and the tasks of all connections.
        self.server.abort();
    }
}

async fn accept(listener: TcpListener, registry: Arc<Registry>) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, Arc::clone(&registry)));
                }
                // Out of descriptors, or the peer was gone already: others may still come.
                Err(error) => {
                    tracing::debug!(%error, "the sandbox could not accept a connection");
                    tokio::task::yield_now().await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, registry: Arc<Registry>) {
    // Small answers must not wait for the peer's acknowledgements.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let registry = Arc::clone(&registry);
        async move { registry.answer(request.map(axum::body::Body::new)).await }
    });
    // A connection ends in an error when its client goes away or when a fault cuts it.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
