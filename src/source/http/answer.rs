//! An answer whose body has not been read yet, and the ways to read it.

use bytes::{Bytes, BytesMut};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use url::Url;

use super::trouble::body_trouble;
use super::{Permit, Setback};
use crate::oci::{Class, Failure};
use crate::source::Activity;
use crate::text;

/// The head of an answer. It holds a permit of its host until it, or its body, is dropped.
pub(in crate::source) struct Answer {
    pub(in crate::source) status: StatusCode,
    pub(in crate::source) headers: HeaderMap,
    /// Where it came from, after redirects.
    pub(in crate::source) url: Url,
    /// Whether a redirect led to another origin, where no credentials were sent.
    pub(in crate::source) strayed: bool,
    pub(super) subject: String,
    pub(super) response: reqwest::Response,
    pub(super) permit: Permit,
    pub(super) activity: Activity,
}

/// An answer that was read to its end.
pub(in crate::source) struct Whole {
    pub(in crate::source) headers: HeaderMap,
    pub(in crate::source) url: Url,
    pub(in crate::source) bytes: Bytes,
}

/// A body that is read piece by piece.
pub(in crate::source) struct Body {
    response: reqwest::Response,
    activity: Activity,
    subject: String,
    _permit: Permit,
}

impl Answer {
    /// The body's length, where the other side states it.
    pub(in crate::source) fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// The body, piece by piece.
    pub(in crate::source) fn into_body(self) -> Body {
        Body {
            response: self.response,
            activity: self.activity,
            subject: self.subject,
            _permit: self.permit,
        }
    }

    /// Reads the whole body, at most `cap` bytes.
    pub(in crate::source) async fn whole(mut self, cap: u64) -> Result<Whole, Setback> {
        let stated = self.length();
        if stated.is_some_and(|length| length > cap) {
            return Err(too_large(&self.subject, stated, cap).into());
        }
        let (headers, url) = (std::mem::take(&mut self.headers), self.url.clone());
        let subject = self.subject.clone();
        let mut body = self.into_body();
        let mut bytes = BytesMut::new();
        while let Some(piece) = body.next().await? {
            if bytes.len() as u64 + piece.len() as u64 > cap {
                return Err(too_large(&subject, None, cap).into());
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(Whole { headers, url, bytes: bytes.freeze() })
    }

    /// The beginning of the body, for an error message; a broken body counts as its beginning.
    pub(super) async fn beginning(self, cap: usize) -> Bytes {
        let mut body = self.into_body();
        let mut bytes = BytesMut::new();
        while bytes.len() < cap
            && let Ok(Some(piece)) = body.next().await
        {
            bytes.extend_from_slice(&piece);
        }
        bytes.truncate(cap);
        bytes.freeze()
    }
}

impl Body {
    /// The next piece; `None` at the end.
    pub(in crate::source) async fn next(&mut self) -> Result<Option<Bytes>, Setback> {
        let piece = self
            .response
            .chunk()
            .await
            .map_err(|error| body_trouble(&error, self.response.url(), &self.subject))?;
        if let Some(piece) = &piece {
            self.activity.bytes_received(piece.len() as u64);
        }
        Ok(piece)
    }
}

fn too_large(subject: &str, stated: Option<u64>, cap: u64) -> Failure {
    let cap = text::bytes(cap);
    let detail = match stated {
        Some(length) => format!("it has {}, and platy reads at most {cap}", text::bytes(length)),
        None => format!("it has more than {cap}, the most that platy reads"),
    };
    Failure::new(Class::TooLarge, subject, detail)
}
