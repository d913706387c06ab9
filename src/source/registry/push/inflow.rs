//! The bytes of a blob on their way from a source into requests.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use tokio::sync::Mutex;

use crate::oci::{Class, Descriptor, Failure};
use crate::source::http::lock;
use crate::source::{Activity, BlobStream, Meter, Source};

/// A blob that is read from some offset on, in pieces that follow the requests they go into.
///
/// The last piece is held back until the source has said that the whole is right: a registry
/// never gets all of a blob whose content is another.
pub(super) struct Inflow {
    stream: BlobStream,
    /// What was read and not handed on: the piece that comes next, and the one behind it.
    pieces: VecDeque<Bytes>,
    ended: bool,
    /// How many bytes of the blob came before what is handed on next.
    at: u64,
    subject: String,
    /// What went wrong here, for whoever sees only that a request broke off.
    trouble: Arc<std::sync::Mutex<Option<Failure>>>,
}

impl Inflow {
    /// Begins to read a blob at `at`. A blob that is read from its beginning is verified by the
    /// source; of the rest of one, the registry compares the digest.
    pub(super) async fn open(
        source: &dyn Source,
        descriptor: &Descriptor,
        at: u64,
    ) -> Result<Self, Failure> {
        let range = (at > 0).then_some(at..descriptor.size);
        let stream = source.stream(descriptor, range).await?;
        Ok(Self {
            stream,
            pieces: VecDeque::new(),
            ended: false,
            at,
            subject: format!("{}@{}", source.location(), descriptor.digest),
            trouble: Arc::default(),
        })
    }

    /// What went wrong while it was read.
    pub(super) fn trouble(&self) -> Arc<std::sync::Mutex<Option<Failure>>> {
        Arc::clone(&self.trouble)
    }

    /// At most `most` of the next bytes.
    async fn next(&mut self, most: u64) -> Result<Bytes, Failure> {
        while !self.ended && self.pieces.len() < 2 {
            match self.stream.next().await {
                Some(piece) => self.pieces.extend(Some(piece?).filter(|piece| !piece.is_empty())),
                None => self.ended = true,
            }
        }
        let Some(piece) = self.pieces.front_mut() else {
            let detail = format!("it ended after {} bytes", self.at);
            return Err(Failure::new(Class::DigestMismatch, &self.subject, detail));
        };
        let taken = piece.split_to(piece.len().min(usize::try_from(most).unwrap_or(usize::MAX)));
        if piece.is_empty() {
            self.pieces.pop_front();
        }
        self.at += taken.len() as u64;
        Ok(taken)
    }
}

/// The next `length` bytes as the body of one request.
pub(super) fn body(
    inflow: &Arc<Mutex<Inflow>>,
    length: u64,
    meter: &Meter,
    activity: &Activity,
) -> BoxStream<'static, io::Result<Bytes>> {
    let state = (Arc::clone(inflow), length, meter.clone(), activity.clone());
    stream::try_unfold(state, async |(inflow, left, meter, activity)| {
        if left == 0 {
            return Ok(None);
        }
        let piece = {
            let mut inflow = inflow.lock().await;
            match inflow.next(left).await {
                Ok(piece) => {
                    meter.set(inflow.at);
                    piece
                }
                Err(failure) => {
                    *lock(&inflow.trouble) = Some(failure);
                    return Err(io::Error::other("the blob's source failed"));
                }
            }
        };
        activity.bytes_sent(piece.len() as u64);
        let left = left - piece.len() as u64;
        Ok(Some((piece, (inflow, left, meter, activity))))
    })
    .boxed()
}
