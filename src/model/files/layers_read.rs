//! Which layers the files of two images were compared from.

use super::{Files, Kind, Lookup};
use crate::oci::{Digest, Failure};
use crate::text::{bytes, plural};

/// Which layers were read to compare the files of two images.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LayersRead {
    /// The layers that only one of the images has: how many, and their bytes.
    pub differ: (usize, u64),
    /// The layers that both have and whose files are known all the same.
    pub looked_into: (usize, u64),
    /// The layers whose files are not known.
    pub unread: Vec<UnreadLayer>,
}

/// A layer whose files are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadLayer {
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes, as its descriptor says.
    pub size: u64,
    /// Its number (from 1) in the first and in the second image; `None` if it is not of that.
    pub numbers: [Option<usize>; 2],
    /// It does not lie at the bottom of both images under nothing but what both have, so what it
    /// writes or removes may hide a difference that is listed.
    pub covers: bool,
    /// Why it could not be read; `None` if it did not have to be.
    pub failure: Option<Failure>,
}

impl LayersRead {
    /// Exchanges the images: the layers of the one that is now the first come first.
    pub fn swap(&mut self) {
        self.unread.iter_mut().for_each(|layer| layer.numbers.reverse());
        self.unread.sort_by_key(|layer| {
            let [a, b] = layer.numbers;
            (a.is_none(), a, b)
        });
    }

    /// The layers that could not be read, and why.
    pub fn failed(&self) -> impl Iterator<Item = (&UnreadLayer, &Failure)> {
        self.unread.iter().filter_map(|layer| Some((layer, layer.failure.as_ref()?)))
    }

    /// How many layers differ: `2 layers differ, 20 kB`.
    #[must_use]
    pub fn differing(&self) -> String {
        match self.differ {
            (0, _) => "no layer differs".to_owned(),
            (1, size) => format!("1 layer differs, {}", bytes(size)),
            (number, size) => format!("{} differ, {}", plural(number, "layer"), bytes(size)),
        }
    }

    /// What is known of the layers that both have, and what is not: a sentence each.
    #[must_use]
    pub fn left_open(&self) -> Vec<String> {
        let mut out = Vec::new();
        if let (number @ 1.., size) = self.looked_into {
            let layers = plural(number, "layer");
            out.push(format!("looked into: {layers} that both have, {}", bytes(size)));
        }
        let left = || self.unread.iter().filter(|layer| layer.failure.is_none());
        if left().next().is_some() {
            out.push(format!(
                "not read: {} that both have; what is written over a file there counts as added",
                plural(left().count(), "layer")
            ));
        }
        out.extend(left().filter(|layer| layer.covers).map(|layer| {
            let name = layer.name();
            format!(
                "{name}, not read, lies over layers that differ: a file that it replaces or removes \
                 is listed all the same"
            )
        }));
        out
    }
}

impl UnreadLayer {
    /// `layer 2 of A`, `layer 3 of both`, `layer 2 of A and 3 of B`.
    #[must_use]
    pub fn name(&self) -> String {
        match self.numbers {
            [Some(a), Some(b)] if a == b => format!("layer {a} of both"),
            [Some(a), Some(b)] => format!("layer {a} of A and {b} of B"),
            [Some(a), None] => format!("layer {a} of A"),
            [None, Some(b)] => format!("layer {b} of B"),
            [None, None] => "a layer".to_owned(),
        }
    }
}

/// Whether one of two images hides what the other shows of a layer that was not read: with a
/// whiteout, an opaque mark, or a file where the other has a folder. A file written over what
/// nobody knows is told otherwise ([`FileSign::WrittenInA`](super::FileSign)).
#[must_use]
pub fn hides_unread(a: &Files, b: &Files) -> bool {
    hides(a, b) || hides(b, a)
}

