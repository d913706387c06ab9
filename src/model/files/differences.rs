//! A walk through the files of two images at once.

use std::cmp::Ordering;

use super::diff::judge;
use super::merged::Spot;
use super::{FileChange, FileId, Files, Path};

/// What differs between the files of two images, one path after the other, in the order of their
/// bytes. Nothing is kept of what was told.
#[derive(Debug)]
pub struct Differences<'a> {
    files: [&'a Files; 2],
    /// The root, until it was looked at.
    root: Option<Both>,
    /// The folders in which the walk is, the innermost last.
    open: Vec<Folder>,
}

/// One path in both images.
type Both = [Spot; 2];

#[derive(Debug)]
struct Folder {
    at: Both,
    /// How many of its children were taken, in each image.
    taken: [usize; 2],
    /// Folders in it whose content comes later: `a-` and `a.b` come before `a/`. What is added
    /// comes before what is there.
    later: Vec<Both>,
}

impl<'a> Differences<'a> {
    /// Between the first image and the second. A layer of one digest may be left open on both sides
    /// ([`Files::merge`]).
    #[must_use]
    pub fn new(a: &'a Files, b: &'a Files) -> Self {
        let root = [Spot::root(a), Spot::root(b)];
        Self { files: [a, b], root: Some(root), open: vec![Folder::new(root)] }
    }

    /// The next path; what was told of a folder comes before what lies in it.
    fn step(&mut self) -> Option<Both> {
        if let Some(root) = self.root.take() {
            return Some(root);
        }
        let [a, b] = self.files;
        loop {
            let folder = self.open.last_mut()?;
            let [next_a, next_b] = folder.next([a, b]);
            let name = match (next_a.map(|it| a.name(it)), next_b.map(|it| b.name(it))) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
            let is_before = |it: &Both| {
                let whole = name_of([a, b], *it).iter().chain(b"/");
                name.is_none_or(|name| whole.cmp(name) == Ordering::Less)
            };
            if let Some(inner) = folder.later.pop_if(|it| is_before(it)) {
                self.open.push(Folder::new(inner));
                continue;
            }
            let Some(name) = name else {
                self.open.pop();
                continue;
            };
            let [own_a, own_b] = folder.at;
            let next_a = next_a.filter(|it| a.name(*it) == name);
            let next_b = next_b.filter(|it| b.name(*it) == name);
            folder.taken[0] += usize::from(next_a.is_some());
            folder.taken[1] += usize::from(next_b.is_some());
            let at = [own_a.down(a, next_a), own_b.down(b, next_b)];
            let is_inner = |files: &Files, it: Option<FileId>| {
                it.is_some_and(|it| files.child_at(it, 0).is_some())
            };
            if is_inner(a, next_a) || is_inner(b, next_b) {
                folder.later.push(at);
            }
            return Some(at);
        }
    }
}

impl Folder {
    fn new(at: Both) -> Self {
        Self { at, taken: [0, 0], later: Vec::new() }
    }

    fn next(&self, [a, b]: [&Files; 2]) -> [Option<FileId>; 2] {
        let [of_a, of_b] = self.at.map(|spot| spot.id);
        let [taken_a, taken_b] = self.taken;
        let of_a = of_a.and_then(|it| a.child_at(it, taken_a));
        [of_a, of_b.and_then(|it| b.child_at(it, taken_b))]
    }
}

fn name_of([a, b]: [&Files; 2], at: Both) -> &[u8] {
    match at.map(|spot| spot.id) {
        [Some(id), _] => a.name(id),
        [None, Some(id)] => b.name(id),
        [None, None] => &[],
    }
}

fn path_of([a, b]: [&Files; 2], at: Both) -> Path {
    match at.map(|spot| spot.id) {
        [Some(id), _] => a.path(id),
        [None, Some(id)] => b.path(id),
        [None, None] => Path::root(),
    }
}

impl Iterator for Differences<'_> {
    type Item = FileChange;

    fn next(&mut self) -> Option<FileChange> {
        loop {
            let at = self.step()?;
            let files = self.files;
            let is_spoken_of =
                |(files, spot): (&&Files, Spot)| spot.id.is_some_and(|id| files.is_spoken_of(id));
            if files.iter().zip(at).any(is_spoken_of)
                && let Some(change) = judge(files, at, || path_of(files, at))
            {
                return Some(change);
            }
        }
    }
}
