//! What pushes replaced, kept on this machine so that it can be put back.
//!
//! A file with a JSON line for each push, to which is only ever appended, under a lock; beside it
//! the exact bytes of what was replaced, by digest, since a registry may drop what no tag names.

mod entry;
mod file;
mod keep;

pub use keep::Journal;

pub(super) use entry::NewEntry;
