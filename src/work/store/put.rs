//! Bytes on their way into a file.

use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use super::fresh::Fresh;
use crate::oci::{Class, Descriptor, Failure, Location};
use crate::source::{Meter, Sources};

/// Writes a blob to the end of a file, checked against its digest and size.
pub(super) async fn blob(
    blob: &Descriptor,
    from: &Location,
    fresh: &mut Fresh,
    sources: &Sources,
    meter: &Meter,
) -> Result<(), Failure> {
    let source = sources.open(from)?;
    let mut stream = source.stream(blob, None).await?;
    let mut size = 0;
    while let Some(piece) = stream.next().await {
        let piece = piece?;
        size += piece.len() as u64;
        if size > blob.size {
            break;
        }
        let written = fresh.writer().write_all(&piece).await;
        written.map_err(|error| fresh.failed(&error))?;
        meter.add(piece.len() as u64);
    }
    if size == blob.size {
        return Ok(());
    }
    let detail = format!("it has other bytes than the {} that its descriptor says", blob.size);
    Err(Failure::new(Class::DigestMismatch, format!("{from}@{}", blob.digest), detail)
        .with_next("the source was altered or cut off; get the image anew"))
}

/// Writes bytes that are at hand to the end of a file.
pub(super) async fn bytes(bytes: &[u8], fresh: &mut Fresh) -> Result<(), Failure> {
    let written = fresh.writer().write_all(bytes).await;
    written.map_err(|error| fresh.failed(&error))
}
