//! The places that a new view touches, as CONTRIBUTING lists them.

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// The names of the views, from the one list of them.
fn names(list: &str) -> Vec<String> {
    let (_, list) = list.split_once("macro_rules! views").unwrap();
    let (list, _) = list.split_once("pub(in crate::tui) use views").unwrap();
    let lines = list.lines().map(str::trim).filter(|it| it.ends_with("),"));
    lines.map(|it| it.split('(').next().unwrap().to_owned()).collect()
}

/// The names of all views.
pub(super) fn views() -> Vec<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    names(&fs::read_to_string(src.join("tui/app/views/mod.rs")).unwrap())
}

/// Only the list of views knows them all: no other file tells them apart, so that a new view needs
/// its folder, its drawing, a word in the list, rows in the table of actions and a section of the
/// default keys, and nothing else.
#[test]
fn no_file_beside_the_list_tells_views_apart() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let names = views();
    assert!(names.len() >= 10, "{names:?}");
    let mut found = Vec::new();
    for room in ["tui", "cli"] {
        files(&src.join(room), &mut found);
    }
    for path in found {
        let name = path.strip_prefix(&src).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        // Tests look at single views, and the state begins with one.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if name.contains("/tests") {
            continue;
        }
        for view in &names {
            let told_apart = code.contains(&format!("Screen::{view}("));
            let first = name == "tui/app/state/whole.rs" && view == "Start";
            assert!(!told_apart || first, "{name} knows Screen::{view}");
        }
    }
}
