//! The pieces of a blob where they are worked on.

use std::io::{self, BufRead, Read};

use bytes::{Buf, Bytes, BytesMut};
use tokio::sync::mpsc;

use super::sums::Digesting;
use crate::oci::{Algorithm, Digest};

/// Reads what arrives, waiting for it; ends where the sender goes away. Only for threads that may
/// block.
pub(super) struct Arriving {
    pieces: mpsc::Receiver<Bytes>,
    piece: Bytes,
    /// How many bytes were taken so far.
    taken: u64,
    /// The digest of what arrives, if it is wanted.
    digesting: Option<Digesting>,
    digest: Option<Digest>,
    ended: bool,
}

impl Arriving {
    pub(super) fn new(pieces: mpsc::Receiver<Bytes>, digesting: Option<Digesting>) -> Self {
        Self { pieces, piece: Bytes::new(), taken: 0, digesting, digest: None, ended: false }
    }

    /// The next piece; `None` at the end.
    fn next(&mut self) -> Option<Bytes> {
        let piece = self.pieces.blocking_recv();
        match (&piece, &self.digesting) {
            (Some(piece), Some(digesting)) => digesting.update(piece.clone()),
            (Some(_), None) => {}
            (None, _) => self.ended = true,
        }
        piece
    }

    /// The next bytes without taking them: `count`, or all that come.
    pub(super) fn peek(&mut self, count: usize) -> &[u8] {
        if self.piece.len() < count {
            let mut joined = BytesMut::from(&self.piece[..]);
            while joined.len() < count {
                let Some(piece) = self.next() else { break };
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

    /// Takes all that comes.
    pub(super) fn pass(&mut self) {
        loop {
            self.consume(self.piece.len());
            match self.next() {
                Some(piece) => self.piece = piece,
                None => break,
            }
        }
    }

    /// Of which algorithm the digest of what arrives is, if it is wanted.
    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        self.digesting.as_ref().map(Digesting::algorithm)
    }

    /// What everything hashes to, if that was wanted and the end was reached.
    pub(super) fn digest(&mut self) -> Option<Digest> {
        if let Some(digesting) = self.digesting.take_if(|_| self.ended) {
            self.digest = digesting.finish();
        }
        self.digest.clone()
    }
}

impl BufRead for Arriving {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.piece.is_empty() {
            let Some(piece) = self.next() else { break };
            self.piece = piece;
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
