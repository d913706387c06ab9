//! ELF: Linux, the BSDs, Solaris.

use object::Endianness;
use object::elf;
use object::read::elf::{FileHeader, NoteIterator, ProgramHeader, SectionHeader};

use super::machines::{Machine, system};
use super::reading::{Executable, Format};
use super::{Pieces, arm};
use crate::oci::Platform;

/// Notes and the name of an interpreter are short.
const NOTES: u64 = 64 << 10;
const NAME: u64 = 4096;
/// So much of the end of an ARM program is kept to find its attributes in.
const TAIL: u64 = 4 << 20;

/// What is needed of the `e_flags` of ARM ("ELF for the Arm Architecture").
const ARM_ABI_MASK: u32 = 0xff00_0000;
const ARM_HARD: u32 = 0x400;
const ARM_SOFT: u32 = 0x200;
/// The floating-point ABI in the `e_flags` of RISC-V ("RISC-V ELF Specification").
const RISCV_FLOAT: u32 = 6;

pub(super) fn read(pieces: &Pieces) -> Option<Executable> {
    // The class decides which header to read.
    match pieces.start(5)?.last()? {
        1 => header::<elf::FileHeader32<Endianness>>(pieces),
        2 => header::<elf::FileHeader64<Endianness>>(pieces),
        _ => None,
    }
}

fn header<Elf: FileHeader<Endian = Endianness>>(pieces: &Pieces) -> Option<Executable> {
    let header = Elf::parse(pieces).ok()?;
    let endian = header.endian().ok()?;
    if header.e_type(endian) == elf::ET_CORE {
        return None;
    }
    let machine = Machine {
        number: header.e_machine(endian),
        wide: header.is_type_64(),
        little: header.is_little_endian(),
        flags: header.e_flags(endian).0,
    };
    let (name, architecture) = machine.names();
    let mut executable = Executable::new(Format::Elf, name);
    executable.details.push(if machine.wide { "64-bit" } else { "32-bit" }.to_owned());
    let order = if machine.little { "little-endian" } else { "big-endian" };
    executable.details.push(order.to_owned());
    let segments = header.program_headers(endian, pieces);
    let cut_segments = segments.is_err();
    let segments = segments.unwrap_or_default();
    executable.interpreter =
        segments.iter().find_map(|segment| interpreter(segment, endian, pieces));
    let mut variant = "";
    if machine.number == elf::EM_ARM {
        variant = read_arm(header, endian, segments, pieces, machine.flags, &mut executable);
    }
    if architecture == "amd64" {
        variant = level(segments, endian, pieces).unwrap_or_default();
    }
    if machine.number == elf::EM_RISCV {
        let float = ["soft float", "single float", "double float", "quad float"];
        let float = float.get((machine.flags & RISCV_FLOAT) as usize >> 1);
        executable.details.extend(float.map(|it| (*it).to_owned()));
    }
    if !architecture.is_empty() {
        let system = system(header.e_ident().os_abi);
        executable.platforms.push(Platform::new(system, architecture, variant));
    }
    if cut_segments && executable.unknown.is_none() {
        executable.unknown =
            Some("its program headers are cut off or lie outside of the file".to_owned());
    }
    Some(executable)
}

fn interpreter<Segment: ProgramHeader<Endian = Endianness>>(
    segment: &Segment,
    endian: Endianness,
    pieces: &Pieces,
) -> Option<String> {
    if segment.p_type(endian) != elf::PT_INTERP || segment.p_filesz(endian).into() > NAME {
        return None;
    }
    let name = segment.data(endian, pieces).ok()?;
    let end = memchr::memchr(0, name).unwrap_or(name.len());
    name.get(..end).map(|name| String::from_utf8_lossy(name).into_owned())
}

