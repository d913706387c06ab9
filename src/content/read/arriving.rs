//! The pieces of a blob where they are worked on.

use std::io::{self, BufRead, Read};

use bytes::{Buf, Bytes, BytesMut};
use tokio::sync::mpsc;

/// Reads what arrives, waiting for it; ends where the sender goes away. Only for threads that may
/// block.
#[derive(Debug)]
pub(super) struct Arriving {
    pieces: mpsc::Receiver<Bytes>,
    piece: Bytes,
    /// How many bytes were taken so far.
    taken: u64,
}

impl Arriving {
    pub(super) fn new(pieces: mpsc::Receiver<Bytes>) -> Self {
        Self { pieces, piece: Bytes::new(), taken: 0 }
    }

    /// The next bytes without taking them: `count`, or all that come.
    pub(super) fn peek(&mut self, count: usize) -> &[u8] {
        if self.piece.len() < count {
            let mut joined = BytesMut::from(&self.piece[..]);
            while joined.len() < count {
                let Some(piece) = self.pieces.blocking_recv() else { break };
                joined.extend_from_slice(&piece);
            }
            self.piece = joined.freeze();
        }
        self.piece.get(..count).unwrap_or(&self.piece)
    }

    /// How many bytes were taken so far.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }
}

impl BufRead for Arriving {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.piece.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.piece = piece,
                None => break,
            }
        }
        Ok(&self.piece)
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.piece.len());
        self.piece.advance(count);
        self.taken += count as u64;
    }
}

impl Read for Arriving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
