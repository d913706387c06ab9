//! `--files` and `--file`: what differs in the files of two images.

use serde_json::{Value, json};
use similar::TextDiff;

use super::Question;
use crate::compare::Part;
use crate::content::{
    Entry, FileChange, FileFact, FileSide, FileSign, FilesDiff, ImageSide, ImagesRead, Kind, Path,
    Preview, Reader, as_text, diff, read_images,
};
use crate::oci::{Class, Failure, Manifest};
use crate::source::Sources;
use crate::text::{bytes, count, escape_lines, plural};

/// The largest file whose text is compared, in bytes.
const MAX_TEXT: u64 = 1 << 20;

/// The files of both images.
pub(super) struct Compared {
    sides: [ImageSide; 2],
    read: ImagesRead,
    diff: FilesDiff,
}

/// Reads the layers that differ.
pub(super) async fn compared(
    sources: &Sources,
    question: &Question,
    parts: [&Part; 2],
) -> Result<Compared, Failure> {
    let [a, b] = parts;
    let [at_a, at_b] = &question.locations;
    let side = |part: &Part, location| {
        let Some(Manifest::Image(image)) = part.manifest() else {
            let detail = "--files compares the files of two images, and this is none";
            return Err(Failure::new(Class::Unsupported, format!("{location}"), detail)
                .with_next("choose the images with --platform"));
        };
        let layers = image.layers.iter().map(|entry| entry.descriptor().cloned()).collect();
        Ok(ImageSide { reader: Reader::new(sources.open(location)?, sources.cache()), layers })
    };
    let sides = [side(a, at_a)?, side(b, at_b)?];
    let read = read_images(&sides[0], &sides[1]).await?;
    let diff = diff(&read.a, &read.b);
    Ok(Compared { sides, read, diff })
}

impl Compared {
    /// `files[]` of the JSON document.
    pub(super) fn json(&self) -> Value {
        let change = |change: &FileChange| {
            let facts: Vec<&str> = change.facts().into_iter().map(FileFact::as_str).collect();
            json!({
                "path": change.path.text(),
                "change": change.sign.as_str(),
                "differs": facts,
                "a": change.a.as_ref().map(side_json),
                "b": change.b.as_ref().map(side_json),
            })
        };
        self.diff.changes.iter().map(change).collect()
    }

    /// What `--files` adds to the text.
    pub(super) fn text(&self) -> String {
        let mut out = String::from("\nfiles\n");
        for change in &self.diff.changes {
            out += &format!("{} {}  {}\n", sign(change.sign), change.path, words(change));
        }
        let number = |signs: &[FileSign]| {
            let changes = self.diff.changes.iter().filter(|it| signs.contains(&it.sign));
            count(changes.count() as u64)
        };
        out += &format!(
            "{} added, {} changed, {} removed\n",
            number(&[FileSign::Added, FileSign::WrittenInB]),
            number(&[FileSign::Changed]),
            number(&[FileSign::Removed, FileSign::WrittenInA]),
        );
        let (layers, size) = self.read.read;
        out += &format!("from {} of {}\n", plural(layers, "layer"), bytes(size));
        if self.read.shared > 0 {
            out += &format!(
                "not read: {} that both have; what is written over a file there counts as added\n",
                plural(self.read.shared, "layer")
            );
        }
        out
    }

    /// What differs in one file: its text, or what both programs' headers say.
    pub(super) async fn one(&self, path: &Path) -> Result<String, Failure> {
        let Some(change) = self.diff.changes.iter().find(|it| it.path == *path) else {
            return Ok(format!("{path} does not differ in the layers that were read\n"));
        };
        let mut out = format!("{} {path}  {}\n", sign(change.sign), words(change));
        let a = self.content(0, change.a.as_ref()).await?;
        let b = self.content(1, change.b.as_ref()).await?;
        let text = |content: &Option<Content>| match content {
            None => Some(String::new()),
            Some(it) if it.whole => as_text(&it.bytes, true).map(str::to_owned),
            Some(_) => None,
        };
        if let (Some(a), Some(b)) = (text(&a), text(&b)) {
            let name = path.text();
            let (name_a, name_b) = (format!("a{name}"), format!("b{name}"));
            let diff =
                TextDiff::from_lines(&a, &b).unified_diff().header(&name_a, &name_b).to_string();
            out += &escape_lines(&diff);
            return Ok(out);
        }
        for (name, content) in [("A", a), ("B", b)] {
            let Some(content) = content else { continue };
            let lines = match Preview::of(&content.bytes, content.size) {
                Preview::Binary { program, .. } if !program.is_empty() => program,
                Preview::Binary { .. } => vec!["no text and no program".to_owned()],
                Preview::Text(_) => vec![format!(
                    "text of {}; only files below {} are compared line by line",
                    bytes(content.size),
                    bytes(MAX_TEXT)
                )],
            };
            out += &format!("{name}  {}\n", lines.join(" · "));
        }
        Ok(out)
    }

