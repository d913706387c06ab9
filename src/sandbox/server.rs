//! The listening socket and its connections.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use super::registry::Registry;
use super::serving::serve;
use super::{Faults, Requests, SandboxOptions, Store};
use crate::oci::Host;

/// A running registry. Dropping it closes the port and every connection.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    host: Host,
    registry: Arc<Registry>,
    connections: Arc<AtomicUsize>,
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
        let (listener, address, registry) = listen(options).await?;
        fill(&registry).await?;
        let connections = Arc::default();
        let server = accept(listener, Arc::clone(&registry), Arc::clone(&connections));
        Self::serving(address, &registry, connections, server)
    }

    /// As [`start`](Self::start), but does not wait for the samples to be made: requests do, until
    /// they are.
    ///
    /// # Errors
    /// Where the system gives no port.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn start_soon(options: SandboxOptions) -> io::Result<Self> {
        let (listener, address, registry) = listen(options).await?;
        let filled = Arc::clone(&registry);
        let connections = Arc::default();
        let counted = Arc::clone(&connections);
        Self::serving(address, &registry, connections, async move {
            if let Err(error) = fill(&filled).await {
                tracing::error!(%error, "the samples could not be made");
            }
            accept(listener, filled, counted).await
        })
    }

    fn serving(
        address: SocketAddr,
        registry: &Arc<Registry>,
        connections: Arc<AtomicUsize>,
        server: impl Future<Output = Infallible> + Send + 'static,
    ) -> io::Result<Self> {
        let host = Host::parse(&address.to_string())
            .ok_or_else(|| io::Error::other(format!("{address} is not a host")))?;
        let registry = Arc::clone(registry);
        Ok(Self { address, host, registry, connections, server: tokio::spawn(server) })
    }

    /// `127.0.0.1:PORT`, as it is at the beginning of a reference. It speaks plain HTTP unless its
    /// options have [`Tls`](super::Tls).
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

    /// How many connections were made to it so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
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

async fn listen(options: SandboxOptions) -> io::Result<(TcpListener, SocketAddr, Arc<Registry>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address, Arc::new(Registry::new(options, address))))
}

/// Makes the samples, if they are wanted.
async fn fill(registry: &Arc<Registry>) -> io::Result<()> {
    if !registry.options.samples {
        return Ok(());
    }
    let registry = Arc::clone(registry);
    tokio::task::spawn_blocking(move || registry.fill()).await.map_err(io::Error::other)?
}

async fn accept(
    listener: TcpListener,
    registry: Arc<Registry>,
    count: Arc<AtomicUsize>,
) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    count.fetch_add(1, Ordering::Relaxed);
                    // Small answers must not wait for the peer's acknowledgements.
                    let _ = stream.set_nodelay(true);
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
