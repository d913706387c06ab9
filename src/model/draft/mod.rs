//! A list under construction: a base and edits in, exact bytes, problems, effects and the plan of
//! a push out.
//!
//! Pure: no I/O. What an edit adds is a [`Material`] that was gathered beforehand; what else is
//! worth reading is named by [`Draft::wanted`] and told with [`Draft::learn`]; what a plan has to
//! know of the target is named by [`Missing`]. Whatever an edit does not touch keeps the letters
//! that it had.

mod apply;
mod base;
mod changes;
mod check;
mod choose;
mod document;
#[expect(clippy::module_inception, reason = "the room is named after what it makes")]
mod draft;
mod edit;
mod effects;
mod encode;
mod entry;
mod export;
mod format;
mod goal;
mod item;
mod known;
mod losses;
mod matching;
mod material;
mod parcel;
mod plain;
mod plan;
pub mod platforms;
mod problem;
mod raw;
mod refused;
mod rows;
mod saved;
mod shipping;
mod source_root;
mod spec;
mod target;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_any_edits;
#[cfg(test)]
mod tests_text;
mod work;

pub use base::Base;
pub use choose::{Attests, Choice, Gathered, Subset, materials, subset};
pub use document::Encoded;
pub use draft::Draft;
pub use edit::{Edit, EntryId, Field, Place};
pub use effects::{Effect, Effects, Got, effects};
pub use entry::{Entry, Mark};
pub use export::{Differences, Export, Tool, Verdict, differences, export, export_all};
pub use format::Format;
pub use goal::{Files, Form, Goal};
pub use known::Want;
pub use losses::losses;
pub use matching::Match;
pub use material::{Companion, Material};
pub use parcel::Parcel;
pub use plan::{
    Action, Answers, Conflict, Guard, Haul, Missing, Plan, Presence, Question, Shipped, Step, Sums,
    haul, missing, plan,
};
pub use problem::{Fix, Problem, ProblemKind, Severity};
pub use refused::Refused;
pub use saved::SaveError;
pub use source_root::SourceRoot;
pub use spec::{Spec, SpecEntry, SpecError, from_template, write as write_spec};
pub use target::Target;