/// The x86-64 level that the program says it needs (`GNU_PROPERTY_X86_ISA_1_NEEDED` of the x86-64
/// psABI); most programs say nothing.
fn level<Segment: ProgramHeader<Endian = Endianness>>(
    segments: &[Segment],
    endian: Endianness,
    pieces: &Pieces,
) -> Option<&'static str> {
    let needed = segments
        .iter()
        .filter(|segment| segment.p_type(endian) == elf::PT_NOTE)
        .filter(|segment| segment.p_filesz(endian).into() <= NOTES)
        .filter_map(|segment| {
            let data = segment.data(endian, pieces).ok()?;
            let align = segment.p_align(endian);
            NoteIterator::<Segment::Elf>::new(endian, align, data).ok()
        })
        .find_map(|notes| needed(notes, endian))?;
    [
        (elf::GNU_PROPERTY_X86_ISA_1_V4, "v4"),
        (elf::GNU_PROPERTY_X86_ISA_1_V3, "v3"),
        (elf::GNU_PROPERTY_X86_ISA_1_V2, "v2"),
    ]
    .into_iter()
    .find_map(|(bit, name)| (needed & bit != 0).then_some(name))
}

fn needed<Elf: FileHeader<Endian = Endianness>>(
    mut notes: NoteIterator<'_, Elf>,
    endian: Endianness,
) -> Option<u32> {
    while let Ok(Some(note)) = notes.next() {
        let Some(mut properties) = note.gnu_properties(endian) else { continue };
        while let Ok(Some(property)) = properties.next() {
            if property.pr_type() == elf::GNU_PROPERTY_X86_ISA_1_NEEDED {
                return property.data_u32(endian).ok();
            }
        }
    }
    None
}

/// The variant of an ARM program by its attributes, and its ABI in words.
fn read_arm<Elf: FileHeader<Endian = Endianness>>(
    header: &Elf,
    endian: Endianness,
    segments: &[Elf::ProgramHeader],
    pieces: &Pieces,
    flags: u32,
    executable: &mut Executable,
) -> &'static str {
    let found = arm_attributes(header, endian, segments, pieces);
    let abi = (flags & ARM_ABI_MASK) >> 24;
    if abi > 0 {
        executable.details.push(format!("EABI{abi}"));
    }
    let hard = match flags & (ARM_HARD | ARM_SOFT) {
        ARM_HARD => Some(true),
        ARM_SOFT => Some(false),
        _ => found.and_then(|found| found.hard_float),
    };
    if let Some(hard) = hard {
        executable.details.push(if hard { "hard float" } else { "soft float" }.to_owned());
    }
    let variant = found.and_then(|found| found.cpu).and_then(arm::variant);
    if found.is_none() {
        executable.unknown =
            Some("its ARM attributes cannot be read, which tell v6 from v7".to_owned());
    } else if variant.is_none() {
        executable.unknown = Some("it does not say which ARM version it needs".to_owned());
    }
    variant.unwrap_or_default()
}

/// The attributes lie in a section behind everything that is loaded and behind debug information,
/// and the table of sections is the last thing of a file. A layer can be read in one direction
/// only, so the end of the file is asked for at once. `None` where they cannot be read.
fn arm_attributes<Elf: FileHeader<Endian = Endianness>>(
    header: &Elf,
    endian: Endianness,
    segments: &[Elf::ProgramHeader],
    pieces: &Pieces,
) -> Option<arm::Attributes> {
    let table: u64 = header.e_shoff(endian).into();
    let count = u64::from(header.e_shnum(endian));
    if table == 0 || count == 0 {
        return Some(arm::Attributes::default());
    }
    let end = table.checked_add(count.checked_mul(u64::from(header.e_shentsize(endian)))?)?;
    let loaded = segments
        .iter()
        .filter(|segment| segment.p_type(endian) == elf::PT_LOAD)
        .filter_map(|segment| {
            let (offset, size) = segment.file_range(endian);
            offset.checked_add(size)
        })
        .filter(|loaded| *loaded <= table)
        .max()
        .unwrap_or_default();
    let tail = loaded.max(end.saturating_sub(TAIL));
    pieces.get(tail, end.checked_sub(tail)?)?;
    let sections = header.section_headers(endian, pieces).ok()?;
    let section =
        sections.iter().find(|section| section.sh_type(endian) == elf::SHT_ARM_ATTRIBUTES);
    let Some(section) = section else { return Some(arm::Attributes::default()) };
    let (offset, size) = section.file_range(endian)?;
    // What lies before the tail went by.
    let data = (offset >= tail).then(|| pieces.get(offset, size))??;
    Some(arm::attributes(endian, data))
}
