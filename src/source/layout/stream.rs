//! A piece as a stream of bytes.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use super::Piece;
use super::source::broken_off;
use super::verified::check_digest;
use crate::oci::{Descriptor, Failure, Hasher};
use crate::source::BlobStream;
use crate::source::workers::Workers;

/// How much is read at once, in bytes.
const CHUNK: u64 = 128 << 10;

struct Reader {
    piece: Arc<Piece>,
    descriptor: Descriptor,
    left: Range<u64>,
    /// Of a whole stream only: a range cannot be verified.
    hasher: Option<Hasher>,
    workers: Workers,
}

/// The piece from start to end, verified when the end is reached, or the bytes of `range` that
/// there are.
pub(super) fn stream(
    piece: Piece,
    descriptor: &Descriptor,
    range: Option<Range<u64>>,
    workers: Workers,
) -> BlobStream {
    let hasher = range.is_none().then(|| Hasher::new(descriptor.digest.algorithm()));
    let left = range.unwrap_or(0..u64::MAX);
    let end = left.end.min(piece.len());
    let reader = Reader {
        left: left.start.min(end)..end,
        piece: Arc::new(piece),
        descriptor: descriptor.clone(),
        hasher,
        workers,
    };
    stream::try_unfold(reader, next).boxed()
}

async fn next(mut reader: Reader) -> Result<Option<(Bytes, Reader)>, Failure> {
    if reader.left.is_empty() {
        return match reader.hasher {
            None => Ok(None),
            Some(hasher) => {
                check_digest(&reader.piece, &reader.descriptor.digest, &hasher.finish())?;
                Ok(None)
            }
        };
    }
    let chunk = reader.left.start..reader.left.end.min(reader.left.start.saturating_add(CHUNK));
    reader.left.start = chunk.end;
    let piece = Arc::clone(&reader.piece);
    let mut hasher = reader.hasher.take();
    let read = reader.workers.run(move |_| {
        let bytes = piece.read(chunk)?;
        if let Some(hasher) = &mut hasher {
            hasher.update(&bytes);
        }
        Ok((bytes, hasher))
    });
    let (bytes, hasher) = read.await.unwrap_or_else(|| Err(broken_off(reader.piece.subject())))?;
    reader.hasher = hasher;
    Ok(Some((bytes, reader)))
}
