//! A line of a certain length: what goes in comes out half a round trip later.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Leads to a port on this machine.
pub struct Relay {
    pub port: u16,
    connections: Arc<AtomicUsize>,
}

impl Relay {
    pub fn start(runtime: &Runtime, to: u16, trip: Duration) -> Self {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(async move {
                    let server = TcpStream::connect(("127.0.0.1", to)).await?;
                    client.set_nodelay(true)?;
                    server.set_nodelay(true)?;
                    let (from_client, to_client) = client.into_split();
                    let (from_server, to_server) = server.into_split();
                    // The first flight waits for the handshake of TCP too.
                    let there = flow(from_client, to_server, trip / 2, trip);
                    let back = flow(from_server, to_client, trip / 2, Duration::ZERO);
                    tokio::try_join!(there, back).map(drop)
                });
            }
        });
        Self { port, connections }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

async fn flow(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    late: Duration,
    first: Duration,
) -> io::Result<()> {
    let (line, mut end) = mpsc::unbounded_channel();
    let read = async {
        let mut hold = first;
        loop {
            let mut piece = vec![0; 256 << 10];
            let length = from.read(&mut piece).await.unwrap_or_default();
            piece.truncate(length);
            let due = Instant::now() + late + std::mem::take(&mut hold);
            if line.send((due, piece)).is_err() || length == 0 {
                return Ok(());
            }
        }
    };
    let write = async {
        let mut last = Instant::now();
        while let Some((due, piece)) = end.recv().await {
            last = last.max(due);
            sleep_until(last).await;
            if piece.is_empty() {
                return to.shutdown().await;
            }
            to.write_all(&piece).await?;
        }
        Ok(())
    };
    tokio::try_join!(read, write).map(drop)
}
