//! Programs that tell their platform by their headers, and do nothing.

use crate::oci::Platform;

/// How an ELF file names an architecture.
pub(super) struct Machine {
    /// `e_machine`.
    number: u16,
    /// 64 bits.
    wide: bool,
    little_endian: bool,
    /// `e_flags`.
    flags: u32,
}

/// A program file for this platform: PE for Windows, a static ELF for everything else. Its code is
/// the filler, which makes it as large as one likes.
#[must_use]
pub fn program(platform: &Platform, filler: &[u8]) -> Vec<u8> {
    if platform.os == "windows" {
        pe(&platform.architecture, filler)
    } else {
        elf(&platform.architecture, &platform.variant, filler)
    }
}

pub(super) fn machine(architecture: &str, variant: &str) -> Machine {
    let (number, wide, little_endian, flags) = match architecture {
        "386" => (3, false, true, 0),
        "amd64" => (62, true, true, 0),
        // EABI 5; soft float before v6, hard float since.
        "arm" => (40, false, true, if variant == "v5" { 0x0500_0200 } else { 0x0500_0400 }),
        "arm64" => (183, true, true, 0),
        "loong64" => (258, true, true, 0x43),
        "mips64le" => (8, true, true, 0x8000_0007),
        "ppc64le" => (21, true, true, 2),
        "riscv64" => (243, true, true, 5),
        "s390x" => (22, true, false, 0),
        _ => (0, true, true, 0),
    };
    Machine { number, wide, little_endian, flags }
}

impl Machine {
    pub(super) fn little_endian(&self) -> bool {
        self.little_endian
    }

    /// The bytes of the header and of one segment's.
    pub(super) fn sizes(&self) -> (u16, u16) {
        if self.wide { (64, 56) } else { (52, 32) }
    }
}

/// Numbers in the order and width of one machine.
pub(super) struct Writer {
    pub(super) out: Vec<u8>,
    wide: bool,
    little_endian: bool,
}

impl Writer {
    pub(super) fn new(machine: &Machine) -> Self {
        Self { out: Vec::new(), wide: machine.wide, little_endian: machine.little_endian }
    }

    fn half(&mut self, value: u16) {
        let bytes = if self.little_endian { value.to_le_bytes() } else { value.to_be_bytes() };
        self.out.extend_from_slice(&bytes);
    }

    fn word(&mut self, value: u32) {
        let bytes = if self.little_endian { value.to_le_bytes() } else { value.to_be_bytes() };
        self.out.extend_from_slice(&bytes);
    }

    /// The header of an ELF file whose code begins at this place, and its table of sections; the
    /// numbers are those behind the flags.
    fn head(&mut self, machine: &Machine, begin: u32, table: u32, numbers: [u16; 6]) {
        let class = if machine.wide { 2 } else { 1 };
        let order = if machine.little_endian { 1 } else { 2 };
        self.out.extend_from_slice(&[0x7f, b'E', b'L', b'F', class, order, 1, 0]);
        self.out.extend_from_slice(&[0; 8]);
        self.half(2);
        self.half(machine.number);
        self.word(1);
        self.long(BASE + begin);
        self.long(u32::from(machine.sizes().0));
        self.long(table);
        self.word(machine.flags);
        for value in numbers {
            self.half(value);
        }
    }

    /// The header of an ELF file without sections.
    pub(super) fn head_of_segments(&mut self, machine: &Machine, begin: u32, segments: u16) {
        let (head, segment) = machine.sizes();
        self.head(machine, begin, 0, [head, segment, segments, 0, 0, 0]);
    }

    /// The header of a segment that is loaded at its place in the file.
    pub(super) fn segment(&mut self, kind: u32, flags: u32, offset: u32, size: u32) {
        // The flags are second in 64 bits and second last in 32.
        self.word(kind);
        if self.wide {
            self.word(flags);
        }
        for value in [offset, BASE + offset, BASE + offset, size, size] {
            self.long(value);
        }
        if !self.wide {
            self.word(flags);
        }
        self.long(if kind == NOTE { 4 } else { 0x1000 });
    }

    /// An address, offset or size: 64 or 32 bits.
    fn long(&mut self, value: u32) {
        match (self.wide, self.little_endian) {
            (false, _) => self.word(value),
            (true, true) => {
                self.word(value);
                self.word(0);
            }
            (true, false) => {
                self.word(0);
                self.word(value);
            }
        }
    }
}

/// A segment of notes, which are aligned to words.
pub(super) const NOTE: u32 = 4;
/// Where programs are loaded.
const BASE: u32 = 0x40_0000;
/// `.ARM.attributes`.
const SHT_ARM_ATTRIBUTES: u32 = 0x7000_0003;
const SECTION_NAMES: &[u8] = b"\0.text\0.ARM.attributes\0.shstrtab\0";

/// One section: name offset, type, flags, content.
type Section = (u32, u32, u32, Vec<u8>);

