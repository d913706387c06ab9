//! Selecting: one engine, one host, one request, one offer.

use std::borrow::Cow;

use super::clients::prepare;
use super::engine::{Engine, Family};
use super::limits::{Limits, address, left_out};
use super::run::Run;
use super::selection::{Fall, Outcome, Selection};
use super::trace::bounded;
use super::{Host, Offer};

/// What the engine makes of the offer on this host, with the trace of every verdict. `request` is
/// the engine's `--platform`, as typed.
#[must_use]
pub fn select(engine: &Engine, host: &Host, request: Option<&str>, offer: &Offer) -> Selection {
    let mut notes = notes(engine, host, request, offer);
    match prepare(engine.family, host, accepted(engine, request)) {
        Err(text) => Selection {
            outcome: Outcome::Failed(text),
            downloads: Vec::new(),
            wanted: Vec::new(),
            trace: Vec::new(),
            notes,
        },
        Ok(client) => {
            let limits = Limits::new(engine.family, host, offer);
            let (run, offer) = match limits.read() {
                Ok(offer) => (limits.applied(client.run(&offer), client.as_ref()), offer),
                Err(fall) => {
                    notes.push(known_of(&fall));
                    (Run::failed(fall.words.unwrap_or(fall.problem)), Cow::Borrowed(offer))
                }
            };
            let offer = offer.as_ref();
            notes.extend(client.notes(offer, &run));
            if let Outcome::Fails(fall) = &run.outcome {
                notes.push(format!("known of {}", fall.source));
            }
            let other = run.visits.first().is_some_and(|visit| visit.other);
            let (trace, left_out) = bounded(client.trace(offer, &run));
            if left_out > 0 {
                notes.push(format!("the trace leaves {left_out} entries out"));
            }
            Selection {
                trace,
                wanted: client.judge(other).wanted(),
                downloads: run.downloads,
                outcome: run.outcome,
                notes,
            }
        }
    }
}

/// The outcome alone, without a trace: what a matrix asks for each of its cells.
#[must_use]
pub fn outcome(engine: &Engine, host: &Host, request: Option<&str>, offer: &Offer) -> Outcome {
    match prepare(engine.family, host, accepted(engine, request)) {
        Err(text) => Outcome::Failed(text),
        Ok(client) => {
            let limits = Limits::new(engine.family, host, offer);
            match limits.read() {
                Ok(offer) => limits.applied(client.run(&offer), client.as_ref()).outcome,
                Err(fall) => Outcome::Failed(fall.words.unwrap_or(fall.problem)),
            }
        }
    }
}

/// The address from which the engine takes a layer of the image at this path: whether that answers
/// is not known.
#[must_use]
pub fn hinges_on(engine: &Engine, host: &Host, offer: &Offer, path: &[usize]) -> Option<String> {
    address(engine.family, host, offer, path)
}

/// Why the engine leaves out the layers of the image at this path, and reports success: the
/// unpacker of containerd waits for a config of an image's type (`ctr` and Kubernetes, 2.4.2).
#[must_use]
pub fn leaves_out(engine: &Engine, host: &Host, offer: &Offer, path: &[usize]) -> Option<String> {
    left_out(engine.family, host, offer, path)
}

/// What is the matter, and of which version that is known.
fn known_of(fall: &Fall) -> String {
    format!("{}; known of {}", fall.problem, fall.source)
}

/// The engine's own sentence if it does not understand a requested platform, before it looks at
/// anything.
#[must_use]
pub fn refusal(engine: &Engine, host: &Host, request: &str) -> Option<String> {
    prepare(engine.family, host, accepted(engine, Some(request))).err()
}

/// The request, if the engine takes one.
fn accepted<'r>(engine: &Engine, request: Option<&'r str>) -> Option<&'r str> {
    request.filter(|_| engine.flag.is_some())
}

fn notes(engine: &Engine, host: &Host, request: Option<&str>, offer: &Offer) -> Vec<String> {
    let mut notes = Vec::new();
    if !offer.media_type.is_index() {
        notes.push(format!("no selection takes place: {}", engine.bare));
    }
    if request.is_some() && engine.flag.is_none() {
        notes.push(format!("{} takes no platform: the request is ignored", engine.title));
    }
    if engine.id == "docker-28" && offer.media_type.is_schema1() {
        notes.push(
            "28.0 and 28.1 say that schema 1 support is disabled by default and will be removed in \
             an upcoming release"
                .to_owned(),
        );
    }
    let docker = matches!(
        engine.family,
        Family::Store
            | Family::StoreLegacy
            | Family::StoreLocal
            | Family::Graphdriver(..)
            | Family::Graphdriver2010
    );
    if docker && host.os() == "darwin" {
        notes.push(format!(
            "on a Mac the daemon runs in a Linux guest: linux/{}",
            host.architecture()
        ));
    }
    notes
}
