//! What a file's content is shown as: text, what a program's own header says, hex.

use super::program::{Contents, Probe};
use crate::text::escape;

/// How many bytes are looked at to tell text from other content.
const LOOKED_AT: usize = 8192;

/// The bytes as text: UTF-8 without control characters that no text has. A character that is cut
/// at the end of a start is left out.
#[must_use]
pub fn as_text(bytes: &[u8], whole: bool) -> Option<&str> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if !whole && error.error_len().is_none() => {
            str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let looked_at = text.as_bytes().get(..LOOKED_AT).unwrap_or(text.as_bytes());
    (!looked_at.contains(&0)).then_some(text)
}

/// What the header of a program of `size` bytes says, in lines; empty if it is none, or a script.
#[must_use]
pub fn program(start: &[u8], size: u64) -> Vec<String> {
    let mut probe = Probe::new(size);
    probe.push(start);
    let contents = probe.end();
    let Contents::Executable(program) = contents else { return Vec::new() };
    let platforms: Vec<String> = program.platforms.iter().map(ToString::to_string).collect();
    let mut lines = vec![format!("{} for {}", program.format, escape(&program.machine))];
    if !platforms.is_empty() {
        lines.push(format!("platform {}", escape(&platforms.join(", "))));
    }
    lines.extend(program.details.iter().map(|detail| escape(detail).into_owned()));
    lines.extend(program.interpreter.map(|it| format!("interpreter {}", escape(&it))));
    lines
}

/// `00000010  7f 45 4c 46  .ELF`: bytes that are at this place, in a line for so many.
#[must_use]
pub fn hex_line(at: usize, bytes: &[u8], in_a_line: usize) -> String {
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let character = |byte: &u8| match byte {
        b' '..=b'~' => char::from(*byte),
        _ => '.',
    };
    let characters: String = bytes.iter().map(character).collect();
    format!("{at:08x}  {:<1$}  {characters}", hex.join(" "), in_a_line * 3 - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_other_content() {
        let text = "a\u{1b}[2J\n\tü\n";
        assert_eq!(as_text(text.as_bytes(), true), Some(text));
        assert_eq!(as_text(b"", true), Some(""));
        // The last character is cut.
        assert_eq!(as_text(&"xü".as_bytes()[..2], false), Some("x"));
        assert_eq!(as_text(&"xü".as_bytes()[..2], true), None);
        assert_eq!(as_text(b"x\0", true), None);
        assert_eq!(as_text(b"x\xffy", false), None);
    }

    #[test]
    fn a_program_is_told_by_its_header() {
        assert_eq!(program(b"\0\x01Az\xff", 5), Vec::<String>::new());
        let amd64 = crate::oci::Platform::new("linux", "amd64", "");
        let elf = crate::sandbox::program(&amd64, &[0; 5000]);
        let lines = program(&elf, elf.len() as u64);
        assert_eq!(lines.first().map(String::as_str), Some("ELF for x86-64"));
    }

    #[test]
    fn a_line_of_hex_is_as_wide_whatever_is_in_it() {
        let line = hex_line(0x40, b"\0\x01Az\xff", 16);
        assert_eq!(line, "00000040  00 01 41 7a ff                                   ..Az.");
    }
}
