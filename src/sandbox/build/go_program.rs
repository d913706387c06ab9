//! Programs as Go links them: a note that names Go, and in the data what they were built for.

use super::program::{Machine, NOTE, Writer, machine};
use crate::oci::Platform;

/// Where a program's data lies, aligned as Go's records are.
const DATA: u32 = 0x1000;

/// What Go writes into its programs of these settings, such as `GOAMD64=v3` (`debug/buildinfo`,
/// Go 1.26).
#[must_use]
pub fn go_build_info(settings: &[(&str, &str)]) -> Vec<u8> {
    let mut text = "path\texample.test/app\nmod\texample.test/app\t(devel)\t\n".to_owned();
    for (name, value) in settings {
        text.push_str(&format!("build\t{name}={value}\n"));
    }
    // Sixteen bytes frame the text on both sides.
    let framed = [&[0x30; 16][..], text.as_bytes(), &[0xf9; 16]].concat();
    let mut record = b"\xff Go buildinf:\x08\x02".to_vec();
    record.resize(32, 0);
    for text in [&b"go1.26.8"[..], &framed] {
        let mut length = text.len();
        while length >= 0x80 {
            record.push((length % 0x80) as u8 | 0x80);
            length /= 0x80;
        }
        record.push(length as u8);
        record.extend_from_slice(text);
    }
    record
}

/// An ELF file for this platform as Go's own linker makes it, stripped, with these settings.
#[must_use]
pub fn go_program(platform: &Platform, settings: &[(&str, &str)]) -> Vec<u8> {
    let machine = machine(&platform.architecture, &platform.variant);
    let note = [&4_u32.to_le_bytes()[..], &[4, 0, 0, 0], &[4, 0, 0, 0], b"Go\0\0id\0\0"].concat();
    let note = if machine.little_endian() { note } else { big_endian_note() };
    let data = go_build_info(settings);
    let mut file = header(&machine, length(&note), length(&data));
    file.extend_from_slice(&note);
    file.resize(DATA as usize, 0x90);
    file.extend_from_slice(&data);
    file
}

fn big_endian_note() -> Vec<u8> {
    [&[0, 0, 0, 4][..], &[0, 0, 0, 4], &[0, 0, 0, 4], b"Go\0\0id\0\0"].concat()
}

/// The headers: the file's, a note's, the code's and the data's.
fn header(machine: &Machine, note: u32, data: u32) -> Vec<u8> {
    let (head, segment) = machine.sizes();
    let begin = u32::from(head) + 3 * u32::from(segment);
    let mut file = Writer::new(machine);
    file.head_of_segments(machine, begin, 3);
    for (kind, flags, offset, size) in [(NOTE, 4, begin, note), (1, 5, 0, DATA), (1, 6, DATA, data)]
    {
        file.segment(kind, flags, offset, size);
    }
    file.out
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}
