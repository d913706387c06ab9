//! The bytes of a blob on their way.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt as _};

use crate::oci::{Algorithm, Digest, Failure, Hasher};

/// The bytes of a blob as they arrive. Not verified until the last piece: the stream of a whole
/// blob ends with a [`Failure`] of class `DigestMismatch` if the whole does not hash to what was
/// asked.
pub struct BlobStream {
    pieces: Pieces,
    /// How many bytes passed.
    size: u64,
    /// `None` once the end was reached, and if there is nothing to compare with.
    verifying: Option<(Hasher, Check)>,
}

/// The pieces of a blob, which nobody has verified.
pub(crate) type Pieces = BoxStream<'static, Result<Bytes, Failure>>;

/// Compares the digest of a whole blob and the number of its bytes with what was asked.
pub(crate) struct Check(Box<Judge>);

type Judge = dyn FnOnce(&Digest, u64) -> Result<(), Failure> + Send;

impl BlobStream {
    /// A whole blob. At its end `judge` compares the digest, by this algorithm, and the number of
    /// bytes with what was asked.
    pub fn whole(
        pieces: BoxStream<'static, Result<Bytes, Failure>>,
        algorithm: Algorithm,
        judge: impl FnOnce(&Digest, u64) -> Result<(), Failure> + Send + 'static,
    ) -> Self {
        let verifying = (Hasher::new(algorithm), Check(Box::new(judge)));
        Self { pieces, size: 0, verifying: Some(verifying) }
    }

    /// Some bytes of a blob, which cannot be verified.
    #[must_use]
    pub fn part(pieces: BoxStream<'static, Result<Bytes, Failure>>) -> Self {
        Self { pieces, size: 0, verifying: None }
    }

    /// The bare pieces, for who computes the digest beside other work, and, unless this is a part,
    /// what computes it and what to do with it at the end. Only of a stream that has not begun.
    pub(crate) fn split(self) -> (Pieces, Option<(Hasher, Check)>) {
        (self.pieces, self.verifying)
    }
}

impl Check {
    /// What all pieces hash to, and how many bytes they are.
    ///
    /// # Errors
    /// `DigestMismatch` if the blob is another.
    pub(crate) fn judge(self, found: &Digest, size: u64) -> Result<(), Failure> {
        (self.0)(found, size)
    }
}

impl Stream for BlobStream {
    type Item = Result<Bytes, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(self.pieces.poll_next_unpin(context));
        Poll::Ready(match item {
            Some(Ok(piece)) => {
                self.size += piece.len() as u64;
                if let Some((hasher, _)) = &mut self.verifying {
                    hasher.update(&piece);
                }
                Some(Ok(piece))
            }
            Some(Err(failure)) => {
                self.verifying = None;
                Some(Err(failure))
            }
            None => self.verifying.take().and_then(|(hasher, check)| {
                check.judge(&hasher.finish(), self.size).err().map(Err)
            }),
        })
    }
}

impl std::fmt::Debug for BlobStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobStream")
            .field("whole", &self.verifying.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{TryStreamExt as _, stream};

    use super::*;
    use crate::oci::Class;

    fn pieces(texts: &'static [&'static str]) -> Pieces {
        stream::iter(texts.iter().map(|text| Ok(Bytes::from_static(text.as_bytes())))).boxed()
    }

    fn whole(texts: &'static [&'static str], asked: &'static str) -> BlobStream {
        BlobStream::whole(pieces(texts), Algorithm::Sha512, move |found, size| {
            let right = *found == Digest::of(Algorithm::Sha512, asked.as_bytes());
            match right && size == asked.len() as u64 {
                true => Ok(()),
                false => Err(Failure::new(Class::DigestMismatch, "blob", size.to_string())),
            }
        })
    }

    #[tokio::test]
    async fn a_whole_blob_is_judged_once_at_its_end() {
        let right: Vec<Bytes> = whole(&["ab", "", "c"], "abc").try_collect().await.unwrap();
        assert_eq!(right.concat(), b"abc");
        let mut wrong = whole(&["ab", "d"], "abc");
        assert_eq!(wrong.next().await.unwrap().unwrap(), "ab");
        assert_eq!(wrong.next().await.unwrap().unwrap(), "d");
        assert_eq!(wrong.next().await.unwrap().unwrap_err().class, Class::DigestMismatch);
        assert!(wrong.next().await.is_none());
    }

    #[tokio::test]
    async fn what_broke_off_is_not_judged() {
        let broken = || Err(Failure::new(Class::Unreachable, "blob", "gone"));
        let pieces = stream::iter([Ok(Bytes::from_static(b"ab")), broken()]).boxed();
        let mut broken = BlobStream::whole(pieces, Algorithm::Sha256, |_, _| panic!("judged"));
        assert!(broken.next().await.unwrap().is_ok());
        assert_eq!(broken.next().await.unwrap().unwrap_err().class, Class::Unreachable);
        assert!(broken.next().await.is_none());
    }

    #[tokio::test]
    async fn a_part_is_not_judged() {
        let part: Vec<Bytes> = BlobStream::part(pieces(&["b"])).try_collect().await.unwrap();
        assert_eq!(part.concat(), b"b");
    }
}
