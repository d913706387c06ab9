//! The tree model: what is behind a reference, as nodes with a load state each.
//!
//! A [`Tree`] is pure: it says what it needs next ([`Tree::next_wanted`]), takes the answers
//! ([`Tree::attach`]) and lays its open nodes out as [`Row`]s. Who fetches, and how, is not its
//! business; the screen and `platy inspect` drive the same tree.

mod budget;
mod build;
mod facts;
mod known;
mod loads;
mod node;
mod offer;
mod order;
mod read;
mod rows;
mod search;
mod text;
mod wants;
mod words;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use crate::oci::{Attached, Digest, Location, Manifest, PlatformPattern, Via, digest_tag};

pub use facts::Totals;
pub use known::Known;
pub use loads::Progress;
pub use node::{Load, Node, NodeId, Role, What};
pub use read::Read;
pub use rows::Row;
pub use search::Found;
pub use wants::{Answer, Need};
pub use words::{RowText, Sign, Weight};

use budget::Budget;
use loads::Loads;
use order::Order;
use text::Text;
use wants::Queues;

/// Each image of a list with at most this many entries is asked what refers to it; of larger ones
/// only the list is: every question costs several requests.
pub const REFERRERS_UP_TO: usize = 100;

/// How many manifests of one tree are fetched without being asked for; further ones are fetched
/// when they come into view.
pub const EAGER_MANIFESTS: usize = 2_000;

/// What is behind one reference.
#[derive(Debug, Clone)]
pub struct Tree {
    nodes: Vec<Node>,
    rows: Vec<Row>,
    /// The row of each node; `None` for a node inside a closed one.
    row_of: Vec<Option<u32>>,
    rows_stale: bool,
    /// The order of all nodes, once it was asked for; a new node makes it stale.
    order: OnceLock<Arc<Order>>,
    text: Text,
    /// What hangs below a node, kept up to date by every answer.
    totals: HashMap<NodeId, Totals>,
    /// The layers that the totals of a node count.
    summed: HashMap<NodeId, HashSet<Digest>>,
    /// The entries of each index by their position, attestations too.
    entries: HashMap<NodeId, Vec<NodeId>>,
    read: Read,
    loads: Loads,
    queues: Queues,
    /// The nodes that wait for one answer, by what they wait for; the first one asked.
    in_flight: HashMap<Need, Vec<NodeId>>,
    known: Known,
    eager_left: usize,
    budget: Budget,
    only: Option<PlatformPattern>,
    /// What the tag says about the manifest that it names.
    tagged: Option<(Attached, String)>,
    /// Whether configs of images whose platforms are told are left alone.
    is_sparing: bool,
    /// Entries of the list that were found as referrers too, and how; they have one node.
    also_referrers: HashMap<NodeId, Via>,
    /// The node of every answer, in the order in which they came.
    answered: Vec<NodeId>,
    /// The revision at which it was last looked what referrers there are to ask for, and the limit.
    referrers_wanted: Option<(usize, usize)>,
}

impl Default for Tree {
    fn default() -> Self {
        Self::new(Known::default())
    }
}

impl Tree {
    /// A tree of which only the root is known to be wanted. What `known` holds is not asked for
    /// again.
    #[must_use]
    pub fn new(known: Known) -> Self {
        let mut tree = Self {
            nodes: Vec::new(),
            rows: Vec::new(),
            row_of: Vec::new(),
            rows_stale: true,
            order: OnceLock::new(),
            text: Text::default(),
            totals: HashMap::new(),
            summed: HashMap::new(),
            entries: HashMap::new(),
            read: Read::default(),
            loads: Loads::default(),
            queues: Queues::default(),
            in_flight: HashMap::new(),
            known,
            eager_left: EAGER_MANIFESTS,
            is_sparing: false,
            budget: Budget::default(),
            only: None,
            tagged: None,
            also_referrers: HashMap::new(),
            answered: Vec::new(),
            referrers_wanted: None,
        };
        let root = tree.add(
            None,
            What::Manifest { role: Role::Root, descriptor: None, document: None },
            Load::Waiting,
        );
        if let Some(node) = tree.nodes.get_mut(root.index()) {
            node.open = true;
        }
        tree.queues.push(root, wants::Urgency::Root);
        tree.settle();
        tree
    }

    /// Leaves entries of other platforms alone: they are in the tree, but not fetched.
    #[must_use]
    pub fn only(mut self, platforms: Option<PlatformPattern>) -> Self {
        self.only = platforms;
        self
    }

    /// Notes where the tree is from: a tag that was made of a digest says what that digest is.
    #[must_use]
    pub fn from_place(mut self, location: &Location) -> Self {
        let tag = location.reference().and_then(|reference| reference.tag.as_deref());
        self.tagged = tag.and_then(digest_tag);
        self
    }

    /// The same tree, which asks for a config only if no entry tells the platform.
    #[must_use]
    pub fn sparing(mut self) -> Self {
        self.is_sparing = true;
        self
    }

    /// What the root is attached to and as what, if its tag says so and it is not the image of that
    /// digest itself (`cosign copy` 3.1.3 tags images so).
    #[must_use]
    pub fn attached(&self) -> Option<(Attached, &str)> {
        let (what, of) = self.tagged.as_ref()?;
        let root = self.node(self.root())?.document()?;
        let is_list = matches!(root.manifest, Manifest::Index(_));
        let fits = match what {
            Attached::Referrers => is_list && root.digest.as_str() != of,
            Attached::Signature | Attached::Attestations | Attached::Sbom => !is_list,
        };
        fits.then_some((*what, of.as_str()))
    }

    /// Grows with every document that comes in and with every failure; what was concluded from
    /// them is as true as this is unchanged.
    #[must_use]
    pub fn revision(&self) -> usize {
        self.answered.len()
    }

    /// The nodes whose documents came in, or failed to, since a revision.
    #[must_use]
    pub fn answered_since(&self, revision: usize) -> &[NodeId] {
        self.answered.get(revision..).unwrap_or_default()
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> NodeId {
        NodeId::ROOT
    }

    /// A node by its identity.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    /// How many nodes there are, open or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node; a tree always has its root.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The children of a node.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = (NodeId, &Node)> {
        self.node(id)
            .map_or(&[][..], |node| node.children.as_slice())
            .iter()
            .filter_map(|child| Some((*child, self.node(*child)?)))
    }

    /// The node's ancestors, nearest first.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.node(id).and_then(|node| node.parent), |id| {
            self.node(*id).and_then(|node| node.parent)
        })
    }

    /// What was loaded, for the next tree of the same place.
    #[must_use]
    pub fn into_known(self) -> Known {
        self.known
    }

    fn add(&mut self, parent: Option<NodeId>, what: What, load: Load) -> NodeId {
        let depth = parent.and_then(|id| self.node(id)).map_or(0, |node| node.depth + 1);
        let id = NodeId::new(self.nodes.len());
        self.text.add(id, &what);
        self.loads.count(id, &what, &load);
        self.order.take();
        self.nodes.push(Node { parent, children: Vec::new(), what, load, open: false, depth });
        match parent.and_then(|id| self.nodes.get_mut(id.index())) {
            Some(parent) => {
                parent.children.push(id);
                // What grows inside a closed node moves no row.
                self.rows_stale |= parent.open;
            }
            None => self.rows_stale = true,
        }
        id
    }
}
