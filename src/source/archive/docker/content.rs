//! A Docker archive, opened.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::names::{Wanted, entry_names};
use super::synthesis::{MANIFEST_JSON, SavedImage, Synthesis};
use crate::oci::{Class, Descriptor, Digest, Entry, Failure, Index, MAX_MANIFEST_READ};
use crate::source::archive::Limits;
use crate::source::archive::oci::blob_name;
use crate::source::archive::tar_file::TarFile;
use crate::source::layout::{
    Choice, Content, INDEX, MARKER, MAX_MARKER, Piece, check_marker, missing_blob, parse_index,
    unknown_name,
};
use crate::source::workers::Stop;

/// What `docker save` wrote.
#[derive(Debug)]
pub(crate) struct DockerArchive {
    archive: TarFile,
    /// Whether the archive holds a usable layout.
    layout: bool,
    /// What `manifest.json` tells; made at once without a layout, and when needed beside one.
    saved: OnceLock<Result<Option<Synthesis>, Failure>>,
}

impl DockerArchive {
    /// Opens an archive of either form.
    pub(crate) fn open(path: &Path, limits: Limits, stop: &Stop) -> Result<Self, Failure> {
        let archive = TarFile::open(path, limits, stop)?;
        let usable = check_layout(&archive);
        if matches!(usable, Ok(true)) {
            return Ok(Self { archive, layout: true, saved: OnceLock::new() });
        }
        match Synthesis::read(&archive, stop)? {
            Some(saved) => {
                if let Err(failure) = usable {
                    tracing::warn!(%failure, "the layout in a Docker archive is not used");
                }
                Ok(Self { archive, layout: false, saved: OnceLock::from(Ok(Some(saved))) })
            }
            None => Err(usable.err().unwrap_or_else(|| {
                let subject = archive.path();
                let detail = "it is no Docker archive: it holds no manifest.json";
                Failure::new(Class::Malformed, subject, detail)
                    .with_next("name a file that `docker save` wrote")
            })),
        }
    }

