//! The text of documents, in the encodings in which tools and editors write it.

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::Reader;
use quick_xml::events::Event;

/// A document as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text in UTF-8, without a mark before it.
    pub(super) text: Bytes,
    /// Why that is not all of it, in words.
    pub(super) problem: Option<String>,
}

/// Takes a document as text: by its mark, by how XML begins in UTF-16 (XML 1.0, appendix F), by the
/// encoding that XML declares, else as UTF-8.
pub(super) fn decoded(document: &Bytes) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(document) {
        return decode(encoding, document.slice(mark..));
    }
    match document.as_ref() {
        [b'<', 0, ..] => return decode(UTF_16LE, document.clone()),
        [0, b'<', ..] => return decode(UTF_16BE, document.clone()),
        _ => {}
    }
    let Some(label) = declared(document) else { return decode(UTF_8, document.clone()) };
    match Encoding::for_label(label.as_bytes()) {
        // That it says so can be read byte by byte, so it is not.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => {
            decode(UTF_8, document.clone())
        }
        Some(encoding) => decode(encoding, document.clone()),
        None => {
            let problem = Some(format!("its text is in {label:?}, which platy does not read"));
            Decoded { text: document.clone(), problem }
        }
    }
}

/// The encoding that XML says it is in.
fn declared(document: &Bytes) -> Option<String> {
    if !document.starts_with(b"<?xml") {
        return None;
    }
    match Reader::from_reader(document.as_ref()).read_event().ok()? {
        Event::Decl(declaration) => {
            let label = declaration.encoding()?.ok()?;
            Some(String::from_utf8_lossy(&label).into_owned())
        }
        _ => None,
    }
}

fn decode(encoding: &'static Encoding, bytes: Bytes) -> Decoded {
    if encoding == UTF_8 {
        let problem = std::str::from_utf8(&bytes).err().map(|error| format!("not UTF-8: {error}"));
        return Decoded { text: bytes, problem };
    }
    let (text, is_odd) = encoding.decode_without_bom_handling(&bytes);
    let problem = is_odd.then(|| format!("its text is not {}, which it says", encoding.name()));
    Decoded { text: text.into_owned().into(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, little: bool) -> Vec<u8> {
        let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn text_is_read_in_the_encoding_that_it_is_in() {
        let xml = |label: &str| format!("<?xml version=\"1.0\" encoding=\"{label}\"?><a>é</a>");
        let read = |bytes: Vec<u8>| {
            let Decoded { text, problem } = decoded(&bytes.into());
            problem.unwrap_or_else(|| String::from_utf8(text.into()).unwrap())
        };
        let utf_16_xml = xml("UTF-16");
        for little in [true, false] {
            assert_eq!(read(utf_16(&format!("\u{feff}{utf_16_xml}"), little)), utf_16_xml);
            assert_eq!(read(utf_16(&utf_16_xml, little)), utf_16_xml, "without a mark");
            assert_eq!(read(utf_16("\u{feff}SPDX: é", little)), "SPDX: é");
        }
        let latin = |text: String| text.chars().map(|c| u8::try_from(c).unwrap()).collect();
        for label in ["ISO-8859-1", "iso-8859-1", "windows-1252"] {
            assert_eq!(read(latin(xml(label))), xml(label));
        }
        for label in ["UTF-8", "utf-16"] {
            assert_eq!(read(xml(label).into_bytes()), xml(label));
        }
        assert!(read(latin(xml("UTF-8"))).starts_with("not UTF-8: "));
        assert_eq!(
            read(xml("klingon").into_bytes()),
            "its text is in \"klingon\", which platy does not read"
        );
        let half = [utf_16(&utf_16_xml, true), vec![0]].concat();
        assert_eq!(read(half), "its text is not UTF-16LE, which it says");
        assert_eq!(read("\u{feff}é".as_bytes().to_vec()), "é");
    }
}
