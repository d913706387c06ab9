//! `--files` and `--file`: what differs in the files of two images.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::compare::Part;
use crate::content::{
    FileChange, FileFact, FileSide, FileSign, FilesDiff, ImageSide, ImagesRead, Kind, Path, Reader,
    diff, file_difference, read_images,
};
use crate::oci::{Class, Failure, Manifest};
use crate::source::{Cache, Source};
use crate::text::{bytes, count, plural};

/// The files of both images.
pub(super) struct Compared {
    sides: [ImageSide; 2],
    read: ImagesRead,
    diff: FilesDiff,
}

/// Reads the layers that differ.
pub(super) async fn compared(
    opened: &[Arc<dyn Source>; 2],
    cache: Option<&Cache>,
    parts: [&Part; 2],
) -> Result<Compared, Failure> {
    let [a, b] = parts;
    let [at_a, at_b] = opened;
    let side = |part: &Part, source: &Arc<dyn Source>| {
        let Some(Manifest::Image(image)) = part.manifest() else {
            let detail = "--files compares the files of two images, and this is none";
            return Err(Failure::new(Class::Unsupported, source.location().to_string(), detail)
                .with_next("choose the images with --platform"));
        };
        let layers = image.layers.iter().map(|entry| entry.descriptor().cloned()).collect();
        Ok(ImageSide { reader: Reader::new(Arc::clone(source), cache.cloned()), layers })
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
            out += &format!("{} {}  {}\n", change.sign.sign(), change.path, change.words());
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
        let mut out = format!("{} {path}  {}\n", change.sign.sign(), change.words());
        for line in file_difference(&self.sides, change).await? {
            out += &line;
            out.push('\n');
        }
        Ok(out)
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
