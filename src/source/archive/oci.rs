//! A layout in a tar file.

use std::path::Path;

use super::Limits;
use super::tar_file::TarFile;
use crate::oci::{Class, Digest, Failure, Index};
use crate::source::layout::{
    BLOBS, Choice, Content, INDEX, MARKER, MAX_MARKER, Piece, Stored, check_marker, choose,
    missing_blob, missing_index, named_by,
};
use crate::source::workers::Stop;

/// A layout in a tar file.
#[derive(Debug)]
pub(crate) struct OciArchive(TarFile);

impl OciArchive {
    /// Opens an archive after a look at its `oci-layout`.
    pub(crate) fn open(path: &Path, limits: Limits, stop: &Stop) -> Result<Self, Failure> {
        Self::of(TarFile::open(path, limits, None, stop)?)
    }

    /// The layout in an opened archive.
    pub(super) fn of(archive: TarFile) -> Result<Self, Failure> {
        let Some(marker) = archive.find(MARKER)? else {
            let path = archive.path();
            let failure = Failure::new(
                Class::Malformed,
                path.clone(),
                "it is not an OCI archive: it holds no file oci-layout",
            );
            return Err(match archive.find("manifest.json")? {
                Some(_) => failure
                    .with_next(format!("it looks like a Docker archive: docker-archive:{path}")),
                None => failure.with_next("name an archive of an OCI layout"),
            });
        };
        check_marker(marker.subject(), &marker.read_all(MAX_MARKER)?)?;
        Ok(Self(archive))
    }
}

impl Content for OciArchive {
    fn index(&self) -> Result<Piece, Failure> {
        self.0.find(INDEX)?.ok_or_else(|| missing_index(self.0.subject(INDEX)))
    }

    fn find(&self, digest: &Digest) -> Result<Piece, Failure> {
        let name = digest.layout_path();
        self.0.find(&name)?.ok_or_else(|| missing_blob(self.0.subject(&name), "the archive"))
    }

    fn blobs(&self) -> Box<dyn Iterator<Item = Stored> + '_> {
        Box::new(self.0.folder(BLOBS).map(|(name, size)| Stored { digest: named_by(name), size }))
    }

    fn choose(&self, index: &Index, name: Option<&str>) -> Result<Choice, Failure> {
        choose(self, &self.0.path(), index, name)
    }

    fn is_current(&self) -> bool {
        self.0.is_current()
    }
}
