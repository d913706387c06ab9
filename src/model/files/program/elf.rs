//! ELF: Linux, the BSDs, Solaris.

use object::Endianness;
use object::elf;
use object::read::elf::{FileHeader, NoteIterator, ProgramHeader, SectionHeader};

use super::contents::{Executable, Format, HEAD};
use super::go::Settings;
use super::machines::{Machine, system};
use super::{Pieces, arm};
use crate::oci::Platform;

/// Notes and the name of an interpreter are short.
const NOTES: u64 = 64 << 10;
const NAME: u64 = 4096;
/// So much of the end of an ARM program is kept to find its attributes in.
const TAIL: u64 = 4 << 20;

/// So much of a segment with data is looked at for what Go writes there; its linker begins the data
/// with it, others do not.
const DATA: u64 = 4 << 20;

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
    let go = go(header, segments, endian, pieces);
    let mut variant = String::new();
    if machine.number == elf::EM_ARM {
        variant = read_arm(header, endian, segments, pieces, machine.flags, &mut executable);
    }
    if architecture == "amd64" {
        variant = level(segments, endian, pieces).unwrap_or_default().to_owned();
    }
    if architecture.starts_with("mips") {
        variant = mips(machine.flags, &mut executable).to_owned();
    }
    match &go {
        Go::Settings(settings) => {
            executable.details.push("Go".to_owned());
            if let Some((name, value)) = settings.level(architecture) {
                executable.details.push(format!("{name}={value}"));
            }
            if let Some(needed) = settings.variant(architecture) {
                // A note of C code may ask for more.
                variant = if architecture == "amd64" { needed.max(variant) } else { needed };
                executable.unknown = None;
            }
        }
        Go::Unread => {
            let unknown = "what it was built for is in its data, which cannot be read";
            executable.unknown = Some(unknown.to_owned());
        }
        Go::Other => {}
    }
    if machine.number == elf::EM_RISCV {
        let float = ["soft float", "single float", "double float", "quad float"];
        let float = float.get((machine.flags & RISCV_FLOAT) as usize >> 1);
        executable.details.extend(float.map(|it| (*it).to_owned()));
    }
    if !architecture.is_empty() {
        let settings = if let Go::Settings(settings) = &go { Some(settings) } else { None };
        let system = settings.and_then(Settings::system).unwrap_or_else(|| {
            system(header.e_ident().os_abi, executable.interpreter.as_deref(), architecture)
        });
        let platform = Platform::new(system, architecture, &variant);
        executable.platforms.push(platform);
    }
    if cut_segments && executable.unknown.is_none() {
        executable.unknown =
            Some("its program headers are cut off or lie outside of the file".to_owned());
    }
    Some(executable)
}

/// What is known of a program by Go.
enum Go {
    /// It is not by Go.
    Other,
    /// What it was built for.
    Settings(Settings),
    /// It is by Go, and what it was built for was not there to read.
    Unread,
}

/// What Go wrote into the program. Only programs by Go are asked for it, because it is behind the
/// code: those with its note, or whose table of sections comes before everything else, as Go's
/// linker has it.
fn go<Elf: FileHeader<Endian = Endianness>>(
    header: &Elf,
    segments: &[Elf::ProgramHeader],
    endian: Endianness,
    pieces: &Pieces,
) -> Go {
    let table: u64 = header.e_shoff(endian).into();
    let first = (1..HEAD).contains(&table);
    if !first && !segments.iter().any(|segment| is_of_go(segment, endian, pieces)) {
        return Go::Other;
    }
    let written = elf::PF_W;
    let data = segments.iter().filter(|segment| {
        segment.p_type(endian) == elf::PT_LOAD
            && segment.p_flags(endian) & (written | elf::PF_X) == written
    });
    for segment in data {
        let (offset, size) = segment.file_range(endian);
        let Some(bytes) = pieces.get(offset, size.min(DATA)) else { return Go::Unread };
        if let Some(settings) = Settings::find(bytes) {
            return Go::Settings(settings);
        }
    }
    Go::Other
}

fn is_of_go<Segment: ProgramHeader<Endian = Endianness>>(
    segment: &Segment,
    endian: Endianness,
    pieces: &Pieces,
) -> bool {
    if segment.p_type(endian) != elf::PT_NOTE || segment.p_filesz(endian).into() > NOTES {
        return false;
    }
    let Ok(data) = segment.data(endian, pieces) else { return false };
    let notes = NoteIterator::<Segment::Elf>::new(endian, segment.p_align(endian), data);
    let Ok(mut notes) = notes else { return false };
    while let Ok(Some(note)) = notes.next() {
        if note.name() == b"Go" {
            return true;
        }
    }
    false
}

/// What the flags of a MIPS program say of the machine ("MIPS ABI supplement"): release 6 is
/// another set of instructions, which older machines do not have and which has not all of theirs.
fn mips(flags: u32, executable: &mut Executable) -> &'static str {
    const RELEASE: [(u32, &str); 11] = [
        (0x0, "MIPS I"),
        (0x1, "MIPS II"),
        (0x2, "MIPS III"),
        (0x3, "MIPS IV"),
        (0x4, "MIPS V"),
        (0x5, "MIPS32"),
        (0x6, "MIPS64"),
        (0x7, "MIPS32r2"),
        (0x8, "MIPS64r2"),
        (0x9, "MIPS32r6"),
        (0xa, "MIPS64r6"),
    ];
    let number = flags >> 28;
    let name = RELEASE.iter().find(|(it, _)| *it == number).map(|(_, name)| (*name).to_owned());
    executable.details.extend(name);
    if number == 9 || number == 10 { "r6" } else { "" }
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
) -> String {
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
    variant.unwrap_or_default().to_owned()
}

/// The attributes lie in a section behind everything that is loaded and behind debug information,
/// and the table of sections is the last thing of a file. A layer can be read in one direction
/// only, so the end of the file is asked for at once. `None` if they cannot be read.
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
