//! What a program's own header says: the format, the machine, and the platform that this makes.
//!
//! Pure. [`read`] looks at the [`Pieces`] of a file that are there and says either what the file
//! is or which bytes it still needs, so that a download ends as soon as the header is known.

mod arm;
mod contents;
mod elf;
mod go;
mod machines;
mod macho;
mod pe;
mod pieces;
mod probe;
mod reading;
mod script;
mod wasm;

#[cfg(test)]
mod tests;

pub use contents::{Contents, Executable, Format, HEAD};
pub use pieces::Pieces;
pub use probe::Probe;
pub use reading::{Reading, read};
pub use script::Script;
