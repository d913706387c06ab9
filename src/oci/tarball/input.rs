//! Where a tar comes from.

use bytes::Bytes;

use crate::oci::Failure;

/// The bytes of a tar, forward only.
pub(crate) trait Input {
    /// Fills the buffer as far as there are bytes, and says how far.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Failure>;

    /// Passes over so many bytes, and says how many there were.
    fn skip(&mut self, count: u64) -> Result<u64, Failure>;
}

/// An input whose bytes can be had without a copy.
pub(crate) trait Pieces: Input {
    /// The next bytes, at least one of them and at most `most`; none at the end.
    fn piece(&mut self, most: u64) -> Result<Bytes, Failure>;
}

/// Bytes in memory.
impl Input for &[u8] {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        let (head, rest) = self.split_at(buffer.len().min(self.len()));
        if let Some(part) = buffer.get_mut(..head.len()) {
            part.copy_from_slice(head);
        }
        *self = rest;
        Ok(head.len())
    }

    fn skip(&mut self, count: u64) -> Result<u64, Failure> {
        let skipped = usize::try_from(count).unwrap_or(usize::MAX).min(self.len());
        *self = self.get(skipped..).unwrap_or_default();
        Ok(skipped as u64)
    }
}
