//! Loading again: one failed node, or the tag itself.

use std::collections::{HashMap, HashSet};

use super::standing::Standing;
use super::{OpenedRef, Picks};
use crate::model::tree::{Answer, Load, Need, NodeId, Tree};
use crate::oci::{Digest, Failure};
use crate::tui::app::requests::Pump;
use crate::tui::app::{Query, RequestId};

impl OpenedRef {
    /// Asks again for what failed at a node; otherwise asks where the tag points now. What is on
    /// the screen stays until the answer is there.
    pub(in crate::tui::app) fn reload(&mut self, node: NodeId, pump: &mut Pump<'_>) {
        if self.tree.retry(node) || self.reloading.is_some() {
            return;
        }
        let root_is_ready =
            self.tree.node(self.tree.root()).is_some_and(|node| node.load == Load::Ready);
        if !root_is_ready {
            self.tree.retry(self.tree.root());
            return;
        }
        self.reloading = Some(pump.ask(self.id.session(), Query::Fetch(Need::Root)));
    }

    /// Asks where the tag points now, to which this platy has just written a list.
    pub(in crate::tui::app) fn reload_written(&mut self, list: &Digest, pump: &mut Pump<'_>) {
        self.written = Some(list.clone());
        self.reload(self.tree.root(), pump);
    }

    /// Takes the new answer of the tag. What is said of it, if the user asked or somebody else has
    /// moved it.
    pub(super) fn reloaded(
        &mut self,
        request: RequestId,
        result: Result<Answer, Failure>,
    ) -> Option<Result<String, Failure>> {
        let answer = match result {
            Ok(answer) => answer,
            Err(failure) => return Some(Err(failure)),
        };
        let Answer::Manifest(document) = &answer else { return None };
        let old = self.digest_at(self.tree.root());
        let before = std::mem::take(&mut self.standing);
        let is_ours = self.written.take().is_some_and(|it| it == document.digest);
        if old.as_ref() == Some(&document.digest) {
            if let Standing::AsOf(_) = before {
                return None;
            }
            self.retry_everything();
            if is_ours {
                return None;
            }
            return Some(Ok(format!("unchanged: still {}", document.digest.short())));
        }
        let seen = match before {
            Standing::AsOf(seen) => Some(seen),
            Standing::Confirmed | Standing::Moved(..) => None,
        };
        self.standing =
            old.clone().map_or(Standing::Confirmed, |digest| Standing::Moved(digest, seen));
        let said = format!(
            "the tag has moved: {} → {}",
            old.as_ref().map_or("–", |digest| digest.short()),
            document.digest.short()
        );
        self.tree.settle();
        let rows: Vec<(NodeId, Vec<Digest>, bool)> = self
            .tree
            .rows()
            .iter()
            .map(|row| {
                let open = self.tree.node(row.node).is_some_and(|node| node.open);
                (row.node, self.path(row.node), open)
            })
            .collect();
        let entries = self.tree.children(self.tree.root());
        self.moved.before = entries.filter_map(|(_, node)| node.digest().cloned()).collect();
        let known = std::mem::take(&mut self.tree).into_known();
        self.tree = Tree::new(known).from_place(&self.location);
        self.forget_truth();
        self.evidenced = super::Evidenced::default();
        // The new tree wants its root; here it is.
        let _root = self.tree.next_wanted(&[]);
        self.tree.attach(&Need::Root, Ok(answer));
        self.picks = Picks::default();
        self.moved.times += 1;
        self.moved.since = request;
        self.moved.places = self.restore(&rows);
        (!is_ours).then_some(Ok(said))
    }

    fn retry_everything(&mut self) {
        let mut ahead = vec![self.tree.root()];
        while let Some(id) = ahead.pop() {
            self.tree.retry(id);
            ahead.extend(self.tree.children(id).map(|(id, _)| id));
        }
    }

    fn digest_at(&self, id: NodeId) -> Option<Digest> {
        self.tree.node(id)?.digest().cloned()
    }

    /// The digests from below the root down to a node.
    fn path(&self, id: NodeId) -> Vec<Digest> {
        let mut path: Vec<Digest> = std::iter::once(id)
            .chain(self.tree.ancestors(id))
            .filter(|id| *id != self.tree.root())
            .filter_map(|id| self.digest_at(id))
            .collect();
        path.reverse();
        path
    }

    /// Opens what was open, as far as that still exists; where each row's node went: to what has
    /// its path now, or the longest part of it.
    fn restore(&mut self, rows: &[(NodeId, Vec<Digest>, bool)]) -> HashMap<NodeId, NodeId> {
        let open: HashSet<&[Digest]> =
            rows.iter().filter(|(_, _, open)| *open).map(|(_, path, _)| path.as_slice()).collect();
        let mut nodes: HashMap<Vec<Digest>, NodeId> = HashMap::new();
        let mut ahead = vec![self.tree.root()];
        while let Some(id) = ahead.pop() {
            let path = self.path(id);
            if open.contains(path.as_slice()) {
                self.tree.set_open(id, true);
            }
            nodes.entry(path).or_insert(id);
            ahead.extend(self.tree.children(id).map(|(id, _)| id));
        }
        let place = |path: &[Digest]| {
            let parts = (0..=path.len()).rev().filter_map(|length| path.get(..length));
            parts.filter_map(|part| nodes.get(part).copied()).next()
        };
        rows.iter().filter_map(|(node, path, _)| Some((*node, place(path)?))).collect()
    }
}
