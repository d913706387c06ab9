//! `--files` and `--file`: what differs in the files of two images.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::cli::output::Made;
use crate::cli::{DONE, PART};
use crate::model::compare::{Missing, Part, Side};
use crate::model::files::{
    FileChange, FileFact, FileSide, FileSign, Kind, Lookup, Path, UnreadLayer,
};
use crate::oci::{Class, Digest, Failure, Image, Manifest, Platform};
use crate::source::{Cache, Source};
use crate::text::{count, escape};
use crate::work::layers::{ImageSide, ImagesRead, Reader, file_difference, read_images};

/// The most lines of files that a page has: browsers are slow with more.
const MOST_ON_A_PAGE: usize = 10_000;

/// The files of both images.
pub(super) struct Compared {
    /// What each side's files are of.
    of: [Of; 2],
    sides: [ImageSide; 2],
    read: ImagesRead,
    /// Both sides are one digest.
    same: bool,
}

/// The image whose files are compared, or what both sides name by one digest.
struct Of {
    /// Its platform, else what it is.
    name: String,
    platform: Option<Platform>,
    digest: Option<Digest>,
}

/// How many files differ, and how.
#[derive(Default)]
struct Numbers {
    added: u64,
    changed: u64,
    removed: u64,
}

impl Numbers {
    fn count(&mut self, sign: FileSign) {
        *match sign {
            FileSign::Added | FileSign::WrittenInB => &mut self.added,
            FileSign::Changed => &mut self.changed,
            FileSign::Removed | FileSign::WrittenInA => &mut self.removed,
        } += 1;
    }
}

/// What there is to say of one file.
pub(super) struct One {
    pub(super) text: String,
    pub(super) code: u8,
}

/// Reads the layers that differ, and more where one path is wanted that they do not tell of.
pub(super) async fn compared(
    opened: &[Arc<dyn Source>; 2],
    cache: Option<&Cache>,
    parts: [&Part; 2],
    spelled: Option<&str>,
    wanted: Option<&Path>,
) -> Result<Compared, Failure> {
    let [a, b] = parts;
    let [at_a, at_b] = opened;
    let same = a.digest().is_some() && a.digest() == b.digest();
    let side = |part: &Part, source: &Arc<dyn Source>| {
        let reader = Reader::new(Arc::clone(source), cache.cloned());
        // What both name by one digest is not even loaded.
        if same {
            return Ok((Of::new(part), ImageSide { reader, layers: Vec::new() }));
        }
        let (part, image) = image(part, spelled).map_err(|(detail, next)| {
            Failure::new(Class::Unsupported, source.location().to_string(), detail).with_next(next)
        })?;
        let layers = image.layers.iter().map(|entry| entry.descriptor().cloned()).collect();
        Ok((Of::new(part), ImageSide { reader, layers }))
    };
    let ((of_a, side_a), (of_b, side_b)) = (side(a, at_a)?, side(b, at_b)?);
    // Both images together take no more than one.
    let side_b = ImageSide { reader: side_b.reader.beside(&side_a.reader), ..side_b };
    let (of, sides) = ([of_a, of_b], [side_a, side_b]);
    let read = read_images(&sides[0], &sides[1], wanted, &|_| ()).await?;
    Ok(Compared { of, sides, read, same })
}

