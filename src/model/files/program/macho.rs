//! macOS programs, for one machine or for several.

use object::Endianness;
use object::macho::{
    CPU_SUBTYPE_ARM64E, CPU_TYPE_ARM, CPU_TYPE_ARM64, CPU_TYPE_X86, CPU_TYPE_X86_64, CpuSubtype,
    CpuType, FAT_MAGIC, FAT_MAGIC_64, FatArch32, FatArch64, FatHeader, MachHeader32, MachHeader64,
};
use object::read::macho::{FatArch, MachHeader, MachOFatFile};

use super::Pieces;
use super::contents::{Executable, Format};
use crate::oci::Platform;

/// A Java class begins with the same four bytes as a fat file, and has its version, at least 45,
/// where a fat file has the number of its parts.
const MOST_PARTS: u32 = 30;

/// The top byte of a subtype holds flags.
const SUBTYPE: u32 = 0x00ff_ffff;

pub(super) fn read(pieces: &Pieces) -> Option<Executable> {
    match u32::from_be_bytes(pieces.start(4)?.try_into().ok()?) {
        FAT_MAGIC => fat::<FatArch32>(pieces),
        FAT_MAGIC_64 => fat::<FatArch64>(pieces),
        0xfeed_face | 0xcefa_edfe => thin::<MachHeader32<Endianness>>(pieces),
        0xfeed_facf | 0xcffa_edfe => thin::<MachHeader64<Endianness>>(pieces),
        _ => None,
    }
}

fn thin<Mach: MachHeader<Endian = Endianness>>(pieces: &Pieces) -> Option<Executable> {
    let header = Mach::parse(pieces, 0).ok()?;
    let endian = header.endian().ok()?;
    Some(of(&[(header.cputype(endian), header.cpusubtype(endian))]))
}

fn fat<Fat: FatArch>(pieces: &Pieces) -> Option<Executable> {
    let start = pieces.start(size_of::<FatHeader>() as u64)?;
    let parts = u32::from_be_bytes(start.get(4..8)?.try_into().ok()?);
    if parts == 0 || parts > MOST_PARTS {
        return None;
    }
    let file = MachOFatFile::<Fat>::parse(pieces).ok()?;
    let parts: Vec<_> =
        file.arches().iter().map(|part| (part.cputype(), part.cpusubtype())).collect();
    Some(of(&parts))
}

fn of(parts: &[(CpuType, CpuSubtype)]) -> Executable {
    let mut machines = Vec::new();
    let mut platforms = Vec::new();
    for (machine, subtype) in parts {
        let (machine, architecture, variant) = match *machine {
            CPU_TYPE_X86_64 => ("x86-64".to_owned(), "amd64", ""),
            CPU_TYPE_X86 => ("i386".to_owned(), "386", ""),
            CPU_TYPE_ARM64 if subtype.0 & SUBTYPE == CPU_SUBTYPE_ARM64E.0 => {
                ("ARM64e".to_owned(), "arm64", "")
            }
            CPU_TYPE_ARM64 => ("ARM64".to_owned(), "arm64", ""),
            CPU_TYPE_ARM => ("ARM".to_owned(), "arm", ""),
            other => (format!("machine {:#x}", other.0), "", ""),
        };
        machines.push(machine);
        if !architecture.is_empty() {
            platforms.push(Platform::new("darwin", architecture, variant));
        }
    }
    let mut executable = Executable::new(Format::MachO, machines.join(" and "));
    executable.platforms = platforms;
    executable
}
