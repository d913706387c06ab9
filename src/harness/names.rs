//! One name, one thing: no two types of one room have the same name, and a rule's file is named
//! after the rule.
//!
//! A room is a folder with one purpose: `oci`, `model/select`, `source/http`, `tui/app`. In another
//! one a name may mean something else; there it is always written with its module. A type that its
//! file keeps to itself, such as the shape of a format's JSON, is named as the format names it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::diagnose::RULES;

/// Folders whose own folders are rooms.
const HOUSES: [&str; 6] = ["cli", "model", "sandbox", "source", "tui", "work"];

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

/// The room of a file, by its path below `src`.
fn room(path: &Path) -> String {
    let mut parts = path.parent().into_iter().flatten().map(|it| it.to_str().unwrap());
    match (parts.next(), parts.next()) {
        (Some(house), Some(room)) if HOUSES.contains(&house) => format!("{house}/{room}"),
        (first, _) => first.unwrap_or_default().to_owned(),
    }
}

/// The types that a file defines for others, tests aside.
fn types(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let name = |line: &'_ str| -> Option<(usize, usize)> {
        let from = line.strip_prefix("pub")?;
        let from = from.strip_prefix('(').and_then(|it| it.split_once(')')).map_or(from, |it| it.1);
        let from = from.trim_start();
        let words = ["struct ", "enum ", "trait ", "type "];
        let rest = words.iter().find_map(|word| from.strip_prefix(word))?;
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let start = line.len() - rest.len();
        Some((start, start + length))
    };
    code.lines().filter_map(|line| name(line).map(|(from, to)| &line[from..to])).collect()
}

#[test]
fn no_two_types_of_a_room_have_one_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&root, &mut all);
    let mut named: BTreeMap<(String, String), Vec<PathBuf>> = BTreeMap::new();
    for path in &all {
        let below = path.strip_prefix(&root).unwrap();
        if below.iter().any(|part| part.to_str().unwrap().contains("test")) {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        for name in types(&text) {
            let places = named.entry((room(below), name.to_owned())).or_default();
            // The same type for each system stays one type.
            if !places.contains(&below.to_owned()) {
                places.push(below.to_owned());
            }
        }
    }
    assert!(named.len() > 500, "{}", named.len());
    named.retain(|_, places| places.len() > 1);
    assert!(named.is_empty(), "{named:#?}");
}

#[test]
fn a_rules_file_is_named_after_its_id() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/model/diagnose/rules");
    let mut named: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "mod")
        .collect();
    named.sort_unstable();
    let mut ids: Vec<String> = RULES.iter().map(|rule| file_of(rule.name)).collect();
    ids.sort_unstable();
    assert_eq!(named, ids);
}

/// `32-bit-userland` is in `_32_bit_userland.rs`: a module's name begins with no digit.
fn file_of(id: &str) -> String {
    let name = id.replace('-', "_");
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}
