//! WebAssembly.

use super::Pieces;
use super::contents::{Executable, Format};
use crate::oci::Platform;

/// A module (`01 00 00 00`) or a component (`0d 00 01 00`), by the four bytes behind the magic.
pub(super) fn read(pieces: &Pieces) -> Option<Executable> {
    let [_, _, _, _, version @ ..] = pieces.start(8)? else { return None };
    let (machine, system) = match version {
        [1, 0, 0, 0] => ("module", "wasip1"),
        [_, 0, 1, 0] => ("component", "wasip2"),
        _ => return None,
    };
    let mut executable = Executable::new(Format::Wasm, machine);
    executable.platforms.push(Platform::new(system, "wasm", ""));
    Some(executable)
}
