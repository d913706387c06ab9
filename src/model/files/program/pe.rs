//! Windows programs.

use object::LittleEndian as LE;
use object::pe::{
    IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR, IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_ARM64,
    IMAGE_FILE_MACHINE_ARMNT, IMAGE_FILE_MACHINE_I386, IMAGE_NT_OPTIONAL_HDR32_MAGIC,
    IMAGE_NT_OPTIONAL_HDR64_MAGIC, IMAGE_NT_SIGNATURE, IMAGE_SCN_CNT_INITIALIZED_DATA,
    IMAGE_SCN_MEM_WRITE, ImageDosHeader, ImageFileHeader, ImageSectionHeader,
};
use object::read::ReadRef as _;

use super::Pieces;
use super::contents::{Executable, Format};
use super::go::Settings;
use crate::oci::Platform;

/// Where the data directories begin in the optional header: PE32 and PE32+.
const DIRECTORIES: [u64; 2] = [96, 112];
/// 3.0, the version that Go's linker gives itself (`cmd/link`, `pe.go`).
const GO_LINKER: u16 = 3;
/// So much of a section is looked at for what Go writes at the beginning of its data.
const DATA: u64 = 1 << 20;
/// The subsystems of firmware (`IMAGE_SUBSYSTEM_EFI_APPLICATION` to `_EFI_ROM`).
const FIRMWARE: std::ops::RangeInclusive<u16> = 10..=13;

pub(super) fn read(pieces: &Pieces) -> Option<Executable> {
    let dos = ImageDosHeader::parse(pieces).ok()?;
    let at = u64::from(dos.nt_headers_offset());
    let signature = pieces.get(at, 4)?;
    if signature != IMAGE_NT_SIGNATURE.to_le_bytes() {
        return None;
    }
    let header = pieces.read_at::<ImageFileHeader>(at + 4).ok()?;
    let (machine, architecture) = match header.machine.get(LE) {
        IMAGE_FILE_MACHINE_AMD64 => ("x86-64".to_owned(), "amd64"),
        IMAGE_FILE_MACHINE_I386 => ("i386".to_owned(), "386"),
        IMAGE_FILE_MACHINE_ARM64 => ("ARM64".to_owned(), "arm64"),
        IMAGE_FILE_MACHINE_ARMNT => ("ARM".to_owned(), "arm"),
        other => (format!("machine {:#06x}", other.0), ""),
    };
    let mut executable = Executable::new(Format::Pe, machine);
    let optional = at + 24;
    let half = |at: u64| {
        let bytes: [u8; 2] = pieces.get(at, 2)?.try_into().ok()?;
        Some(u16::from_le_bytes(bytes))
    };
    let magic = half(optional);
    let directories = match magic {
        Some(IMAGE_NT_OPTIONAL_HDR32_MAGIC) => DIRECTORIES.first(),
        Some(IMAGE_NT_OPTIONAL_HDR64_MAGIC) => DIRECTORIES.last(),
        _ => None,
    };
    // The subsystem is at the same place in both forms.
    let firmware = half(optional + 68).is_some_and(|subsystem| FIRMWARE.contains(&subsystem));
    if let Some(directories) = directories {
        let managed = optional + directories + 8 * IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR as u64;
        let size = u64::from(header.size_of_optional_header.get(LE));
        let named = managed + 8 <= optional + size
            && pieces.get(managed, 4).is_some_and(|address| address != [0; 4]);
        if named {
            executable.details.push(".NET".to_owned());
            // What is compiled for "any CPU" says i386.
            executable.portable = architecture == "386" || architecture.is_empty();
        }
    }
    if firmware {
        executable.details.push("firmware".to_owned());
    }
    let sections = optional + u64::from(header.size_of_optional_header.get(LE));
    let count = header.number_of_sections.get(LE);
    let mut variant = String::new();
    // The version of Go's linker, in two bytes.
    if half(optional + 2) == Some(GO_LINKER)
        && let Some(settings) = settings(pieces, sections, count)
    {
        executable.details.push("Go".to_owned());
        if let Some((name, value)) = settings.level(architecture) {
            executable.details.push(format!("{name}={value}"));
        }
        variant = settings.variant(architecture).unwrap_or_default();
    }
    if !architecture.is_empty() && !executable.portable && !firmware {
        executable.platforms.push(Platform::new("windows", architecture, &variant));
    }
    Some(executable)
}

/// What Go wrote into the data of a program with so many sections.
fn settings(pieces: &Pieces, sections: u64, count: u16) -> Option<Settings> {
    let headers = (0..u64::from(count))
        .map_while(|number| pieces.read_at::<ImageSectionHeader>(sections + number * 40).ok());
    let data = headers.into_iter().find(|section| {
        let flags = section.characteristics.get(LE);
        let wanted = IMAGE_SCN_CNT_INITIALIZED_DATA | IMAGE_SCN_MEM_WRITE;
        flags & wanted == wanted && section.size_of_raw_data.get(LE) > 0
    })?;
    let (at, size) = (data.pointer_to_raw_data.get(LE), data.size_of_raw_data.get(LE));
    Settings::find(pieces.get(u64::from(at), u64::from(size).min(DATA))?)
}
