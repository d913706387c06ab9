//! The layers of an image, as far as they are known.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::along::{Along, Hit};
use super::{Access, Ask, Held, LayerView, Step};
use crate::model::files::follow::follow;
use crate::model::files::program::Contents;
use crate::model::files::{Files, Kind, Lookup, Path, Resolved};

/// The layers of one image.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// Base first.
    pub layers: Vec<LayerState>,
    /// Whether names are Windows names.
    pub windows: bool,
}

/// How far a layer was read.
#[derive(Debug, Clone, Default)]
pub enum LayerState {
    /// Nobody read it.
    #[default]
    Unread,
    /// It was read, perhaps not to its end.
    Read(Arc<LayerView>),
    /// It cannot be read; the reason.
    Unreadable(String),
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// A file.
    File(Placed),
    /// It is there and is not a file; the word.
    NoFile(&'static str),
    /// Nothing.
    Missing,
    /// Links without an end.
    Loop,
    /// A layer that decides cannot be read; its position and the reason.
    Unreadable(usize, String),
}

/// A file of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The name in the layer.
    pub name: Path,
    /// The position of the layer, from 0, base first.
    pub layer: usize,
    /// Who may run it.
    pub access: Access,
    /// The folders on the way to it, the outermost first, that not everybody may enter, as far as they
    /// were read.
    pub closed: Vec<(Path, Access)>,
    /// What it is, if its first bytes were read.
    pub contents: Option<Contents>,
}

impl Layers {
    /// So many layers of which nothing is known.
    #[must_use]
    pub fn new(count: usize, windows: bool) -> Self {
        Self { layers: vec![LayerState::Unread; count], windows }
    }

    /// What a path leads to, its symbolic links followed as a process in the container follows
    /// them. Names of Windows have to be in small letters.
    #[must_use]
    pub fn resolve(&self, path: &Path) -> Step<Leads> {
        let mut along: Option<Along<'_>> = None;
        let resolved = follow(path, true, |next, wanted| {
            let known = along.take().filter(|along| along.covers(next));
            along.insert(known.unwrap_or_else(|| Along::new(self, wanted))).look(next)
        });
        Step::Done(match resolved {
            Resolved::Found(path, hit) => leads(hit, || self.closed(&path)),
            Resolved::Missing(_) => Leads::Missing,
            Resolved::Endless => Leads::Loop,
            Resolved::Unread(path) => {
                let open = self.open().unwrap_or_default();
                match self.layers.get(open) {
                    Some(LayerState::Unreadable(why)) => Leads::Unreadable(open, why.clone()),
                    _ => return Step::Ask(Ask { layer: open, path }),
                }
            }
        })
    }

    /// The folders above a path that not everybody may enter. The highest layer that has a folder, or
    /// removes one on the way to it, says who may; if it names it without an entry of its own, engines
    /// give it permissions of their choice.
    fn closed(&self, path: &Path) -> Vec<(Path, Access)> {
        let access = |folder: &[u8]| {
            let removes = |view: &LayerView| {
                let path = Path::regular(folder);
                let mut way = path.above().chain([folder]);
                way.any(|it| view.whiteouts().contains(it) || view.opaque().contains(it))
            };
            let mut views = self.layers.iter().rev().filter_map(LayerState::view);
            let view = views.find(|view| view.get(folder).is_some() || removes(view))?;
            match view.get(folder) {
                Some(Held::Folder(access)) => *access,
                _ => None,
            }
        };
        let above = std::iter::once(&[][..]).chain(path.above());
        let known = above.filter_map(|it| Some((Path::regular(it), access(it)?)));
        known.filter(|(_, access)| !access.is_open()).collect()
    }

    /// The highest layer that was not read to its end.
    pub(super) fn open(&self) -> Option<usize> {
        self.layers.iter().rposition(|layer| layer.view().is_none_or(|view| !view.is_complete()))
    }

