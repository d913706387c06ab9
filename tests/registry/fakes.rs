//! Servers that break rules which the sandbox keeps.

use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use platy::oci::Host;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A listener that reads something on each connection, answers with the same bytes, and hangs up.
pub(crate) struct Fake {
    pub(crate) host: Host,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    /// Answers every connection with these bytes.
    pub(crate) async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer: Arc<[u8]> = answer.into().into();
        Self::serving(move |stream| {
            let answer = Arc::clone(&answer);
            async move { answer_once(stream, &answer).await }
        })
        .await
    }

    async fn serving<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let host = Host::parse(&listener.local_addr().unwrap().to_string()).unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream));
            }
        });
        Self { host, connections, task }
    }

    /// A proxy that knows these names: whoever asks for one (CONNECT) is connected to a host of this
    /// machine. Others get 502, and so does everybody after `connected` connections.
    pub(crate) async fn proxy(names: &[(&str, &Host)], connected: usize) -> Self {
        let names: HashMap<String, String> =
            names.iter().map(|(name, host)| (format!("{name}:443"), host.to_string())).collect();
        let (names, made) = (Arc::new(names), Arc::new(AtomicUsize::new(0)));
        Self::serving(move |mut stream| {
            let (names, made) = (Arc::clone(&names), Arc::clone(&made));
            async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await?);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let mut words = head.split(' ');
                let there = match (words.next(), words.next().and_then(|it| names.get(it))) {
                    (Some("CONNECT"), Some(there)) => there,
                    _ => return answer_once(stream, b"HTTP/1.1 502 Bad Gateway\r\n\r\n").await,
                };
                if made.fetch_add(1, Ordering::SeqCst) >= connected {
                    return answer_once(stream, b"HTTP/1.1 502 Bad Gateway\r\n\r\n").await;
                }
                let mut there = TcpStream::connect(there).await?;
                stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
                copy_bidirectional(&mut stream, &mut there).await.map(drop)
            }
        })
        .await
    }

    /// Serves each connection in HTTP/2, over TLS that nobody can check.
    pub(crate) async fn http2<F>(
        serve: impl Fn(TlsStream<TcpStream>) -> F + Clone + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let acceptor = acceptor(include_bytes!("certs/self.pem"), &[b"h2"]);
        Self::serving(move |stream| {
            let (acceptor, serve) = (acceptor.clone(), serve.clone());
            async move {
                let stream = acceptor.accept(stream).await?;
                serve(stream).await;
                Ok(())
            }
        })
        .await
    }

    /// Answers every TLS connection with these bytes, under this certificate of `certs`.
    pub(crate) async fn tls(certificate: &[u8], answer: &str) -> Self {
        let acceptor = acceptor(certificate, &[]);
        let answer = answer.to_owned();
        Self::serving(move |stream| {
            let (acceptor, answer) = (acceptor.clone(), answer.clone());
            async move { answer_once(acceptor.accept(stream).await?, answer.as_bytes()).await }
        })
        .await
    }

    /// Answers every request with this body, so many bytes of it each second.
    pub(crate) async fn paced(body: Vec<u8>, rate: usize) -> Self {
        let body: Arc<[u8]> = body.into();
        Self::serving(move |mut stream| {
            let body = Arc::clone(&body);
            async move {
                let _ = stream.read(&mut [0; 8192]).await?;
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
                stream.write_all(head.as_bytes()).await?;
                for piece in body.chunks(rate) {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    stream.write_all(piece).await?;
                }
                Ok(())
            }
        })
        .await
    }

    /// Takes every connection and says nothing.
    pub(crate) async fn silent() -> Self {
        Self::serving(|stream| async move {
            let _open = stream;
            std::future::pending().await
        })
        .await
    }

    /// Answers every request with this status, these header lines and this body.
    pub(crate) async fn http(status: &str, headers: &[&str], body: &str) -> Self {
        let mut answer = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
        for header in headers {
            answer.push_str(header);
            answer.push_str("\r\n");
        }
        answer.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        Self::answering(answer).await
    }

    pub(crate) fn count(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// TLS that nobody can check, and one of these protocols.
pub(crate) fn tls(protocols: &[&[u8]]) -> Arc<ServerConfig> {
    config(include_bytes!("certs/self.pem"), protocols)
}

/// Speaks TLS under this certificate, and one of these protocols.
fn acceptor(certificate: &[u8], protocols: &[&[u8]]) -> TlsAcceptor {
    TlsAcceptor::from(config(certificate, protocols))
}

fn config(certificate: &[u8], protocols: &[&[u8]]) -> Arc<ServerConfig> {
    let chain: Vec<_> =
        CertificateDer::pem_slice_iter(certificate).collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("certs/server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|it| it.to_vec()).collect();
    Arc::new(config)
}

async fn answer_once(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: &[u8],
) -> io::Result<()> {
    let mut request = [0; 8192];
    let _ = stream.read(&mut request).await?;
    stream.write_all(answer).await?;
    stream.shutdown().await?;
    // Reads to the end, so that the answer is not lost to a reset.
    while stream.read(&mut request).await? > 0 {}
    Ok(())
}

/// A port of this machine on which nobody listens.
pub(crate) async fn closed_port() -> Host {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    Host::parse(&listener.local_addr().unwrap().to_string()).unwrap()
}
