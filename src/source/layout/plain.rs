//! `dir:PATH`: a manifest and its blobs as plain files (containers-transports(5), `dir`; go.podman.io
//! image 5.42 `directory`): `manifest.json`, children as `HEX.manifest.json`, blobs as `HEX`.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use serde_json::json;

use super::{Choice, Content, Piece, Stored, choose, io_failure, missing_blob};
use crate::oci::{
    Algorithm, Class, Digest, Document, Failure, Index, MAX_MANIFEST_READ, MediaType,
};

const MANIFEST: &str = "manifest.json";
/// How the names of further manifests end.
const MANIFESTS: &str = ".manifest.json";

/// The digest by which a file is named: its digits, with the algorithm before them unless it is
/// sha256.
fn named_by(name: &str) -> Option<Digest> {
    let (algorithm, hex) = name.split_once('-').unwrap_or((Algorithm::Sha256.name(), name));
    format!("{algorithm}:{hex}").parse().ok()
}

/// A folder of plain files. Every question reads the disk anew.
#[derive(Debug)]
pub(crate) struct Plain {
    given: PathBuf,
    /// Without symbolic links.
    root: PathBuf,
}

impl Plain {
    /// Whether a folder looks like one.
    pub(crate) fn is_in(path: &Path) -> bool {
        path.join(MANIFEST).is_file()
    }

    /// Opens a folder that holds `manifest.json`.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let root = fs::canonicalize(path).map_err(|error| io_failure(path.display(), &error))?;
        let manifest = root.join(MANIFEST);
        if !manifest.exists() {
            let detail = "it is not a folder of `dir:`: it holds no manifest.json";
            return Err(Failure::new(Class::Malformed, path.display().to_string(), detail)
                .with_next("name a folder that `skopeo copy … dir:FOLDER` wrote"));
        }
        // What is not a file is told as that.
        Piece::file(&manifest, path.join(MANIFEST).display().to_string())?;
        Ok(Self { given: path.to_owned(), root })
    }

    /// A file of the folder; `None` if it is not there. A symbolic link that leads out of the
    /// folder is refused.
    fn piece(&self, name: &str) -> Result<Option<Piece>, Failure> {
        let shown = self.given.join(name);
        let path = match fs::canonicalize(self.root.join(name)) {
            Ok(path) => path,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_failure(shown.display(), &error)),
        };
        if !path.starts_with(&self.root) {
            let detail = "it is a symbolic link that leads out of the folder, and is not followed";
            return Err(Failure::new(Class::Malformed, shown.display().to_string(), detail)
                .with_next("copy the file into the folder"));
        }
        Piece::file(&path, shown.display().to_string()).map(Some)
    }

    fn manifest(&self) -> Result<(Piece, Document), Failure> {
        let piece = self.piece(MANIFEST)?.ok_or_else(|| {
            missing_blob(self.given.join(MANIFEST).display().to_string(), "the folder")
        })?;
        let document = Document::parse(piece.read_all(MAX_MANIFEST_READ)?, None, Algorithm::Sha256)
            .map_err(|problem| {
                Failure::new(Class::Malformed, piece.subject(), format!("it is {problem}"))
                    .with_next("check what wrote it")
            })?;
        Ok((piece, document))
    }
}

impl Content for Plain {
    /// An index of the one manifest, since the folder has none.
    fn index(&self) -> Result<Piece, Failure> {
        let (piece, document) = self.manifest()?;
        let index = json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OciIndex.as_str(),
            "manifests": [{
                "mediaType": document.media_type.as_str(),
                "digest": document.digest.as_str(),
                "size": document.size(),
            }],
        });
        Ok(Piece::memory(piece.subject().to_owned(), Bytes::from(index.to_string())))
    }

    fn find(&self, digest: &Digest) -> Result<Piece, Failure> {
        let (algorithm, hex) = (digest.algorithm().name(), digest.hex());
        let names = [
            format!("{hex}.manifest.json"),
            hex.to_owned(),
            format!("{algorithm}-{hex}.manifest.json"),
            format!("{algorithm}-{hex}"),
        ];
        for name in names {
            if let Some(piece) = self.piece(&name)? {
                return Ok(piece);
            }
        }
        let (piece, document) = self.manifest()?;
        if document.digest == *digest {
            return Ok(piece);
        }
        Err(missing_blob(self.given.join(hex).display().to_string(), "the folder"))
    }

    fn manifests(&self) -> Box<dyn Iterator<Item = Stored> + '_> {
        let files = fs::read_dir(&self.root).into_iter().flatten().flatten();
        Box::new(files.filter_map(|file| {
            let name = file.file_name();
            let digest = named_by(name.to_str()?.strip_suffix(MANIFESTS)?);
            let size = file.metadata().ok().filter(fs::Metadata::is_file)?.len();
            Some(Stored { digest, size })
        }))
    }

    fn choose(&self, index: &Index, name: Option<&str>) -> Result<Choice, Failure> {
        choose(self, &self.given.display().to_string(), index, name)
    }

    fn is_current(&self) -> bool {
        true
    }
}
