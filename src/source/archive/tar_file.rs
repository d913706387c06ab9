//! An archive, opened: its entries are known, its content is read from its place.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Limits;
use super::entries::{BadLink, Entries};
use super::known::Known;
use super::spool::{Packing, spool};
use super::stamp::Stamp;
use super::walk::walk;
use crate::oci::{Class, Failure};
use crate::source::Cache;
use crate::source::layout::{Piece, io_failure};
use crate::source::workers::Stop;

/// An archive whose headers were walked.
#[derive(Debug, Clone)]
pub(super) struct TarFile {
    path: PathBuf,
    /// The archive itself, or what it decompressed to.
    file: Arc<File>,
    /// `None` of a file that nothing else can change.
    stamp: Option<Stamp>,
    entries: Arc<Entries>,
    known: Option<Known>,
}

impl TarFile {
    /// Opens an archive, decompresses it where needed, and walks its headers.
    pub(super) fn open(
        path: &Path,
        limits: Limits,
        cache: Option<&Cache>,
        stop: &Stop,
    ) -> Result<Self, Failure> {
        let subject = path.display().to_string();
        let io = |error| io_failure(&subject, &error);
        let metadata = fs::metadata(path).map_err(io)?;
        if metadata.is_dir() {
            return Err(Failure::new(
                Class::Malformed,
                &subject,
                "it is a folder; an archive is a file",
            )
            .with_next(format!("write oci:{subject} for a layout")));
        }
        let packed = Piece::file(path, subject.clone())?;
        let file = File::open(path).map_err(io)?;
        let stamp = Stamp::of(&file.metadata().map_err(io)?);
        let file = match Packing::of(&packed.read(0..8)?) {
            Packing::Plain => file,
            packing => spool(packing, file, &subject, limits.decompressed, stop)?,
        };
        let entries = Arc::new(walk(&file, &subject, limits, stop)?);
        let known = cache.and_then(|cache| Known::of(cache, path, &stamp));
        let (path, file) = (path.to_owned(), Arc::new(file));
        Ok(Self { path, file, stamp: Some(stamp), entries, known })
    }

    /// Walks the headers of a file that has no name; `subject` stands for one in messages.
    pub(super) fn unnamed(
        subject: &str,
        file: Arc<File>,
        limits: Limits,
        stop: &Stop,
    ) -> Result<Self, Failure> {
        let entries = Arc::new(walk(&file, subject, limits, stop)?);
        Ok(Self { path: PathBuf::from(subject), file, stamp: None, entries, known: None })
    }

    /// The path as the user wrote it.
    pub(super) fn path(&self) -> String {
        self.path.display().to_string()
    }

    /// How a file of the archive is called in messages.
    pub(super) fn subject(&self, name: &str) -> String {
        format!("{}: {name}", self.path.display())
    }

    /// A file of the archive; `None` if there is none of that name.
    pub(super) fn find(&self, name: &str) -> Result<Option<Piece>, Failure> {
        let found = self.entries.find(name).map_err(|problem| {
            let detail = match problem {
                BadLink::Outside => "it is a link that leads out of the archive",
                BadLink::Endless => "it is a link that never ends",
            };
            Failure::new(Class::Malformed, self.subject(name), detail)
                .with_next("no archiver of images writes such links: do not trust this file")
        })?;
        Ok(found.map(|(start, len)| {
            Piece::part(self.subject(name), Arc::clone(&self.file), start, len)
        }))
    }

    /// The files in a folder of the archive, by their names in it, with their sizes in bytes.
    pub(super) fn folder(&self, folder: &str) -> impl Iterator<Item = (&str, u64)> {
        self.entries.folder(folder)
    }

    /// What was found out about it before, if that is kept.
    pub(super) fn known(&self) -> Option<&Known> {
        self.known.as_ref()
    }

    /// Whether the file on the disk is still the one that was opened.
    pub(super) fn is_current(&self) -> bool {
        let Some(stamp) = &self.stamp else { return true };
        fs::metadata(&self.path).is_ok_and(|metadata| Stamp::of(&metadata) == *stamp)
    }
}