    async fn content(
        &self,
        which: usize,
        side: Option<&FileSide>,
    ) -> Result<Option<Content>, Failure> {
        let Some((layer, entry)) = side.and_then(|side| side.content.as_ref()) else {
            return Ok(None);
        };
        let Some(image) = self.sides.get(which) else { return Ok(None) };
        let Some(descriptor) = image.layers.get(*layer).and_then(Option::as_ref) else {
            return Ok(None);
        };
        let found = image.reader.file(descriptor, entry, MAX_TEXT).await?;
        Ok(Some(Content { bytes: found.bytes, whole: found.whole, size: entry.size }))
    }
}

struct Content {
    bytes: bytes::Bytes,
    whole: bool,
    size: u64,
}

fn sign(sign: FileSign) -> &'static str {
    match sign {
        FileSign::Added | FileSign::WrittenInB => "+",
        FileSign::Changed => "~",
        FileSign::Removed | FileSign::WrittenInA => "-",
    }
}

/// The facts of a change, harmless for a terminal.
fn words(change: &FileChange) -> String {
    match (&change.a, &change.b) {
        (Some(a), Some(b)) => {
            let facts = change.facts().into_iter().map(|fact| {
                let (from, to) = (value(&a.entry, fact), value(&b.entry, fact));
                if from.is_empty() { fact.as_str().to_owned() } else { format!("{from} → {to}") }
            });
            let layers = format!("layer {} → {}", a.layer + 1, b.layer + 1);
            facts.chain([layers]).collect::<Vec<_>>().join(" · ")
        }
        (Some(side), None) | (None, Some(side)) => {
            let entry = &side.entry;
            let size = if entry.kind == Kind::File { bytes(entry.size) } else { String::new() };
            let target = value(entry, FileFact::Target);
            let layer = format!("layer {}", side.layer + 1);
            let parts = [entry.permissions(), value(entry, FileFact::Owner), size, target, layer];
            parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ")
        }
        (None, None) => "of a layer that was not read".to_owned(),
    }
}

fn value(entry: &Entry, fact: FileFact) -> String {
    match fact {
        FileFact::Kind => entry.kind.word().to_owned(),
        FileFact::Size => bytes(entry.size),
        FileFact::Content => String::new(),
        FileFact::Mode => format!("{:04o}", entry.mode),
        FileFact::Owner => format!("{}:{}", entry.uid, entry.gid),
        FileFact::Target => match &entry.kind {
            Kind::Symlink(target) => format!("-> {}", crate::text::escape(&target.text())),
            Kind::HardLink(target) => format!("= {target}"),
            Kind::CharacterDevice(major, minor) | Kind::BlockDevice(major, minor) => {
                format!("{major},{minor}")
            }
            _ => String::new(),
        },
    }
}

fn side_json(side: &FileSide) -> Value {
    let entry = &side.entry;
    let target = match &entry.kind {
        Kind::Symlink(target) => Some(target.text()),
        Kind::HardLink(target) => Some(target.text()),
        _ => None,
    };
    json!({
        "type": entry.kind.word(),
        "size": entry.size,
        "mode": format!("{:04o}", entry.mode),
        "uid": entry.uid,
        "gid": entry.gid,
        "target": target,
        "digest": entry.digest.and_then(|digest| digest.digest()),
        "layer": side.layer + 1,
    })
}
