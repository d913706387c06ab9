//! A Docker archive, opened.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::synthesis::{MANIFEST_JSON, SavedImage, Synthesis};
use crate::oci::{
    Class, Descriptor, Digest, Document, Entry, Failure, Index, MAX_MANIFEST_READ, Manifest,
    Wanted, entry_name,
};
use crate::source::Cache;
use crate::source::archive::Limits;
use crate::source::archive::tar_file::TarFile;
use crate::source::layout::{
    Choice, Content, INDEX, MARKER, MAX_MARKER, Piece, check_marker, choose, count_of,
    missing_blob, named, of_digest, parse_index, read_manifest, same_name, unknown_name,
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
    pub(crate) fn open(
        path: &Path,
        limits: Limits,
        cache: Option<&Cache>,
        stop: &Stop,
    ) -> Result<Self, Failure> {
        Self::of(TarFile::open(path, limits, cache, stop)?, stop)
    }

    /// What an opened archive holds.
    pub(in super::super) fn of(archive: TarFile, stop: &Stop) -> Result<Self, Failure> {
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
            None => Err(usable.err().unwrap_or_else(|| no_archive(&archive))),
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
                let path = self.archive.path();
                match named(self, &path, index, tag, &Wanted::parse(tag)) {
                    Ok(None) => {}
                    Ok(Some(found)) => return Ok(Choice::One(found)),
                    // `docker save --platform` (moby v2.0.0-beta.24) lists each platform under one
                    // name: the config tells which of them this is.
                    Err(failure) => {
                        return self.with_config(image, index).map(Choice::One).ok_or(failure);
                    }
                }
            }
        }
        image.manifest.clone().map(Choice::One)
    }

    /// The entry of the layout's index whose manifest has the config of an image of
    /// `manifest.json`.
    fn with_config(&self, image: &SavedImage, index: &Index) -> Option<Arc<Descriptor>> {
        let wanted = self.config_in(image.manifest.as_ref().ok()?)?;
        let mut entries = index.entries.iter().filter_map(Entry::descriptor);
        entries.find(|entry| self.config_in(entry).as_ref() == Some(&wanted)).cloned()
    }

    /// The digest of the config that a manifest names.
    fn config_in(&self, manifest: &Descriptor) -> Option<Digest> {
        let document = read_manifest(self, manifest).ok()?;
        let Manifest::Image(image) = &document.manifest else { return None };
        image.config.descriptor().map(|config| config.digest.clone())
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
                .with_next(count_of(count)))
        })
    }

    fn by_name(&self, name: &str, wanted: &Wanted<'_>, index: &Index) -> Result<Choice, Failure> {
        if self.layout
            && let Some(found) = named(self, &self.archive.path(), index, name, wanted)?
        {
            return Ok(Choice::One(found));
        }
        let images = self.saved()?.map_or(&[][..], |saved| &saved.images);
        let is = |image: &&SavedImage| wanted.is_among(image.tags.iter().map(String::as_str));
        let found: Vec<&SavedImage> = images.iter().filter(is).collect();
        if let Some(first) = found.first() {
            let made: Vec<_> = found.iter().filter_map(|it| it.manifest.as_ref().ok()).collect();
            if made.iter().any(|it| made.first().is_some_and(|first| first.digest != it.digest)) {
                return Err(same_name(&self.archive.path(), name, &made));
            }
            return self.document_of(first, index);
        }
        let mut names: Vec<_> = images.iter().flat_map(|image| image.tags.clone()).collect();
        if names.is_empty() {
            let entries = index.entries.iter().filter_map(Entry::descriptor);
            names = entries.filter_map(|entry| entry_name(entry)).map(str::to_owned).collect();
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
                images if images.iter().all(|image| image.manifest.is_err()) => {
                    let failure = images.iter().find_map(|image| image.manifest.as_ref().err());
                    Err(failure.cloned().unwrap_or_else(nothing))
                }
                [first, others @ ..]
                    if others
                        .iter()
                        .all(|it| it.manifest.is_ok() && it.manifest == first.manifest) =>
                {
                    first.manifest.clone().map(Choice::One)
                }
                _ => Ok(Choice::Several((0..index.entries.len()).collect())),
            };
        }
        choose(self, &self.archive.path(), index, None)
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
        let name = digest.layout_path();
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
            Wanted::Digest(digest) => {
                of_digest(&self.archive.path(), index, &digest).map(Choice::One)
            }
            wanted @ Wanted::Name(..) => self.by_name(name, &wanted, index),
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

/// That no image is found in it.
fn no_archive(archive: &TarFile) -> Failure {
    let subject = archive.path();
    if matches!(archive.find("repositories"), Ok(Some(_))) {
        let detail = "it was written by Docker before 1.10: it holds `repositories` and no \
                      manifest.json, and such images have no manifest";
        return Failure::new(Class::Unsupported, subject, detail)
            .with_next("load it with that Docker, or build the image anew");
    }
    let detail = "it is not a Docker archive: it holds no manifest.json";
    Failure::new(Class::Malformed, subject, detail)
        .with_next("name a file that `docker save` wrote")
}

/// Whether the archive holds a layout, and one that can be used. `docker save` 25.0.0 wrote layouts
/// without the layers that their manifests name; manifest.json names those that are there.
fn check_layout(archive: &TarFile) -> Result<bool, Failure> {
    let (Some(marker), Some(index)) = (archive.find(MARKER)?, archive.find(INDEX)?) else {
        return Ok(false);
    };
    check_marker(marker.subject(), &marker.read_all(MAX_MARKER)?)?;
    let (_, index) = parse_index(index.subject(), index.read_all(MAX_MANIFEST_READ)?)?;
    if archive.find(MANIFEST_JSON)?.is_none() {
        return Ok(true);
    }
    for entry in index.entries.iter().filter_map(Entry::descriptor) {
        let layers = layers_of(archive, entry);
        let mut held = Vec::new();
        for layer in &layers {
            held.push(archive.find(&layer.layout_path())?.is_some());
        }
        if !held.is_empty() && !held.contains(&true) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The layers of an image of the layout; nothing for what cannot be read.
fn layers_of(archive: &TarFile, entry: &Descriptor) -> Vec<Digest> {
    let piece = archive.find(&entry.digest.layout_path()).ok().flatten();
    let bytes = piece.and_then(|piece| piece.read_all(MAX_MANIFEST_READ).ok());
    let document = bytes.and_then(|bytes| {
        Document::parse(bytes, Some(&entry.media_type), entry.digest.algorithm()).ok()
    });
    match document.map(|it| it.manifest) {
        Some(Manifest::Image(image)) => {
            image.layer_descriptors().map(|layer| layer.digest.clone()).collect()
        }
        _ => Vec::new(),
    }
}
