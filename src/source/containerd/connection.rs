//! A connection to containerd's socket: gRPC over HTTP/2 (grpc/grpc `doc/PROTOCOL-HTTP2.md`).

use std::io;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper::header::{CONTENT_TYPE, HeaderMap, TE};
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message;

use super::frames::{Frames, framed, words};
use crate::oci::{Class, Failure};

/// The longest wait for a connection, for an answer, and for each piece of a long one.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much of a blob may be on its way unread, in bytes.
const WINDOW: u32 = 4 << 20;
/// How much of all of them: as much as there is (RFC 9113, 6.9.1), so that one whose reader does
/// other work keeps nothing from the others.
const OF_ALL: u32 = (1 << 31) - 1;

/// A connection that questions are asked on; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    /// The socket, for messages.
    at: String,
}

/// What is asked: a service's method, of a namespace where it matters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a, T> {
    /// `containerd.services.images.v1.Images/Get`
    pub(super) method: &'static str,
    /// The namespace, sent as `containerd-namespace`.
    pub(super) namespace: &'a str,
    /// The request's message.
    pub(super) message: &'a T,
}

impl Connection {
    /// Connects. No answer is waited for longer than five seconds.
    ///
    /// # Errors
    /// Nothing listens there, this user may not use the socket, or what listens does not speak
    /// HTTP/2.
    pub(super) async fn open(socket: &Path) -> Result<Self, Failure> {
        let at = socket.display().to_string();
        let opened = async {
            let stream = connected(socket).await.map_err(|error| unreached(&at, &error))?;
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder
                .initial_stream_window_size(WINDOW)
                .initial_connection_window_size(OF_ALL)
                .max_frame_size(64 << 10);
            let shaken = builder.handshake(TokioIo::new(stream)).await;
            let (sender, driver) = shaken.map_err(|error| broken(&at, &error))?;
            tokio::spawn(async move {
                let _ = driver.await;
            });
            Ok(sender)
        };
        match tokio::time::timeout(PATIENCE, opened).await {
            Ok(Ok(sender)) => Ok(Self { sender, at }),
            Ok(Err(failure)) => Err(failure),
            Err(_) => Err(silent(&at)),
        }
    }

    /// Whether the other side has ended it.
    pub(super) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// One answer to one question.
    pub(super) async fn ask<A: Message + Default + 'static>(
        &self,
        question: Question<'_, impl Message>,
    ) -> Result<A, Failure> {
        let mut answers = self.ask_for_many(question).await?;
        match answers.next().await {
            Some(answer) => answer,
            None => Err(self.failure(Class::Malformed, "its answer is empty")),
        }
    }

    /// The answers to a question, as they arrive.
    pub(super) async fn ask_for_many<A: Message + Default + 'static>(
        &self,
        question: Question<'_, impl Message>,
    ) -> Result<BoxStream<'static, Result<A, Failure>>, Failure> {
        let asked = self.send(question);
        let response =
            tokio::time::timeout(PATIENCE, asked).await.map_err(|_| silent(&self.at))??;
        let (head, body) = response.into_parts();
        if !head.status.is_success() {
            let detail = format!("it answers {} to gRPC", head.status.as_u16());
            return Err(self.failure(Class::Malformed, detail).with_next(IS_IT));
        }
        // A refusal without any answer is in the head.
        self.judge(&head.headers)?;
        let answering =
            Answering { connection: self.clone(), body, frames: Frames::default(), is_over: false };
        Ok(stream::try_unfold(answering, Answering::next).boxed())
    }

    async fn send(
        &self,
        question: Question<'_, impl Message>,
    ) -> Result<Response<Incoming>, Failure> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("http://localhost/{}", question.method))
            .header(CONTENT_TYPE, "application/grpc")
            .header(TE, "trailers")
            .header("containerd-namespace", question.namespace)
            .body(Full::new(framed(question.message)));
        let request = request.map_err(|_| {
            self.failure(Class::NotFound, format!("{} is not a namespace", question.namespace))
        })?;
        let mut sender = self.sender.clone();
        sender.ready().await.map_err(|error| broken(&self.at, &error))?;
        sender.send_request(request).await.map_err(|error| broken(&self.at, &error))
    }

    /// That the headers or trailers tell no refusal. Status 5 is "not found", 7 "permission
    /// denied", 12 "unimplemented", 14 "unavailable" (grpc/grpc `doc/statuscodes.md`).
    fn judge(&self, headers: &HeaderMap) -> Result<(), Failure> {
        let class = match headers.get("grpc-status").map(hyper::header::HeaderValue::as_bytes) {
            None | Some(b"0") => return Ok(()),
            Some(b"4") => return Err(silent(&self.at)),
            Some(b"5") => Class::NotFound,
            Some(b"7" | b"16") => Class::Forbidden,
            Some(b"12") => Class::Unsupported,
            Some(b"14") => Class::Unreachable,
            Some(_) => Class::Server,
        };
        let said = headers.get("grpc-message").map(|it| words(it.as_bytes())).unwrap_or_default();
        Err(self.failure(class, format!("containerd answers: {said}")))
    }

    fn failure(&self, class: Class, detail: impl Into<String>) -> Failure {
        Failure::new(class, self.at.clone(), detail)
    }
}

