//! What the attributes of a 32-bit ARM program say of the machine that it needs.

use object::Endianness;
use object::elf::{FileHeader32, Tag_File};
use object::read::elf::{AttributeReader, AttributesSection};

const CPU_ARCH: u64 = 6;
const VFP_ARGS: u64 = 28;
/// `Tag_CPU_raw_name`, `Tag_CPU_name`: strings, although their numbers are small.
const NAMES: std::ops::RangeInclusive<u64> = 4..=5;
/// `Tag_compatibility`: a number and a string.
const COMPATIBILITY: u64 = 32;

/// What the `aeabi` attributes of the whole file say ("Addenda to, and Errata in, the ABI for the
/// Arm Architecture").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    /// `Tag_CPU_arch`.
    pub(super) cpu: Option<u64>,
    /// Whether arguments are passed in floating-point registers (`Tag_ABI_VFP_args`).
    pub(super) hard_float: Option<bool>,
}

pub(super) fn attributes(endian: Endianness, section: &[u8]) -> Attributes {
    let mut found = Attributes::default();
    let section = AttributesSection::<FileHeader32<Endianness>>::new(endian, section);
    let Some(mut vendors) = section.ok().and_then(|section| section.subsections().ok()) else {
        return found;
    };
    while let Ok(Some(vendor)) = vendors.next() {
        if vendor.vendor() != b"aeabi" {
            continue;
        }
        // What is not stated is 0: arguments in the registers of the base standard.
        found.hard_float = Some(false);
        let mut parts = vendor.subsubsections();
        while let Ok(Some(part)) = parts.next() {
            if part.tag() == Tag_File {
                file(part.attributes(), &mut found);
            }
        }
    }
    found
}

fn file(mut attributes: AttributeReader<'_>, found: &mut Attributes) {
    while let Ok(Some(tag)) = attributes.read_tag() {
        let text = NAMES.contains(&tag) || (tag > COMPATIBILITY && tag % 2 == 1);
        if text {
            if attributes.read_string().is_err() {
                return;
            }
            continue;
        }
        let Ok(value) = attributes.read_integer() else { return };
        match tag {
            CPU_ARCH => found.cpu = Some(value),
            VFP_ARGS => found.hard_float = Some(value == 1),
            COMPATIBILITY if attributes.read_string().is_err() => return,
            _ => {}
        }
    }
}

/// The variant that a value of `Tag_CPU_arch` stands for, as platforms spell it; `None` for
/// controllers, on which no container runs.
pub(super) fn variant(cpu: u64) -> Option<&'static str> {
    Some(match cpu {
        1 | 2 => "v4",
        3..=5 => "v5",
        6..=9 => "v6",
        10 => "v7",
        14 | 15 => "v8",
        22 => "v9",
        _ => return None,
    })
}
