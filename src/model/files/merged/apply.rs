//! Applying a layer to the layers below it.

use std::collections::HashSet;

use super::node::Change;
use super::nodes::{Place, State};
use super::waste::{Fate, Waste};
use super::{FileId, Files};
use crate::model::files::{Entry, Kind, Path};

impl Files {
    /// Applies a layer: first what it removes, because its whiteouts concern the layers below
    /// only, then what it holds.
    pub(super) fn apply(&mut self, layer: usize) {
        let Some(listing) = self.layers.get(layer).and_then(Clone::clone) else {
            self.changes.push(Vec::new());
            return;
        };
        let number = u32::try_from(layer).unwrap_or(u32::MAX);
        let mut changes = vec![Change::Unknown; listing.entries.len()];
        let mut cleared = HashSet::new();
        for removes in [true, false] {
            for at in 0..listing.entries.len() {
                if listing.entries.removes(at) != removes {
                    continue;
                }
                let Some(entry) = listing.entries.get(at) else { continue };
                let change = match entry.kind {
                    Kind::Whiteout => self.whiteout(&entry.path, number),
                    Kind::Opaque => self.opaque(&entry.path, number, &mut cleared),
                    _ => {
                        let at = u32::try_from(at).unwrap_or(u32::MAX);
                        self.put(&entry, (number, at), &changes)
                    }
                };
                if let Some(place) = changes.get_mut(at) {
                    *place = change;
                }
            }
        }
        self.changes.push(changes);
    }

    fn knows_all_below(&self, layer: u32) -> bool {
        self.layers.iter().take(layer as usize).all(Option::is_some)
    }

    fn whiteout(&mut self, path: &Path, layer: u32) -> Change {
        if path.is_root() {
            return Change::Same;
        }
        let node = self.make(path, layer);
        self.remove(node, layer, Fate::Removed);
        self.nodes.set_state(node, State::Gone(layer));
        self.nodes.hide(node);
        self.nodes.cut(node);
        Change::Removed
    }

    /// What this layer has cleared already holds nothing of the layers below: a second mark of a
    /// folder does not look at what is in it.
    fn opaque(&mut self, path: &Path, layer: u32, cleared: &mut HashSet<u32>) -> Change {
        let folder = self.make(path, layer);
        if !cleared.insert(folder) {
            return Change::Removed;
        }
        let children: Vec<u32> = self.nodes.made(folder).collect();
        for child in children {
            self.remove(child, layer, Fate::Removed);
        }
        self.nodes.cut(folder);
        Change::Removed
    }

    fn put(&mut self, entry: &Entry, place: Place, changes: &[Change]) -> Change {
        let layer = place.0;
        let content = match &entry.kind {
            Kind::File => Some(place),
            Kind::HardLink(target) => {
                let found = self.content_at(target);
                if found.is_none() && self.knows_all_below(layer) {
                    self.dangling.push((layer as usize, entry.path.clone()));
                }
                found
            }
            _ => None,
        };
        let id = self.make(&entry.path, layer);
        let before = self.nodes.state(id).map(|state| (state, self.nodes.is_hidden(id)));
        let is_folder = entry.kind == Kind::Folder;
        let unknown = if self.knows_all_below(layer) { Change::Added } else { Change::Unknown };
        let change = match before {
            Some((State::Present { entry: old, .. }, _)) => {
                let old_entry = self.entry(old);
                let was_folder = old_entry.as_ref().is_some_and(|it| it.kind == Kind::Folder);
                let change = match &old_entry {
                    // Twice in one layer: as it was the first time.
                    _ if old.0 == layer => {
                        changes.get(old.1 as usize).copied().unwrap_or(Change::Unknown)
                    }
                    Some(old) if was_folder && is_folder && same_metadata(old, entry) => {
                        Change::Same
                    }
                    _ => Change::Changed,
                };
                if !(was_folder && is_folder) {
                    self.remove(id, layer, Fate::Replaced);
                }
                change
            }
            Some((State::Implied, _)) if entry.path.is_root() => Change::Same,
            // A folder that no entry names, but something lies in it.
            Some((State::Implied, hidden)) => {
                let was_below = self.has_below(id, layer);
                if !is_folder {
                    self.remove(id, layer, Fate::Replaced);
                }
                match (was_below, hidden) {
                    (true, _) => Change::Changed,
                    (false, true) => Change::Added,
                    (false, false) => unknown,
                }
            }
            Some((_, true)) => Change::Added,
            _ => unknown,
        };
        self.nodes.set_state(id, State::Present { entry: place, content });
        if !is_folder {
            self.nodes.cut(id);
        }
        change
    }

    /// Whether an implied folder has anything of a layer below in it.
    fn has_below(&self, id: u32, layer: u32) -> bool {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            match self.nodes.state(id) {
                Some(State::Present { entry, .. }) if entry.0 < layer => return true,
                Some(State::Gone(_)) | None => {}
                Some(_) => open.extend(self.nodes.made(id)),
            }
        }
        false
    }

    /// The file at a path as the tree is now, for hard links.
    fn content_at(&self, path: &Path) -> Option<Place> {
        let mut at = 0;
        for part in path.parts() {
            at = self.nodes.child(at, part)?;
        }
        match self.nodes.state(at)? {
            State::Present { content, .. } => content,
            State::Implied | State::Gone(_) => None,
        }
    }

    /// The node of a path; it and its folders are made if they are not there. A folder takes
    /// the place of whatever else stood where something lies in it.
    fn make(&mut self, path: &Path, layer: u32) -> u32 {
        let mut at = 0;
        let mut parts = path.parts().peekable();
        while let Some(part) = parts.next() {
            let next = match self.nodes.child(at, part) {
                Some(child) => child,
                None => self.nodes.add(at, part),
            };
            if parts.peek().is_some() {
                self.make_folder(next, layer);
            }
            at = next;
        }
        at
    }

    fn make_folder(&mut self, id: u32, layer: u32) {
        let replaced = match self.nodes.state(id) {
            Some(State::Present { entry, .. }) => !self.is_folder(entry),
            Some(State::Gone(_)) => true,
            _ => false,
        };
        if replaced {
            self.remove(id, layer, Fate::Replaced);
            self.nodes.set_state(id, State::Implied);
            self.nodes.hide(id);
            self.nodes.cut(id);
        }
    }

    fn is_folder(&self, (layer, at): Place) -> bool {
        let layer = self.layers.get(layer as usize).and_then(Option::as_ref);
        layer.is_some_and(|layer| layer.entries.is_folder(at as usize))
    }

    /// Takes a node and all below it away; what the layers below wrote there is waste.
    fn remove(&mut self, id: u32, layer: u32, fate: Fate) {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let Some(state) = self.nodes.state(id) else { continue };
            // Nothing is present below what is gone.
            if let State::Gone(_) = state {
                continue;
            }
            self.nodes.set_state(id, State::Gone(layer));
            open.extend(self.nodes.made(id));
            match state {
                State::Gone(_) | State::Implied => {}
                State::Present { entry, .. } => {
                    let bytes = self.size(entry);
                    if entry.0 < layer && bytes > 0 {
                        let written = entry.0 as usize;
                        let file = FileId(id);
                        self.waste.push(Waste { file, written, by: layer as usize, bytes, fate });
                    }
                }
            }
        }
    }
}

fn same_metadata(a: &Entry, b: &Entry) -> bool {
    (a.mode, a.uid, a.gid) == (b.mode, b.uid, b.gid)
}
