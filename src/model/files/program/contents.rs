//! What a file can be, and what the header of an executable says.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Script;
use crate::oci::Platform;

/// So many bytes from the start tell most files from each other, and hold the header, the program
/// headers and the notes of almost every program.
pub const HEAD: u64 = 4096;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contents {
    /// Machine code.
    Executable(Executable),
    /// A text whose first line names its interpreter.
    Script(Script),
    /// Anything else.
    Data,
}

/// The format of an executable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Format {
    /// Executable and Linkable Format: Linux, the BSDs, Solaris.
    Elf,
    /// Portable Executable: Windows.
    Pe,
    /// Mach-O: macOS.
    MachO,
    /// WebAssembly.
    Wasm,
}

/// What the header of an executable says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Executable {
    /// The format.
    pub format: Format,
    /// The machine in the format's own words, such as `x86-64` or `AArch64`.
    pub machine: String,
    /// The platforms that it is made for: one, several for a fat Mach-O file, none if platy
    /// knows no name for the machine or where the file runs on all.
    pub platforms: Vec<Platform>,
    /// The machine's variant, class, byte order and ABI in words, as far as they are stated.
    pub details: Vec<String>,
    /// The dynamic loader that the program names (`PT_INTERP`).
    pub interpreter: Option<String>,
    /// Whether the code runs on every machine that has its runtime (.NET).
    pub portable: bool,
    /// What could not be read, and what it would have told.
    pub unknown: Option<String>,
}

impl Executable {
    pub(super) fn new(format: Format, machine: impl Into<String>) -> Self {
        Self {
            format,
            machine: machine.into(),
            platforms: Vec::new(),
            details: Vec::new(),
            interpreter: None,
            portable: false,
            unknown: None,
        }
    }
}

impl Format {
    /// The word in JSON output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Elf => "elf",
            Self::Pe => "pe",
            Self::MachO => "mach-o",
            Self::Wasm => "wasm",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Elf => "ELF",
            Self::Pe => "PE",
            Self::MachO => "Mach-O",
            Self::Wasm => "WebAssembly",
        })
    }
}

/// `x86-64 ELF`, `ARM ELF for v7`, `x86-64 ELF for illumos`.
impl fmt::Display for Executable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.machine, self.format)?;
        match self.platforms.as_slice() {
            [one] if self.format == Format::Elf && one.os != "linux" => {
                write!(f, " for {}", one.os)
            }
            [one] if !one.variant.is_empty() => write!(f, " for {}", one.variant),
            _ => Ok(()),
        }
    }
}
