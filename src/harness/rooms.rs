//! The house: which room may know which, and that no files go round in a circle.
//!
//! The text of every file under `src` is read: its `use` lines and the paths in its code, each
//! resolved to the file that defines the name. A `mod.rs` is the front of its folder: it is looked
//! through, and is not a file of a circle.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use super::source_text::{Source, read};

/// The rooms from the lowest up: each may know those before it.
const ROOMS: [&str; 9] =
    ["text", "oci", "model", "source", "work", "tui::app", "tui::draw", "tui::run", "cli"];
/// Rooms without I/O, clock, terminal and async.
const PURE: [&str; 4] = ["text", "oci", "model", "tui::app"];
/// What a pure room does not know, whatever its place.
const IMPURE: [&str; 4] = ["source", "work", "tokio", "reqwest"];

/// All files under `src`, by the path of their module.
struct House {
    files: BTreeMap<Vec<String>, Source>,
    /// The `mod.rs` files.
    fronts: BTreeSet<Vec<String>>,
}

impl House {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = BTreeMap::new();
        let mut fronts = BTreeSet::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|it| it == "rs") {
                    let name = path.strip_prefix(&root).unwrap().with_extension("");
                    let mut module: Vec<String> =
                        name.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
                    let length = module.len();
                    module.retain(|part| part != "mod" && part != "lib");
                    if module.len() < length {
                        fronts.insert(module.clone());
                    }
                    files.insert(module, read(&fs::read_to_string(&path).unwrap()));
                }
            }
        }
        Self { files, fronts }
    }

    /// Whether a file is there for tests only.
    fn is_test(&self, module: &[String]) -> bool {
        (0..module.len()).any(|depth| {
            let (above, name) = (&module[..depth], &module[depth]);
            self.files.get(above).is_some_and(|file| file.test_modules.contains(name))
        })
    }

    /// The file that defines what this path names, as seen from a module; `None`: another crate.
    fn resolve(&self, from: &[String], path: &[String], depth: usize) -> Option<Vec<String>> {
        let first = path.first().filter(|_| depth < 12)?;
        let supers = path.iter().take_while(|part| *part == "super").count();
        match first.as_str() {
            "crate" => self.descend(&[], &path[1..], depth),
            "self" => self.descend(from, &path[1..], depth),
            "super" => {
                let above = from.len().checked_sub(supers)?;
                self.descend(&from[..above], &path[supers..], depth)
            }
            _ if self.files.contains_key(&joined(from, first)) => self.descend(from, path, depth),
            _ => {
                let used = self.files.get(from)?.uses.iter();
                let mut bound = used.filter(|used| used.name == *first && used.path[0] != *first);
                let through = &bound.next()?.path;
                self.resolve(from, &[through, &path[1..]].concat(), depth + 1)
            }
        }
    }

    fn descend(&self, module: &[String], path: &[String], depth: usize) -> Option<Vec<String>> {
        let Some(first) = path.first() else { return Some(module.to_vec()) };
        let below = joined(module, first);
        if self.files.contains_key(&below) {
            return self.descend(&below, &path[1..], depth);
        }
        let file = self.files.get(module)?;
        let handed_on =
            file.uses.iter().filter(|used| used.name == *first).find_map(|used| {
                self.resolve(module, &[&used.path, &path[1..]].concat(), depth + 1)
            });
        Some(handed_on.unwrap_or_else(|| module.to_vec()))
    }

    /// Which file knows which, tests aside.
    fn edges(&self) -> HashMap<&Vec<String>, BTreeSet<Vec<String>>> {
        let mut edges = HashMap::new();
        for (module, file) in &self.files {
            if self.is_test(module) || self.fronts.contains(module) {
                continue;
            }
            let paths = file.uses.iter().map(|used| &used.path).chain(&file.paths);
            let known = paths.filter_map(|path| self.resolve(module, path, 0));
            edges.insert(module, known.filter(|known| known != module).collect());
        }
        edges
    }

    /// The files that reach each other both ways, more than two at a time.
    fn circles(&self) -> Vec<Vec<String>> {
        let edges = self.edges();
        let reach: HashMap<_, BTreeSet<_>> =
            edges.keys().map(|module| (*module, reached(module, &edges))).collect();
        let mut circles = BTreeSet::new();
        for (module, far) in &reach {
            let both = far
                .iter()
                .filter(|other| reach.get(*other).is_some_and(|back| back.contains(*module)));
            let circle: Vec<String> = both.map(|file| file.join("::")).collect();
            if circle.len() > 2 {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }
}

/// Everything that a file knows, by others too.
fn reached(
    from: &Vec<String>,
    edges: &HashMap<&Vec<String>, BTreeSet<Vec<String>>>,
) -> BTreeSet<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from];
    while let Some(module) = next.pop() {
        for known in edges.get(module).into_iter().flatten() {
            if seen.insert(known.clone()) {
                next.push(known);
            }
        }
    }
    seen
}

