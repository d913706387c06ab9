//! Blobs: whole, or as a stream.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use reqwest::StatusCode;
use reqwest::header::CONTENT_RANGE;

use super::Registry;
use super::call::Call;
use super::pieces::Pieces;
use super::verify::{Received, check_cap};
use crate::oci::{Class, Descriptor, Digest, Failure, Repository};
use crate::source::BlobStream;
use crate::source::http::Answer;

impl Registry {
    /// Fetches a blob of at most `cap` bytes into memory and checks its digest and size.
    ///
    /// # Errors
    /// `TooLarge` if the descriptor or the answer has more than `cap` bytes (in the first case
    /// nothing is sent), `DigestMismatch` if the content is another, and what the network and
    /// the registry come up with.
    pub async fn blob(
        &self,
        repository: &Repository,
        descriptor: &Descriptor,
        cap: u64,
    ) -> Result<Bytes, Failure> {
        let call = Call::blob(repository, &descriptor.digest).of_size(descriptor.size);
        check_cap(&call.subject, descriptor, cap)?;
        let whole = self.ask_whole(&call, cap).await?;
        // A file that is in gzip itself may be said to be encoded so.
        let as_sent = whole.encoded.filter(|sent| descriptor.digest.matches(sent));
        let bytes = as_sent.unwrap_or(whole.bytes);
        let received =
            Received { subject: &call.subject, url: &whole.url, size: bytes.len() as u64 };
        let found = Digest::of(descriptor.digest.algorithm(), &bytes);
        received.check(descriptor, &found)?;
        Ok(bytes)
    }

    /// Fetches a blob piece by piece, in flat memory: all of it, or the bytes of `range` as far as
    /// the blob has them. The stream of a whole blob ends in a `DigestMismatch` if the content
    /// was another; it is not repeated once it has begun. A registry that knows no ranges sends
    /// everything, of which the rest is passed over.
    ///
    /// The stream holds a permit of its host; drop it when enough was read.
    ///
    /// # Errors
    /// As [`Registry::blob`]'s, without a cap.
    pub async fn blob_stream(
        &self,
        repository: &Repository,
        descriptor: &Descriptor,
        range: Option<Range<u64>>,
    ) -> Result<BlobStream, Failure> {
        let call = Call::blob(repository, &descriptor.digest).stream();
        let range = range
            .map(|range| range.start..range.end.min(descriptor.size))
            .filter(|range| *range != (0..descriptor.size));
        let Some(range) = range else {
            let answer = self.ask(&call).await?;
            return Ok(whole(*answer, descriptor.clone(), call.subject));
        };
        if range.is_empty() {
            return Ok(BlobStream::part(stream::empty().boxed()));
        }
        let call = call.range(&range);
        let answer = self.ask(&call).await?;
        let skip = match answer.status {
            StatusCode::PARTIAL_CONTENT => check_start(&answer, &range, &call.subject)?,
            _ => range.start,
        };
        let pieces = Pieces::of(*answer, descriptor, &call.subject);
        Ok(part(pieces, skip, range.end - range.start, call.subject))
    }
}

/// A stream of all bytes, checked at its end.
fn whole(answer: Answer, descriptor: Descriptor, subject: String) -> BlobStream {
    let algorithm = descriptor.digest.algorithm();
    let url = answer.url.clone();
    let pieces = Pieces::of(answer, &descriptor, &subject);
    let asked = Arc::new((descriptor, subject, url));
    let state = (pieces, Arc::clone(&asked), 0);
    let pieces = stream::try_unfold(state, async |(mut body, asked, mut size)| {
        let Some(piece) = body.next().await? else { return Ok(None) };
        size += piece.len() as u64;
        // Past its size the content is another already, and may never end.
        let (descriptor, subject, url) = &*asked;
        if size > descriptor.size {
            return Err(Received { subject, url, size }.of_another_size(descriptor));
        }
        Ok(Some((piece, (body, asked, size))))
    });
    BlobStream::whole(pieces.boxed(), algorithm, move |found, size| {
        let (descriptor, subject, url) = &*asked;
        Received { subject, url, size }.check(descriptor, found)
    })
}

/// A stream of `length` bytes after the first `skip`.
fn part(pieces: Pieces, skip: u64, length: u64, subject: String) -> BlobStream {
    let state = (pieces, skip, length, subject);
    let pieces = stream::try_unfold(state, async |(mut body, mut skip, left, subject)| {
        if left == 0 {
            return Ok(None);
        }
        loop {
            let Some(mut piece) = body.next().await? else {
                let detail = format!("the answer ended {left} bytes before the end of the range");
                return Err(Failure::new(Class::Malformed, subject, detail));
            };
            let over = usize::try_from(skip).unwrap_or(usize::MAX).min(piece.len());
            skip -= over as u64;
            let _ = piece.split_to(over);
            piece.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            if !piece.is_empty() {
                let left = left - piece.len() as u64;
                return Ok(Some((piece, (body, skip, left, subject))));
            }
        }
    });
    BlobStream::part(pieces.boxed())
}

/// How many bytes of a 206 come before the range: none, if the registry kept to it.
fn check_start(answer: &Answer, range: &Range<u64>, subject: &str) -> Result<u64, Failure> {
    let text = answer.headers.get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
    let start = text
        .and_then(|text| text.trim().strip_prefix("bytes "))
        .and_then(|text| text.split_once('-'))
        .and_then(|(start, _)| start.parse::<u64>().ok());
    match start {
        Some(start) if start <= range.start => Ok(range.start - start),
        _ => {
            let detail = format!("asked for the bytes from {}, it sent others", range.start);
            Err(Failure::new(Class::Malformed, subject, detail).with_status(206))
        }
    }
}
