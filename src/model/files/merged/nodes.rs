//! The nodes of a merged tree, kept small: an image may have hundreds of thousands of files.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;

use super::Sums;
use crate::model::files::grow;

/// Nothing, where a node, a family or a position is expected.
const NONE: u32 = u32::MAX;

/// Where an entry is: layer and position in its listing.
pub(super) type Place = (u32, u32);

#[derive(Debug, Clone)]
struct Node {
    parent: u32,
    /// Where its name ends; it begins where that of the node before ends.
    name_end: u32,
    /// Its place among the families, if it has one.
    family: u32,
    state: Compact,
    hidden: bool,
    cut: bool,
}

#[derive(Debug, Clone, Copy)]
enum Compact {
    Present(u32, u32, Content),
    Implied,
    Gone(u32),
}

/// Where the content of an entry is.
#[derive(Debug, Clone, Copy)]
enum Content {
    None,
    Own,
    /// See the linked ones.
    Linked,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// An entry of a layer, and the file whose content it has: itself, or what a hard link names.
    Present { entry: Place, content: Option<Place> },
    /// A folder that no entry names, but entries lie in it.
    Implied,
    /// Removed by this layer.
    Gone(u32),
}

/// What only a node has that something lies in, or of which something was wasted.
#[derive(Debug, Clone, Default)]
struct Family {
    /// While layers are merged, the child that was made last; later the first of its children in
    /// the order of all.
    first: u32,
    count: u32,
    sums: Sums,
}

/// All nodes; the root is the first, and a folder comes before what is in it.
#[derive(Debug, Clone)]
pub(super) struct Nodes {
    all: Vec<Node>,
    /// While layers are merged, of each node the child of its parent that was made before it.
    siblings: Vec<u32>,
    names: Vec<u8>,
    families: Vec<Family>,
    /// The children of all folders by their names, folder by folder; none while layers are merged.
    children: Vec<u32>,
    /// Nodes by folder and name, while layers are merged.
    known: HashTable<u32>,
    hashing: RandomState,
    /// The content of hard links.
    linked: HashMap<u32, Place>,
}

