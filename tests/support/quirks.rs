//! A registry with quirks: the sandbox behind a proxy that changes what it answers.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use platy::sandbox::Sandbox;

/// A request, as far as quirks look at it.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The proxy's own host and port.
    pub host: String,
    pub headers: Vec<(String, String)>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

/// An answer, before it is sent on.
#[derive(Debug, Clone)]
pub struct Answered {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answered {
    /// Sets a header, or takes it away with an empty value.
    pub fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        if !value.is_empty() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Becomes an error with this status.
    pub fn fail(&mut self, status: u16) {
        self.status = status;
        self.headers.clear();
        self.body.clear();
    }
}

type Quirk = dyn Fn(&Asked, &mut Answered) + Send + Sync;

/// The proxy.
pub struct Quirky {
    pub host: String,
    task: JoinHandle<()>,
}

impl Drop for Quirky {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Quirky {
    /// Serves what the sandbox serves, changed by `quirk`.
    pub async fn before(
        sandbox: &Sandbox,
        quirk: impl Fn(&Asked, &mut Answered) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let behind = sandbox.host().to_string();
        let quirk: Arc<Quirk> = Arc::new(quirk);
        let own = host.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (quirk, own, behind) = (Arc::clone(&quirk), own.clone(), behind.clone());
                tokio::spawn(async move { serve(stream, &own, &behind, &*quirk).await });
            }
        });
        Self { host, task }
    }
}

/// One request of one connection; what comes behind it needs a new one.
async fn serve(mut stream: TcpStream, own: &str, behind: &str, quirk: &Quirk) -> io::Result<()> {
    let (head, mut body) = head_of(&mut stream).await?;
    let mut lines = head.lines();
    let first: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let headers = headers(lines);
    let length = header(&headers, "content-length").and_then(|it| it.parse::<usize>().ok());
    let mut chunk = vec![0; 64 << 10];
    while body.len() < length.unwrap_or(0) {
        let read = stream.read(&mut chunk).await?;
        body.extend_from_slice(&chunk[..read]);
    }
    let asked = Asked {
        method: first[0].to_owned(),
        target: first[1].to_owned(),
        host: own.to_owned(),
        headers,
    };
    let mut answered = ask(behind, &asked, &body).await?;
    quirk(&asked, &mut answered);
    let length = answered.body.len().to_string();
    // The answer to a HEAD states the length of what a GET would give.
    if asked.method != "HEAD" {
        answered.set("Content-Length", &length);
    }
    let mut out = format!("HTTP/1.1 {} x\r\nConnection: close\r\n", answered.status);
    for (name, value) in &answered.headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    out.push_str("\r\n");
    stream.write_all(out.as_bytes()).await?;
    stream.write_all(&answered.body).await?;
    stream.shutdown().await
}

async fn ask(behind: &str, asked: &Asked, body: &[u8]) -> io::Result<Answered> {
    let mut stream = TcpStream::connect(behind).await?;
    let mut out = format!("{} {} HTTP/1.1\r\nConnection: close\r\n", asked.method, asked.target);
    for (name, value) in &asked.headers {
        if !name.eq_ignore_ascii_case("connection") {
            out.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    out.push_str("\r\n");
    stream.write_all(out.as_bytes()).await?;
    stream.write_all(body).await?;
    let (head, mut body) = head_of(&mut stream).await?;
    stream.read_to_end(&mut body).await?;
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or("500");
    let mut headers = headers(lines);
    headers.retain(|(name, _)| !name.eq_ignore_ascii_case("connection"));
    Ok(Answered { status: status.parse().unwrap(), headers, body })
}

/// The head of a message, and what of its body came with it.
async fn head_of(stream: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let body = bytes.split_off(at + 4);
            return Ok((String::from_utf8_lossy(&bytes).into_owned(), body));
        }
        match stream.read(&mut chunk).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}

fn headers<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    let pairs = lines.filter_map(|line| line.split_once(':'));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}
