//! Layers: tar archives, packed or not.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{EntryType, Header};

use super::CREATED_SECONDS;
use crate::oci::{Digest, MediaType};

const GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
const PLAIN: &str = "application/vnd.oci.image.layer.v1.tar";
const DOCKER_GZIP: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// An entry of a tar archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TarFile {
    /// A folder.
    Folder(String),
    /// A file.
    File {
        /// Its path, without a leading slash.
        path: String,
        /// Its permissions, such as `0o755`.
        mode: u32,
        /// What is in it.
        content: Vec<u8>,
    },
    /// A symbolic link.
    Symlink {
        /// Its path, without a leading slash.
        path: String,
        /// Where it points.
        target: String,
    },
}

/// A layer with what a manifest and a config say about it. Clones share the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The blob.
    pub bytes: Bytes,
    /// Its media type in an OCI manifest.
    pub media_type: MediaType,
    /// The digest before compression.
    pub diff_id: Digest,
    /// The command that made it, for the history.
    pub created_by: String,
}

impl TarFile {
    /// A file that everyone may read.
    #[must_use]
    pub fn text(path: &str, content: &str) -> Self {
        Self::File { path: path.to_owned(), mode: 0o644, content: content.as_bytes().to_vec() }
    }

    /// A file that everyone may run.
    #[must_use]
    pub fn program(path: &str, content: Vec<u8>) -> Self {
        Self::File { path: path.to_owned(), mode: 0o755, content }
    }
}

impl Layer {
    /// A tar archive packed with gzip. The same files always give the same bytes.
    ///
    /// # Errors
    /// Where a path cannot stand in an archive.
    pub fn gzip(created_by: &str, files: &[TarFile]) -> io::Result<Self> {
        let plain = archive(files)?;
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(&plain)?;
        Ok(Self {
            bytes: packer.finish()?.into(),
            media_type: MediaType::parse(GZIP),
            diff_id: Digest::sha256(&plain),
            created_by: created_by.to_owned(),
        })
    }

    /// A tar archive that is not packed.
    ///
    /// # Errors
    /// Where a path cannot stand in an archive.
    pub fn plain(created_by: &str, files: &[TarFile]) -> io::Result<Self> {
        Ok(Self::opaque(created_by, archive(files)?))
    }

    /// Any bytes, said to be a tar archive that is not packed.
    #[must_use]
    pub fn opaque(created_by: &str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self {
            media_type: MediaType::parse(PLAIN),
            diff_id: Digest::sha256(&bytes),
            created_by: created_by.to_owned(),
            bytes,
        }
    }

    /// The media type in a Docker manifest, which knows only one.
    pub(super) fn docker_type(&self) -> MediaType {
        if self.media_type.as_str() == GZIP {
            MediaType::parse(DOCKER_GZIP)
        } else {
            self.media_type.clone()
        }
    }
}

/// An opaque layer, for tests that do not look inside.
impl From<&'static str> for Layer {
    fn from(content: &'static str) -> Self {
        Self::opaque("COPY . /", content)
    }
}

/// An opaque layer, for tests that do not look inside.
impl From<Vec<u8>> for Layer {
    fn from(content: Vec<u8>) -> Self {
        Self::opaque("COPY . /", content)
    }
}

fn archive(files: &[TarFile]) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for file in files {
        let mut header = Header::new_ustar();
        header.set_mtime(CREATED_SECONDS);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(0);
        match file {
            TarFile::Folder(path) => {
                header.set_entry_type(EntryType::Directory);
                header.set_mode(0o755);
                archive.append_data(&mut header, path, io::empty())?;
            }
            TarFile::File { path, mode, content } => {
                header.set_entry_type(EntryType::Regular);
                header.set_mode(*mode);
                header.set_size(content.len() as u64);
                archive.append_data(&mut header, path, content.as_slice())?;
            }
            TarFile::Symlink { path, target } => {
                header.set_entry_type(EntryType::Symlink);
                header.set_mode(0o777);
                archive.append_link(&mut header, path, target)?;
            }
        }
    }
    archive.into_inner()
}
