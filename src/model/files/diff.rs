//! The files of two images, compared. A layer that both have is not read: what only it holds is
//! the same on both sides.

use super::merged::{Lookup, Spot};
use super::{Differences, Entry, FileId, Files, Found, Kind, Path};

/// How a path differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileSign {
    /// Only the second image has it.
    Added,
    /// Both have it, and it differs.
    Changed,
    /// Only the first image has it.
    Removed,
    /// The second image has it. Whether the first has it too, in a layer that was not read, is not
    /// known.
    WrittenInB,
    /// The same of the first image.
    WrittenInA,
}

impl FileSign {
    /// The same difference, told from the second image to the first.
    #[must_use]
    pub fn swapped(self) -> Self {
        match self {
            Self::Added => Self::Removed,
            Self::Changed => Self::Changed,
            Self::Removed => Self::Added,
            Self::WrittenInB => Self::WrittenInA,
            Self::WrittenInA => Self::WrittenInB,
        }
    }

    /// The word of the command line's JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::WrittenInA => "written_in_a",
            Self::WrittenInB => "written_in_b",
        }
    }
}

/// What one image has at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSide {
    /// What it is; of a hard link, the file that it names, under the link's path.
    pub entry: Entry,
    /// The layer (from 0, the lowest) that it is of.
    pub layer: usize,
    /// Where its content is: the layer, and the entry there. `None` if it is not a file.
    pub content: Option<(usize, Entry)>,
}

/// A path that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The path.
    pub path: Path,
    /// How it differs.
    pub sign: FileSign,
    /// What the first image has; `None` if it has nothing, or a layer that was not read has.
    pub a: Option<Box<FileSide>>,
    /// What the second image has.
    pub b: Option<Box<FileSide>>,
}

/// A property in which the two sides of a path differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFact {
    /// File, folder, link, …
    Kind,
    /// The size.
    Size,
    /// The content; the size may be the same.
    Content,
    /// The permissions.
    Mode,
    /// The owner or the group.
    Owner,
    /// Where a symbolic link points, or which device it is.
    Target,
}

impl FileFact {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "type",
            Self::Size => "size",
            Self::Content => "content",
            Self::Mode => "mode",
            Self::Owner => "owner",
            Self::Target => "target",
        }
    }
}

impl FileChange {
    /// Exchanges the images.
    pub fn swap(&mut self) {
        self.sign = self.sign.swapped();
        std::mem::swap(&mut self.a, &mut self.b);
    }

    /// What differs between the sides; empty if there is only one.
    #[must_use]
    pub fn facts(&self) -> Vec<FileFact> {
        match (&self.a, &self.b) {
            (Some(a), Some(b)) => facts(&a.entry, &b.entry),
            _ => Vec::new(),
        }
    }
}

fn facts(a: &Entry, b: &Entry) -> Vec<FileFact> {
    let (one, other) = (std::mem::discriminant(&a.kind), std::mem::discriminant(&b.kind));
    let same_kind = one == other;
    let contents = a.digest.zip(b.digest);
    let pairs = [
        (FileFact::Kind, !same_kind),
        (FileFact::Size, a.size != b.size),
        (FileFact::Content, contents.is_some_and(|(a, b)| a != b)),
        (FileFact::Mode, a.mode != b.mode),
        (FileFact::Owner, (a.uid, a.gid) != (b.uid, b.gid)),
        (FileFact::Target, same_kind && a.kind != b.kind),
    ];
    pairs.into_iter().filter(|(_, differs)| *differs).map(|(fact, _)| fact).collect()
}

/// What differs between the files of two images, as [`Differences`] tells it.
#[must_use]
pub fn diff(a: &Files, b: &Files) -> Vec<FileChange> {
    Differences::new(a, b).collect()
}

/// How what two images have at one path differs; `None` if it does not.
pub(super) fn judge(
    [a, b]: [&Files; 2],
    [spot_a, spot_b]: [Spot; 2],
    path: impl Fn() -> Path,
) -> Option<FileChange> {
    let (state_a, state_b) = (SideState::of(a, spot_a), SideState::of(b, spot_b));
    let sign = match (&state_a, &state_b) {
        (SideState::Missing, SideState::Missing) | (SideState::Unread, SideState::Unread) => {
            return None;
        }
        // A file below a link of a lower layer makes a folder in the link's place.
        (SideState::Implied(_), SideState::Known(side))
        | (SideState::Known(side), SideState::Implied(_))
            if side.entry.kind != Kind::Folder =>
        {
            FileSign::Changed
        }
        (SideState::Implied(_), _) | (_, SideState::Implied(_)) => return None,
        (SideState::Known(a), SideState::Known(b)) if facts(&a.entry, &b.entry).is_empty() => {
            return None;
        }
        (SideState::Known(_), SideState::Known(_)) => FileSign::Changed,
        (SideState::Known(_), SideState::Missing) | (SideState::Unread, SideState::Missing) => {
            FileSign::Removed
        }
        (SideState::Missing, SideState::Known(_)) | (SideState::Missing, SideState::Unread) => {
            FileSign::Added
        }
        // A layer names the folders of its files again; that says nothing.
        (SideState::Known(side), SideState::Unread)
        | (SideState::Unread, SideState::Known(side))
            if side.entry.kind == Kind::Folder =>
        {
            return None;
        }
        (SideState::Known(_), SideState::Unread) => FileSign::WrittenInA,
        (SideState::Unread, SideState::Known(_)) => FileSign::WrittenInB,
    };
    let path = path();
    let (a, b) = (state_a.side(a, &path), state_b.side(b, &path));
    Some(FileChange { path, sign, a: a.map(Box::new), b: b.map(Box::new) })
}

