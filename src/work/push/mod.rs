//! Runs a plan: asks what is there, moves blobs and manifests, writes the tag behind its guard,
//! reads it back, and keeps what it replaced.
//!
//! [`prepare`] asks what a plan has to know, [`run`] does what it says and returns an
//! [`Outcome`] that tells of each tag whether it is old or new, whatever happened. A [`Board`]
//! shows how far a run is while it runs, and stops it. The [`Journal`] keeps what was replaced,
//! and [`undo`] puts it back.

mod board;
mod dropped;
mod journal;
mod listing;
mod mend;
mod pace;
mod prepare;
mod referring;
mod retag;
mod run;
mod second;
mod step;
mod tag;
mod tagging;
mod undo;
mod untag;
mod verify;

pub use crate::model::push::{
    Did, Entry, Kept, NoUndo, Outcome, Progress, StepProgress, StepState, Stopped, Tagged, Undo,
};
pub use board::Board;
pub use dropped::not_kept;
pub use journal::Journal;
pub use listing::find_listing;
pub use pace::Pace;
pub use prepare::{ask, prepare, prepare_with};
use retag::retag;
pub use run::{Pushing, run};
pub use second::read_again;
pub use tagging::{plan_tags, write_tags};
pub use undo::{find_undo, undo};
pub use untag::find_untag;
use untag::untag;