fn hides(one: &Files, other: &Files) -> bool {
    one.cuts().any(|cut| {
        let overwrites = cut.kind.is_some_and(|kind| kind != Kind::Folder) && !cut.removed;
        other.is_open(&cut.path) && !(overwrites && other.lookup(&cut.path) == Lookup::Unread)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::model::files::fixture::files;
    use crate::model::files::{Path, diff};

    /// Layers in which what is a folder stays one: `a` and `b`, and files `c` and `d`.
    fn layers() -> impl Strategy<Value = Vec<String>> {
        let word = prop_oneof![
            12 => "([ab]/){0,2}[cd]",
            1 => "-([ab]/){0,2}[cd]|[-!]([ab]/)?[ab]",
        ];
        let layer = proptest::collection::vec(word, 0..5).prop_map(|words| words.join(" "));
        proptest::collection::vec(layer, 1..3)
    }

    proptest! {
        /// Where nothing is hidden, the comparison without the base names every path that the
        /// comparison with it does.
        #[test]
        fn what_a_base_would_add_to_the_result_is_never_missed(
            base in layers(),
            a in layers(),
            b in layers(),
        ) {
            let image = |base: &[String], own: &[String]| {
                files(&base.iter().chain(own).map(String::as_str).collect::<Vec<_>>())
            };
            let open: Vec<String> = base.iter().map(|_| "?".to_owned()).collect();
            let (open_a, open_b) = (image(&open, &a), image(&open, &b));
            prop_assume!(!hides_unread(&open_a, &open_b));
            let paths = |a: &Files, b: &Files| -> BTreeSet<Path> {
                diff(a, b).into_iter().map(|it| it.path).collect()
            };
            let known = paths(&open_a, &open_b);
            let all = paths(&image(&base, &a), &image(&base, &b));
            prop_assert!(all.is_subset(&known), "{all:?} {known:?}");
        }
    }

    #[test]
    fn what_one_image_alone_hides_of_an_unread_layer_is_told() {
        for (a, b, expected) in [
            // The opaque mark of A hides what B shows.
            (&["?", "!d -e d/z"][..], &["?", "d/z"][..], true),
            (&["?", "!d d/z"], &["?", "x"], true),
            (&["?", "-e"], &["?", "d/z"], true),
            (&["?", "!d"], &["?", "!d d/ d/z"], false),
            (&["?", "-d"], &["?", "-d d/z"], false),
            // Both hide all of it in another way.
            (&["?", "-d"], &["?", "d"], false),
            (&["?", "!"], &["?", "x"], true),
            // Hidden above, the mark below says nothing more.
            (&["?", "-d -d/e"], &["?", "-d"], false),
            (&["?", "x"], &["?"], false),
            (&["?", "d/x"], &["?", "d/y"], false),
            // A file where the other has a folder of its own.
            (&["?", "d"], &["?", "d/x"], true),
            (&["?", "-d", "d"], &["?"], true),
            // Nothing is unread.
            (&["d/x", "!d"], &["d/x"], false),
        ] {
            assert_eq!(hides_unread(&files(a), &files(b)), expected, "{a:?} {b:?}");
            assert_eq!(hides_unread(&files(b), &files(a)), expected, "{b:?} {a:?}");
        }
    }

    #[test]
    fn what_was_not_read_is_said() {
        let layer = |numbers, covers, failure| UnreadLayer {
            digest: Digest::sha256(b"layer"),
            size: 1000,
            numbers,
            covers,
            failure,
        };
        let failure = Failure::new(crate::oci::Class::NotFound, "layer", "it is not there");
        let read = LayersRead {
            differ: (2, 20_000),
            looked_into: (1, 3000),
            unread: vec![
                layer([Some(1), Some(1)], false, None),
                layer([Some(4), Some(3)], true, None),
                layer([None, Some(2)], true, Some(failure.clone())),
            ],
        };
        assert_eq!(read.differing(), "2 layers differ, 20 kB");
        assert_eq!(
            read.left_open(),
            [
                "looked into: 1 layer that both have, 3.0 kB",
                "not read: 2 layers that both have; what is written over a file there counts as added",
                "layer 4 of A and 3 of B, not read, lies over layers that differ: a file that it \
                 replaces or removes is listed all the same",
            ]
        );
        let failed: Vec<_> = read.failed().map(|(layer, why)| (layer.name(), why)).collect();
        assert_eq!(failed, [("layer 2 of B".to_owned(), &failure)]);
        let mut swapped = read.clone();
        swapped.swap();
        let names: Vec<_> = swapped.unread.iter().map(UnreadLayer::name).collect();
        assert_eq!(names, ["layer 1 of both", "layer 2 of A", "layer 3 of A and 4 of B"]);
        swapped.swap();
        assert_eq!(swapped, read);
        assert_eq!(LayersRead::default().differing(), "no layer differs");
    }
}
