//! How far a tree is loaded, counted as its nodes change: no frame looks at every node.

use std::collections::BTreeSet;

use super::{Load, NodeId, Tree, What};

/// How far a tree is loaded, in manifests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Loaded.
    pub ready: usize,
    /// Failed; configs and unusable entries too.
    pub failed: usize,
    /// Waiting or being fetched.
    pub pending: usize,
    /// Not asked for.
    pub idle: usize,
    /// All manifests, in whatever state.
    pub manifests: usize,
}

impl Progress {
    /// All manifests.
    #[must_use]
    pub fn total(self) -> usize {
        self.manifests
    }
}

/// What the load states of all nodes come to.
#[derive(Debug, Clone, Default)]
pub(super) struct Loads {
    progress: Progress,
    /// Nodes of any kind that are not there and did not fail.
    unloaded: usize,
    /// Nodes of any kind that are waiting or being fetched.
    pending: usize,
    failed: BTreeSet<NodeId>,
}

impl Loads {
    /// Counts a new node.
    pub(super) fn count(&mut self, id: NodeId, what: &What, load: &Load) {
        let is_manifest = matches!(what, What::Manifest { .. });
        self.progress.manifests += usize::from(is_manifest);
        self.shift(is_manifest, load, |count| *count += 1);
        self.keep(id, load);
    }

    fn change(&mut self, id: NodeId, is_manifest: bool, before: &Load, after: &Load) {
        self.shift(is_manifest, before, |count| *count = count.saturating_sub(1));
        self.shift(is_manifest, after, |count| *count += 1);
        self.keep(id, after);
    }

    fn shift(&mut self, is_manifest: bool, load: &Load, by: impl Fn(&mut usize)) {
        let progress = &mut self.progress;
        match load {
            Load::Ready if is_manifest => by(&mut progress.ready),
            // What has its place in an image's row is counted if it is missing.
            Load::Failed(_) => by(&mut progress.failed),
            Load::Waiting | Load::Loading if is_manifest => by(&mut progress.pending),
            Load::Idle if is_manifest => by(&mut progress.idle),
            _ => {}
        }
        if load.is_pending() {
            by(&mut self.pending);
        }
        if load.is_pending() || *load == Load::Idle {
            by(&mut self.unloaded);
        }
    }

    fn keep(&mut self, id: NodeId, load: &Load) {
        if load.failure().is_some() {
            self.failed.insert(id);
        } else {
            self.failed.remove(&id);
        }
    }

    /// Nodes that are not there and did not fail.
    pub(super) fn unloaded(&self) -> usize {
        self.unloaded
    }

    /// Nodes that could not be had.
    pub(super) fn failed(&self) -> impl Iterator<Item = NodeId> {
        self.failed.iter().copied()
    }
}

impl Tree {
    /// Changes how far a node is loaded; nothing else may.
    pub(super) fn set_load(&mut self, id: NodeId, load: Load) {
        let Some(node) = self.nodes.get_mut(id.index()) else { return };
        let is_manifest = matches!(node.what, What::Manifest { .. });
        self.loads.change(id, is_manifest, &node.load, &load);
        node.load = load;
    }

    /// How far the tree is loaded.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.loads.progress
    }

    /// How many answers there were, and how many are waited for: what was said of how far the tree is
    /// loaded is true as long as both are the same.
    #[must_use]
    pub fn moment(&self) -> (usize, usize) {
        (self.revision(), self.loads.pending)
    }

    /// Whether anything is on its way or about to be.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.loads.pending > 0
    }
}
