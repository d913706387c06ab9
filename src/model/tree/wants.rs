//! What the tree needs next, and what it does with an answer.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::{Load, Node, NodeId, Role, Tree, What};
use crate::oci::{ConfigDocument, Descriptor, Digest, Document, Failure, Kind, Referrer};

/// Something to fetch.
#[derive(Debug, Clone)]
pub enum Need {
    /// What the reference names.
    Root,
    /// A manifest by its descriptor.
    Manifest(Arc<Descriptor>),
    /// An image config by its descriptor.
    Config(Arc<Descriptor>),
    /// What refers to a digest.
    Referrers(Digest),
}

/// What was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A manifest.
    Manifest(Arc<Document>),
    /// An image config.
    Config(Arc<ConfigDocument>),
    /// What refers to a digest.
    Referrers(Vec<Referrer>),
}

/// The parts of a need that decide what its answer is.
type Identity<'a> = (u8, Option<(&'a Digest, u64, &'a str)>);

impl Need {
    fn identity(&self) -> Identity<'_> {
        fn of(descriptor: &Descriptor) -> (&Digest, u64, &str) {
            (&descriptor.digest, descriptor.size, descriptor.media_type.as_str())
        }
        match self {
            Self::Root => (0, None),
            Self::Manifest(descriptor) => (1, Some(of(descriptor))),
            Self::Config(descriptor) => (2, Some(of(descriptor))),
            Self::Referrers(digest) => (3, Some((digest, 0, ""))),
        }
    }
}

impl PartialEq for Need {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Need {}

impl Hash for Need {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

/// What is fetched before what, if nothing is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    Root,
    Manifest,
    Config,
    Attestation,
}

/// Waiting nodes by urgency, each queue in the order of the tree.
#[derive(Debug, Clone, Default)]
pub(super) struct Queues {
    root: VecDeque<NodeId>,
    manifests: VecDeque<NodeId>,
    configs: VecDeque<NodeId>,
    attestations: VecDeque<NodeId>,
}

impl Queues {
    pub(super) fn push(&mut self, id: NodeId, urgency: Urgency) {
        match urgency {
            Urgency::Root => self.root.push_back(id),
            Urgency::Manifest => self.manifests.push_back(id),
            Urgency::Config => self.configs.push_back(id),
            Urgency::Attestation => self.attestations.push_back(id),
        }
    }

    fn pop(&mut self) -> Option<NodeId> {
        self.root
            .pop_front()
            .or_else(|| self.manifests.pop_front())
            .or_else(|| self.configs.pop_front())
            .or_else(|| self.attestations.pop_front())
    }
}

impl Tree {
    /// The next thing to fetch, which counts as being fetched from now on: what is on the screen
    /// first (`visible`, in the order of the rows), then manifests, configs and attestations in
    /// the order of the tree. `None` when nothing more is wanted at this time.
    ///
    /// What is known already, or is on its way for another node, is not returned.
    pub fn next_wanted(&mut self, visible: &[NodeId]) -> Option<(NodeId, Need)> {
        if let Some(found) = self.next_of(visible) {
            return Some(found);
        }
        loop {
            let id = self.queues.pop()?;
            if let Some(found) = self.begin(id) {
                return Some(found);
            }
        }
    }

    /// The next thing to fetch of these nodes and their configs, and of no others; it counts as
    /// being fetched from now on.
    pub fn next_of(&mut self, ids: &[NodeId]) -> Option<(NodeId, Need)> {
        ids.iter().find_map(|id| {
            self.wake(*id);
            // The config is what makes an image's row complete.
            let config = self.config_of(*id).and_then(|config| self.begin(config));
            config.or_else(|| self.begin(*id))
        })
    }

    /// Asks for a config that is not an image's, which nothing else asks for; `false` if there is
    /// none, or it was asked for already.
    pub fn want_config(&mut self, id: NodeId) -> bool {
        let Some(config) = self.config_of(id) else { return false };
        let left = self.node(config).is_some_and(|node| {
            node.load == Load::Ready && matches!(node.what, What::Config { document: None, .. })
        });
        if left {
            self.set_load(config, Load::Waiting);
        }
        left
    }

    /// Marks a manifest that was left alone (there are too many) as wanted.
    fn wake(&mut self, id: NodeId) {
        let wakes = self.node(id).is_some_and(|node| {
            node.load == Load::Idle && matches!(node.what, What::Manifest { .. })
        });
        if wakes {
            self.set_load(id, Load::Waiting);
        }
    }

