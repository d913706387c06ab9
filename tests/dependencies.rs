//! What is depended on keeps to `.deny.toml`: licences, sources, duplicates, and how many there are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};

/// Packages of the normal tree, with what builds them.
const MOST: usize = 264;

fn policy() -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".deny.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn cargo(arguments: &[&str]) -> String {
    let ran = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--locked", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

/// `name version` of each package in the tree of these edges.
fn tree(edges: &str) -> BTreeSet<String> {
    let text = cargo(&["tree", "--edges", edges, "--prefix", "none", "--format", "{p}"]);
    let words = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    text.lines().filter(|line| !line.is_empty()).map(words).collect()
}

#[test]
fn licences_and_sources_are_those_that_are_allowed() {
    let policy = policy();
    let allowed: Vec<Licensee> = policy["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| Licensee::parse(it.as_str().unwrap()).unwrap())
        .collect();
    let metadata = cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        "x86_64-unknown-linux-gnu",
    ]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let resolved: BTreeSet<&str> = metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["id"].as_str().unwrap())
        .collect();
    let mut used = BTreeSet::new();
    for package in metadata["packages"].as_array().unwrap() {
        if !resolved.contains(package["id"].as_str().unwrap()) {
            continue;
        }
        let name = format!("{} {}", package["name"], package["version"]);
        let licence = package["license"].as_str().unwrap_or_else(|| panic!("{name}: no licence"));
        let licence = Expression::parse_mode(licence, ParseMode::LAX).unwrap();
        let kept = licence.evaluate(|required| {
            let found = allowed.iter().find(|licensee| licensee.satisfies(required));
            used.extend(found.map(ToString::to_string));
            found.is_some()
        });
        assert!(kept, "{name}: {licence}");
        if let Some(source) = package["source"].as_str() {
            assert!(
                source.starts_with("registry+https://github.com/rust-lang/"),
                "{name}: {source}"
            );
        }
    }
    let unused: Vec<String> =
        allowed.iter().map(ToString::to_string).filter(|it| !used.contains(it)).collect();
    assert!(unused.is_empty(), "allowed and not needed: {unused:?}");
}

#[test]
fn two_versions_of_a_library_are_a_decision() {
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in tree("normal") {
        let (name, version) = package.split_once(' ').unwrap();
        versions.entry(name.to_owned()).or_default().push(version.to_owned());
    }
    let policy = policy();
    let mut skipped: BTreeSet<&str> = policy["bans"]["skip"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["crate"].as_str().unwrap())
        .collect();
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        let named = versions.iter().filter(|version| {
            let of = |skip: &&str| {
                let (skipped, prefix) = skip.split_once('@').unwrap();
                let version = version.trim_start_matches('v');
                skipped == name && version.starts_with(&format!("{prefix}."))
            };
            let found = skipped.iter().find(|skip| of(skip)).copied();
            found.is_some_and(|it| skipped.remove(it))
        });
        assert_eq!(named.count(), versions.len() - 1, "{name}: {versions:?}");
    }
    assert!(skipped.is_empty(), "skipped and not needed: {skipped:?}");
}

#[test]
fn the_tree_stays_small() {
    let count = tree("normal,build").len();
    assert!(count <= MOST, "{count} packages");
}

/// The packages that are there in the normal tree of this platform, as they depend on each other.
struct Graph {
    root: String,
    /// Names and what each depends on, by ID.
    packages: BTreeMap<String, (String, Vec<String>)>,
}

impl Graph {
    fn read() -> Self {
        let platform = ["--filter-platform", "x86_64-unknown-linux-gnu"];
        let metadata = cargo(&["metadata", "--format-version", "1", platform[0], platform[1]]);
        let metadata: Value = serde_json::from_str(&metadata).unwrap();
        let names: BTreeMap<&str, &str> = metadata["packages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (it["id"].as_str().unwrap(), it["name"].as_str().unwrap()))
            .collect();
        let is_normal = |dependency: &&Value| {
            dependency["dep_kinds"].as_array().unwrap().iter().any(|it| it["kind"].is_null())
        };
        let package = |node: &Value| {
            let id = node["id"].as_str().unwrap();
            let dependencies = node["deps"].as_array().unwrap().iter().filter(is_normal);
            let dependencies = dependencies.map(|it| it["pkg"].as_str().unwrap().to_owned());
            (id.to_owned(), (names[id].to_owned(), dependencies.collect()))
        };
        Self {
            root: metadata["resolve"]["root"].as_str().unwrap().to_owned(),
            packages: metadata["resolve"]["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(package)
                .collect(),
        }
    }

    /// How many there are if the root does not depend on this one.
    fn without(&self, left_out: Option<&str>) -> usize {
        let mut seen = BTreeSet::from([self.root.as_str()]);
        let mut ahead = vec![self.root.as_str()];
        while let Some(id) = ahead.pop() {
            let is_left_out = |it: &str| id == self.root && Some(it) == left_out;
            let next = self.packages[id].1.iter().filter(|it| !is_left_out(it));
            ahead.extend(next.map(String::as_str).filter(|it| seen.insert(it)));
        }
        seen.len()
    }
}

#[test]
fn each_is_named_with_what_it_adds() {
    let graph = Graph::read();
    let all = graph.without(None);
    let added: BTreeMap<String, String> = graph.packages[&graph.root]
        .1
        .iter()
        .map(|id| {
            let adds = all - graph.without(Some(id));
            (graph.packages[id].0.clone(), adds.to_string())
        })
        .collect();
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/CONTRIBUTING.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let (_, table) = guide.split_once("## Dependencies\n").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let told: BTreeMap<String, String> = rows
        .map(|row| {
            let cells: Vec<&str> = row.trim_end_matches(" |").split(" | ").collect();
            (cells[0].trim_end_matches('`').to_owned(), cells[2].to_owned())
        })
        .collect();
    assert_eq!(told, added);
}
