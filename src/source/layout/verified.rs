//! Content that must be what its descriptor says.

use bytes::Bytes;

use super::Piece;
use crate::oci::{Class, Descriptor, Digest, Failure};

/// All bytes of a piece, of the descriptor's size and digest, and at most `cap`.
pub(crate) fn read_verified(
    piece: &Piece,
    descriptor: &Descriptor,
    cap: u64,
) -> Result<Bytes, Failure> {
    if descriptor.size > cap {
        return Err(Failure::new(
            Class::TooLarge,
            piece.subject(),
            format!(
                "its descriptor says {} bytes; at most {cap} are read of such content",
                descriptor.size
            ),
        )
        .with_next("check the descriptor that names it"));
    }
    check_size(piece, descriptor)?;
    let bytes = piece.read_all(cap)?;
    let found = Digest::of(descriptor.digest.algorithm(), &bytes);
    check_digest(piece, &descriptor.digest, &found)?;
    Ok(bytes)
}

/// That the piece is as long as the descriptor says.
pub(super) fn check_size(piece: &Piece, descriptor: &Descriptor) -> Result<(), Failure> {
    if piece.len() == descriptor.size {
        return Ok(());
    }
    let failure = Failure::new(
        Class::DigestMismatch,
        piece.subject(),
        format!(
            "it has {} bytes where the descriptor of {} says {}",
            piece.len(),
            descriptor.digest,
            descriptor.size
        ),
    )
    .with_found(&descriptor.digest, piece.len());
    Err(failure.with_next("the file or the descriptor was altered or cut off; get the image anew"))
}

/// That what was found is what was asked.
pub(super) fn check_digest(piece: &Piece, asked: &Digest, found: &Digest) -> Result<(), Failure> {
    if asked == found {
        return Ok(());
    }
    Err(Failure::new(
        Class::DigestMismatch,
        piece.subject(),
        format!("its {} bytes hash to {found} instead of {asked}", piece.len()),
    )
    .with_found(found, piece.len())
    .with_next("the file was altered; get the image anew"))
}
