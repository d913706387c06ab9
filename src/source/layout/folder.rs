//! A layout in a folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::{
    BLOBS, Choice, Content, INDEX, MARKER, MAX_MARKER, Piece, Stored, check_marker, choose,
    io_failure,
};
use crate::oci::{Class, Digest, Failure, Index};
use crate::source::in_the_way;

/// A layout in a folder. Every question reads the disk anew.
#[derive(Debug)]
pub(crate) struct Folder {
    /// As the user wrote it, for messages.
    given: PathBuf,
    /// Without symbolic links.
    root: PathBuf,
}

impl Folder {
    /// Opens a layout after a look at its `oci-layout`.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let root = fs::canonicalize(path).map_err(|error| io_failure(path.display(), &error))?;
        let facts = fs::metadata(&root).map_err(|error| io_failure(path.display(), &error))?;
        if !facts.is_dir() {
            let (shown, is) = (path.display(), in_the_way::what(facts.file_type()));
            let detail = format!("it is {is}; an OCI layout is a folder");
            let failure = Failure::new(Class::Malformed, shown.to_string(), detail);
            return Err(failure.with_next(match facts.is_file() {
                true => {
                    format!("write oci-archive:{shown} or docker-archive:{shown} for an archive")
                }
                false => "name a folder that holds oci-layout, index.json and blobs".to_owned(),
            }));
        }
        let folder = Self { given: path.to_owned(), root };
        let marker = folder.piece(Path::new(MARKER)).map_err(|failure| match failure.class {
            Class::NotFound => Failure::new(
                Class::Malformed,
                path.display().to_string(),
                "it is not an OCI layout: it holds no file oci-layout",
            )
            .with_next("name a folder that holds oci-layout, index.json and blobs"),
            _ => failure,
        })?;
        check_marker(marker.subject(), &marker.read_all(MAX_MARKER)?)?;
        Ok(folder)
    }

    /// A file of the layout. A symbolic link that leads out of it is refused: a layout from
    /// somebody else must not show this machine's other files.
    fn piece(&self, inside: &Path) -> Result<Piece, Failure> {
        let shown = self.given.join(inside);
        let path = fs::canonicalize(self.root.join(inside))
            .map_err(|error| io_failure(shown.display(), &error))?;
        if !path.starts_with(&self.root) {
            return Err(Failure::new(
                Class::Malformed,
                shown.display().to_string(),
                "it is a symbolic link that leads out of the layout, and is not followed",
            )
            .with_next("copy the file into the layout"));
        }
        Piece::file(&path, shown.display().to_string())
    }
}

impl Content for Folder {
    fn index(&self) -> Result<Piece, Failure> {
        self.piece(Path::new(INDEX)).map_err(|failure| match failure.class {
            Class::NotFound => missing_index(failure.subject),
            _ => failure,
        })
    }

    fn find(&self, digest: &Digest) -> Result<Piece, Failure> {
        self.piece(Path::new(&digest.layout_path())).map_err(|failure| match failure.class {
            Class::NotFound => missing_blob(failure.subject, "the layout"),
            _ => failure,
        })
    }

    fn blobs(&self) -> Box<dyn Iterator<Item = Stored> + '_> {
        let files = fs::read_dir(self.root.join(BLOBS)).into_iter().flatten().flatten();
        Box::new(files.filter_map(|file| {
            let size = file.metadata().ok().filter(fs::Metadata::is_file)?.len();
            Some(Stored { digest: named_by(file.file_name().to_str()?), size })
        }))
    }

    fn choose(&self, index: &Index, name: Option<&str>) -> Result<Choice, Failure> {
        choose(self, &self.given.display().to_string(), index, name)
    }

    fn is_current(&self) -> bool {
        true
    }
}

/// The digest that a file in [`BLOBS`] is named by.
pub(crate) fn named_by(hex: &str) -> Option<Digest> {
    format!("sha256:{hex}").parse().ok()
}

/// That a layout has no index.
pub(crate) fn missing_index(subject: String) -> Failure {
    Failure::new(Class::NotFound, subject, "the layout holds no index.json")
        .with_next("copy an image into it, or get it anew")
}

/// That content is named but not there.
pub(crate) fn missing_blob(subject: String, place: &str) -> Failure {
    Failure::new(Class::NotFound, subject, format!("{place} does not hold this content"))
        .with_next("it may hold only some platforms of the image; `skopeo copy --all` copies all")
}
