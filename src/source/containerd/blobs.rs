//! The content of containerd on the disk: `ROOT/blobs/ALGORITHM/HEX`, each as it came
//! (containerd 2.4.2 `plugins/content/local/store.go`, `blobPath`).

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;

use crate::oci::{Descriptor, Digest, Failure, Index, MediaType};
use crate::source::layout::{Choice, Content, Piece};

/// The blobs of an image that was found.
#[derive(Debug, Clone)]
pub(super) struct Blobs {
    shown: String,
    root: PathBuf,
    image: Arc<Descriptor>,
}

impl Blobs {
    /// The blobs in `root`, if this user may read that of the image.
    pub(super) fn readable(shown: &str, root: &Path, image: &Descriptor) -> Option<Self> {
        let blobs =
            Self { shown: shown.to_owned(), root: root.to_owned(), image: Arc::new(image.clone()) };
        File::open(blobs.path(&image.digest)).is_ok().then_some(blobs)
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.root.join(digest.layout_path())
    }
}

impl Content for Blobs {
    /// An index of the one image, since containerd's names are in its database.
    fn index(&self) -> Result<Piece, Failure> {
        let index = json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OciIndex.as_str(),
            "manifests": [{
                "mediaType": self.image.media_type.as_str(),
                "digest": self.image.digest.as_str(),
                "size": self.image.size,
            }],
        });
        Ok(Piece::memory(self.shown.clone(), Bytes::from(index.to_string())))
    }

    fn find(&self, digest: &Digest) -> Result<Piece, Failure> {
        let path = self.path(digest);
        Piece::file(&path, path.display().to_string())
    }

    fn choose(&self, _: &Index, _: Option<&str>) -> Result<Choice, Failure> {
        Ok(Choice::One(Arc::clone(&self.image)))
    }

    fn is_current(&self) -> bool {
        true
    }
}
