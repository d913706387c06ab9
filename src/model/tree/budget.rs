//! How much of what is behind a reference is looked at: lists can name each other many times over,
//! and what they name can be large.

use std::collections::HashSet;

use super::Tree;
use super::wants::Need;
use crate::oci::{Class, Digest, Document, Failure, Manifest};
use crate::text;

/// How many rows a tree has room for.
const MOST_ROWS: usize = 110_000;
/// The room that an entry of an index takes. A list of 8 MiB has fewer than 55,000.
const ENTRY: usize = 2;
/// The room that it takes if something is concluded from each entry: that is beside it.
const CONCLUDED: usize = 6;
/// From how many nodes on an index that is in the tree already is not followed again. No list that
/// somebody made for use names one twice.
const SPARING_FROM: usize = 5_000;
/// The most bytes of all documents of a tree together (32 MiB).
const MOST_BYTES: u64 = 32 << 20;
/// What is larger (64 KiB) counts [`HEAVY`] times: most of it may be labels, which take more room
/// than their text.
const LARGE: u64 = 64 << 10;
const HEAVY: u64 = 6;

/// What a tree has taken of its share.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    /// How many trees share what there is.
    among: usize,
    /// The room that an entry of an index takes.
    entry: usize,
    /// The room that entries of indexes take beside the one row of each.
    entries: usize,
    bytes: u64,
    followed: HashSet<Digest>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { among: 1, entry: ENTRY, entries: 0, bytes: 0, followed: HashSet::new() }
    }
}

impl Budget {
    fn most_bytes(&self) -> u64 {
        MOST_BYTES / self.among.max(1) as u64
    }

    fn most_rows(&self) -> usize {
        MOST_ROWS / self.among.max(1)
    }

    /// Takes what a document needs, before it is asked for.
    ///
    /// # Errors
    /// That it is too much with what was asked for before.
    pub(super) fn ask(&mut self, need: &Need) -> Result<(), Failure> {
        let Some((digest, size)) = self.weight(need) else { return Ok(()) };
        let bytes = self.bytes.saturating_add(size);
        let most = self.most_bytes();
        if bytes > most {
            let most = text::bytes(most);
            let detail = format!("with it, the documents of this list have more than {most}");
            return Err(too_large(digest, detail));
        }
        self.bytes = bytes;
        Ok(())
    }

    /// Gives back what was taken for a document that did not come.
    pub(super) fn give_back(&mut self, need: &Need) {
        let (_, size) = self.weight(need).unzip();
        self.bytes = self.bytes.saturating_sub(size.unwrap_or_default());
    }

    fn weight<'n>(&self, need: &'n Need) -> Option<(&'n Digest, u64)> {
        match need {
            Need::Manifest(descriptor) | Need::Config(descriptor) => {
                let size = descriptor.size;
                // One of the largest that are read at all has room.
                let one = self.most_bytes() / 4 * 3;
                let weight = if size > LARGE { size.saturating_mul(HEAVY).min(one) } else { size };
                Some((&descriptor.digest, weight))
            }
            Need::Root | Need::Referrers(_) => None,
        }
    }
}

fn too_large(digest: &Digest, detail: String) -> Failure {
    Failure::new(Class::TooLarge, digest.to_string(), detail)
        .with_next("look at it by itself, by its digest")
}

impl Tree {
    /// The same tree, where so many trees share the room that there is for one.
    #[must_use]
    pub fn among(mut self, trees: usize) -> Self {
        self.budget.among = trees;
        self
    }

    /// The same tree, where something is concluded from each entry of an index.
    #[must_use]
    pub fn concluding(mut self) -> Self {
        self.budget.entry = CONCLUDED;
        self
    }

    /// Whether there is room for so many rows below what has this digest.
    ///
    /// # Errors
    /// Why it is not followed.
    pub(super) fn room_for_more(&self, digest: &Digest, rows: usize) -> Result<(), Failure> {
        let taken = self.len().saturating_add(self.budget.entries);
        let most = self.budget.most_rows();
        if taken.saturating_add(rows) <= most {
            return Ok(());
        }
        let most = text::count(most as u64);
        let detail = format!("with it, this list has more than {most} rows; it is not followed");
        Err(too_large(digest, detail))
    }

    /// Whether there is room for what a document tells of.
    ///
    /// # Errors
    /// Why it is not followed.
    pub(super) fn room_for(&mut self, document: &Document) -> Result<(), Failure> {
        let is_index = matches!(document.manifest, Manifest::Index(_));
        let rows = document.manifest.len();
        let room = if is_index { rows.saturating_mul(self.budget.entry) } else { rows };
        self.room_for_more(&document.digest, room)?;
        let is_new = !is_index || self.budget.followed.insert(document.digest.clone());
        if !is_new && self.len() >= SPARING_FROM {
            let detail = "this index is in the list many times; it is not followed again";
            return Err(too_large(&document.digest, detail.to_owned()));
        }
        self.budget.entries = self.budget.entries.saturating_add(room - rows);
        Ok(())
    }
}