/// The image that a side is, or the one of its entries that is spelled as the pattern; else why
/// there is none, and what to do.
fn image<'a>(
    part: &'a Part,
    spelled: Option<&str>,
) -> Result<(&'a Part, &'a Image), (String, &'static str)> {
    if let Some(Manifest::Image(image)) = part.manifest() {
        return Ok((part, image));
    }
    let images = part.entries.iter().filter(|it| !it.is_attestation());
    let images = images.filter_map(|it| match it.manifest()? {
        Manifest::Image(image) if !image.is_artifact() => {
            let platform = it.platform().map(|platform| platform.to_string());
            Some((it, platform.unwrap_or_default(), image))
        }
        _ => None,
    });
    let images: Vec<_> = images.collect();
    if let ([(part, _, image)], None) = (images.as_slice(), spelled) {
        // Only one can be meant.
        return Ok((part, image));
    }
    let Some(spelled) = spelled.filter(|_| !images.is_empty()) else {
        let detail = "--files compares the files of two images, and this is not one";
        return Err((detail.to_owned(), "choose the images with --platform"));
    };
    let mut exact = images.iter().filter(|(_, platform, _)| *platform == spelled);
    if let (Some((part, _, image)), None) = (exact.next(), exact.next()) {
        return Ok((part, image));
    }
    let named = images.iter().map(|(part, platform, _)| {
        let digest = part.digest().map(ToString::to_string).unwrap_or_default();
        format!("{platform} {digest}")
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let detail = format!("{spelled} matches several images: {named}");
    Err((detail, "name the platform in full, or the image as REPOSITORY@DIGEST"))
}

impl Of {
    fn new(part: &Part) -> Self {
        Self { name: part.name(), platform: part.platform(), digest: part.digest().cloned() }
    }

    /// `A  linux/arm64  6da30b8e46b7`.
    fn line(&self, side: &str) -> String {
        let digest = self.digest.as_ref().map_or("no digest", |it| it.short());
        format!("{side}  {}  {digest}", escape(&self.name))
    }

    fn json(&self) -> Value {
        json!({ "platform": self.platform.as_ref().map(ToString::to_string), "digest": self.digest })
    }
}

impl Compared {
    /// The images whose files are compared, for the JSON document.
    pub(super) fn of_json(&self) -> Value {
        let [a, b] = &self.of;
        json!({ "a": a.json(), "b": b.json() })
    }

    /// What differs in their files, for the JSON document.
    pub(super) fn changes_json(&self) -> Made<impl Iterator<Item = Value> + '_> {
        Made::new(self.read.differences().map(|change| change_json(&change)))
    }

    /// The layers that were not read, for the JSON document.
    pub(super) fn unread_json(&self) -> Value {
        let unread = |layer: &UnreadLayer| {
            json!({
                "digest": layer.digest,
                "size": layer.size,
                "a": layer.numbers[0],
                "b": layer.numbers[1],
                "covers": layer.covers,
            })
        };
        self.read.layers.unread.iter().map(unread).collect()
    }

    /// The layers that could not be read, as what is missing from the comparison.
    pub(super) fn missing(&self) -> Vec<Missing> {
        let of = |(layer, failure): (&UnreadLayer, &Failure)| {
            let failure = Arc::new(failure.clone());
            let sides = [Side::A, Side::B].into_iter().zip(layer.numbers);
            let of = sides.filter_map(|(side, number)| Some((side, number?)));
            of.map(|(side, number)| Missing {
                side,
                what: format!("the files of layer {number}"),
                digest: Some(layer.digest.clone()),
                failure: Some(Arc::clone(&failure)),
            })
            .collect::<Vec<_>>()
        };
        self.read.layers.failed().flat_map(of).collect()
    }

    /// The lines that `--files` adds to the text, made as they are written.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> + '_ {
        let [a, b] = &self.of;
        let head = [String::new(), "files".to_owned(), a.line("A"), b.line("B")];
        let mut numbers = Numbers::default();
        let mut changes = self.read.differences();
        let mut end = Vec::new().into_iter();
        let mut is_told = false;
        let rest = std::iter::from_fn(move || {
            if let Some(change) = changes.next() {
                numbers.count(change.sign);
                return Some(change_line(&change));
            }
            if !std::mem::replace(&mut is_told, true) {
                end = self.end(&numbers).into_iter();
            }
            end.next()
        });
        head.into_iter().chain(rest)
    }

    /// What a page has of it: of very many files the first.
    pub(super) fn page_text(&self) -> String {
        let [a, b] = &self.of;
        let mut lines = vec![a.line("A"), b.line("B")];
        let (mut numbers, mut more) = (Numbers::default(), 0);
        for change in self.read.differences() {
            numbers.count(change.sign);
            if lines.len() < MOST_ON_A_PAGE {
                lines.push(change_line(&change));
            } else {
                more += 1;
            }
        }
        if more > 0 {
            let more = count(more);
            lines.push(format!("{more} more are not on this page; `platy diff --files` lists all"));
        }
        lines.extend(self.end(&numbers));
        lines.join("\n")
    }

    /// What is said after all files.
    fn end(&self, numbers: &Numbers) -> Vec<String> {
        let layers = &self.read.layers;
        let Numbers { added, changed, removed } = numbers;
        let mut out = vec![format!(
            "{} added, {} changed, {} removed",
            count(*added),
            count(*changed),
            count(*removed)
        )];
        out.push(layers.differing());
        out.extend(layers.left_open());
        out.extend(layers.failed().map(|(layer, failure)| {
            let (name, why) = (layer.name(), escape(&failure.brief()).into_owned());
            format!("not read: {name}: {why}; what it holds and removes is not compared")
        }));
        out
    }

    /// What differs in one file: its text, or what both programs' headers say.
    pub(super) async fn one(&self, path: &Path) -> Result<One, Failure> {
        let ImagesRead { a, b, layers } = &self.read;
        let Some(change) = self.read.differences().find(|it| it.path == *path) else {
            let text = format!("{path} does not differ\n");
            if self.same {
                return Ok(One { text, code: DONE });
            }
            return match [a.lookup(path), b.lookup(path)] {
                [Lookup::Missing, Lookup::Missing] => {
                    let detail = "neither image has this file";
                    Err(Failure::new(Class::NotFound, path.text(), detail))
                }
                [Lookup::Found(_), Lookup::Found(_)] => Ok(One { text, code: DONE }),
                _ => match layers.failed().next() {
                    Some((_, failure)) => Err(failure.clone()),
                    None => Ok(One { text, code: DONE }),
                },
            };
        };
        let mut text = format!("{} {path}  {}\n", change.sign.sign(), change.words());
        for line in file_difference(&self.sides, &change).await? {
            text += &line;
            text.push('\n');
        }
        Ok(One { text, code: PART })
    }
}

fn change_line(change: &FileChange) -> String {
    format!("{} {}  {}", change.sign.sign(), change.path, change.words())
}

fn change_json(change: &FileChange) -> Value {
    let facts: Vec<&str> = change.facts().into_iter().map(FileFact::as_str).collect();
    json!({
        "path": change.path.text(),
        "change": change.sign.as_str(),
        "differs": facts,
        "a": change.a.as_deref().map(side_json),
        "b": change.b.as_deref().map(side_json),
    })
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
