//! What differs in one file of two images.

use bytes::Bytes;
use similar::TextDiff;

use super::ImageSide;
use crate::model::files::{Checksum, FileChange, FileSide, as_text, program};
use crate::oci::Failure;
use crate::text::{bytes, escape_line, plural};

/// The largest file whose text is compared, in bytes.
const MAX_TEXT: u64 = 1 << 20;

/// What differs in a file: a unified diff of its text where both sides are text below 1 MiB, else
/// what each side is, of a program by its own header. Lines, harmless for a terminal; tabs stay.
///
/// # Errors
/// As [`Reader::file`](super::Reader::file)'s.
pub async fn file_difference(
    sides: &[ImageSide; 2],
    change: &FileChange,
) -> Result<Vec<String>, Failure> {
    let [a, b] = sides;
    let a = content(a, change.a.as_deref()).await?;
    let b = content(b, change.b.as_deref()).await?;
    let text = |content: &Option<SideContent>| match content {
        None => Some(String::new()),
        Some(it) if it.whole => as_text(&it.bytes, true).map(str::to_owned),
        Some(_) => None,
    };
    if let (Some(a), Some(b)) = (text(&a), text(&b)) {
        let name = change.path.text();
        let (name_a, name_b) = (format!("a{name}"), format!("b{name}"));
        let diff = TextDiff::from_lines(&a, &b).unified_diff().header(&name_a, &name_b).to_string();
        return Ok(diff.lines().map(|line| escape_line(line).into_owned()).collect());
    }
    Ok(sides_in_words(a.as_ref(), b.as_ref()))
}

/// What each side is, and whether their headers tell them apart.
fn sides_in_words(a: Option<&SideContent>, b: Option<&SideContent>) -> Vec<String> {
    let header = |content: &SideContent| {
        if as_text(&content.bytes, content.whole).is_some() {
            return match content.whole {
                true => "text".to_owned(),
                false => {
                    format!("text; only files up to {} are compared line by line", bytes(MAX_TEXT))
                }
            };
        }
        let program = program(&content.bytes, content.size);
        match program.is_empty() {
            true => "no text and no program".to_owned(),
            false => program.join(" · "),
        }
    };
    let headers = [a, b].map(|content| content.map(header));
    let mut lines = Vec::new();
    for ((name, content), header) in [("A", a), ("B", b)].into_iter().zip(&headers) {
        let (Some(content), Some(header)) = (content, header) else { continue };
        let size = plural(content.size, "byte");
        let sum = content.sum.map_or(String::new(), |sum| format!(" · sha256:{}", sum.hex()));
        lines.push(format!("{name}  {header} · {size}{sum}"));
    }
    if let (Some(a), Some(b), [header_a, header_b]) = (a, b, &headers)
        && header_a == header_b
        && a.sum.zip(b.sum).is_some_and(|(a, b)| a != b)
    {
        lines.push("the headers agree, the content differs".to_owned());
    }
    lines
}

struct SideContent {
    bytes: Bytes,
    whole: bool,
    size: u64,
    sum: Option<Checksum>,
}

async fn content(
    image: &ImageSide,
    side: Option<&FileSide>,
) -> Result<Option<SideContent>, Failure> {
    let Some((layer, entry)) = side.and_then(|side| side.content.as_ref()) else {
        return Ok(None);
    };
    let Some(descriptor) = image.layers.get(*layer).and_then(Option::as_ref) else {
        return Ok(None);
    };
    let found = image.reader.file(descriptor, entry, MAX_TEXT).await?;
    let (size, sum) = (entry.size, entry.digest);
    Ok(Some(SideContent { bytes: found.bytes, whole: found.whole, size, sum }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_that_are_no_text_are_told_by_header_size_and_checksum() {
        let of = |bytes: &'static [u8], size: u64| SideContent {
            bytes: Bytes::from_static(bytes),
            whole: bytes.len() as u64 == size,
            size,
            sum: Some(Checksum::of(bytes)),
        };
        let sum = |bytes: &[u8]| Checksum::of(bytes).hex();
        assert_eq!(
            sides_in_words(Some(&of(b"\0a", 2)), Some(&of(b"\0b", 2))),
            [
                format!("A  no text and no program · 2 bytes · sha256:{}", sum(b"\0a")),
                format!("B  no text and no program · 2 bytes · sha256:{}", sum(b"\0b")),
                "the headers agree, the content differs".to_owned(),
            ]
        );
        // What is text is not said to be too large if it is not.
        let lines = sides_in_words(Some(&of(b"text", 4)), Some(&of(b"text", 2_000_000)));
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("A  text · 4 bytes"), "{lines:?}");
        assert!(lines[1].starts_with("B  text; only files up to 1.0 MB"), "{lines:?}");
    }
}
