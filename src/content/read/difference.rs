//! What differs in one file of two images.

use bytes::Bytes;
use similar::TextDiff;

use super::ImageSide;
use crate::content::{FileChange, FileSide, Preview, as_text};
use crate::oci::Failure;
use crate::text::{bytes, escape};

/// The largest file whose text is compared, in bytes.
const MAX_TEXT: u64 = 1 << 20;

/// What differs in a file: a unified diff of its text where both sides are text below 1 MiB, else
/// what each side is, of a program by its own header. Lines, harmless for a terminal.
///
/// # Errors
/// As [`Reader::file`](super::Reader::file)'s.
pub async fn file_difference(
    sides: &[ImageSide; 2],
    change: &FileChange,
) -> Result<Vec<String>, Failure> {
    let [a, b] = sides;
    let a = content(a, change.a.as_ref()).await?;
    let b = content(b, change.b.as_ref()).await?;
    let text = |content: &Option<Content>| match content {
        None => Some(String::new()),
        Some(it) if it.whole => as_text(&it.bytes, true).map(str::to_owned),
        Some(_) => None,
    };
    if let (Some(a), Some(b)) = (text(&a), text(&b)) {
        let name = change.path.text();
        let (name_a, name_b) = (format!("a{name}"), format!("b{name}"));
        let diff = TextDiff::from_lines(&a, &b).unified_diff().header(&name_a, &name_b).to_string();
        return Ok(diff.lines().map(|line| escape(line).into_owned()).collect());
    }
    let mut lines = Vec::new();
    for (name, content) in [("A", a), ("B", b)] {
        let Some(content) = content else { continue };
        let what = match Preview::of(&content.bytes, content.size) {
            Preview::Binary { program, .. } if !program.is_empty() => program,
            Preview::Binary { .. } => vec!["no text and no program".to_owned()],
            Preview::Text(_) => vec![format!(
                "text of {}; only files below {} are compared line by line",
                bytes(content.size),
                bytes(MAX_TEXT)
            )],
        };
        lines.push(format!("{name}  {}", what.join(" · ")));
    }
    Ok(lines)
}

struct Content {
    bytes: Bytes,
    whole: bool,
    size: u64,
}

async fn content(image: &ImageSide, side: Option<&FileSide>) -> Result<Option<Content>, Failure> {
    let Some((layer, entry)) = side.and_then(|side| side.content.as_ref()) else {
        return Ok(None);
    };
    let Some(descriptor) = image.layers.get(*layer).and_then(Option::as_ref) else {
        return Ok(None);
    };
    let found = image.reader.file(descriptor, entry, MAX_TEXT).await?;
    Ok(Some(Content { bytes: found.bytes, whole: found.whole, size: entry.size }))
}