fn joined(module: &[String], name: &str) -> Vec<String> {
    [module, &[name.to_owned()]].concat()
}

/// The room of a path within the crate.
fn room(path: &[String]) -> String {
    let depth = if path.first().is_some_and(|first| first == "tui") { 2 } else { 1 };
    path.iter().take(depth).cloned().collect::<Vec<_>>().join("::")
}

/// What is wrong with this path in this file, if anything.
fn fault(module: &[String], path: &[String], is_test: bool) -> Option<String> {
    let from = room(module);
    let to = match path.first().map(String::as_str) {
        Some("crate") => room(&path[1..]),
        Some(other) => other.to_owned(),
        None => return None,
    };
    let rank = |room: &str| ROOMS.iter().position(|known| *known == room);
    let wrong = match (to.as_str(), rank(&from), rank(&to)) {
        ("tokio" | "reqwest", ..) => PURE.contains(&from.as_str()),
        ("sandbox", Some(_), _) => !is_test && from != "cli",
        // Scripts of keys are played above what they test.
        ("harness", Some(_), _) => !(is_test && from.starts_with("tui::")),
        (_, Some(here), Some(there)) => {
            let pure = PURE.contains(&from.as_str()) && IMPURE.contains(&to.as_str());
            path[0] == "crate" && (there > here || pure)
        }
        (_, None, Some(there)) if from == "sandbox" => path[0] == "crate" && there > 2,
        _ => false,
    };
    wrong.then(|| {
        format!("{} knows {}: {from} may not know {to}", module.join("::"), path.join("::"))
    })
}

#[test]
fn every_room_knows_only_those_below_it() {
    let house = House::read();
    assert!(house.files.len() > 400, "{}", house.files.len());
    let mut faults = Vec::new();
    for (module, file) in &house.files {
        let whole = house.is_test(module);
        let paths = file.uses.iter().map(|used| &used.path).chain(&file.paths);
        faults.extend(paths.filter_map(|path| fault(module, path, whole)));
        faults.extend(file.test_paths.iter().filter_map(|path| fault(module, path, true)));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_more_than_two_files_go_round_in_a_circle() {
    let house = House::read();
    let edges = house.edges();
    let named: Vec<Vec<String>> = house
        .circles()
        .iter()
        .map(|circle| {
            let within = |(from, known): (&&Vec<String>, &BTreeSet<Vec<String>>)| {
                let from = from.join("::");
                let known = known.iter().map(|to| to.join("::")).filter(|to| circle.contains(to));
                let edges = known.map(|to| format!("{from} knows {to}")).collect::<Vec<_>>();
                if circle.contains(&from) { edges } else { Vec::new() }
            };
            edges.iter().flat_map(within).collect()
        })
        .collect();
    assert!(named.is_empty(), "{named:#?}");
}

#[test]
fn what_points_upwards_is_a_fault() {
    for (file, path, is_test, expected) in [
        ("model::tree", "crate::source::Source", false, true),
        ("model::tree", "crate::oci::Digest", false, false),
        ("tui::app::list", "crate::work::push::Undo", false, true),
        ("tui::app::list", "crate::model::push::Undo", false, false),
        ("tui::draw::list", "crate::tui::run::files", false, true),
        ("text::size", "crate::oci::Digest", true, true),
        ("model::files", "tokio::sync::watch", false, true),
        ("work::push", "tokio::sync::watch", false, false),
        ("work::push", "crate::sandbox::Sandbox", false, true),
        ("work::push", "crate::sandbox::Sandbox", true, false),
        ("cli::demo", "crate::sandbox::Sandbox", false, false),
        ("sandbox::api", "crate::source::Source", false, true),
    ] {
        let split = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
        let found = fault(&split(file), &split(path), is_test);
        assert_eq!(found.is_some(), expected, "{file} {path}: {found:?}");
    }
}
