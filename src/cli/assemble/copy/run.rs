//! The copying itself.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use super::left::look_for_referrers;
use super::report;
use super::shipment::{Shipment, Way};
use crate::cli::assemble::args::Pushing;
use crate::cli::assemble::finish::carry_out;
use crate::cli::assemble::text::say_outcome;
use crate::cli::complain::{complain, complain_failure};
use crate::cli::interrupt::Interrupts;
use crate::cli::line::Line;
use crate::cli::output::{print_json, print_line};
use crate::cli::{DONE, PART, TROUBLE};
use crate::model::draft::{Files, Goal};
use crate::oci::{Class, Digest, Failure, Location};
use crate::source::{Meter, Sources};
use crate::text::{bytes, escape};
use crate::work::push::{Journal, Outcome, Pace, read_again};
use crate::work::store::{Load, Stored, store};

/// What became of one image.
pub(super) enum Came {
    /// Its target held it already.
    Nothing,
    /// A registry was written to.
    Pushed(Box<Outcome>),
    /// Files were written; what the place holds now.
    Stored(Stored, Digest),
}

impl Came {
    pub(super) fn is_done(&self) -> bool {
        match self {
            Self::Nothing | Self::Stored(..) => true,
            Self::Pushed(outcome) => outcome.is_done(),
        }
    }
}

pub(super) async fn run(
    mut shipments: Vec<Shipment>,
    pushing: &Pushing,
    sources: &Sources,
    permits: usize,
    journal: Option<&Journal>,
) -> u8 {
    let mut came = Vec::new();
    let mut code = DONE;
    let mut failure = None;
    match files_of(&shipments) {
        Some(files) => match write_files(&files, &shipments, sources).await {
            Ok(all) => came = all,
            Err(it) => failure = Some(it),
        },
        None => {
            for shipment in &shipments {
                match push(shipment, pushing, sources, journal).await {
                    Ok(pushed) => {
                        let stopped = (!pushed.is_done()).then(|| refusal(&pushed));
                        came.push(pushed);
                        if let Some(stopped) = stopped {
                            code = stopped;
                            break;
                        }
                    }
                    Err(it) => {
                        failure = Some(it);
                        break;
                    }
                }
            }
        }
    }
    if let Some(failure) = &failure {
        complain_failure(failure);
        code = TROUBLE;
    }
    for (shipment, came) in shipments.iter_mut().zip(&came) {
        if !matches!(came, Came::Nothing) && came.is_done() {
            look_for_referrers(shipment, sources, permits).await;
        }
        if !pushing.json {
            report::receipt(shipment, came).iter().for_each(|line| print_line(&escape(line)));
        }
    }
    if pushing.json {
        print_json(&report::document(&shipments, &came));
    }
    let left = shipments.len() - came.len();
    if left > 0 && shipments.len() > 1 {
        complain(&format!("{left} of {} images were not copied; run it again", shipments.len()));
    }
    code
}

fn refusal(came: &Came) -> u8 {
    match came {
        Came::Pushed(outcome) if outcome.is_refused() => PART,
        _ => TROUBLE,
    }
}

async fn push(
    shipment: &Shipment,
    pushing: &Pushing,
    sources: &Sources,
    journal: Option<&Journal>,
) -> Result<Came, Failure> {
    let Way::Registry { plan, guard } = &shipment.way else { return Ok(Came::Nothing) };
    if shipment.is_done() {
        return Ok(Came::Nothing);
    }
    let outcome = carry_out(plan, sources, guard, journal).await;
    say_outcome(plan, &outcome, pushing.json);
    if pushing.second_reader && outcome.is_done() {
        read_again(plan, sources).await?;
    }
    Ok(Came::Pushed(Box::new(outcome)))
}

/// The files that all images go to.
fn files_of(shipments: &[Shipment]) -> Option<Files> {
    match &shipments.first()?.goal {
        Goal::Files(files) => Some(files.clone()),
        Goal::Registry { .. } => None,
    }
}

async fn write_files(
    files: &Files,
    shipments: &[Shipment],
    sources: &Sources,
) -> Result<Vec<Came>, Failure> {
    if shipments.iter().all(Shipment::is_done) {
        return Ok(shipments.iter().map(|_| Came::Nothing).collect());
    }
    let loads: Vec<Load> = shipments
        .iter()
        .filter_map(|shipment| match &shipment.way {
            Way::Files { load, is_done: false, .. } => Some(load.as_ref().clone()),
            _ => None,
        })
        .collect();
    let before: Vec<Vec<Digest>> =
        shipments.iter().filter(|it| !it.is_done()).map(|it| it.held.clone()).collect();
    let meter = Meter::default();
    let total = loads.iter().fold(0, |sum: u64, load| sum.saturating_add(load.haul.blob_bytes()));
    let stopped = || Failure::new(Class::Cancelled, files.location().to_string(), "it was stopped");
    let mut interrupts = Interrupts::new();
    let stored = tokio::select! {
        stored = store(files, &loads, &before, sources, &meter) => stored?,
        // What is half written goes away with it.
        () = interrupts.next() => {
            let next = match files.location() {
                Location::OciArchive { .. } | Location::DockerArchive { .. } => {
                    "the archive is as it was; run it again"
                }
                _ => "run it again: what is there is not copied again",
            };
            return Err(stopped().with_next(next));
        }
        never = show(&meter, total) => match never {},
    };
    let mut came = Vec::new();
    let mut stored = Some(stored);
    for shipment in shipments {
        if shipment.is_done() {
            came.push(Came::Nothing);
            continue;
        }
        let found = read_back(shipment, sources).await?;
        came.push(Came::Stored(stored.take().unwrap_or_default(), found));
    }
    Ok(came)
}

/// Reads what the place holds now. What has no name in it is read by its digest: the place without
/// a name means whatever else is in it too. In a folder of `dir:` nothing says by which algorithm
/// the manifest is named.
async fn read_back(shipment: &Shipment, sources: &Sources) -> Result<Digest, Failure> {
    let Goal::Files(files) = &shipment.goal else { return Ok(shipment.after.digest.clone()) };
    let location = files.location();
    let by_digest = format!("@{}", shipment.after.digest);
    let read = match files.name {
        None => location.with_name(&by_digest).unwrap_or_else(|| location.clone()),
        Some(_) => location.clone(),
    };
    let root = sources.open(&read)?.root().await?;
    let found = root.digest;
    if found == shipment.after.digest || shipment.after.digest.matches(&root.bytes) {
        return Ok(found);
    }
    let detail = format!("it holds {found}, and {} was written", shipment.after.digest);
    Err(Failure::new(Class::DigestMismatch, location.to_string(), detail)
        .with_next("another program writes there; copy again"))
}

const EVERY: Duration = Duration::from_millis(200);

/// Says how far it is, where that can be seen.
async fn show(meter: &Meter, total: u64) -> Infallible {
    let Some(line) = Line::new() else { return std::future::pending().await };
    let mut pace = Pace::default();
    let mut tick = tokio::time::interval(EVERY);
    tick.tick().await;
    loop {
        tick.tick().await;
        let moved = meter.get();
        pace.note(Instant::now(), moved);
        let rate =
            pace.rate().map_or_else(String::new, |rate| format!(" · {}/s", bytes(rate as u64)));
        line.say(&format!("{} of {}{rate}", bytes(moved), bytes(total)));
    }
}