    /// Starts a waiting node; answers it at once where the content is known.
    fn begin(&mut self, id: NodeId) -> Option<(NodeId, Need)> {
        let node = self.node(id)?;
        if node.load != Load::Waiting {
            return None;
        }
        let need = match &node.what {
            What::Manifest { role: Role::Root, .. } => Need::Root,
            What::Manifest { descriptor: Some(descriptor), .. } => {
                Need::Manifest(Arc::clone(descriptor))
            }
            What::Config { descriptor, .. } => Need::Config(Arc::clone(descriptor)),
            What::Referrers { of } => Need::Referrers(of.clone()),
            What::Manifest { descriptor: None, .. } | What::Layer { .. } | What::Odd { .. } => {
                return None;
            }
        };
        self.set_load(id, Load::Loading);
        if let Some(answer) = self.known.answer(&need) {
            self.place(id, &answer);
            return None;
        }
        if let Some(waiting) = self.in_flight.get_mut(&need) {
            waiting.push(id);
            return None;
        }
        if let Err(failure) = self.budget.ask(&need) {
            self.fail(id, Arc::new(failure));
            return None;
        }
        self.in_flight.insert(need.clone(), vec![id]);
        Some((id, need))
    }

    /// Takes the answer to a need that [`Tree::next_wanted`] returned, for every node that waits
    /// for it. An answer that nobody waits for is kept and changes nothing.
    pub fn attach(&mut self, need: &Need, result: Result<Answer, Failure>) {
        let waiting = self.in_flight.remove(need).unwrap_or_default();
        match result {
            Ok(answer) => {
                self.known.keep(need, &answer);
                for id in waiting {
                    self.place(id, &answer);
                }
            }
            Err(failure) => {
                self.budget.give_back(need);
                let failure = Arc::new(failure);
                for id in waiting {
                    self.fail(id, Arc::clone(&failure));
                }
            }
        }
    }

    pub(super) fn fail(&mut self, id: NodeId, failure: Arc<Failure>) {
        self.answered.push(id);
        self.set_load(id, Load::Failed(failure));
    }

    /// Asks again for what failed at this node; `false` if nothing failed.
    pub fn retry(&mut self, id: NodeId) -> bool {
        let failed = |tree: &Self, id: NodeId| {
            tree.node(id).is_some_and(|node| matches!(node.load, Load::Failed(_)))
        };
        let again: Vec<NodeId> =
            std::iter::once(id).chain(self.config_of(id)).filter(|id| failed(self, *id)).collect();
        for id in &again {
            self.set_load(*id, Load::Waiting);
            self.queues.push(*id, Urgency::Root);
        }
        !again.is_empty()
    }

    /// Asks for a group that is fetched only on request.
    pub(super) fn want(&mut self, id: NodeId) {
        if self.node(id).is_some_and(|node| node.load == Load::Idle) {
            self.set_load(id, Load::Waiting);
            self.queues.push(id, Urgency::Root);
        }
    }

    /// Asks what refers to the root, and to each manifest below it where the root has at most
    /// `limit` entries: every question costs several requests. What refers to attestations is asked
    /// once it is known that something refers to the root, as `cosign sign --recursive` leaves it.
    /// `false` if all was asked already.
    pub fn want_referrers(&mut self, limit: usize) -> bool {
        // Only an answer brings something new to ask about; the explorer asks with every key.
        let now = Some((self.revision(), limit));
        if std::mem::replace(&mut self.referrers_wanted, now) == now {
            return false;
        }
        let is_signed = self.children(self.root()).any(|(_, node)| {
            matches!(node.what, What::Referrers { .. }) && !node.children.is_empty()
        });
        let entries = self.children(self.root()).count();
        let groups: Vec<NodeId> = (0..self.nodes.len())
            .map(NodeId::new)
            .filter(|id| {
                self.node(*id).is_some_and(|node| {
                    let of = node.parent.and_then(|id| self.node(id)).map(Node::kind);
                    matches!(node.what, What::Referrers { .. })
                        && (entries <= limit || node.parent == Some(self.root()))
                        && (is_signed || of != Some(Kind::Attestation))
                })
            })
            .collect();
        let mut wants = false;
        for id in groups {
            wants |= self.node(id).is_some_and(|node| node.load == Load::Idle);
            self.want(id);
        }
        wants
    }
}
