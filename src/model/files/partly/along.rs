//! What the layers show along one path: the entries that lie on it, merged.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Held, LayerState, LayerView, Layers};
use crate::model::files::follow::Look;
use crate::model::files::{Entry, Files, Found, Kind, Listing, Lookup, Path};

/// How many names a file may have that are hard links of each other.
const NAMES: usize = 40;

/// The layers above the first that was not read to its end, merged along one path.
pub(super) struct Along<'a> {
    layers: &'a Layers,
    path: Path,
    /// The lowest layer of [`Along::files`], or the one that was not read to its end below it.
    base: usize,
    files: Files,
    /// The same with what was read of that layer.
    partial: Option<Files>,
}

/// What is at a path.
pub(super) struct Hit<'a> {
    pub(super) kind: Option<Kind>,
    /// Where a file's content is: the position of the layer, the name there, and what it holds.
    pub(super) file: Option<(usize, Path, &'a Held)>,
}

impl<'a> Along<'a> {
    pub(super) fn new(layers: &'a Layers, path: &Path) -> Self {
        let open = layers.open();
        let above = open.map_or(0, |open| open + 1);
        let views: Vec<&LayerView> = layers.layers.iter().filter_map(LayerState::view).collect();
        let names = names(path, &views);
        let slice = |view: &LayerView, marks| Some(Arc::new(view.along(&names, marks)));
        let read = layers.layers.iter().skip(above).filter_map(LayerState::view);
        let read = read.map(|view| slice(view, true));
        let merge = |below: Vec<Option<Arc<Listing>>>| {
            Files::merge(below.into_iter().chain(read.clone()).collect())
        };
        let partial = open.and_then(|open| layers.layers.get(open)?.view());
        Self {
            layers,
            path: path.clone(),
            base: open.unwrap_or(0),
            files: merge(if open.is_some() { vec![None] } else { Vec::new() }),
            // What it removes may come again before it ends; what it holds is good enough.
            partial: partial.map(|view| merge(vec![None, slice(view, false)])),
        }
    }

    /// Whether all that lies on the way to this path was merged.
    pub(super) fn covers(&self, path: &Path) -> bool {
        self.path.is_within(path)
    }

    pub(super) fn look(&self, path: &Path) -> Look<Hit<'a>> {
        match self.files.lookup(path) {
            Lookup::Found(found) => self.found(&found, self.base),
            Lookup::Missing => Look::Missing,
            Lookup::Unread => match self.partial.as_ref().map(|files| files.lookup(path)) {
                // What a hard link names may come later.
                Some(Lookup::Found(found)) if is_open_link(&found) => Look::Unread,
                // One layer more lies below these.
                Some(Lookup::Found(found)) => self.found(&found, self.base.wrapping_sub(1)),
                _ => Look::Unread,
            },
        }
    }

    fn found(&self, found: &Found, base: usize) -> Look<Hit<'a>> {
        let file = found.content.as_ref().and_then(|(layer, entry)| {
            let layer = base.wrapping_add(*layer);
            let held = self.layers.layers.get(layer)?.view()?.get(entry.path.as_bytes())?;
            Some((layer, entry.path.clone(), held))
        });
        match found.entry.as_ref().map(|entry| entry.kind.clone()) {
            Some(Kind::Symlink(target)) => Look::Link(target, Hit { kind: None, file: None }),
            kind => Look::Found(Hit { kind, file }),
        }
    }
}

fn is_open_link(found: &Found) -> bool {
    let is_link = |entry: &Entry| matches!(entry.kind, Kind::HardLink(_));
    found.entry.as_ref().is_some_and(is_link) && found.content.is_none()
}

/// The path, and every name whose content it may have as a hard link.
fn names(path: &Path, views: &[&LayerView]) -> Vec<Path> {
    let mut names = vec![path.clone()];
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        for view in views {
            if let Some(Held::HardLink(target)) = view.get(name.as_bytes())
                && names.len() < NAMES
                && !names.contains(target)
            {
                names.push(target.clone());
            }
        }
        at += 1;
    }
    names
}

impl LayerView {
    /// The entries along these paths; what a hard link names comes before it. With the marks that
    /// remove something if `marks` says so.
    fn along(&self, names: &[Path], marks: bool) -> Listing {
        let mut listing = Listing::empty();
        for name in names.iter().rev() {
            let root: &[u8] = &[];
            for part in std::iter::once(root).chain(name.above()).chain([name.as_bytes()]) {
                self.add_to(&mut listing, part, marks);
            }
        }
        listing
    }

    /// The entries at these paths, what removes something among them.
    pub(super) fn at(&self, paths: &BTreeSet<&[u8]>) -> Listing {
        let mut listing = Listing::empty();
        for path in paths {
            self.add_to(&mut listing, path, true);
        }
        listing
    }

    fn add_to(&self, listing: &mut Listing, path: &[u8], marks: bool) {
        let mut add = |kind| listing.add(entry(Path::regular(path), kind), true);
        if marks && self.whiteouts().contains(path) {
            add(Kind::Whiteout);
        }
        if marks && self.opaque().contains(path) {
            add(Kind::Opaque);
        }
        if let Some(held) = self.get(path) {
            add(held.kind());
        }
    }
}

fn entry(path: Path, kind: Kind) -> Entry {
    Entry { path, kind, size: 0, mode: 0, uid: 0, gid: 0, mtime: 0, digest: None }
}
