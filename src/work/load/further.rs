//! Lists that are longer than a tree reads by itself.

use std::sync::Arc;

use super::further;
use crate::model::tree::{EAGER_MANIFESTS, Tree};
use crate::oci::{Class, Failure, Location};
use crate::source::Source;
use crate::text::count;

/// The most entries that are read beside those that a tree reads by itself.
const FURTHER: usize = 8_000;
/// The most entries of one reference that are read.
pub const MOST_READ: usize = EAGER_MANIFESTS + FURTHER;

/// Reads the entries that a tree left alone, in turns, as far as one reference may go.
///
/// # Errors
/// `TooLarge` with how many are left; the tree has all others.
pub async fn in_turns(
    source: &Arc<dyn Source>,
    tree: &mut Tree,
    permits: usize,
) -> Result<(), Failure> {
    let mut read = 0;
    loop {
        let mut unread = tree.unread();
        let left = unread.len();
        unread.truncate(FURTHER.saturating_sub(read).min(EAGER_MANIFESTS));
        match (left, unread.is_empty()) {
            (0, _) => return Ok(()),
            (left, true) => return Err(too_many(source.location(), left)),
            _ => {}
        }
        read += unread.len();
        *tree = further(source, std::mem::take(tree), &unread, permits).await;
    }
}

fn too_many(location: &Location, left: usize) -> Failure {
    let most = count(MOST_READ as u64);
    let entries =
        if left == 1 { "1 entry was" } else { &format!("{} entries were", count(left as u64)) };
    let detail = format!("{entries} not read: at most {most} of a reference are");
    Failure::new(Class::TooLarge, location.to_string(), detail)
        .with_next("choose one platform with --platform, or open the nested lists one by one")
}
