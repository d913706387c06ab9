//! A piece as a stream of bytes.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use tokio::sync::mpsc;

use super::source::broken_off;
use super::verified::check_digest;
use super::{Piece, Unpacked};
use crate::oci::{Class, Descriptor, Failure};
use crate::source::workers::Workers;
use crate::source::{BlobStream, Recycled};

/// How much is read at once, in bytes. Each piece is handed from thread to thread, which costs as
/// much as reading some hundred KiB does.
const CHUNK: u64 = 512 << 10;

struct Reader {
    piece: Arc<Piece>,
    left: Range<u64>,
    workers: Workers,
    buffers: Recycled,
}

/// The piece from start to end, verified when the end is reached, or the bytes of `range` that
/// there are.
pub(super) fn stream(
    piece: Piece,
    descriptor: &Descriptor,
    range: Option<Range<u64>>,
    workers: Workers,
) -> BlobStream {
    let whole = range.is_none();
    let left = range.unwrap_or(0..u64::MAX);
    let end = left.end.min(piece.len());
    let piece = Arc::new(piece);
    let reader = Reader {
        left: left.start.min(end)..end,
        piece: Arc::clone(&piece),
        workers,
        buffers: Recycled::default(),
    };
    let pieces = stream::try_unfold(reader, next).boxed();
    match whole {
        true => {
            let asked = descriptor.digest.clone();
            BlobStream::whole(pieces, asked.algorithm(), move |found, _| {
                check_digest(&piece, &asked, found)
            })
        }
        false => BlobStream::part(pieces),
    }
}

/// How many pieces of a tar may wait to be taken.
const DEPTH: usize = 4;

/// The tar of a layer that was unpacked, verified when the end is reached.
pub(super) fn put_together(unpacked: Unpacked) -> BlobStream {
    let Unpacked { tar, read } = unpacked;
    let (sender, pieces) = mpsc::channel(DEPTH);
    tokio::task::spawn_blocking(move || {
        let mut take = |piece| sender.blocking_send(Ok(piece)).is_ok();
        if let Err(failure) = read(&mut take) {
            // Nobody waits for it if it is not taken.
            let _ = sender.blocking_send(Err(failure));
        }
    });
    let pieces = stream::unfold(pieces, |mut pieces| async {
        let piece = pieces.recv().await?;
        Some((piece, pieces))
    });
    BlobStream::whole(pieces.boxed(), tar.digest.algorithm(), move |found, size| {
        if *found == tar.digest && size == tar.size {
            return Ok(());
        }
        let detail = format!("what the store unpacked hashes to {found} instead of {}", tar.digest);
        Err(Failure::new(Class::DigestMismatch, tar.digest.to_string(), detail)
            .with_found(found, size)
            .with_next("the store may be damaged: `podman system check`"))
    })
}

async fn next(mut reader: Reader) -> Result<Option<(Bytes, Reader)>, Failure> {
    if reader.left.is_empty() {
        return Ok(None);
    }
    let chunk = reader.left.start..reader.left.end.min(reader.left.start.saturating_add(CHUNK));
    reader.left.start = chunk.end;
    let piece = Arc::clone(&reader.piece);
    let mut buffers = std::mem::take(&mut reader.buffers);
    let read = reader.workers.run(move |_| {
        let bytes = piece.read_with(chunk, &mut buffers)?;
        Ok((bytes, buffers))
    });
    let read = read.await.unwrap_or_else(|| Err(broken_off(reader.piece.subject())));
    let (bytes, buffers) = read?;
    reader.buffers = buffers;
    Ok(Some((bytes, reader)))
}
