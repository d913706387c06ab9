//! `platy undo [REF]`: a tag put back to what it held before platy wrote it.

mod json;
mod list;
mod run;
mod text;

pub(super) use run::run;
