//! An answer whose body has not been read yet, and the ways to read it.

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt as _;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Duration, Instant};
use url::Url;

use super::large::{LARGE, Large};
use super::timed::Timed;
use super::trouble::{body_trouble, not_whole, too_slow};
use super::{Permit, Setback};
use crate::oci::{Class, Failure};
use crate::source::{Activity, Limits};
use crate::text;

/// The longest that the words of an error are waited for.
const WORDS: Duration = Duration::from_secs(2);

/// Pieces are handed on together up to so many bytes, as far as they have come: a frame of HTTP/2 has
/// 8 KiB from nginx and 16 KiB from most others, and whoever takes it is woken for it.
const TOGETHER: usize = 64 << 10;

/// The head of an answer. It holds a permit of its host until it, or its body, is dropped.
pub(in crate::source) struct Answer {
    pub(in crate::source) status: StatusCode,
    pub(in crate::source) headers: HeaderMap,
    /// Where it came from, after redirects.
    pub(in crate::source) url: Url,
    /// Whether a redirect led to another origin, to which no credentials were sent.
    pub(in crate::source) strayed: bool,
    /// For how long it may be kept where redirects led to; without one it says nothing.
    pub(in crate::source) redirect_lasts: Duration,
    pub(super) subject: String,
    pub(super) response: reqwest::Response,
    pub(super) permit: Permit,
    /// Notes the answer when it was read, or is not.
    pub(super) watch: Option<Box<Timed>>,
    pub(super) large: Large,
    pub(super) activity: Activity,
    pub(super) limits: Limits,
    /// When the request was sent.
    pub(super) began: Instant,
}

/// An answer that was read to its end.
pub(in crate::source) struct Whole {
    pub(in crate::source) headers: HeaderMap,
    pub(in crate::source) url: Url,
    /// The content; decoded if the other side had encoded it unasked.
    pub(in crate::source) bytes: Bytes,
    /// What came, if the content is a decoded one.
    pub(in crate::source) encoded: Option<Bytes>,
    /// Held as long as a large content is.
    pub(in crate::source) _large: Option<OwnedSemaphorePermit>,
}

/// A body that is read piece by piece.
pub(in crate::source) struct Body {
    response: reqwest::Response,
    /// What has come and was not handed on: the end, or that it broke off.
    behind: Option<reqwest::Result<Option<Bytes>>>,
    activity: Activity,
    subject: String,
    limits: Limits,
    /// How long the pieces of this window were waited for, and how much they brought.
    window: (Duration, u64),
    watch: Option<Box<Timed>>,
    _permit: Permit,
}

impl Answer {
    /// The body's length, if the other side states it.
    pub(in crate::source) fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// The body, piece by piece.
    pub(in crate::source) fn into_body(self) -> Body {
        Body {
            response: self.response,
            behind: None,
            activity: self.activity,
            subject: self.subject,
            limits: self.limits,
            window: (Duration::ZERO, 0),
            watch: self.watch,
            _permit: self.permit,
        }
    }

