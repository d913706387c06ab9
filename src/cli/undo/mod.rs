//! `platy undo [REF]`: a tag put back to what it held before platy wrote it.

mod args;
mod json;
mod list;
mod run;
mod text;

pub(super) use args::UndoArgs;
pub(super) use run::run;
