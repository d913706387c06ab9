//! Loading again: one failed node, or the tag itself.

use std::collections::HashSet;

use super::{Explorer, Picks};
use crate::model::tree::{Answer, Load, Need, NodeId, Tree};
use crate::oci::{Digest, Failure};
use crate::tui::app::Effect;

impl Explorer {
    /// Asks again for what failed under the cursor; otherwise asks where the tag points now. What
    /// is on the screen stays until the answer is there.
    pub(in crate::tui::app) fn reload(&mut self, next_request: &mut u64) -> Vec<Effect> {
        if self.tree.retry(self.cursor) || self.reloading.is_some() {
            return Vec::new();
        }
        let root_is_ready =
            self.tree.node(self.tree.root()).is_some_and(|node| node.load == Load::Ready);
        if !root_is_ready {
            self.tree.retry(self.tree.root());
            return Vec::new();
        }
        let effect = self.ask(Need::Root, next_request);
        if let Effect::Fetch { request, .. } = &effect {
            self.reloading = Some(*request);
        }
        vec![effect]
    }

    /// Takes the new answer of the tag.
    pub(super) fn reloaded(&mut self, result: Result<Answer, Failure>) -> Result<String, Failure> {
        let answer = result?;
        let Answer::Manifest(document) = &answer else { return Ok(String::new()) };
        let old = self.digest_at(self.tree.root());
        if old.as_ref() == Some(&document.digest) {
            self.retry_everything();
            return Ok(format!("unchanged: still {}", document.digest.short()));
        }
        let said = format!(
            "the tag has moved: {} → {}",
            old.as_ref().map_or("–", |digest| digest.short()),
            document.digest.short()
        );
        self.tree.settle();
        let open = self.open_paths();
        let cursor = self.path(self.cursor);
        let known = std::mem::take(&mut self.tree).into_known();
        self.tree = Tree::new(known);
        self.forget_truth();
        // The new tree wants its root; here it is.
        let _root = self.tree.next_wanted(&[]);
        self.tree.attach(&Need::Root, Ok(answer));
        self.search.forget();
        self.picks = Picks::default();
        self.cursor = self.tree.root();
        self.restore(&open, &cursor);
        Ok(said)
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

    fn open_paths(&self) -> HashSet<Vec<Digest>> {
        self.tree
            .rows()
            .iter()
            .filter(|row| self.tree.node(row.node).is_some_and(|node| node.open))
            .map(|row| self.path(row.node))
            .collect()
    }

    /// Opens what was open and puts the cursor where it was, as far as that still exists.
    fn restore(&mut self, open: &HashSet<Vec<Digest>>, cursor: &[Digest]) {
        let mut ahead = vec![self.tree.root()];
        while let Some(id) = ahead.pop() {
            let path = self.path(id);
            if open.contains(&path) {
                self.tree.set_open(id, true);
            }
            if cursor.starts_with(&path) && path.len() > self.path(self.cursor).len() {
                self.cursor = id;
            }
            ahead.extend(self.tree.children(id).map(|(id, _)| id));
        }
    }
}
