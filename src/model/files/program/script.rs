//! The first line of a script.

use serde::{Deserialize, Serialize};

use super::Pieces;

/// Linux reads so many bytes of a script (`BINPRM_BUF_SIZE` in `linux/binfmts.h`).
const LINE: u64 = 256;

/// A script: what its first line names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The interpreter, as written.
    pub interpreter: String,
    /// Everything behind it on the line, which the kernel hands over as one argument.
    pub argument: Option<String>,
}

/// Reads `#! interpreter [argument]` as Linux does (`fs/binfmt_script.c`).
pub(super) fn read(pieces: &Pieces) -> Option<Script> {
    let start = pieces.start(LINE)?;
    let rest = start.strip_prefix(b"#!")?;
    let end = memchr::memchr2(b'\n', 0, rest).unwrap_or(rest.len());
    let line = String::from_utf8_lossy(rest.get(..end)?);
    // The kernel knows no carriage return: it looks for a program whose name ends with one.
    let line = line.trim_matches([' ', '\t']);
    let (interpreter, argument) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let argument = argument.trim_matches([' ', '\t']);
    (!interpreter.is_empty()).then(|| Script {
        interpreter: interpreter.to_owned(),
        argument: (!argument.is_empty()).then(|| argument.to_owned()),
    })
}
