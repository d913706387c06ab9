//! Where the files of an archive lie in it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::paths::{Outside, hard_link, symbolic_link};

/// How many links may lead from one to the next.
const MAX_LINKS: usize = 16;

/// Files and links by their names.
#[derive(Debug, Default)]
pub(super) struct Entries(HashMap<String, Slot>);

#[derive(Debug)]
enum Slot {
    File { start: u64, len: u64 },
    SymbolicLink(String),
    HardLink(String),
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadLink {
    /// It leads out of the archive.
    Outside,
    /// It leads to itself, or through too many others.
    Endless,
}

impl Entries {
    /// Notes a file; `false` if the name is taken.
    pub(super) fn add_file(&mut self, name: String, start: u64, len: u64) -> bool {
        self.add(name, Slot::File { start, len })
    }

    /// Notes a symbolic link; `false` if the name is taken.
    pub(super) fn add_symbolic_link(&mut self, name: String, target: String) -> bool {
        self.add(name, Slot::SymbolicLink(target))
    }

    /// Notes a hard link; `false` if the name is taken.
    pub(super) fn add_hard_link(&mut self, name: String, target: String) -> bool {
        self.add(name, Slot::HardLink(target))
    }

    fn add(&mut self, name: String, slot: Slot) -> bool {
        match self.0.entry(name) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert(slot);
                true
            }
        }
    }

    /// Position and length of a file, links followed; `None` if there is none.
    pub(super) fn find(&self, name: &str) -> Result<Option<(u64, u64)>, BadLink> {
        let mut name = name.to_owned();
        for _ in 0..MAX_LINKS {
            let next = match self.0.get(&name) {
                None => return Ok(None),
                Some(Slot::File { start, len }) => return Ok(Some((*start, *len))),
                Some(Slot::SymbolicLink(target)) => symbolic_link(&name, target),
                Some(Slot::HardLink(target)) => hard_link(target),
            };
            name = next.map_err(|_: Outside| BadLink::Outside)?;
        }
        Err(BadLink::Endless)
    }

    /// The files in a folder, links followed, by their names in it, with their sizes; in no order.
    pub(super) fn folder(&self, folder: &str) -> impl Iterator<Item = (&str, u64)> {
        self.0.keys().filter_map(move |path| {
            let name =
                path.strip_prefix(folder)?.strip_prefix('/').filter(|it| !it.contains('/'))?;
            let (_, len) = self.find(path).ok()??;
            Some((name, len))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_inside_only() {
        let mut entries = Entries::default();
        assert!(entries.add_file("a/layer.tar".into(), 512, 7));
        assert!(!entries.add_file("a/layer.tar".into(), 512, 7));
        for (name, target) in [
            ("b/layer.tar", "../a/layer.tar"),
            ("c/layer.tar", "../b/layer.tar"),
            ("loop", "loop"),
            ("dangling", "nowhere"),
            ("climbs", "../a/layer.tar"),
            ("absolute", "/etc/passwd"),
        ] {
            assert!(entries.add_symbolic_link(name.into(), target.into()));
        }
        assert!(entries.add_hard_link("d/layer.tar".into(), "a/layer.tar".into()));
        for (name, expected) in [
            ("a/layer.tar", Ok(Some((512, 7)))),
            ("c/layer.tar", Ok(Some((512, 7)))),
            ("d/layer.tar", Ok(Some((512, 7)))),
            ("dangling", Ok(None)),
            ("nothing", Ok(None)),
            ("loop", Err(BadLink::Endless)),
            ("climbs", Err(BadLink::Outside)),
            ("absolute", Err(BadLink::Outside)),
        ] {
            assert_eq!(entries.find(name), expected, "{name}");
        }
        assert!(entries.add_file("a/deeper/layer.tar".into(), 1024, 9));
        let of_folder = |folder| entries.folder(folder).collect::<Vec<_>>();
        for (folder, expected) in
            [("a", vec![("layer.tar", 7)]), ("d", vec![("layer.tar", 7)]), ("nothing", Vec::new())]
        {
            assert_eq!(of_folder(folder), expected, "{folder}");
        }
    }
}