enum SideState {
    Known(Box<FileSide>),
    /// A folder that no entry names.
    Implied(FileId),
    Missing,
    Unread,
}

impl SideState {
    fn of(files: &Files, spot: Spot) -> Self {
        match spot.lookup(files) {
            Lookup::Missing => Self::Missing,
            Lookup::Unread => Self::Unread,
            Lookup::Found(found) => {
                let id = found.id;
                side(found).map_or(Self::Implied(id), |side| Self::Known(side.into()))
            }
        }
    }

    fn side(self, files: &Files, path: &Path) -> Option<FileSide> {
        match self {
            Self::Known(side) => Some(*side),
            Self::Implied(folder) => implied(files, folder, path),
            Self::Missing | Self::Unread => None,
        }
    }
}

fn side(found: Found) -> Option<FileSide> {
    let (entry, content) = (found.entry?, found.content);
    // Which name of a file came first is not a difference.
    let entry = match (&entry.kind, &content) {
        (Kind::HardLink(_), Some((_, file))) => Entry { path: entry.path, ..file.clone() },
        _ => entry,
    };
    Some(FileSide { entry, layer: found.layer?, content })
}

/// A folder that no entry names, as containerd v2.4.2 makes it (pkg/archive, mkparent).
fn implied(files: &Files, folder: FileId, path: &Path) -> Option<FileSide> {
    let entry = Entry {
        path: path.clone(),
        kind: Kind::Folder,
        size: 0,
        mode: 0o755,
        uid: 0,
        gid: 0,
        mtime: 0,
        digest: None,
    };
    Some(FileSide { entry, layer: files.lowest_below(folder)?, content: None })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::files::fixture::{files, layer};

    fn words(changes: &[FileChange]) -> String {
        let word = |it: &FileChange| {
            let facts: Vec<_> = it.facts().into_iter().map(FileFact::as_str).collect();
            format!("{} {} {}", it.sign.as_str(), it.path, facts.join("+")).trim_end().to_owned()
        };
        changes.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn paths_are_added_changed_removed_or_written_over_what_was_not_read() {
        for (a, b, expected) in [
            (&["x y"][..], &["x z"][..], "removed /y, added /z"),
            (&["x", "-x"], &["x"], "added /x"),
            (&["d/x d/y"], &["d/x d/y", "-d"], "removed /d/x, removed /d/y"),
            (&["x>a"], &["x>b"], "changed /x target"),
            (&["x"], &["x/"], "changed /x type+size"),
            (
                &["long-name n=long-name"],
                &["n long-name=n"],
                "changed /long-name size, changed /n size",
            ),
            // A folder in a link's place, which no entry names.
            (&["x>a", "x/y"], &["x>a"], "changed /x type, removed /x/y"),
            (&["x"], &["x", "x/y/z"], "changed /x type+size, added /x/y/z"),
            (&["?", "x>a"], &["?", "x>a", "x/y"], "changed /x type, added /x/y"),
            (&["x/ x/y"], &["x/y"], ""),
            // The layer that both have was not read.
            (&["?"], &["?", "x d/ -y"], "written_in_b /x, removed /y"),
            (&["?", "x"], &["?", "x>a"], "changed /x type+size"),
            (&["?", "x"], &["?", "-x"], "removed /x"),
            (&["?", "d/ d/x"], &["?", "!d"], "removed /d/x"),
            (&["?", "x"], &["?"], "written_in_a /x"),
        ] {
            assert_eq!(words(&diff(&files(a), &files(b))), expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn content_counts_where_it_was_read() {
        let with = |content: &[u8]| {
            let mut listing = (*layer("x").unwrap()).clone();
            let sum = crate::model::files::Checksum::of(content);
            listing.entries.set_checksums(vec![(0, sum)]);
            Files::merge(vec![Some(listing.into())])
        };
        assert_eq!(words(&diff(&with(b"1"), &with(b"2"))), "changed /x content");
        assert_eq!(diff(&with(b"1"), &with(b"1")), []);
    }

    fn layers() -> impl Strategy<Value = Vec<String>> {
        let words = proptest::collection::vec("[-!]?[ab](/[ab]){0,2}(/|>[ab])?", 0..8);
        let layer = prop_oneof![9 => words.prop_map(|it| it.join(" ")), 1 => Just("?".to_owned())];
        proptest::collection::vec(layer, 1..4)
    }

    proptest! {
        #[test]
        fn an_image_does_not_differ_from_itself(layers in layers()) {
            let layers: Vec<&str> = layers.iter().map(String::as_str).collect();
            prop_assert_eq!(diff(&files(&layers), &files(&layers)), []);
        }

        #[test]
        fn swapping_the_sides_mirrors_the_result(a in layers(), b in layers()) {
            let a = files(&a.iter().map(String::as_str).collect::<Vec<_>>());
            let b = files(&b.iter().map(String::as_str).collect::<Vec<_>>());
            let mut back = diff(&b, &a);
            back.iter_mut().for_each(FileChange::swap);
            prop_assert_eq!(diff(&a, &b), back);
        }

        #[test]
        fn paths_come_in_the_order_of_their_bytes_and_once(
            a in "([ab-]/?[ab-] ?){0,9}",
            b in "([ab-]/?[ab-] ?){0,9}",
        ) {
            let changes = diff(&files(&[&a]), &files(&[&b]));
            let paths: Vec<&[u8]> = changes.iter().map(|it| it.path.as_bytes()).collect();
            prop_assert!(paths.is_sorted_by(|one, other| one < other), "{changes:?}");
        }
    }
}
