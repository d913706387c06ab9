//! Looking at entries while a layer streams by.

use std::ops::ControlFlow;

use crate::model::files::Entry;

/// What a visitor wants of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Its content is not wanted.
    Pass,
    /// At most so many of the first bytes of its content are wanted.
    Read(u64),
    /// Nothing more of the layer is wanted; the download ends.
    Enough,
}

/// Sees each entry of a layer in the order of the tar, on a thread of its own. Nothing that it
/// sees is verified before the walk has ended well.
pub trait Visitor: Send + 'static {
    /// An entry; its `digest` is not known yet.
    fn entry(&mut self, entry: &Entry) -> Ask;

    /// The next piece of the content that was asked for. `Break` ends the download.
    fn content(&mut self, entry: &Entry, piece: &[u8]) -> ControlFlow<()>;

    /// All content that was asked for, or all that there is, was given. `Break` ends the
    /// download.
    fn end(&mut self, _entry: &Entry) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// Whether the entries are wanted in the listing too. Without them the listing holds their
    /// sums, and memory stays flat however many there are.
    fn wants_entries(&self) -> bool {
        true
    }
}

/// Wants nothing but the listing.
impl Visitor for () {
    fn entry(&mut self, _entry: &Entry) -> Ask {
        Ask::Pass
    }

    fn content(&mut self, _entry: &Entry, _piece: &[u8]) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