    /// Those of the wanted files that the layers show together, with the position of the layer that
    /// has each, by their paths; links are left out. Layers that were not read to their ends show
    /// what was read. Only what lies on the way to a wanted file is merged: programs are few among
    /// the files of an image.
    #[must_use]
    pub fn merged(&self, wanted: impl Fn(&Held) -> bool) -> Vec<(Path, usize, &Held)> {
        let views = || self.layers.iter().filter_map(LayerState::view);
        let named = views().flat_map(LayerView::entries).filter(|(_, held)| wanted(held));
        let names: HashMap<&[u8], &Path> = named.map(|(it, _)| (it.as_bytes(), it)).collect();
        // What is below such a file makes a folder of it; there is always something right below.
        let below = |path: &&Path| path.above().any(|folder| names.contains_key(folder));
        let inside =
            |path: &&Path| path.above().next_back().is_some_and(|it| names.contains_key(it));
        let entries = views().flat_map(LayerView::entries).map(|(path, _)| path).filter(inside);
        let marks = views().flat_map(|view| view.whiteouts().iter().chain(view.opaque()));
        let mut parts: BTreeSet<&[u8]> = BTreeSet::from([&[][..]]);
        for path in names.values().copied().chain(entries).chain(marks.filter(below)) {
            parts.extend(path.above().chain([path.as_bytes()]));
        }
        let listing = |layer: &LayerState| Some(Arc::new(layer.view()?.at(&parts)));
        let files = Files::merge(self.layers.iter().map(listing).collect());
        let shown = |name: &Path| {
            let Lookup::Found(found) = files.lookup(name) else { return None };
            let is_file = found.entry.is_some_and(|entry| entry.kind == Kind::File);
            let layer = found.layer.filter(|_| is_file)?;
            let held = self.layers.get(layer)?.view()?.get(name.as_bytes())?;
            wanted(held).then(|| (name.clone(), layer, held))
        };
        let mut names: Vec<&Path> = names.into_values().collect();
        names.sort();
        names.into_iter().filter_map(shown).collect()
    }
}

impl LayerState {
    /// What was read of it.
    pub(super) fn view(&self) -> Option<&LayerView> {
        match self {
            Self::Read(view) => Some(view),
            Self::Unread | Self::Unreadable(_) => None,
        }
    }
}

fn leads(hit: Hit<'_>, closed: impl FnOnce() -> Vec<(Path, Access)>) -> Leads {
    if let Some((layer, name, Held::File { access, contents })) = hit.file {
        let (access, contents) = (*access, contents.as_deref().cloned());
        return Leads::File(Placed { name, layer, access, closed: closed(), contents });
    }
    match hit.kind {
        None | Some(Kind::Folder) => Leads::NoFile("a folder"),
        Some(Kind::CharacterDevice(..) | Kind::BlockDevice(..) | Kind::Fifo) => {
            Leads::NoFile("a device")
        }
        // A hard link to nothing.
        _ => Leads::Missing,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::files::{Entry, Listing, Target};

    fn entries() -> impl Strategy<Value = Vec<(Path, Kind, bool)>> {
        let path = proptest::collection::vec(prop_oneof!["a", "b", "c"], 1..4);
        let path = path.prop_map(|parts| Path::from(parts.join("/").as_str()));
        let kind = prop_oneof![
            4 => Just(Kind::File),
            2 => Just(Kind::Folder),
            1 => Just(Kind::Symlink(Target::new(b"b".to_vec()))),
            1 => Just(Kind::HardLink(Path::from("a/b"))),
            1 => Just(Kind::Whiteout),
            1 => Just(Kind::Opaque),
        ];
        proptest::collection::vec((path, kind, any::<bool>()), 0..10)
    }

    fn view(entries: Vec<(Path, Kind, bool)>) -> LayerView {
        let mut view = LayerView::default();
        for (path, kind, is_told) in entries {
            let entry =
                Entry { path, kind, size: 0, mode: 0, uid: 0, gid: 0, mtime: 0, digest: None };
            let name = view.add(&entry, false).unwrap();
            if is_told {
                view.tell(&name, Contents::Data);
            }
        }
        view
    }

    proptest! {
        #[test]
        fn wanted_files_are_those_of_the_whole_tree(
            layers in proptest::collection::vec(entries(), 0..4),
        ) {
            let mut image = Layers::new(0, false);
            image.layers.extend(layers.into_iter().map(|it| LayerState::Read(Arc::new(view(it)))));
            let is_told = |held: &Held| matches!(held, Held::File { contents: Some(_), .. });

            // All that any layer says, merged, and the files of that tree.
            let views: Vec<&LayerView> = image.layers.iter().filter_map(LayerState::view).collect();
            let mut paths: BTreeSet<&[u8]> = BTreeSet::from([&[][..]]);
            for view in &views {
                let marks = view.whiteouts().iter().chain(view.opaque());
                paths.extend(view.entries().map(|(path, _)| path).chain(marks).map(Path::as_bytes));
            }
            let whole: Vec<Option<Arc<Listing>>> =
                views.iter().map(|view| Some(Arc::new(view.at(&paths)))).collect();
            let files = Files::merge(whole);
            let (mut open, mut expected) = (vec![files.root()], Vec::new());
            while let Some(id) = open.pop() {
                open.extend(files.children(id));
                let found = files.get(id).unwrap();
                if let (Some(entry), Some(layer)) = (&found.entry, found.layer)
                    && entry.kind == Kind::File
                    && is_told(views[layer].get(files.path(id).as_bytes()).unwrap())
                {
                    expected.push((files.path(id), layer));
                }
            }
            expected.sort();
            let found = image.merged(is_told);
            prop_assert!(found.iter().all(|(_, _, held)| is_told(held)));
            let found: Vec<(Path, usize)> =
                found.into_iter().map(|(path, layer, _)| (path, layer)).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
