use proptest::prelude::*;

use super::fixture::files;
use super::*;
use crate::model::files::Resolved;

/// Every path that shows with its layer; `/` behind folders.
fn shown(files: &Files) -> String {
    let mut out = Vec::new();
    let mut open = vec![files.root()];
    while let Some(id) = open.pop() {
        if id != files.root() {
            let found = files.get(id).unwrap();
            let layer = found.layer.map_or("·".to_owned(), |layer| layer.to_string());
            let slash = if found.is_folder() { "/" } else { "" };
            out.push(format!("{}{slash}@{layer}", files.path(id)));
        }
        open.extend(files.children(id).rev());
    }
    out.join(" ")
}

#[test]
fn layers_are_applied_in_their_order() {
    for (layers, expected) in [
        (&["a b", "b c"][..], "/a@0 /b@1 /c@1"),
        (&["a d/x d/y", "-d/x"], "/a@0 /d/@· /d/y@0"),
        (&["d/ d/x d/s/y", "-d"], ""),
        (&["d/ d/x", "-d", "d/z"], "/d/@· /d/z@2"),
        // A whiteout does not concern its own layer, whatever comes first.
        (&["d/x", "d/y !d"], "/d/@· /d/y@1"),
        (&["a", "a -a"], "/a@1"),
        (&["d/x", "d"], "/d@1"),
        (&["d", "d/x"], "/d/@· /d/x@1"),
        (&["l>d d/x", "l/y"], "/d/@· /d/x@0 /l/@· /l/y@1"),
        (&["d/ d/x", "d/"], "/d/@1 /d/x@0"),
        (&["a a", "-b"], "/a@0"),
        (&["./", "-."], ""),
    ] {
        assert_eq!(shown(&files(layers)), expected, "{layers:?}");
    }
}

#[test]
fn each_entry_tells_what_it_does_to_the_layers_below() {
    use Change::{Added, Changed, Removed, Same, Unknown};
    for (layers, expected) in [
        (&["a d/x", "a b d/ d/x/ -c"][..], &[Changed, Added, Changed, Changed, Removed][..]),
        (&["d/ d/x", "d/ d/x d/x"], &[Same, Changed, Changed]),
        (&["?", "a d/ !d d/x"], &[Unknown, Unknown, Removed, Unknown]),
        (&["a", "-a", "a"], &[Added]),
    ] {
        let files = files(layers);
        let last = layers.len() - 1;
        let found: Vec<Change> =
            (0..expected.len()).map(|at| files.change(last, at).unwrap()).collect();
        assert_eq!(found, expected, "{layers:?}");
    }
}

#[test]
fn what_was_replaced_or_removed_is_waste() {
    let files = files(&["abc d/12345 keep", "abc -d", "abc"]);
    let waste: Vec<_> = files
        .waste()
        .iter()
        .map(|it| (files.path(it.file).text(), it.written, it.by, it.bytes, it.fate))
        .collect();
    assert_eq!(
        waste,
        [
            ("/d/12345".to_owned(), 0, 1, 7, Fate::Removed),
            ("/abc".to_owned(), 0, 1, 3, Fate::Replaced),
            ("/abc".to_owned(), 1, 2, 3, Fate::Replaced),
        ]
    );
    assert_eq!(files.wasted(), 13);
    let sums = files.sums(files.root());
    assert_eq!((sums.bytes, sums.entries, sums.wasted), (7, 2, 13));
}

#[test]
fn paths_are_known_missing_or_unread() {
    for (layers, path, expected) in [
        (&["a"][..], "a", "0"),
        (&["a"], "b", "missing"),
        (&["?", "a"], "b", "unread"),
        (&["?", "a"], "a/b", "missing"),
        (&["?", "d/a"], "d", "·"),
        (&["?", "d/ !d"], "d/b", "missing"),
        (&["?", "!d"], "d", "unread"),
        (&["?", "-d"], "d", "missing"),
        (&["?", "-d"], "d/b", "missing"),
        (&["?", "-d", "d/a"], "d/b", "missing"),
        (&["?", "-d/x"], "d", "unread"),
        (&["?", "x"], "", "·"),
    ] {
        let files = files(layers);
        let found = match files.lookup(&path.into()) {
            Lookup::Found(found) => found.layer.map_or("·".to_owned(), |layer| layer.to_string()),
            Lookup::Missing => "missing".to_owned(),
            Lookup::Unread => "unread".to_owned(),
        };
        assert_eq!(found, expected, "{layers:?} {path}");
    }
}

