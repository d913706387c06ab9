//! The content of a file of a layer, as much of it as was read.

use bytes::Bytes;

use super::as_text;

/// The content of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileBytes {
    /// The content, or its start.
    pub bytes: Bytes,
    /// Whether this is all of it.
    pub whole: bool,
    /// Whether it hashes to what a verified listing says.
    pub verified: bool,
    /// How much of the bytes is text; `None` if they are none.
    pub text: Option<FileText>,
}

/// The text of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileText {
    /// Where it ends: a character that is cut at the end of a start is left out.
    pub end: usize,
    /// How many lines it has.
    pub lines: usize,
}

impl FileBytes {
    /// Goes through all of the bytes to see whether they are text.
    #[must_use]
    pub fn new(bytes: Bytes, whole: bool, verified: bool) -> Self {
        let text = as_text(&bytes, whole).map(|text| {
            let open = !text.is_empty() && !text.ends_with('\n');
            let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() + usize::from(open);
            FileText { end: text.len(), lines }
        });
        Self { bytes, whole, verified, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_text_are_counted() {
        let of = |bytes: &'static [u8], whole| FileBytes::new(bytes.into(), whole, true).text;
        assert_eq!(of(b"", true), Some(FileText { end: 0, lines: 0 }));
        assert_eq!(of(b"one", true), Some(FileText { end: 3, lines: 1 }));
        assert_eq!(of(b"one\n", true), Some(FileText { end: 4, lines: 1 }));
        assert_eq!(of(b"one\n\ntwo", true), Some(FileText { end: 8, lines: 3 }));
        assert_eq!(of(b"x\xc3", false), Some(FileText { end: 1, lines: 1 }));
        assert_eq!(of(b"x\xc3", true), None);
    }
}
