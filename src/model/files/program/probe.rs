//! A file that streams by, read as far as its header needs.

use std::ops::Range;

use super::Pieces;
use super::contents::{Contents, HEAD};
use super::reading::{Reading, read};

/// Takes the bytes of one file in their order, keeps what its header needs, and knows what the
/// file is as soon as that can be known.
#[derive(Debug)]
pub struct Probe {
    pieces: Pieces,
    /// How many bytes went by.
    position: u64,
    /// What is read next.
    wanted: Range<u64>,
    known: Option<Contents>,
}

impl Probe {
    /// A file of this size, of which nothing came yet.
    #[must_use]
    pub fn new(size: u64) -> Self {
        let mut probe =
            Self { pieces: Pieces::new(size), position: 0, wanted: 0..HEAD.min(size), known: None };
        if size == 0 {
            probe.known = Some(Contents::Data);
        }
        probe
    }

    /// What the file is, once that is known.
    #[must_use]
    pub fn known(&self) -> Option<&Contents> {
        self.known.as_ref()
    }

    /// Takes the next bytes; says whether more are needed.
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        while self.known.is_none() {
            self.pass(&mut rest, self.wanted.start);
            let kept = self.pass(&mut rest, self.wanted.end);
            let at = self.position.saturating_sub(kept.len() as u64);
            self.pieces.add(at, kept);
            if self.position < self.wanted.end {
                break;
            }
            self.look();
        }
        self.known.is_none()
    }

    /// No more bytes will come: what is known now is all.
    #[must_use]
    pub fn end(mut self) -> Contents {
        while self.known.is_none() {
            self.pieces.refuse(self.wanted.clone());
            self.look();
        }
        self.known.unwrap_or(Contents::Data)
    }

    /// Goes ahead to this position of the file, or as far as the bytes go; gives what it passed.
    fn pass<'a>(&mut self, rest: &mut &'a [u8], to: u64) -> &'a [u8] {
        let ahead = usize::try_from(to.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let (passed, left) = rest.split_at(ahead.min(rest.len()));
        *rest = left;
        self.position = self.position.saturating_add(passed.len() as u64);
        passed
    }

    /// Asks what is still needed. Everything up to the position was passed; what was not kept of
    /// it cannot be had any more.
    fn look(&mut self) {
        loop {
            match read(&self.pieces) {
                Reading::Known(contents) => self.known = Some(contents),
                Reading::Need(range) if range.start >= self.position => self.wanted = range,
                Reading::Need(range)
                    if range.end > self.position && self.pieces.last_start() <= range.start =>
                {
                    self.wanted = self.position..range.end;
                }
                Reading::Need(range) => {
                    self.pieces.refuse(range);
                    continue;
                }
            }
            return;
        }
    }
}