impl Nodes {
    /// The root alone.
    pub(super) fn new() -> Self {
        let mut nodes = Self {
            all: Vec::new(),
            siblings: vec![NONE],
            names: Vec::new(),
            families: Vec::new(),
            children: Vec::new(),
            known: HashTable::new(),
            hashing: RandomState::new(),
            linked: HashMap::new(),
        };
        nodes.all.push(Node {
            parent: 0,
            name_end: 0,
            family: NONE,
            state: Compact::Implied,
            hidden: false,
            cut: false,
        });
        nodes
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.all.len()).unwrap_or(NONE)
    }

    pub(super) fn parent(&self, id: u32) -> Option<u32> {
        self.all.get(id as usize).filter(|_| id > 0).map(|node| node.parent)
    }

    pub(super) fn name(&self, id: u32) -> &[u8] {
        let at = id as usize;
        let before = at.checked_sub(1).and_then(|before| self.all.get(before));
        let from = before.map_or(0, |node| node.name_end as usize);
        let end = self.all.get(at).map_or(from, |node| node.name_end as usize);
        self.names.get(from..end).unwrap_or_default()
    }

    pub(super) fn state(&self, id: u32) -> Option<State> {
        Some(match self.all.get(id as usize)?.state {
            Compact::Present(layer, at, content) => State::Present {
                entry: (layer, at),
                content: match content {
                    Content::None => None,
                    Content::Own => Some((layer, at)),
                    Content::Linked => self.linked.get(&id).copied(),
                },
            },
            Compact::Implied => State::Implied,
            Compact::Gone(by) => State::Gone(by),
        })
    }

    pub(super) fn set_state(&mut self, id: u32, state: State) {
        let compact = match state {
            State::Present { entry: (layer, at), content } => {
                let content = match content {
                    None => Content::None,
                    Some(content) if content == (layer, at) => Content::Own,
                    Some(content) => {
                        self.linked.insert(id, content);
                        Content::Linked
                    }
                };
                Compact::Present(layer, at, content)
            }
            State::Implied => Compact::Implied,
            State::Gone(by) => Compact::Gone(by),
        };
        if let Some(node) = self.all.get_mut(id as usize) {
            node.state = compact;
        }
    }

    /// What unread layers below have at this path does not show: it was removed or replaced.
    pub(super) fn is_hidden(&self, id: u32) -> bool {
        self.all.get(id as usize).is_some_and(|node| node.hidden)
    }

    pub(super) fn hide(&mut self, id: u32) {
        if let Some(node) = self.all.get_mut(id as usize) {
            node.hidden = true;
        }
    }

    /// What unread layers below have in this folder does not show.
    pub(super) fn is_cut(&self, id: u32) -> bool {
        self.all.get(id as usize).is_some_and(|node| node.cut)
    }

    pub(super) fn cut(&mut self, id: u32) {
        if let Some(node) = self.all.get_mut(id as usize) {
            node.cut = true;
        }
    }

    /// The child of this name.
    pub(super) fn child(&self, folder: u32, name: &[u8]) -> Option<u32> {
        if !self.known.is_empty() {
            let is_it = |id: &u32| self.parent(*id) == Some(folder) && self.name(*id) == name;
            return self.known.find(self.hash(folder, name), is_it).copied();
        }
        let children = self.children(folder);
        let at = children.binary_search_by(|child| self.name(*child).cmp(name)).ok()?;
        children.get(at).copied()
    }

    /// Adds a child.
    pub(super) fn add(&mut self, folder: u32, name: &[u8]) -> u32 {
        let id = self.len();
        let family = self.family(folder);
        let sibling = self.families.get_mut(family).map_or(NONE, |family| {
            let before = if family.count == 0 { NONE } else { family.first };
            (family.first, family.count) = (id, family.count + 1);
            before
        });
        grow(&mut self.names, name.len());
        self.names.extend_from_slice(name);
        grow(&mut self.siblings, 1);
        self.siblings.push(sibling);
        grow(&mut self.all, 1);
        self.all.push(Node {
            parent: folder,
            name_end: u32::try_from(self.names.len()).unwrap_or(NONE),
            family: NONE,
            state: Compact::Implied,
            hidden: false,
            cut: false,
        });
        let hash = self.hash(folder, name);
        let (all, names, hashing) = (&self.all, &self.names, &self.hashing);
        self.known.insert_unique(hash, id, |id| {
            let at = *id as usize;
            let node = all.get(at);
            let from = at.checked_sub(1).and_then(|it| all.get(it)).map_or(0, |it| it.name_end);
            let name = node.and_then(|it| names.get(from as usize..it.name_end as usize));
            hashing.hash_one((node.map_or(NONE, |it| it.parent), name.unwrap_or_default()))
        });
        id
    }

    /// The children while layers are merged, in no order.
    pub(super) fn made(&self, folder: u32) -> impl Iterator<Item = u32> + '_ {
        let family =
            self.all.get(folder as usize).and_then(|it| self.families.get(it.family as usize));
        let first = family.filter(|family| family.count > 0).map(|family| family.first);
        std::iter::successors(first, |id| {
            self.siblings.get(*id as usize).copied().filter(|id| *id != NONE)
        })
    }

    /// The children by their names, once all layers are merged.
    pub(super) fn children(&self, folder: u32) -> &[u32] {
        let family =
            self.all.get(folder as usize).and_then(|it| self.families.get(it.family as usize));
        let range = family.map_or(0..0, |family| {
            family.first as usize..family.first as usize + family.count as usize
        });
        self.children.get(range).unwrap_or_default()
    }

    /// Orders the children; no node is added after that.
    pub(super) fn order(&mut self) {
        self.known = HashTable::new();
        self.all.shrink_to_fit();
        self.names.shrink_to_fit();
        let mut children: Vec<u32> = Vec::with_capacity(self.all.len());
        for id in 0..self.len() {
            let from = children.len();
            children.extend(self.made(id));
            if let Some(own) = children.get_mut(from..) {
                own.sort_unstable_by(|a, b| self.name(*a).cmp(self.name(*b)));
            }
            let at = self.all.get(id as usize).map_or(NONE, |node| node.family) as usize;
            if let Some(family) = self.families.get_mut(at) {
                family.first = u32::try_from(from).unwrap_or(NONE);
            }
        }
        self.siblings = Vec::new();
        self.children = children;
    }

    /// The sums of a node that has a family; else nothing is known but its entry.
    pub(super) fn sums(&self, id: u32) -> Option<Sums> {
        let family = self.all.get(id as usize)?.family as usize;
        self.families.get(family).map(|family| family.sums)
    }

    /// The sums of a node, to be changed.
    pub(super) fn sums_mut(&mut self, id: u32) -> Option<&mut Sums> {
        let family = self.family(id);
        self.families.get_mut(family).map(|family| &mut family.sums)
    }

    fn family(&mut self, id: u32) -> usize {
        let Some(node) = self.all.get_mut(id as usize) else { return NONE as usize };
        if node.family == NONE {
            node.family = u32::try_from(self.families.len()).unwrap_or(NONE);
            self.families.push(Family::default());
        }
        node.family as usize
    }

    fn hash(&self, folder: u32, name: &[u8]) -> u64 {
        self.hashing.hash_one((folder, name))
    }
}