    fn saved(&self) -> Result<Option<&Synthesis>, Failure> {
        let saved = self.saved.get_or_init(|| Synthesis::read(&self.archive, &Stop::default()));
        saved.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    /// The entry of the layout's index for an image of `manifest.json`, else the manifest that
    /// was made for it.
    fn document_of(&self, image: &SavedImage, index: &Index) -> Result<Choice, Failure> {
        if self.layout {
            for tag in &image.tags {
                if let Some(found) = named(index, &Wanted::parse(tag)) {
                    return Ok(Choice::One(found));
                }
            }
        }
        image.manifest.clone().map(Choice::One)
    }

    fn at(&self, position: usize, index: &Index) -> Result<Choice, Failure> {
        let (count, found) = match self.saved()? {
            Some(saved) => (
                saved.images.len(),
                saved.images.get(position).map(|image| self.document_of(image, index)),
            ),
            None => (
                index.entries.len(),
                index
                    .entries
                    .get(position)
                    .and_then(Entry::descriptor)
                    .map(|entry| Ok(Choice::One(Arc::clone(entry)))),
            ),
        };
        found.unwrap_or_else(|| {
            let subject = self.archive.path();
            Err(Failure::new(Class::NotFound, subject, format!("it holds no image @{position}"))
                .with_next(match count {
                    0 => "it holds no image at all".to_owned(),
                    1 => "it holds one, @0".to_owned(),
                    count => format!("it holds {count}, @0 to @{}", count - 1),
                }))
        })
    }

    fn by_name(&self, name: &str, wanted: &Wanted<'_>, index: &Index) -> Result<Choice, Failure> {
        if self.layout
            && let Some(found) = named(index, wanted)
        {
            return Ok(Choice::One(found));
        }
        let images = self.saved()?.map_or(&[][..], |saved| &saved.images);
        for image in images {
            if wanted.is_among(image.tags.iter().map(String::as_str)) {
                return self.document_of(image, index);
            }
        }
        let mut names: Vec<_> = images.iter().flat_map(|image| image.tags.clone()).collect();
        if names.is_empty() {
            let entries = index.entries.iter().filter_map(Entry::descriptor);
            names =
                entries.filter_map(|entry| entry_names(entry).next()).map(str::to_owned).collect();
        }
        Err(unknown_name(&self.archive.path(), name, names))
    }

    /// The document of an archive that holds one image, whatever the number of its names.
    fn only_or_whole(&self, index: &Index) -> Result<Choice, Failure> {
        let nothing = || {
            Failure::new(Class::NotFound, self.archive.path(), "it holds no image")
                .with_next("save the image anew")
        };
        if !self.layout {
            let images = self.saved()?.map_or(&[][..], |saved| &saved.images);
            return match images {
                [] => Err(nothing()),
                [image] => image.manifest.clone().map(Choice::One),
                images => match images.iter().find(|image| image.manifest.is_ok()) {
                    Some(_) => Ok(Choice::Whole),
                    None => images
                        .iter()
                        .find_map(|image| image.manifest.as_ref().err())
                        .map_or(Ok(Choice::Whole), |failure| Err(failure.clone())),
                },
            };
        }
        let mut entries = index.entries.iter();
        let first = entries.next().ok_or_else(nothing)?;
        match first.descriptor() {
            Some(first)
                if entries.all(|other| {
                    other.descriptor().is_some_and(|other| other.digest == first.digest)
                }) =>
            {
                Ok(Choice::One(Arc::clone(first)))
            }
            _ => Ok(Choice::Whole),
        }
    }
}

impl Content for DockerArchive {
    fn index(&self) -> Result<Piece, Failure> {
        if self.layout {
            return self.archive.find(INDEX)?.ok_or_else(|| self.no_index());
        }
        let saved = self.saved()?.ok_or_else(|| self.no_index())?;
        let subject = self.archive.subject("an index that platy made of manifest.json");
        Ok(Piece::memory(subject, saved.index.clone()))
    }

    fn find(&self, digest: &Digest) -> Result<Piece, Failure> {
        let name = blob_name(digest);
        if self.layout
            && let Some(piece) = self.archive.find(&name)?
        {
            return Ok(piece);
        }
        // What was made is asked for only after it was.
        if let Some(Ok(Some(saved))) = self.saved.get()
            && let Some(piece) = saved.find(digest)
        {
            return Ok(piece);
        }
        Err(missing_blob(self.archive.subject(digest.as_str()), "the archive"))
    }

    fn choose(&self, index: &Index, name: Option<&str>) -> Result<Choice, Failure> {
        let Some(name) = name else { return self.only_or_whole(index) };
        match Wanted::parse(name) {
            Wanted::Position(position) => self.at(position, index),
            wanted => self.by_name(name, &wanted, index),
        }
    }

    fn is_current(&self) -> bool {
        self.archive.is_current()
    }
}

impl DockerArchive {
    fn no_index(&self) -> Failure {
        Failure::new(Class::NotFound, self.archive.subject(MANIFEST_JSON), "it is not there")
            .with_next("save the image anew")
    }
}

/// The first entry that carries the name.
fn named(index: &Index, wanted: &Wanted<'_>) -> Option<Arc<Descriptor>> {
    let entries = index.entries.iter().filter_map(Entry::descriptor);
    entries.into_iter().find(|entry| wanted.is_among(entry_names(entry))).cloned()
}

/// Whether the archive holds a layout, and one that can be used.
fn check_layout(archive: &TarFile) -> Result<bool, Failure> {
    let (Some(marker), Some(index)) = (archive.find(MARKER)?, archive.find(INDEX)?) else {
        return Ok(false);
    };
    check_marker(marker.subject(), &marker.read_all(MAX_MARKER)?)?;
    parse_index(index.subject(), index.read_all(MAX_MANIFEST_READ)?)?;
    Ok(true)
}
