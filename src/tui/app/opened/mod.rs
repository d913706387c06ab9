//! Opened references: what is known of each, whoever looks at it. Views look at them by id.

mod attested;
mod behind;
mod fetch;
mod lints;
mod picks;
mod proofs;
mod reload;
mod standing;
mod store;
mod unproven;

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::{RequestId, SessionId};
use crate::model::tree::{NodeId, Tree};
use crate::oci::{Digest, Location};

pub use attested::Evidenced;
pub use lints::Lints;
pub use picks::{Mark, Picks};
pub use proofs::{Reading, Truths};
pub(super) use proofs::{claim, images, scope};
pub use store::Opened;
pub use unproven::Unproven;

/// The identity of an opened reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpenedId(SessionId);

impl OpenedId {
    /// The address under which its content is asked for.
    #[must_use]
    pub fn session(self) -> SessionId {
        self.0
    }
}

/// An opened reference.
#[derive(Debug, Clone)]
pub struct OpenedRef {
    /// Which one.
    pub id: OpenedId,
    /// What is open.
    pub location: Location,
    /// It is a draft as it was when it was marked; the draft itself may be another by now.
    pub as_marked: bool,
    /// What is known of it.
    pub tree: Tree,
    /// When it was opened.
    pub opened: Timestamp,
    /// Since when something is on its way; `None` while nothing is.
    since: Option<Timestamp>,
    /// For how long something was on its way before that.
    worked: SignedDuration,
    reloading: Option<RequestId>,
    /// What this platy has written to the tag since the tree was loaded: nobody needs to be told that
    /// it points there now.
    written: Option<Digest>,
    standing: standing::Standing,
    moved: Moved,
    picks: Picks,
    truths: Truths,
    evidenced: Evidenced,
    lints: Lints,
    prepared: behind::Prepared,
}

/// How often the tag moved, how many answers there were since, and how many are waited for: what was
/// put together from all of the tree is true as long as these are the same.
pub(super) type Moment = (u64, (usize, usize));

/// Where the nodes went when the tag moved.
#[derive(Debug, Clone, Default)]
struct Moved {
    /// How often it moved.
    times: u64,
    /// The last tree's nodes that had a row, and what has their place in this one.
    places: HashMap<NodeId, NodeId>,
    /// Older requests are about nodes of the tree before.
    since: RequestId,
    /// What the root held before.
    before: HashSet<Digest>,
}

impl OpenedRef {
    pub(super) fn new(id: OpenedId, location: Location, opened: Timestamp) -> Self {
        let tree = Tree::default().from_place(&location);
        Self {
            id,
            location,
            as_marked: false,
            tree,
            opened,
            since: Some(opened),
            worked: SignedDuration::ZERO,
            reloading: None,
            written: None,
            standing: standing::Standing::default(),
            moved: Moved::default(),
            picks: Picks::default(),
            truths: Truths::default(),
            evidenced: Evidenced::default(),
            lints: Lints::default(),
            prepared: behind::Prepared::default(),
        }
    }

    /// Whether the tag is being asked again.
    #[must_use]
    pub fn is_reloading(&self) -> bool {
        self.reloading.is_some()
    }

    /// Whether nothing was on its way when this was last looked at.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.since.is_none()
    }

    /// Nothing is on its way until it is brought up to date again.
    pub(super) fn rest(&mut self, now: Timestamp) {
        self.worked = self.work(now);
        self.since = None;
    }

    /// For how long something was on its way so far; the time in which nothing was does not count.
    #[must_use]
    pub fn work(&self, now: Timestamp) -> SignedDuration {
        let running = self.since.map_or(SignedDuration::ZERO, |since| now.duration_since(since));
        self.worked.checked_add(running).unwrap_or(SignedDuration::MAX)
    }

    /// How often the tag moved. A view that remembers nodes asks [`OpenedRef::place`] when this
    /// has grown.
    pub(super) fn moves(&self) -> u64 {
        self.moved.times
    }

    /// Which state of the tree this is.
    pub(super) fn moment(&self) -> Moment {
        (self.moved.times, self.tree.moment())
    }

    /// Whether a node is an entry that the tag did not hold before it moved.
    #[must_use]
    pub fn is_new(&self, node: NodeId) -> bool {
        self.moved.times > 0
            && self.tree.node(node).is_some_and(|it| it.position().is_some())
            && self.tree.ancestors(node).next() == Some(self.tree.root())
            && self
                .tree
                .node(node)
                .and_then(|it| it.digest())
                .is_some_and(|digest| !self.moved.before.contains(digest))
    }

    /// What has the place of a node of the tree before the tag moved.
    pub(super) fn place(&self, node: NodeId) -> NodeId {
        self.moved.places.get(&node).copied().unwrap_or_else(|| self.tree.root())
    }
}
