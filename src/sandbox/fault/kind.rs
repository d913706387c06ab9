//! The kinds of faults.

use std::time::Duration;

use axum::http::HeaderName;

/// What goes wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The answer comes this much later. Delays of several rules add up, and to the delay of all
    /// requests; other faults still apply after it.
    Delay(Duration),
    /// This answer, and nothing is done.
    Answer {
        /// The status code.
        status: u16,
        /// Headers such as `("Retry-After", "1")`.
        headers: Vec<(String, String)>,
        /// The body, byte for byte.
        body: Vec<u8>,
    },
    /// The true answer, cut after so many bytes of its body while `Content-Length` promises all of
    /// them; the connection is closed.
    Truncate(usize),
    /// The true answer, but after so many bytes of its body nothing more comes.
    Stall(usize),
    /// The true answer, but after so many bytes of its body the connection is reset (RST), which may
    /// take with it what was sent before.
    Reset(usize),
    /// So many answers of 103 ("Early Hints", RFC 8297) before the true one.
    Early(usize),
    /// The true answer with the byte at this position of the body changed (the last byte, where
    /// the body is shorter).
    Corrupt(usize),
    /// The true answer with this `Docker-Content-Digest`; with none if `None`.
    DigestHeader(Option<String>),
    /// The true answer with these headers instead of its own of their names.
    Headers(Vec<(HeaderName, String)>),
    /// This page of a list, whose `Link` leads to another of the same names, without end.
    Pages {
        /// Its `Content-Type`.
        media_type: String,
        /// The body, byte for byte.
        page: Vec<u8>,
    },
    /// The true answer, followed by blanks without end.
    EndlessBody,
    /// The true answer, one byte of its body at a time, with this wait before each.
    Drip(Duration),
    /// The request is done, and answered with this status as if it had been refused.
    Belie(u16),
    /// No answer for as long as the rule is there. When it is removed, the requests that hung go on
    /// as if nothing had been.
    Hang,
    /// A redirect (307) to this URL.
    Redirect(String),
    /// The connection is closed before a byte is answered.
    DropConnection,
    /// The connection is closed when so many bytes of the request's body are in. They count as
    /// received, so that an upload can be resumed.
    CutRequest(usize),
    /// The request is done, but the connection is closed before a byte is answered.
    LoseAnswer,
    /// 413 for a request whose body is said to have more than so many bytes; nothing is done then.
    SizeLimit(u64),
}

impl Fault {
    /// An answer with this status and an error of the distribution specification as its body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        let (code, message) = match status {
            401 => ("UNAUTHORIZED", "authentication required"),
            403 => ("DENIED", "requested access to the resource is denied"),
            404 => ("NAME_UNKNOWN", "repository name not known to registry"),
            405 => ("UNSUPPORTED", "the operation is unsupported"),
            413 => ("SIZE_INVALID", "the content is too large"),
            429 => ("TOOMANYREQUESTS", "too many requests"),
            503 => ("UNAVAILABLE", "service unavailable"),
            _ => ("UNKNOWN", "unknown error"),
        };
        let body = serde_json::json!({ "errors": [{ "code": code, "message": message }] });
        Self::Answer {
            status,
            headers: vec![("Content-Type".into(), "application/json".into())],
            body: body.to_string().into_bytes(),
        }
    }

    /// As [`status`](Self::status), with `Retry-After` in seconds.
    #[must_use]
    pub fn retry_after(status: u16, seconds: u64) -> Self {
        match Self::status(status) {
            Self::Answer { status, mut headers, body } => {
                headers.push(("Retry-After".into(), seconds.to_string()));
                Self::Answer { status, headers, body }
            }
            other => other,
        }
    }

    /// An answer with this status and an HTML page, as proxies give it.
    #[must_use]
    pub fn html(status: u16, page: &str) -> Self {
        Self::Answer {
            status,
            headers: vec![("Content-Type".into(), "text/html; charset=utf-8".into())],
            body: page.as_bytes().to_vec(),
        }
    }
}
