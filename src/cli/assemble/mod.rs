//! `platy create`, `copy`, `edit`, `push` and `export`: lists are assembled, changed and pushed.

mod args;
mod ask;
mod assign;
mod copy;
mod create;
mod edit;
mod export;
mod finish;
mod job;
mod join;
mod joining;
mod json;
mod mend;
mod progress;
mod push;
mod report;
mod text;

pub(super) use args::{CopyArgs, CreateArgs, EditArgs, ExportArgs, PushArgs};
pub(super) use ask::{ask, can_ask};
pub(super) use copy::copy;
pub(super) use create::create;
pub(super) use edit::edit;
pub(super) use export::export;
pub(super) use finish::journal;
pub(super) use push::push;
