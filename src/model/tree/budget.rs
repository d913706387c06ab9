//! How much of what is behind a reference is looked at: lists can name each other many times over,
//! and what they name can be large.

use std::collections::HashSet;

use super::Tree;
use super::wants::Need;
use crate::oci::{Class, Digest, Document, Failure, Manifest};
use crate::text;

/// The most nodes of a tree. A list of 8 MiB has fewer entries.
const MOST_NODES: usize = 110_000;
/// From how many nodes on an index that is in the tree already is not followed again. No list that
/// somebody made for use names one twice.
const SPARING_FROM: usize = 5_000;
/// The most bytes of all documents of a tree together (32 MiB).
const MOST_BYTES: u64 = 32 << 20;
/// What is larger counts threefold (1 MiB): most of it may be labels, which take more room than
/// their text.
const LARGE: u64 = 1 << 20;

/// What a tree has taken of its share.
#[derive(Debug, Clone, Default)]
pub(super) struct Budget {
    bytes: u64,
    followed: HashSet<Digest>,
}

impl Budget {
    /// Takes what a document needs, before it is asked for.
    ///
    /// # Errors
    /// That it is too much with what was asked for before.
    pub(super) fn ask(&mut self, need: &Need) -> Result<(), Failure> {
        let Some((digest, size)) = weight(need) else { return Ok(()) };
        let bytes = self.bytes.saturating_add(size);
        if bytes > MOST_BYTES {
            let most = text::bytes(MOST_BYTES);
            let detail = format!("with it, the documents of this list have more than {most}");
            return Err(too_large(digest, detail));
        }
        self.bytes = bytes;
        Ok(())
    }

    /// Gives back what was taken for a document that did not come.
    pub(super) fn give_back(&mut self, need: &Need) {
        let (_, size) = weight(need).unzip();
        self.bytes = self.bytes.saturating_sub(size.unwrap_or_default());
    }
}

fn weight(need: &Need) -> Option<(&Digest, u64)> {
    match need {
        Need::Manifest(descriptor) | Need::Config(descriptor) => {
            let size = descriptor.size;
            let weight = if size > LARGE { size.saturating_mul(3) } else { size };
            Some((&descriptor.digest, weight))
        }
        Need::Root | Need::Referrers(_) => None,
    }
}

fn too_large(digest: &Digest, detail: String) -> Failure {
    Failure::new(Class::TooLarge, digest.to_string(), detail)
        .with_next("look at it by itself, by its digest")
}

impl Tree {
    /// Whether there is room for so many nodes below what has this digest.
    ///
    /// # Errors
    /// Why it is not followed.
    pub(super) fn room_for_more(&self, digest: &Digest, nodes: usize) -> Result<(), Failure> {
        if self.len().saturating_add(nodes) <= MOST_NODES {
            return Ok(());
        }
        let detail = format!("this list has more than {MOST_NODES} rows; it is not followed");
        Err(too_large(digest, detail))
    }

    /// Whether there is room for what a document tells of.
    ///
    /// # Errors
    /// Why it is not followed.
    pub(super) fn room_for(&mut self, document: &Document) -> Result<(), Failure> {
        self.room_for_more(&document.digest, document.manifest.len())?;
        let is_index = matches!(document.manifest, Manifest::Index(_));
        let is_new = !is_index || self.budget.followed.insert(document.digest.clone());
        if !is_new && self.len() >= SPARING_FROM {
            let detail = "this index is in the list many times; it is not followed again";
            return Err(too_large(&document.digest, detail.to_owned()));
        }
        Ok(())
    }
}