/// An answer that is being read.
struct Answering {
    connection: Connection,
    body: Incoming,
    frames: Frames,
    is_over: bool,
}

impl Answering {
    async fn next<A: Message + Default>(mut self) -> Result<Option<(A, Self)>, Failure> {
        loop {
            let whole = self.frames.next();
            let whole = whole.map_err(|why| self.connection.failure(Class::Malformed, why))?;
            if let Some(message) = whole {
                return Ok(Some((message, self)));
            }
            if self.is_over {
                return match self.frames.is_empty() {
                    true => Ok(None),
                    false => {
                        Err(self.connection.failure(Class::Malformed, "its answer is cut off"))
                    }
                };
            }
            let at = &self.connection.at;
            let frame = tokio::time::timeout(PATIENCE, self.body.frame()).await;
            match frame.map_err(|_| silent(at))?.transpose() {
                Err(error) => return Err(broken(at, &error)),
                Ok(None) => self.is_over = true,
                Ok(Some(frame)) => match frame.into_data() {
                    Ok(bytes) => self.frames.push(&bytes),
                    Err(frame) => {
                        if let Ok(trailers) = frame.into_trailers() {
                            self.connection.judge(&trailers)?;
                        }
                    }
                },
            }
        }
    }
}

/// What to look at if something else listens there.
const IS_IT: &str =
    "is it containerd's socket? `ctr version` says so; CONTAINERD_ADDRESS names another";

#[cfg(unix)]
async fn connected(socket: &Path) -> io::Result<tokio::net::UnixStream> {
    tokio::net::UnixStream::connect(socket).await
}

#[cfg(not(unix))]
async fn connected(_: &Path) -> io::Result<tokio::net::TcpStream> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Why there is no connection.
fn unreached(at: &str, error: &io::Error) -> Failure {
    let (class, detail, next) = match error.kind() {
        io::ErrorKind::NotFound => (
            Class::Unreachable,
            "there is no such socket".to_owned(),
            "start containerd, or name its socket: CONTAINERD_ADDRESS=/PATH",
        ),
        io::ErrorKind::PermissionDenied => (
            Class::Forbidden,
            "this user may not use the socket".to_owned(),
            "run platy as root, which containerd's socket belongs to",
        ),
        io::ErrorKind::Unsupported => (
            Class::Unsupported,
            "platy asks Unix sockets on Unix only".to_owned(),
            "copy the image to a layout, `ctr images export`, and open that",
        ),
        _ => (
            Class::Unreachable,
            format!("containerd does not listen there: {error}"),
            "is it running? `ctr version` says so; CONTAINERD_ADDRESS names another socket",
        ),
    };
    Failure::new(class, at, detail).with_next(next)
}

/// What broke a connection off.
fn broken(at: &str, error: &hyper::Error) -> Failure {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    Failure::new(Class::Unreachable, at, format!("the connection broke: {cause}")).with_next(IS_IT)
}

/// That it took a connection or a question and says nothing.
fn silent(at: &str) -> Failure {
    let detail = format!("containerd did not answer in {} s", PATIENCE.as_secs());
    Failure::new(Class::TimedOut, at, detail).with_next("it may hang: does `ctr version` answer?")
}
