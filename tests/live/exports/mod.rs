//! What `platy export` prints, run as printed: each script of each shape makes the digest, or
//! loses and adds exactly what its head says.

mod shapes;
mod specs;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Instant;

use platy::model::draft::{Tool, differences};
use platy::sandbox::RepositoryStore;
use serde_json::Value;

use crate::server::Server;
use crate::support::{command, platy, run};
use crate::tools::{find, path, version};
use crate::{Asked, table};

/// Verdicts as they are written.
const EXACT: &str = "exact bytes";
const SAME: &str = "same content, other bytes";

const HEAD: [&str; 9] =
    ["tool", "version", "checked", "shapes", "exact", "same", "changes", "cannot", "wrong"];

/// What the scripts of one tool came to.
#[derive(Debug, Default)]
struct Score {
    verdicts: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

/// Plays all shapes on all tools and prints the table; false if a script does not do what its head
/// says.
pub fn play(_: &Asked) -> bool {
    let began = Instant::now();
    let home = tempfile::TempDir::new().unwrap();
    let server = Server::start();
    let repository = server.repository("x");
    let tags = shapes::make(&repository);
    prepare(home.path());
    println!("{} shapes, server {}", tags.len(), server.host());
    let mut right = true;
    let mut rows = Vec::new();
    for tool in Tool::ALL {
        let Some(seen) = installed(tool) else {
            rows.push(left_out(tool.as_str(), tool.version()));
            continue;
        };
        let mut score = Score::default();
        for tag in &tags {
            script(tool, tag, &server, &repository, home.path(), &mut score);
        }
        right &= score.wrong.is_empty();
        rows.push(row(tool.as_str(), &seen, tool.version(), tags.len(), &score));
    }
    for maker in ["platy push", "manifest-tool"] {
        let program = if maker == "manifest-tool" { find(maker) } else { Some("platy".into()) };
        let Some(_) = program else {
            rows.push(left_out(maker, "-"));
            continue;
        };
        let mut score = Score::default();
        for tag in &tags {
            specs::spec(maker, tag, &server, &repository, home.path(), &mut score);
        }
        right &= score.wrong.is_empty();
        rows.push(row(maker, "-", "-", tags.len(), &score));
    }
    table::print(&HEAD, &rows);
    println!("\n{} s", began.elapsed().as_secs());
    right
}

fn left_out(name: &str, checked: &str) -> Vec<String> {
    let mut row = vec![name.to_owned(), "left out: not installed".to_owned(), checked.to_owned()];
    row.resize(HEAD.len(), "-".to_owned());
    row
}

fn row(name: &str, seen: &str, checked: &str, shapes: usize, score: &Score) -> Vec<String> {
    for text in &score.wrong {
        println!("\n{name}: {text}");
    }
    let count =
        |verdict: &str| score.verdicts.get(verdict).copied().unwrap_or_default().to_string();
    let mut row = vec![name.to_owned(), seen.to_owned(), checked.to_owned(), shapes.to_string()];
    row.extend(["exact", "same", "changes", "cannot"].map(count));
    row.push(score.wrong.len().to_string());
    row
}

/// The version that is here.
fn installed(tool: Tool) -> Option<String> {
    let (name, arguments): (&str, &[&str]) = match tool {
        Tool::Imagetools => ("buildx", &["version"]),
        Tool::Podman | Tool::Docker => (tool.command(), &["--version"]),
        _ => (tool.command(), &["version"]),
    };
    find(name).map(|program| version(&program, arguments))
}

/// buildx as a plugin of docker, or, without docker, behind its name; podman with a store of its
/// own.
fn prepare(home: &Path) {
    let plugins = home.join("docker/cli-plugins");
    std::fs::create_dir_all(&plugins).unwrap();
    std::fs::create_dir_all(home.join("run")).unwrap();
    std::fs::write(home.join("docker/config.json"), "{}").unwrap();
    if let Some(buildx) = find("buildx") {
        std::os::unix::fs::symlink(&buildx, plugins.join("docker-buildx")).unwrap();
        if find("docker").is_none() {
            std::fs::create_dir_all(home.join("bin")).unwrap();
            let shim = home.join("bin/docker");
            std::fs::write(&shim, format!("#!/bin/sh\nshift\nexec {} \"$@\"\n", buildx.display()))
                .unwrap();
            std::fs::set_permissions(&shim, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
    let at = |name: &str| home.join(name).display().to_string();
    let storage = format!(
        "[storage]\ndriver = \"vfs\"\ngraphroot = \"{}\"\nrunroot = \"{}\"\n",
        at("podman/root"),
        at("podman/run")
    );
    std::fs::write(home.join("storage.conf"), storage).unwrap();
}

fn script(
    tool: Tool,
    tag: &str,
    server: &Server,
    repository: &RepositoryStore,
    home: &Path,
    score: &mut Score,
) {
    let to = format!("made-by-{tool}-{tag}");
    let list = format!("{}/x:{tag}", server.host());
    let target = format!("{}/x:{to}", server.host());
    let name = tool.as_str();
    let ran = platy(home, &["export", &list, "--to", &target, "--tool", name, "--json"]);
    let document = ran.json()["tools"][0].clone();
    let verdict = document["verdict"].as_str().unwrap().to_owned();
    let kind = match verdict.as_str() {
        EXACT => "exact",
        SAME => "same",
        other if other.starts_with("cannot: ") => "cannot",
        _ => "changes",
    };
    *score.verdicts.entry(kind.to_owned()).or_default() += 1;
    if kind == "cannot" {
        return;
    }
    let text = document["script"].as_str().unwrap();
    let ran = run(command("sh", home)
        .args(["-c", text])
        .env("PATH", format!("{}:{}", home.join("bin").display(), path()))
        .env("CONTAINERS_STORAGE_CONF", home.join("storage.conf")));
    let meant = repository.manifest(tag).unwrap();
    let Some(made) = repository.manifest(&to).filter(|_| ran.code == 0) else {
        score
            .wrong
            .push(format!("{tag}: the script failed with {}: {}\n{text}", ran.code, ran.stderr));
        return;
    };
    let json = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
    let found = differences(&json(&meant), &json(&made));
    let seen = match (&found.loses[..], &found.adds[..]) {
        ([], []) if meant == made => EXACT.to_owned(),
        ([], []) => SAME.to_owned(),
        (loses, adds) => format!("changes, loses: {loses:?}, adds: {adds:?}"),
    };
    let said = if kind == "changes" {
        let words =
            |key: &str| -> Vec<String> { serde_json::from_value(document[key].clone()).unwrap() };
        format!("changes, loses: {:?}, adds: {:?}", words("loses"), words("adds"))
    } else {
        verdict
    };
    if said != seen {
        score.wrong.push(format!("{tag}\n  said: {said}\n  seen: {seen}\n{text}"));
    }
}
