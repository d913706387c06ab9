//! Servers that break rules which the sandbox keeps.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use platy::oci::Host;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A listener that reads something on each connection, answers with the same bytes, and hangs up.
pub struct Fake {
    pub host: Host,
    pub connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    /// Answers every connection with these bytes.
    pub async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer: Arc<[u8]> = answer.into().into();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let host = Host::parse(&listener.local_addr().unwrap().to_string()).unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let answer = Arc::clone(&answer);
                tokio::spawn(async move {
                    let mut request = [0; 8192];
                    let _ = stream.read(&mut request).await?;
                    stream.write_all(&answer).await?;
                    stream.shutdown().await?;
                    // Reads to the end, so that the answer is not lost to a reset.
                    while stream.read(&mut request).await? > 0 {}
                    io::Result::Ok(())
                });
            }
        });
        Self { host, connections, task }
    }

    /// Answers every request with this status, these header lines and this body.
    pub async fn http(status: &str, headers: &[&str], body: &str) -> Self {
        let mut answer = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
        for header in headers {
            answer.push_str(header);
            answer.push_str("\r\n");
        }
        answer.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        Self::answering(answer).await
    }

    pub fn count(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A port of this machine on which nobody listens.
pub async fn closed_port() -> Host {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    Host::parse(&listener.local_addr().unwrap().to_string()).unwrap()
}
