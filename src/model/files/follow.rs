//! Following a path through symbolic links, as a process in the container does (Linux
//! `path_resolution(7)`).

use super::{Path, Target};

/// How many symbolic links may be followed for one path (`MAXSYMLINKS`).
const MAX_LINKS: usize = 40;

/// How many parts a path may grow to while links are followed (`PATH_MAX` is 4096 bytes).
const MAX_DEPTH: usize = 4096;

/// Where a path leads with its symbolic links followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved<T> {
    /// To this file or folder; its path without links.
    Found(Path, T),
    /// To this path, which is not there.
    Missing(Path),
    /// To this path, which a layer that was not read may hold.
    Unread(Path),
    /// In a circle, or through more than 40 links.
    Endless,
}

/// Where a path leads through these symbolic links, its last part not followed; whatever is not a
/// link is taken to be there. `None` if the links do not end.
pub(crate) fn follow_links(path: &Path, link: impl Fn(&Path) -> Option<Target>) -> Option<Path> {
    let resolved = follow(path, false, |next, _| match link(next) {
        Some(target) => Look::Link(target, ()),
        None => Look::Found(()),
    });
    match resolved {
        Resolved::Found(path, ()) => Some(path),
        _ => None,
    }
}

/// What is at a path, its last part not followed.
pub(super) enum Look<T> {
    /// A symbolic link to this target.
    Link(Target, T),
    /// Anything else.
    Found(T),
    Missing,
    Unread,
}

/// Follows the links on the way, and the last part too if `last` says so. `look` is given each path
/// on the way, and the path that is wanted in the end as far as it can be told without links.
pub(super) fn follow<T>(
    path: &Path,
    last: bool,
    mut look: impl FnMut(&Path, &Path) -> Look<T>,
) -> Resolved<T> {
    let mut left: Vec<Vec<u8>> = path.parts().rev().map(<[u8]>::to_vec).collect();
    let mut here = Path::root();
    let mut links = 0;
    while let Some(part) = left.pop() {
        match part.as_slice() {
            b"." => continue,
            b".." => {
                here = here.parent().unwrap_or_default();
                continue;
            }
            _ => {}
        }
        let next = here.join(&part);
        let rest: Vec<&[u8]> = left.iter().rev().map(Vec::as_slice).collect();
        let wanted = next.join(&rest.join(&b'/'));
        match look(&next, &wanted) {
            Look::Missing => return Resolved::Missing(wanted),
            Look::Unread => return Resolved::Unread(wanted),
            Look::Link(target, _) if last || !left.is_empty() => {
                links += 1;
                if links > MAX_LINKS || left.len() > MAX_DEPTH {
                    return Resolved::Endless;
                }
                let target = target.as_bytes();
                if target.first() == Some(&b'/') {
                    here = Path::root();
                }
                // An empty part in front of the rest would make a path from the root of it.
                let parts = target.split(|byte| *byte == b'/').filter(|part| !part.is_empty());
                left.extend(parts.rev().map(<[u8]>::to_vec));
            }
            Look::Found(_) | Look::Link(..) => here = next,
        }
    }
    match look(&here, &here) {
        Look::Found(found) | Look::Link(_, found) => Resolved::Found(here, found),
        Look::Unread => Resolved::Unread(here),
        Look::Missing => Resolved::Missing(here),
    }
}
