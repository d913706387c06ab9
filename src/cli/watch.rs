//! `platy watch REFERENCE…`: a line each time that a tag moves.

use std::process::Stdio;

use jiff::Timestamp;
use serde_json::json;

use super::TROUBLE;
use super::args::{Args, WatchArgs};
use super::complain::{complain, complain_failure};
use super::look::{Look, Wanted, look, may_pass};
use super::output::{lost, print_line};
use crate::oci::{Digest, Failure, Reference};
use crate::source::{Activity, Sources};
use crate::text::escape;

pub(super) async fn run(args: &Args, watch: &WatchArgs) -> u8 {
    let watched = watch.references.iter().map(|text| Watched::of(text)).collect();
    let wanted = watch.platform.as_deref().map(Wanted::parse).transpose();
    let (mut watched, wanted): (Vec<Watched>, Option<Wanted>) = match (watched, wanted) {
        (Ok(watched), Ok(wanted)) => (watched, wanted),
        (Err(problem), _) | (_, Err(problem)) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let sources = Sources::new(args.options(), Activity::default());
    let platforms: Vec<Wanted> = wanted.iter().cloned().collect();
    loop {
        for one in &mut watched {
            let seen = look(&sources, &one.reference, &platforms, one.last.as_ref()).await;
            match seen {
                Ok(seen) => {
                    one.failure = None;
                    let change = one.change(&seen, wanted.as_ref());
                    one.last = Some(seen);
                    if let Some(change) = change {
                        tell(watch, &one.reference, &change).await;
                    }
                }
                Err(failure) if one.last.is_none() && !may_pass(&failure) => {
                    complain_failure(&failure);
                    return TROUBLE;
                }
                Err(failure) => one.failed(failure),
            }
        }
        // Nobody reads any more.
        if lost().is_some() {
            return TROUBLE;
        }
        tokio::time::sleep(watch.interval).await;
    }
}

struct Watched {
    reference: Reference,
    last: Option<Look>,
    /// The failure that was told; one of the same kind is told once.
    failure: Option<Failure>,
}

/// A move: what was there, what is there, and what changed.
struct Change {
    before: Option<Digest>,
    after: Option<Digest>,
    platforms: Vec<(String, &'static str)>,
}

impl Watched {
    fn of(text: &str) -> Result<Self, String> {
        let reference =
            text.parse().map_err(|error: crate::oci::ReferenceError| error.to_string())?;
        Ok(Self { reference, last: None, failure: None })
    }

    /// What is new since the last look; the first look is a change from nothing.
    fn change(&self, seen: &Look, wanted: Option<&Wanted>) -> Option<Change> {
        let of = |look: &Look| match wanted {
            Some(wanted) => look.image(wanted).cloned(),
            None => Some(look.digest.clone()),
        };
        let before = self.last.as_ref().and_then(of);
        let after = of(seen);
        let is_first = self.last.is_none();
        (is_first || before != after).then(|| Change {
            before,
            after,
            platforms: self.last.as_ref().map_or_else(Vec::new, |last| platforms(last, seen)),
        })
    }

    fn failed(&mut self, failure: Failure) {
        if self.failure.as_ref().is_none_or(|told| told.class != failure.class) {
            complain_failure(&failure);
        }
        self.failure = Some(failure);
    }
}

/// The platforms whose images are new, gone or other ones.
fn platforms(before: &Look, after: &Look) -> Vec<(String, &'static str)> {
    let digest = |look: &Look, name: &str| {
        let found = look.images.iter().find(|(platform, _)| platform.to_string() == name);
        found.map(|(_, digest)| digest.clone())
    };
    let mut names: Vec<String> = Vec::new();
    for (platform, _) in before.images.iter().chain(&after.images) {
        let name = platform.to_string();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
        .into_iter()
        .filter_map(|name| {
            let what = match (digest(before, &name), digest(after, &name)) {
                (None, Some(_)) => "added",
                (Some(_), None) => "removed",
                (before, after) if before != after => "changed",
                _ => return None,
            };
            Some((name, what))
        })
        .collect()
}

async fn tell(watch: &WatchArgs, reference: &Reference, change: &Change) {
    let now = Timestamp::now().round(jiff::Unit::Second).unwrap_or_else(|_| Timestamp::now());
    let text = |digest: &Option<Digest>| digest.as_ref().map(|it| it.as_str().to_owned());
    let (before, after) = (text(&change.before), text(&change.after));
    if watch.json {
        let platforms: serde_json::Map<String, serde_json::Value> =
            change.platforms.iter().map(|(name, what)| (name.clone(), (*what).into())).collect();
        let line = json!({
            "time": now.to_string(),
            "reference": reference.to_string(),
            "before": before,
            "after": after,
            "platforms": platforms,
        });
        print_line(&line.to_string());
    } else {
        let gone = || "nothing".to_owned();
        let moved = match &before {
            Some(before) => format!("{before} → {}", after.clone().unwrap_or_else(gone)),
            None => after.clone().unwrap_or_else(gone),
        };
        let platforms: Vec<String> =
            change.platforms.iter().map(|(name, what)| format!("{name} {what}")).collect();
        let line = format!("{now}  {}  {moved}  {}", reference.familiar(), platforms.join(", "));
        print_line(&escape(line.trim_end()));
    }
    if let (Some(command), Some(_)) = (&watch.exec, &change.before) {
        execute(command, reference, before.as_deref(), after.as_deref()).await;
    }
}

/// Runs the user's command; what it needs to know is in its environment.
async fn execute(command: &str, reference: &Reference, before: Option<&str>, after: Option<&str>) {
    let shell = if cfg!(windows) { ["cmd", "/C"] } else { ["sh", "-c"] };
    let [program, flag] = shell;
    let status = tokio::process::Command::new(program)
        .args([flag, command])
        .env("PLATY_REFERENCE", reference.to_string())
        .env("PLATY_BEFORE", before.unwrap_or_default())
        .env("PLATY_AFTER", after.unwrap_or_default())
        .stdin(Stdio::null())
        .status()
        .await;
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => complain(&format!("{command:?} ended with {status}")),
        Err(error) => complain(&format!("{command:?} could not be started: {error}")),
    }
}
