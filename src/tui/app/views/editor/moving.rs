//! Moving an entry past its neighbour.

use super::Editor;
use crate::model::draft::{Edit, Entry};
use crate::tui::app::view::Reason;

impl Editor {
    /// The edit that moves the entry under the cursor past its neighbour. The attestations that
    /// follow an image directly move with it, and are moved past with it.
    ///
    /// # Errors
    /// In words: it cannot go further.
    pub(super) fn moved(&self, down: bool) -> Result<Edit, Reason> {
        let entry = self.present()?;
        let present: Vec<&Entry> =
            self.entries.iter().filter(|entry| entry.position.is_some()).collect();
        let blocks = blocks(&present, entry);
        let at = blocks
            .iter()
            .position(|block| block.iter().any(|it| it.id == entry.id))
            .ok_or_else(|| Reason::new("the entry is not in the list"))?;
        let other = if down { Some(at + 1) } else { at.checked_sub(1) };
        let other = other.and_then(|other| blocks.get(other));
        let end = if down { "this is the last one" } else { "this is the first one" };
        let (block, other) = blocks.get(at).zip(other).ok_or_else(|| Reason::new(end))?;
        let edge = if down { other.last() } else { other.first() };
        let to = edge.and_then(|entry| entry.position).unwrap_or(0);
        let step = |entry: &&Entry| Edit::Move { entry: entry.id, to };
        // Each goes to the same place in turn, so that they keep their order.
        let steps: Vec<Edit> = if down {
            block.iter().map(step).collect()
        } else {
            block.iter().rev().map(step).collect()
        };
        Ok(Edit::All(steps))
    }
}

/// The entries in order: each image with the attestations of it right behind it. An attestation
/// that is moved itself goes alone.
fn blocks<'e>(entries: &[&'e Entry], moved: &Entry) -> Vec<Vec<&'e Entry>> {
    let mut blocks: Vec<Vec<&Entry>> = Vec::new();
    for entry in entries {
        match blocks.last_mut() {
            Some(block)
                if !moved.is_attestation()
                    && entry.attests.is_some()
                    && block.first().map(|image| image.id) == entry.attests =>
            {
                block.push(entry);
            }
            _ => blocks.push(vec![entry]),
        }
    }
    blocks
}
