//! A file's content as it is shown: text as lines, a program by its header, the rest as hex.

use super::program::{Contents, Probe};
use crate::text::{escape, escape_line, expand_tabs};

/// How many bytes of a blob are shown as hex.
const HEX_BYTES: usize = 4096;
/// How many bytes are looked at to tell text from other content.
const LOOKED_AT: usize = 8192;
/// Bytes in a line of hex.
const IN_A_LINE: usize = 16;

/// The content of a file, harmless for a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preview {
    /// Text, line by line.
    Text(Vec<String>),
    /// Anything else.
    Binary {
        /// What the file's own header says; empty if it is not a program.
        program: Vec<String>,
        /// The first bytes: position, bytes, characters.
        hex: Vec<String>,
    },
}

impl Preview {
    /// Shows the start of a file of `size` bytes.
    #[must_use]
    pub fn of(start: &[u8], size: u64) -> Self {
        if let Some(text) = as_text(start, start.len() as u64 == size) {
            let line = |line| expand_tabs(&escape_line(line)).into_owned();
            return Self::Text(text.split_terminator('\n').map(line).collect());
        }
        let head = start.get(..HEX_BYTES).unwrap_or(start);
        Self::Binary { program: program(start, size), hex: hex(head) }
    }
}

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

fn hex(bytes: &[u8]) -> Vec<String> {
    let line = |(at, line)| hex_line(at * IN_A_LINE, line, IN_A_LINE);
    bytes.chunks(IN_A_LINE).enumerate().map(line).collect()
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
    fn text_program_and_other_content() {
        assert_eq!(
            Preview::of("a\u{1b}[2J\n\tü\n".as_bytes(), 10),
            Preview::Text(vec!["a\\e[2J".to_owned(), "        ü".to_owned()])
        );
        // The end of a line that a script must not have is seen.
        assert_eq!(
            Preview::of(b"#!/bin/sh\r\n\r\n", 13),
            Preview::Text(vec!["#!/bin/sh\\r".to_owned(), "\\r".to_owned()])
        );
        // The last character is cut.
        assert_eq!(Preview::of(&"xü".as_bytes()[..2], 3), Preview::Text(vec!["x".to_owned()]));
        let Preview::Binary { program, hex } = Preview::of(b"\0\x01Az\xff", 5) else {
            panic!("no text")
        };
        assert_eq!(program, Vec::<String>::new());
        assert_eq!(hex, ["00000000  00 01 41 7a ff                                   ..Az."]);
        let amd64 = crate::oci::Platform::new("linux", "amd64", "");
        let elf = crate::sandbox::program(&amd64, &[0; 5000]);
        let Preview::Binary { program, hex } = Preview::of(&elf, elf.len() as u64) else {
            panic!("no program")
        };
        assert_eq!(program.first().map(String::as_str), Some("ELF for x86-64"));
        assert_eq!(hex.len(), HEX_BYTES / 16);
    }
}
