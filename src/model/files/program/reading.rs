//! From the first bytes of a file to what it is.

use std::ops::Range;

use super::contents::Contents;
use super::{Pieces, elf, macho, pe, script, wasm};

/// How far a file is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// What the file is.
    Known(Contents),
    /// These bytes of the file are needed to tell.
    Need(Range<u64>),
}

/// Says what a file is, or which bytes are still needed to say so.
///
/// Every answer of [`Reading::Need`] lies within the file, and adding or refusing its range leads
/// to another answer; a few rounds are enough.
#[must_use]
pub fn read(pieces: &Pieces) -> Reading {
    pieces.take_missing();
    let contents = contents(pieces);
    match pieces.take_missing() {
        Some(range) => Reading::Need(range),
        None => Reading::Known(contents),
    }
}

fn contents(pieces: &Pieces) -> Contents {
    let Some(start) = pieces.start(4) else { return Contents::Data };
    let executable = match start {
        b"\x7fELF" => elf::read(pieces),
        [b'M', b'Z', ..] => pe::read(pieces),
        b"\0asm" => wasm::read(pieces),
        [b'#', b'!', ..] => {
            return script::read(pieces).map_or(Contents::Data, Contents::Script);
        }
        _ => macho::read(pieces),
    };
    executable.map_or(Contents::Data, Contents::Executable)
}
