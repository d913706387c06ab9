//! The content of one file as it streams by, its holes filled.

use bytes::Bytes;

use super::unpack::{CHUNK, Unpacked};
use crate::oci::tarball::{Run, Trouble, Walk};

static ZEROS: [u8; CHUNK] = [0; CHUNK];

/// The content of the entry at which a walk is.
pub(super) struct Content<'w, 'u> {
    walk: &'w mut Walk<Unpacked<'u>>,
    /// Of a sparse file, what of it is stored and was not read yet.
    runs: Option<std::vec::IntoIter<Run>>,
    /// The run that is being read, or comes after the hole.
    run: Run,
    /// How much was read.
    at: u64,
}

impl<'w, 'u> Content<'w, 'u> {
    /// Of a file that is stored as it is.
    pub(super) fn whole(walk: &'w mut Walk<Unpacked<'u>>) -> Self {
        Self { walk, runs: None, run: Run { at: 0, length: 0 }, at: 0 }
    }

    /// Of a sparse file of this size, of which these runs are stored.
    pub(super) fn sparse(walk: &'w mut Walk<Unpacked<'u>>, runs: Vec<Run>, size: u64) -> Self {
        let mut runs = runs;
        // An empty one, where the last hole ends.
        runs.push(Run { at: size, length: 0 });
        Self { runs: Some(runs.into_iter()), ..Self::whole(walk) }
    }

    /// The next piece, of at most `most` bytes; empty at the end.
    pub(super) fn piece(&mut self, most: u64) -> Result<Bytes, Trouble> {
        let Some(runs) = &mut self.runs else { return self.walk.piece(most) };
        let end = self.run.at + self.run.length;
        if self.at == end {
            self.run = runs.next().unwrap_or(self.run);
        }
        let piece = if self.at < self.run.at {
            let zeros = (self.run.at - self.at).min(most).min(ZEROS.len() as u64);
            let zeros = usize::try_from(zeros).unwrap_or(ZEROS.len());
            Bytes::from_static(ZEROS.get(..zeros).unwrap_or_default())
        } else {
            let left = (self.run.at + self.run.length).saturating_sub(self.at);
            self.walk.piece(left.min(most))?
        };
        self.at += piece.len() as u64;
        Ok(piece)
    }
}
