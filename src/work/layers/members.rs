//! The bytes of a gzip layer, and whether only zeros follow its last member.

use std::io::{self, BufRead, Read};

use super::arriving::Arriving;

/// How long the header of a member is at least.
const HEADER: usize = 10;

/// Hands bytes on and remembers the last of them: what the decoder took for a header.
pub(super) struct Members<'a> {
    packed: &'a mut Arriving,
    last: Vec<u8>,
}

impl<'a> Members<'a> {
    pub(super) fn new(packed: &'a mut Arriving) -> Self {
        Self { packed, last: Vec::with_capacity(HEADER) }
    }

    /// How many bytes were taken so far.
    pub(super) fn taken(&self) -> u64 {
        self.packed.taken()
    }

    /// After the decoder took the header of a member for damaged: whether that and everything
    /// behind it is zeros. Takes what comes.
    pub(super) fn ends_in_zeros(&mut self) -> io::Result<bool> {
        if self.last.len() < HEADER || self.last.iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        loop {
            let piece = self.packed.fill_buf()?;
            if piece.is_empty() || piece.iter().any(|byte| *byte != 0) {
                return Ok(piece.is_empty());
            }
            let length = piece.len();
            self.packed.consume(length);
        }
    }
}

impl BufRead for Members<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.packed.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        if let Ok(piece) = self.packed.fill_buf()
            && let Some(taken) = piece.get(..count)
        {
            self.last.extend_from_slice(taken.get(count.saturating_sub(HEADER)..).unwrap_or(taken));
            let old = self.last.len().saturating_sub(HEADER);
            self.last.drain(..old);
        }
        self.packed.consume(count);
    }
}

impl Read for Members<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
