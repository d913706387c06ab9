//! `platy watch REFERENCE…`: a line each time that a tag moves.

mod args;
mod change;

pub(super) use args::WatchArgs;

use std::process::Stdio;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use serde_json::json;

use super::TROUBLE;
use super::args::Args;
use super::complain::{complain, complain_failure};
use super::look::{Wanted, look, may_pass};
use super::output::{lost, print, print_line};
use crate::oci::{Class, Failure, Reference};
use crate::source::{Activity, Sources};
use crate::text::escape;
use change::{Change, State};

pub(super) async fn run(args: &Args, watch: &WatchArgs) -> u8 {
    let references: Result<Vec<Reference>, String> = watch
        .references
        .iter()
        .map(|text| text.parse().map_err(|error: crate::oci::ReferenceError| error.to_string()))
        .collect();
    let wanted = watch.platform.as_deref().map(Wanted::parse).transpose();
    let (references, wanted) = match (references, wanted) {
        (Ok(references), Ok(wanted)) => (references, wanted),
        (Err(problem), _) | (_, Err(problem)) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let sources = Sources::new(args.options(), Activity::default());
    // Each on its own, so that a registry that has others wait holds up nothing else.
    let all = references.into_iter().map(|reference| one(&sources, watch, &wanted, reference));
    let mut all: FuturesUnordered<_> = all.collect();
    all.next().await.unwrap_or(TROUBLE)
}

/// Watches a reference until nobody reads any more, or until it cannot be looked at.
async fn one(
    sources: &Sources,
    watch: &WatchArgs,
    wanted: &Option<Wanted>,
    reference: Reference,
) -> u8 {
    let mut last: Option<State> = None;
    let mut told: Option<Failure> = None;
    loop {
        let before = last.as_ref().and_then(State::look);
        let seen = match look(sources, &reference, wanted.as_slice(), before).await {
            Ok(seen) => Some(State::There(seen)),
            Err(failure) if failure.class == Class::NotFound => Some(State::Nothing),
            Err(failure) if last.is_none() && !may_pass(&failure) => {
                complain_failure(&failure);
                return TROUBLE;
            }
            // One of the same kind is told once.
            Err(failure) => {
                if told.as_ref().is_none_or(|told| told.class != failure.class) {
                    complain_failure(&failure);
                }
                told = Some(failure);
                None
            }
        };
        if let Some(seen) = seen {
            told = None;
            if let Some(change) = Change::between(last.as_ref(), &seen, wanted.as_ref()) {
                tell(watch, &reference, &change).await;
            }
            last = Some(seen);
        }
        if lost().is_some() {
            return TROUBLE;
        }
        tokio::time::sleep(watch.interval).await;
    }
}

async fn tell(watch: &WatchArgs, reference: &Reference, change: &Change) {
    let now = Timestamp::now().round(jiff::Unit::Second).unwrap_or_else(|_| Timestamp::now());
    let (before, after) = (change.before.as_deref(), change.after.as_deref());
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
        print(format!("{line}\n").as_bytes());
    } else {
        let line = format!("{now}  {}  {}", reference.familiar(), change.words());
        print_line(&escape(line.trim_end()));
    }
    if let (Some(command), false) = (&watch.exec, change.is_first) {
        execute(command, reference, before, after).await;
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
