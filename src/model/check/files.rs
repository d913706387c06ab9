//! The files of an image: its layers on top of each other, as far as they are known.

use std::collections::{BTreeMap, HashSet};

use super::ask::{Ask, Step};
use super::layer::{Found, LayerState};
use super::path;
use crate::model::files::program::Contents;

/// How many links Linux follows (`MAXSYMLINKS`).
const LINKS: usize = 40;

/// The layers of one image.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// Base first.
    pub layers: Vec<LayerState>,
    /// Whether names are Windows names.
    pub windows: bool,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    File(File),
    /// It is there and is no file; the word.
    NoFile(&'static str),
    Missing,
    /// Links without an end.
    Loop,
    /// A layer that decides cannot be read; its position and the reason.
    Unreadable(usize, String),
}

/// A file of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    /// The name in the layer.
    pub(super) name: String,
    pub(super) layer: usize,
    pub(super) executable: bool,
    pub(super) contents: Option<Contents>,
}

/// One look, without following what it finds.
enum Look {
    Target(Target),
    Link(String),
}

impl Layers {
    /// So many layers of which nothing is known.
    #[must_use]
    pub fn new(count: usize, windows: bool) -> Self {
        Self { layers: vec![LayerState::Unread; count], windows }
    }

    /// What a path leads to. Folders of which no layer says otherwise are taken for folders: that
    /// a file in the top layer is named below a link in the base is not looked for.
    pub(super) fn resolve(&self, path: &str) -> Step<Target> {
        let mut name = if self.windows { path::windows(path) } else { path::normal(path) };
        for _ in 0..=LINKS {
            match self.look(&name) {
                Step::Ask(ask) => return Step::Ask(ask),
                Step::Done(Look::Target(target)) => return Step::Done(target),
                Step::Done(Look::Link(next)) => {
                    name = path::normal(&next);
                    if self.windows {
                        name = name.to_lowercase();
                    }
                }
            }
        }
        Step::Done(Target::Loop)
    }

    fn look(&self, name: &str) -> Step<Look> {
        let done = |target| Step::Done(Look::Target(target));
        let mut folder = false;
        // Folders that a layer states: what is below them is a folder no more.
        let mut stated: HashSet<&str> = HashSet::new();
        for (number, layer) in self.layers.iter().enumerate().rev() {
            let view = match layer {
                LayerState::Read(view) => view,
                LayerState::Unread => {
                    return Step::Ask(Ask { layer: number, path: name.to_owned() });
                }
                LayerState::Unreadable(why) => {
                    return done(Target::Unreadable(number, why.clone()));
                }
            };
            match view.get(name) {
                Some(Found::File { executable, contents }) => {
                    return done(Target::File(File {
                        name: name.to_owned(),
                        layer: number,
                        executable: *executable,
                        contents: contents.as_deref().cloned(),
                    }));
                }
                Some(Found::Symlink(to)) => {
                    return Step::Done(Look::Link(path::join(path::parent(name), to)));
                }
                Some(Found::Hardlink(to)) => {
                    // Another name in the same archive; anything else is a link to nothing.
                    return Step::Done(Look::Link(to.to_string()));
                }
                Some(Found::Folder { stated: true }) => return done(Target::NoFile("a folder")),
                Some(Found::Other) => return done(Target::NoFile("a device")),
                Some(Found::Whiteout) => return done(Target::Missing),
                Some(Found::Folder { stated: false }) => folder = true,
                None => {}
            }
            if !view.is_complete() {
                return Step::Ask(Ask { layer: number, path: name.to_owned() });
            }
            if view.is_opaque("") {
                return done(Target::Missing);
            }
            for above in path::above(name) {
                match view.get(above) {
                    Some(Found::Symlink(to)) if !stated.contains(above) => {
                        let rest = name.strip_prefix(above).unwrap_or_default();
                        let to = path::join(path::parent(above), to);
                        return Step::Done(Look::Link(format!("{to}{rest}")));
                    }
                    Some(
                        Found::Whiteout | Found::File { .. } | Found::Hardlink(_) | Found::Other,
                    ) => return done(Target::Missing),
                    Some(Found::Folder { stated: true }) => {
                        stated.insert(above);
                    }
                    _ => {}
                }
                if view.is_opaque(above) {
                    return done(Target::Missing);
                }
            }
        }
        done(if folder { Target::NoFile("a folder") } else { Target::Missing })
    }

    /// The files that the layers show together, with the position of the layer that has each;
    /// links are left out. Layers that were not read to their end show what was read.
    pub(super) fn merged(&self) -> BTreeMap<&str, (usize, &Found)> {
        let mut merged: BTreeMap<&str, (usize, &Found)> = BTreeMap::new();
        for (number, layer) in self.layers.iter().enumerate() {
            let LayerState::Read(view) = layer else { continue };
            let hides = |name: &str| {
                view.is_opaque("")
                    || matches!(view.get(name), Some(found) if !matches!(found, Found::Folder { .. }))
                    || path::above(name).any(|above| {
                        view.is_opaque(above)
                            || matches!(view.get(above), Some(it) if !matches!(it, Found::Folder { .. }))
                    })
            };
            merged.retain(|name, _| !hides(name));
            merged.extend(
                view.entries()
                    .filter(|(_, found)| matches!(found, Found::File { .. }))
                    .map(|(name, found)| (name, (number, found))),
            );
        }
        merged
    }
}
