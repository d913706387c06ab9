//! From the network to the thread that unpacks.

use std::ops::Range;

use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use super::Walked;
use super::arriving::Arriving;
use super::packing::Packing;
use super::reader::Reader;
use super::sums::Sums;
use super::visit::Visitor;
use super::walk::Task;
use crate::oci::{Class, Descriptor, Failure, sort_of};

/// How many pieces may wait for the thread that unpacks. One from a file has up to 512 KiB.
const DEPTH: usize = 4;

/// The most of one layer that waits until it is unpacked, in MiB: the window of a stream of HTTP/2.
const WAITING: u64 = 4;

/// How much of so many bytes may wait until they are unpacked, in MiB. At least one: what a layer
/// has is its descriptor's word.
fn may_wait(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1 << 20).clamp(1, WAITING)).unwrap_or(1)
}

/// How far the reading of a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Compressed bytes so far.
    pub received: u64,
    /// Compressed bytes in all, as the descriptor says.
    pub total: u64,
}

/// That a layer is not a tar archive by its descriptor. What is known of its digest was read under
/// another type then, and says nothing of it.
pub(crate) fn no_archive(layer: &Descriptor) -> Option<Failure> {
    let detail = format!("it is {}, which platy does not read", sort_of(layer)?);
    Some(Failure::new(Class::Unsupported, layer.digest.to_string(), detail))
}

impl Reader {
    /// Streams a layer and shows each entry to the visitor, until it has enough or the layer ends.
    /// Dropping the future ends the download. The checksums of files are not computed, which is a
    /// third of all work.
    ///
    /// # Errors
    /// What the source fails with; `DigestMismatch` if the layer turns out to be another at its
    /// end: then nothing that the visitor saw is true. `Malformed` if it is not a tar, `Unsupported` if by its
    /// type it is not meant to be one,
    /// `TooLarge` if it exceeds a limit, which is named.
    pub async fn walk<V: Visitor>(
        &self,
        layer: &Descriptor,
        visitor: V,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Walked<V>, Failure> {
        self.stream(layer, visitor, false, progress).await
    }

    /// [`Reader::walk`], whose listing holds the checksums of files if they are wanted.
    pub(super) async fn stream<V: Visitor>(
        &self,
        layer: &Descriptor,
        visitor: V,
        checksums: bool,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Walked<V>, Failure> {
        if let Some(failure) = no_archive(layer) {
            return Err(failure);
        }
        let unpacked = self.source.unpacked(layer).await?;
        let layer = unpacked.as_ref().unwrap_or(layer);
        let task = Task {
            subject: layer.digest.to_string(),
            stated: Packing::stated(layer.media_type.compression()),
            is_layer: layer.media_type.is_layer(),
            limits: self.limits,
            room: self.room.clone(),
            checksums,
            visitor,
        };
        // Where they are not a tar, whether the bytes are those that were asked for is worth knowing.
        let wants_rest = |walked: &Result<Walked<V>, Failure>| {
            walked.as_ref().is_err_and(|failure| failure.class == Class::Malformed)
        };
        let work = move |packed: &mut Arriving, sums: &Sums| task.run(packed, sums);
        let mut walked = self.pump(layer, None, progress, work, wants_rest).await?;
        // The digest that was asked for is not that of the tar.
        walked.plain &= unpacked.is_none();
        Ok(walked)
    }

    /// Streams a layer, or some bytes of it, to work on a thread that may block. What the work
    /// leaves is passed over for the sake of the digest where `wants_rest` says so of its result;
    /// else the download ends.
    pub(super) async fn pump<T: Send + 'static>(
        &self,
        layer: &Descriptor,
        range: Option<Range<u64>>,
        progress: &mut (dyn FnMut(Progress) + Send),
        work: impl FnOnce(&mut Arriving, &Sums) -> Result<T, Failure> + Send + 'static,
        wants_rest: impl FnOnce(&Result<T, Failure>) -> bool + Send + 'static,
    ) -> Result<T, Failure> {
        let total = range.as_ref().map_or(layer.size, |range| range.end - range.start);
        let _opened = self.ahead.acquire_many(may_wait(total)).await;
        let (mut stream, verifying) = self.source.stream(layer, range).await?.split();
        let (hasher, check) = verifying.unzip();
        let (sender, pieces) = mpsc::channel(DEPTH);
        let working = self.workers.run(move |_| {
            let sums = Sums::default();
            let mut packed = Arriving::new(pieces, hasher.map(|hasher| sums.digest(hasher)));
            let result = work(&mut packed, &sums);
            if wants_rest(&result) {
                packed.pass();
            }
            (result, packed.digest().map(|digest| (digest, packed.taken())))
        });
        let feeding = async move {
            let mut received = 0;
            while let Some(piece) = stream.next().await {
                let piece = piece?;
                received += piece.len() as u64;
                progress(Progress { received, total });
                // Nobody takes it where enough was read.
                if sender.send(piece).await.is_err() {
                    break;
                }
            }
            Ok(())
        };
        let (fed, worked) = futures_util::join!(feeding, working);
        // A failure of the source cuts the stream short, so it explains the other.
        fed?;
        let (result, found) = worked.ok_or_else(|| {
            let detail = "the reading broke off";
            Failure::new(Class::Cancelled, layer.digest.to_string(), detail)
        })?;
        if let (Some(check), Some((digest, size))) = (check, found) {
            check.judge(&digest, size)?;
        }
        result
    }
}
