//! Tar files, one entry after the other, without keeping what lies between the headers.
//!
//! The `tar` crate reads the headers; the walk is ours because the crate's keeps long names whole
//! in memory, however long they claim to be. Archives are walked by position, layers as a stream;
//! what an odd entry means is the caller's to judge.

mod damage;
mod extended;
mod input;
mod member;
mod sparse;
mod walk;

pub(crate) use damage::{Damage, Trouble};
pub(crate) use input::{Input, Pieces};
pub(crate) use member::Member;
pub(crate) use sparse::{Parts, Run};
pub(crate) use walk::Walk;
