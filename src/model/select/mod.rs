//! Which entry of an index an engine picks on a host, and why.
//!
//! Pure: no I/O, no clock. Every engine's rules are those of its own sources, named in its file.
//! An [`Offer`] is prepared once from what has been read; [`select`] answers for one engine with a
//! trace of every verdict, [`outcome`] without one, [`Matrix`] for many at once. Where the answer
//! depends on a document that has not been read, the outcome names it instead of guessing.
//!
//! ```
//! use platy::oci::{Algorithm, Document};
//! use platy::model::select::{Engine, Host, Offer, select};
//!
//! let json = br#"{"schemaVersion":2,"manifests":[]}"#;
//! let root = Document::parse(json.as_slice().into(), None, Algorithm::Sha256)?;
//! let offer = Offer::new("example.com/app:1", &root, &());
//! let (engine, host) = (Engine::find("crane").unwrap(), "linux/arm/v7".parse::<Host>().unwrap());
//! let answer = select(engine, &host, Some("linux/arm/v7"), &offer);
//! assert_eq!(
//!     answer.outcome.error(),
//!     Some("no child with platform linux/arm/v7 in index example.com/app:1")
//! );
//! # Ok::<(), String>(())
//! ```

mod clients;
mod engine;
mod host;
mod images;
mod judge;
mod limits;
mod matrix;
mod offer;
pub mod platforms;
mod profiles;
mod reason;
mod run;
#[expect(clippy::module_inception, reason = "the room is named after its verb")]
mod select;
mod selection;
mod trace;

pub use engine::{ENGINES, Engine};
pub use host::{Host, HostError};
pub use matrix::{Matrix, differ, end};
pub use offer::{Candidate, Content, Facts, Level, Lookup, Offer, Path};
pub use profiles::{PROFILES, Profile};
pub use select::{hinges_on, leaves_out, outcome, refusal, select};
pub use selection::{Fall, Missing, Need, Outcome, Selection, Step, Verdict};
