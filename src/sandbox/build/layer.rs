//! Layers: tar archives, packed or not.

use std::io::{self, Read as _, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::tar_file::{TarFile, archive};
use crate::oci::{Annotations, Descriptor, Digest, MediaType};

const GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
const PLAIN: &str = "application/vnd.oci.image.layer.v1.tar";
const DOCKER_GZIP: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// A layer with what a manifest and a config say about it. Clones share the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    bytes: Bytes,
    media_type: MediaType,
    digest: Digest,
    diff_id: Digest,
    created_by: String,
    urls: Vec<String>,
    annotations: Annotations,
}

impl Layer {
    /// A tar archive packed with gzip. The same files always give the same bytes.
    ///
    /// # Errors
    /// Where a path cannot be in an archive.
    pub fn gzip(created_by: &str, files: &[TarFile]) -> io::Result<Self> {
        let plain = archive(files)?;
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(&plain)?;
        let packed = packer.finish()?;
        let diff_id = Digest::sha256(&plain);
        Ok(Self { diff_id, ..Self::opaque(created_by, packed).with_media_type(GZIP) })
    }

    /// The same archive packed as tightly as gzip can: another blob with the same `diff_id`.
    ///
    /// # Errors
    /// Where the layer is not packed with gzip.
    pub fn packed_anew(&self) -> io::Result<Self> {
        let mut plain = Vec::new();
        GzDecoder::new(self.bytes.as_ref()).read_to_end(&mut plain)?;
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&plain)?;
        let packed = Self::opaque(&self.created_by, packer.finish()?);
        Ok(Self { diff_id: self.diff_id.clone(), ..packed.with_media_type(GZIP) })
    }

    /// A tar archive that is not packed.
    ///
    /// # Errors
    /// Where a path cannot be in an archive.
    pub fn plain(created_by: &str, files: &[TarFile]) -> io::Result<Self> {
        Ok(Self::opaque(created_by, archive(files)?))
    }

    /// Any bytes, said to be a tar archive that is not packed.
    #[must_use]
    pub fn opaque(created_by: &str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let digest = Digest::sha256(&bytes);
        Self {
            media_type: MediaType::parse(PLAIN),
            diff_id: digest.clone(),
            digest,
            bytes,
            created_by: created_by.to_owned(),
            urls: Vec::new(),
            annotations: Annotations::new(),
        }
    }

    /// The same, said to be of another type.
    #[must_use]
    pub fn with_media_type(mut self, media_type: &str) -> Self {
        self.media_type = MediaType::parse(media_type);
        self
    }

    /// The same, with this digest before compression.
    #[must_use]
    pub fn with_diff_id(mut self, diff_id: Digest) -> Self {
        self.diff_id = diff_id;
        self
    }

    /// The same, with these annotations in its descriptor.
    #[must_use]
    pub fn with_annotations(mut self, annotations: Annotations) -> Self {
        self.annotations = annotations;
        self
    }

    /// The same, to be had only from elsewhere: the descriptor has this URL, and the blob is not
    /// put into the store.
    #[must_use]
    pub fn with_url(mut self, url: &str) -> Self {
        self.urls.push(url.to_owned());
        self
    }

    /// The blob.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The digest of the blob.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The digest before compression.
    #[must_use]
    pub fn diff_id(&self) -> &Digest {
        &self.diff_id
    }

    /// The command that made it, for the history.
    #[must_use]
    pub fn created_by(&self) -> &str {
        &self.created_by
    }

    /// Whether the blob is to be had from elsewhere.
    pub(super) fn is_foreign(&self) -> bool {
        !self.urls.is_empty()
    }

    /// Its descriptor in an OCI or in a Docker manifest; Docker's knows one type only.
    #[must_use]
    pub fn descriptor(&self, docker: bool) -> Descriptor {
        let media_type = if docker && self.media_type.as_str() == GZIP {
            MediaType::parse(DOCKER_GZIP)
        } else {
            self.media_type.clone()
        };
        let size = self.bytes.len() as u64;
        let mut descriptor = Descriptor::new(media_type, self.digest.clone(), size);
        descriptor.urls.clone_from(&self.urls);
        descriptor.annotations.clone_from(&self.annotations);
        descriptor
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
