//! A command that writes is killed at each of its requests, by each signal: the tag is old or new, and
//! the next `undo --list` says which.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use platy::oci::Digest;
use platy::sandbox::{Fault, Rule, Sandbox, SandboxOptions, TagDeletes};
use serde_json::Value;
use tokio::process::{Child, Command};

use super::command::{PLATY, command};

const SIGNALS: [&str; 4] = ["INT", "TERM", "HUP", "KILL"];
/// How long what hangs may take to stop in order; the second signal ends it at once.
const FIRST: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(30);
/// How many commands run at once.
const AT_ONCE: usize = 10;

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writing {
    Edit,
    /// A list of images that are copied from another registry.
    Create,
    /// A list of another registry.
    Copy,
    /// What an edit did is taken back.
    Undo,
    /// A tag is deleted.
    TagRm,
    /// Another tag gets what a tag holds.
    TagCp,
    /// The same, and the first tag is deleted.
    TagMv,
}

const ALL: [Writing; 7] = [
    Writing::Edit,
    Writing::Create,
    Writing::Copy,
    Writing::Undo,
    Writing::TagRm,
    Writing::TagCp,
    Writing::TagMv,
];

/// Kills at every request until a command is not met any more; what was wrong, and how many there
/// were; those whose names are wanted.
pub async fn all(is_wanted: &impl Fn(String) -> bool) -> (Vec<String>, usize) {
    let pairs = ALL
        .into_iter()
        .flat_map(|writing| SIGNALS.map(|signal| (writing, signal)))
        .filter(|(writing, signal)| is_wanted(format!("kills {writing:?} {signal}")));
    let each = pairs.map(|(writing, signal)| async move {
        let (mut trouble, mut kills) = (Vec::new(), 0);
        for step in 0.. {
            match kill(writing, signal, step).await {
                Ok(false) => break,
                Ok(true) => kills += 1,
                Err(problem) => {
                    kills += 1;
                    trouble.push(format!("{writing:?}, {signal} at request {step}: {problem}"));
                }
            }
        }
        (trouble, kills)
    });
    let ended: Vec<(Vec<String>, usize)> = stream::iter(each).buffered(AT_ONCE).collect().await;
    let kills = ended.iter().map(|(_, kills)| kills).sum();
    (ended.into_iter().flat_map(|(trouble, _)| trouble).collect(), kills)
}

/// Whether a process ends by this signal, or by a second one.
async fn ends(running: &mut Child, signal: &str) -> bool {
    for patience in [FIRST, PATIENCE] {
        let Some(id) = running.id() else { return true };
        let mut kill = Command::new("kill");
        kill.args([&format!("-{signal}"), &id.to_string()]).stderr(Stdio::null());
        let _ = kill.status().await;
        if tokio::time::timeout(patience, running.wait()).await.is_ok() {
            return true;
        }
    }
    false
}