    /// Reads the whole body, at most `cap` bytes, in the time that a document may take; `None` if it
    /// is a large one without a `turn`, and others are read: it is to be asked for again with one.
    pub(in crate::source) async fn whole(
        self,
        cap: u64,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Result<Option<Whole>, Setback> {
        let (limit, url) = (self.limits.document, self.url.clone());
        let (until, subject) = (self.began + limit, self.subject.clone());
        match tokio::time::timeout_at(until, self.read(cap, turn)).await {
            Ok(read) => read,
            Err(_) => Err(not_whole(&url, limit, &subject)),
        }
    }

    async fn read(
        mut self,
        cap: u64,
        mut turn: Option<OwnedSemaphorePermit>,
    ) -> Result<Option<Whole>, Setback> {
        let stated = self.length();
        if stated.is_some_and(|length| length > cap) {
            return Err(too_large(&self.subject, stated, cap).into());
        }
        let (headers, url) = (std::mem::take(&mut self.headers), self.url.clone());
        let (subject, large) = (self.subject.clone(), self.large.clone());
        let mut body = self.into_body();
        // As long as it is said to be: what grew by doubling would keep up to twice its length.
        let length = stated.and_then(|all| usize::try_from(all).ok()).unwrap_or_default();
        let mut bytes = BytesMut::with_capacity(length.min(LARGE));
        let mut is_large = false;
        while let Some(piece) = body.next().await? {
            if bytes.len() as u64 + piece.len() as u64 > cap {
                return Err(too_large(&subject, None, cap).into());
            }
            if bytes.len() + piece.len() > LARGE && !std::mem::replace(&mut is_large, true) {
                turn = turn.or_else(|| large.at_once());
                if turn.is_none() {
                    return Ok(None);
                }
                // Growing by doubling would need three times as much for a moment.
                bytes.reserve(length.saturating_sub(bytes.len()).max(piece.len()));
            }
            bytes.extend_from_slice(&piece);
        }
        let bytes = bytes.freeze();
        let (bytes, encoded) = match decoded(&headers, &bytes, cap) {
            Some(content) => (content, Some(bytes)),
            None => (bytes, None),
        };
        Ok(Some(Whole { headers, url, bytes, encoded, _large: turn.filter(|_| is_large) }))
    }

    /// The beginning of the body, for an error message; a broken body counts as its beginning, and
    /// so does what came of a slow one.
    pub(super) async fn beginning(self, cap: usize) -> Bytes {
        let until = Instant::now() + WORDS;
        let mut body = self.into_body();
        let mut bytes = BytesMut::new();
        while bytes.len() < cap
            && let Ok(Ok(Some(piece))) = tokio::time::timeout_at(until, body.next()).await
        {
            bytes.extend_from_slice(&piece);
        }
        bytes.truncate(cap);
        bytes.freeze()
    }
}

impl Body {
    /// The next piece; `None` at the end. The time between two calls is not the other side's, and
    /// does not count against its rate.
    pub(in crate::source) async fn next(&mut self) -> Result<Option<Bytes>, Setback> {
        let asked = Instant::now();
        let limit = self.limits.window;
        let chunk = match self.behind.take() {
            Some(chunk) => Ok(chunk),
            None => tokio::time::timeout(limit, self.response.chunk()).await,
        };
        let slow = || too_slow(self.response.url(), limit, &self.subject);
        let piece = chunk
            .map_err(|_| slow())?
            .map_err(|error| body_trouble(&error, self.response.url(), &self.subject))?;
        let Some(piece) = piece else { return Ok(None) };
        let piece = self.with_more(piece);
        let size = piece.len() as u64;
        self.activity.bytes_received(size);
        if let Some(watch) = &mut self.watch {
            watch.received(size);
        }
        self.window.0 += asked.elapsed();
        self.window.1 += size;
        if self.window.0 >= limit {
            if self.window.1 < self.limits.least {
                return Err(too_slow(self.response.url(), limit, &self.subject));
            }
            self.window = (Duration::ZERO, 0);
        }
        Ok(Some(piece))
    }

    /// A piece with those behind it that have come.
    fn with_more(&mut self, first: Bytes) -> Bytes {
        let mut joined = BytesMut::new();
        while first.len().max(joined.len()) < TOGETHER && self.behind.is_none() {
            match self.response.chunk().now_or_never() {
                Some(Ok(Some(piece))) => {
                    if joined.is_empty() {
                        joined.reserve(TOGETHER.max(first.len() + piece.len()));
                        joined.extend_from_slice(&first);
                    }
                    joined.extend_from_slice(&piece);
                }
                Some(end) => self.behind = Some(end),
                None => break,
            }
        }
        if joined.is_empty() { first } else { joined.freeze() }
    }
}

/// The content of a body that was sent in gzip though nobody asked for it: its digest is that of
/// the content. `None` if it is not encoded, or not rightly.
fn decoded(headers: &HeaderMap, bytes: &Bytes, cap: u64) -> Option<Bytes> {
    use std::io::Read as _;
    let encoding = headers.get(CONTENT_ENCODING)?.to_str().ok()?.trim();
    let gzip = encoding.eq_ignore_ascii_case("gzip") || encoding.eq_ignore_ascii_case("x-gzip");
    if !gzip || !bytes.starts_with(&[0x1f, 0x8b]) {
        return None;
    }
    let mut content = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes.as_ref()).take(cap + 1);
    reader.read_to_end(&mut content).ok()?;
    (content.len() as u64 <= cap).then(|| content.into())
}

fn too_large(subject: &str, stated: Option<u64>, cap: u64) -> Failure {
    let cap = text::bytes(cap);
    let detail = match stated {
        Some(length) => format!("it has {}, and platy reads at most {cap}", text::bytes(length)),
        None => format!("it has more than {cap}, the most that platy reads"),
    };
    Failure::new(Class::TooLarge, subject, detail)
}
