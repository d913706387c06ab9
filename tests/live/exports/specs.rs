//! Specs that `platy export --spec` prints, pushed by platy and by manifest-tool.

use std::path::Path;

use platy::model::draft::differences;
use platy::sandbox::RepositoryStore;
use serde_json::Value;

use super::Score;
use crate::server::Server;
use crate::support::{Ran, command, platy, run};
use crate::tools::find;

/// Pushes one spec: what its comments do not name is in the list again.
pub fn spec(
    maker: &str,
    tag: &str,
    server: &Server,
    repository: &RepositoryStore,
    home: &Path,
    score: &mut Score,
) {
    let to = format!("made-by-{}-{tag}", maker.replace(' ', "-"));
    let (list, target) =
        (format!("{}/x:{tag}", server.host()), format!("{}/x:{to}", server.host()));
    let ran = platy(home, &["export", &list, "--to", &target, "--spec"]);
    let mut count = |verdict: &str| *score.verdicts.entry(verdict.to_owned()).or_default() += 1;
    if ran.code != 0 {
        return count("cannot");
    }
    let text = ran.text();
    let comments = |words: &str| text.lines().any(|line| line.starts_with(words));
    if comments(&format!("# {maker} refuses")) {
        return count("cannot");
    }
    std::fs::write(home.join("spec.yaml"), &text).unwrap();
    let ran = if maker == "manifest-tool" { manifest_tool(&text, home) } else { push(&text, home) };
    let Some(made) = repository.manifest(&to).filter(|_| ran.code == 0) else {
        score.wrong.push(format!("{tag}: {} {}\n{text}", ran.code, ran.stderr));
        return;
    };
    let meant = repository.manifest(tag).unwrap();
    let json = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
    let found = differences(&json(&meant), &json(&made));
    let same = found.loses.is_empty() && found.adds.is_empty();
    if same {
        count(if meant == made { "exact" } else { "same" });
    } else {
        count("changes");
    }
    if same == comments("# not in this spec") {
        score.wrong.push(format!("{tag}: {found:?}\n{text}"));
    }
}

fn push(text: &str, home: &Path) -> Ran {
    let mut arguments = vec!["push", "spec.yaml", "--yes"];
    for format in ["oci", "docker"] {
        if text.contains(&format!("platy push --format {format}")) {
            arguments.extend(["--format", format]);
        }
    }
    platy(home, &arguments)
}

fn manifest_tool(text: &str, home: &Path) -> Ran {
    let program = find("manifest-tool").unwrap();
    let mut command = command(program.to_str().unwrap(), home);
    command.args(["--insecure", "--plain-http", "push"]);
    if text.contains("push --type oci ") {
        command.args(["--type", "oci"]);
    }
    run(command.args(["from-spec", "spec.yaml"]))
}
