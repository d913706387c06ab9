//! Blame: which line of a Dockerfile made a layer, and a file in it.
//!
//! With provenance of `mode=max` BuildKit tells the steps of a build, the lines that they are
//! written in, and the layers of their results. [`Blame::of`] sets the layers of an image against
//! them: by their digests; by position, if the digests were rewritten after the build (forced
//! compression, rewritten timestamps). A line is named only if the provenance leaves no other. What
//! it leaves open is said to be open.

mod answer;
mod covers;
mod dockerfile;
mod origins;
mod trace;
mod words;

#[cfg(test)]
mod tests;

pub use answer::{Blame, BlameOf, FileBlame, How, Untold};
pub use dockerfile::{DockerfileLine, dockerfile};
pub use origins::Origin;
pub use trace::{From, Hop, Writer};
pub use words::{FACT_CELLS, of_dockerfile, of_file, page};