/// Whether the command came to the request. It is killed when that hangs.
async fn kill(writing: Writing, signal: &str, step: usize) -> Result<bool, String> {
    let tag_deletes = TagDeletes::Tag;
    let options = SandboxOptions { tag_deletes, ..SandboxOptions::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    let repository = sandbox.store().repository("app");
    let image = repository.image("linux", "amd64", "").layer("content").push();
    repository.index().entry(image).push_tag("latest");
    let first = repository.resolve("latest");
    let other = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let there = other.store().repository("their");
    let image = there.image("linux", "arm64", "").layer("theirs").push();
    there.index().entry(image).push_tag("latest");
    let home = tempfile::tempdir().unwrap();
    let name = format!("{}/app:latest", sandbox.host());
    let from = format!("{}/their:latest", other.host());
    let edit = ["edit", &name, "--annotation", "a=b", "--yes"];
    let words = match writing {
        Writing::Edit => edit.to_vec(),
        Writing::Create => vec!["create", &name, &from, "--yes"],
        Writing::Copy => vec!["copy", &from, &name, "--yes"],
        Writing::Undo => {
            let done = platy(home.path(), &edit).status().await.unwrap();
            assert!(done.success());
            vec!["undo", &name, "--yes"]
        }
        Writing::TagRm => vec!["tag", "rm", &name, "--yes"],
        Writing::TagCp => vec!["tag", "cp", &name, "new", "--yes"],
        Writing::TagMv => vec!["tag", "mv", &name, "new", "--yes"],
    };
    let before = repository.resolve("latest");
    let rule = sandbox.faults().add(Rule::new(Fault::Hang).skip(step));
    let mut running = platy(home.path(), &words).spawn().unwrap();
    let met = tokio::time::timeout(PATIENCE, async {
        tokio::select! {
            biased;
            () = sandbox.faults().until_met(rule) => true,
            _ = running.wait() => false,
        }
    });
    let met = met.await.map_err(|_| "it neither asks nor ends".to_owned())?;
    if met && !ends(&mut running, signal).await {
        return Err("it did not end".to_owned());
    }
    sandbox.faults().clear();
    if !met {
        return Ok(false);
    }
    let listed = listed(home.path()).await?;
    let (latest, new) = (repository.resolve("latest"), repository.resolve("new"));
    if matches!(writing, Writing::TagRm | Writing::TagCp | Writing::TagMv) {
        let right = first.as_ref().is_some_and(|old| tags_are_told(old, [&latest, &new], &listed));
        let deleted = writing != Writing::TagCp || latest == first;
        let written = writing != Writing::TagRm || new.is_none();
        let said = || format!("latest {latest:?}, new {new:?}; undo --list says {listed:?}");
        return if right && deleted && written { Ok(true) } else { Err(said()) };
    }
    let now = latest.ok_or("the tag is gone")?;
    let entries: Vec<(&str, Option<Digest>)> = listed
        .iter()
        .map(|entry| {
            let after = entry["after"].as_str().and_then(|digest| digest.parse().ok());
            (entry["state"].as_str().unwrap_or_default(), after)
        })
        .collect();
    let right = match (writing, entries.as_slice()) {
        (Writing::Undo, [("done", Some(after))]) => *after == now && Some(&now) == before.as_ref(),
        (Writing::Undo, [("undo", Some(after)), ("undone", _)]) => {
            *after == now && Some(&now) == first.as_ref()
        }
        (Writing::Undo, _) => false,
        (_, []) => Some(&now) == before.as_ref(),
        (_, [("done", Some(after))]) => *after == now && Some(&now) != before.as_ref(),
        _ => false,
    };
    let is_old = Some(&now) == before.as_ref();
    let said = || format!("the tag is old: {is_old}; undo --list says {}", Value::Array(listed));
    if right { Ok(true) } else { Err(said()) }
}

/// Whether the journal says of both tags what became of them: what `latest` held is under one of
/// them, each has that or nothing, and what was changed is there to be taken back.
fn tags_are_told(old: &Digest, [latest, new]: [&Option<Digest>; 2], listed: &[Value]) -> bool {
    let is_old_or_gone = |tag: &Option<Digest>| tag.as_ref().is_none_or(|it| it == old);
    let told = |tag: &str| {
        listed.iter().find(|entry| {
            let reference = entry["reference"].as_str().unwrap_or_default();
            reference.ends_with(&format!(":{tag}")) && entry["state"] == "done"
        })
    };
    let deleted =
        told("latest").is_some_and(|it| it["before"] == old.as_str() && it["after"].is_null());
    let written = told("new").is_some_and(|it| it["after"] == old.as_str());
    is_old_or_gone(latest)
        && is_old_or_gone(new)
        && deleted == latest.is_none()
        && written == new.is_some()
        && listed.len() == usize::from(deleted) + usize::from(written)
}

fn platy(home: &Path, words: &[&str]) -> Command {
    let mut platy = Command::from(command(PLATY, home));
    platy.args(words).kill_on_drop(true);
    platy.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    platy
}

/// What the journal says, newest first.
async fn listed(home: &Path) -> Result<Vec<Value>, String> {
    let mut list = platy(home, &["undo", "--list", "--json"]);
    let output = list.stdout(Stdio::piped()).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let listed: Value = serde_json::from_str(&said).map_err(|error| format!("{error}: {said}"))?;
    listed.as_array().cloned().ok_or_else(|| "no list".to_owned())
}