#[test]
fn links_are_followed_within_their_limits() {
    let files =
        files(&["usr/bin/env bin>usr/bin sh>/bin/env up>../../usr/bin/../bin/env loop>loop \
         a>b b>a dangling>/no/where usr/here>. deep>usr/here/here/bin/env"]);
    for (path, expected) in [
        ("/bin/env", "/usr/bin/env"),
        ("/sh", "/usr/bin/env"),
        ("/up", "/usr/bin/env"),
        ("/deep", "/usr/bin/env"),
        ("/loop", "endless"),
        ("/a/x", "endless"),
        ("/dangling", "missing /no/where"),
        ("/bin/none/x", "missing /usr/bin/none/x"),
        ("/", "/"),
    ] {
        let found = match files.resolve(&path.into(), true) {
            Resolved::Found(path, _) => path.text(),
            Resolved::Missing(path) => format!("missing {path}"),
            Resolved::Unread(path) => format!("unread {path}"),
            Resolved::Endless => "endless".to_owned(),
        };
        assert_eq!(found, expected, "{path}");
    }
    assert!(matches!(
        files.resolve(&"/sh".into(), false),
        Resolved::Found(path, _) if path == "/sh".into()
    ));
    let top = super::fixture::files(&["?", "sh>/bin/env"]);
    assert_eq!(top.resolve(&"/sh".into(), true), Resolved::Unread("/bin/env".into()));
}

#[test]
fn a_hard_link_keeps_its_content_when_the_target_goes() {
    let files = files(&["long-name", "short=long-name none=nothing", "-long-name"]);
    let Lookup::Found(found) = files.lookup(&"short".into()) else { panic!("no link") };
    assert_eq!(found.content.map(|(layer, it)| (layer, it.size)), Some((0, 9)));
    assert_eq!(files.dangling(), [(1, "none".into())]);
    let unread = super::fixture::files(&["?", "short=long-name"]);
    assert!(unread.dangling().is_empty());
}

proptest! {
    #[test]
    fn nothing_shows_below_what_is_no_folder(
        layers in proptest::collection::vec(
            proptest::collection::vec("[-!]?[ab](/[ab]){0,3}(/|>[ab]|=[ab])?", 0..8), 1..4),
    ) {
        let layers: Vec<String> = layers.iter().map(|words| words.join(" ")).collect();
        let files = files(&layers.iter().map(String::as_str).collect::<Vec<_>>());
        let mut open = vec![files.root()];
        let mut bytes = 0;
        while let Some(id) = open.pop() {
            let found = files.get(id).unwrap();
            prop_assert!(found.is_folder() || files.children(id).next().is_none());
            prop_assert_eq!(
                files.lookup(&files.path(id)),
                Lookup::Found(found.clone())
            );
            bytes += found.entry.map_or(0, |entry| entry.size);
            open.extend(files.children(id));
        }
        prop_assert_eq!(files.sums(files.root()).bytes, bytes);
        let written: u64 = layers.iter().enumerate()
            .flat_map(|(at, _)| files.layer(at).unwrap().entries.iter().collect::<Vec<_>>())
            .map(|entry| entry.size).sum();
        prop_assert!(bytes + files.wasted() <= written);
    }
}

/// An empty part of a target led to a path from the root of what was left.
#[test]
fn slashes_in_a_link_count_as_one() {
    let files = files(&["a>b//x c/l>..//d///y"]);
    for (path, expected) in [("a", "b/x"), ("c/l", "d/y")] {
        assert_eq!(files.resolve(&path.into(), true), Resolved::Missing(expected.into()), "{path}");
    }
}
