//! A push that is killed at each of its requests, by each signal: the tag is old or new, and the next
//! `undo --list` says which.

use std::process::Stdio;
use std::time::Duration;

use platy::oci::Digest;
use platy::sandbox::{Fault, Rule, Sandbox, SandboxOptions};
use serde_json::Value;

use super::command::{PLATY, command};

const SIGNALS: [&str; 4] = ["INT", "TERM", "HUP", "KILL"];
const PATIENCE: Duration = Duration::from_secs(30);

/// Kills at every request until a push is not met any more; what was wrong, and how many there were.
pub async fn all() -> (Vec<String>, usize) {
    let (mut trouble, mut kills) = (Vec::new(), 0);
    for signal in SIGNALS {
        for step in 0.. {
            match kill(signal, step).await {
                Ok(false) => break,
                Ok(true) => kills += 1,
                Err(problem) => {
                    kills += 1;
                    trouble.push(format!("{signal} at request {step}: {problem}"));
                }
            }
        }
    }
    (trouble, kills)
}

/// Whether the push came to the request. It is killed when that hangs.
async fn kill(signal: &str, step: usize) -> Result<bool, String> {
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let repository = sandbox.store().repository("app");
    let image = repository.image("linux", "amd64", "").layer("content").push();
    repository.index().entry(image).push_tag("latest");
    let old = repository.resolve("latest");
    let home = tempfile::tempdir().unwrap();
    let name = format!("{}/app:latest", sandbox.host());
    let rule = sandbox.faults().add(Rule::new(Fault::Hang).skip(step));
    let mut push = tokio::process::Command::from(command(PLATY, home.path()))
        .args(["edit", &name, "--annotation", "a=b", "--yes"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let id = push.id().unwrap().to_string();
    let ended = tokio::time::timeout(PATIENCE, async {
        loop {
            // The second press ends it at once.
            if sandbox.faults().met(rule) > 0 {
                let sent = tokio::process::Command::new("kill")
                    .args([&format!("-{signal}"), &id])
                    .stderr(Stdio::null())
                    .status();
                let _ = sent.await;
            }
            tokio::select! {
                _ = push.wait() => return,
                () = tokio::time::sleep(Duration::from_millis(50)) => {}
            }
        }
    });
    if ended.await.is_err() {
        return Err("it did not end".to_owned());
    }
    let met = sandbox.faults().met(rule) > 0;
    sandbox.faults().clear();
    if !met {
        return Ok(false);
    }
    let now = repository.resolve("latest").ok_or("the tag is gone")?;
    let output = tokio::process::Command::from(command(PLATY, home.path()))
        .args(["undo", "--list", "--json"])
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let listed: Value = serde_json::from_str(&said).map_err(|error| format!("{error}: {said}"))?;
    let listed = listed.as_array().ok_or("no list")?;
    let after: Vec<Option<Digest>> = listed
        .iter()
        .filter(|entry| entry["state"] == "done")
        .map(|entry| entry["after"].as_str().and_then(|digest| digest.parse().ok()))
        .collect();
    match (Some(&now) == old.as_ref(), after.as_slice(), listed.len()) {
        (true, [], 0) => Ok(true),
        (false, [Some(after)], 1) if *after == now => Ok(true),
        (is_old, ..) => Err(format!("the tag is old: {is_old}; undo --list says {said}")),
    }
}