/// An ELF file with one segment. An ARM file says in its attributes which version it needs, which
/// is all that tells v6 from v7.
fn elf(architecture: &str, variant: &str, filler: &[u8]) -> Vec<u8> {
    let machine = machine(architecture, variant);
    let (head, segment) = machine.sizes();
    let section: u16 = if machine.wide { 64 } else { 40 };
    let begin = u32::from(head) + u32::from(segment);

    let mut sections: Vec<Section> = vec![(1, 1, 6, filler.to_vec())];
    if architecture == "arm" {
        sections.push((7, SHT_ARM_ATTRIBUTES, 0, arm_attributes(variant)));
    }
    sections.push((23, 3, 0, SECTION_NAMES.to_vec()));

    let mut body = Vec::new();
    let mut table = Writer::new(&machine);
    // The first entry of the table is empty.
    table.out.resize(usize::from(section), 0);
    for (name, kind, flags, content) in &sections {
        let offset = begin + length(&body);
        table.word(*name);
        table.word(*kind);
        table.long(*flags);
        table.long(if *kind == 1 { BASE + offset } else { 0 });
        table.long(offset);
        table.long(length(content));
        table.word(0);
        table.word(0);
        table.long(1);
        table.long(0);
        body.extend_from_slice(content);
    }
    while !(begin + length(&body)).is_multiple_of(8) {
        body.push(0);
    }
    let table_at = begin + length(&body);
    let total = table_at + length(&table.out);
    let count = u16::try_from(sections.len()).unwrap_or(u16::MAX);

    let mut file = Writer::new(&machine);
    file.head(&machine, begin, table_at, [head, segment, 1, section, count + 1, count]);
    file.segment(1, 5, 0, total);
    file.out.extend_from_slice(&body);
    file.out.extend_from_slice(&table.out);
    file.out
}

/// `Tag_CPU_arch` and `Tag_ARM_ISA_use` in the `aeabi` section ("Addenda to, and Errata in, the
/// ABI for the Arm Architecture").
fn arm_attributes(variant: &str) -> Vec<u8> {
    let version = match variant {
        "v5" => 4,
        "v6" => 6,
        _ => 10,
    };
    let tags = [6, version, 8, 1];
    let mut file = vec![1];
    file.extend_from_slice(&(5 + length(&tags)).to_le_bytes());
    file.extend_from_slice(&tags);
    let mut section = vec![b'A'];
    section.extend_from_slice(&(4 + 6 + length(&file)).to_le_bytes());
    section.extend_from_slice(b"aeabi\0");
    section.extend_from_slice(&file);
    section
}

/// A console program in PE format, with one section.
fn pe(architecture: &str, filler: &[u8]) -> Vec<u8> {
    let (machine, wide): (u16, bool) = match architecture {
        "386" => (0x14c, false),
        "arm64" => (0xaa64, true),
        _ => (0x8664, true),
    };
    let mut file = Writer { out: Vec::new(), wide, little_endian: true };
    file.out.extend_from_slice(b"MZ");
    file.out.resize(0x3c, 0);
    file.word(0x80);
    file.out.resize(0x80, 0);
    file.out.extend_from_slice(b"PE\0\0");
    let optional: u16 = if wide { 240 } else { 224 };
    file.half(machine);
    file.half(1);
    for value in [0, 0, 0] {
        file.word(value);
    }
    file.half(optional);
    file.half(if wide { 0x22 } else { 0x102 });

    let begin = file.out.len();
    file.half(if wide { 0x20b } else { 0x10b });
    file.half(14);
    for value in [length(filler), 0, 0, 0x1000, 0x1000] {
        file.word(value);
    }
    if !wide {
        file.word(0x1000);
    }
    file.long(BASE);
    for value in [0x1000, 0x200] {
        file.word(value);
    }
    for value in [6, 0, 0, 0, 6, 0] {
        file.half(value);
    }
    for value in [0, 0x2000 + length(filler), 0x200, 0] {
        file.word(value);
    }
    // A console program.
    file.half(3);
    file.out.resize(begin + usize::from(optional), 0);

    file.out.extend_from_slice(b".text\0\0\0");
    for value in [length(filler), 0x1000, length(filler), 0x200, 0, 0, 0, 0x6000_0020] {
        file.word(value);
    }
    file.out.resize(0x200, 0);
    file.out.extend_from_slice(filler);
    file.out
}

/// Programs of more than 4 GiB are not made here.
fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_the_architecture() {
        for (architecture, class, order, number) in
            [("amd64", 2, 1, 62_u16), ("arm", 1, 1, 40), ("s390x", 2, 2, 22), ("386", 1, 1, 3)]
        {
            let file = program(&Platform::new("linux", architecture, ""), b"code");
            assert_eq!(file[..6], [0x7f, b'E', b'L', b'F', class, order]);
            let found = [file[18], file[19]];
            let found =
                if order == 1 { u16::from_le_bytes(found) } else { u16::from_be_bytes(found) };
            assert_eq!(found, number, "{architecture}");
        }
        let exe = program(&Platform::new("windows", "arm64", ""), b"code");
        assert_eq!(exe[..2], *b"MZ");
        assert_eq!(exe[0x80..0x86], [b'P', b'E', 0, 0, 0x64, 0xaa]);
        assert_eq!(exe.len(), 0x204);
    }
}
