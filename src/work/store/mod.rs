//! Copies to files on this machine: layouts, archives, folders of `dir:`.
//!
//! [`look`] says what a place holds, [`gather`] reads the manifests of what is copied, [`store`]
//! writes. Content is checked against its digest on the way; a file appears under its name whole or
//! not at all, and what names the content (`index.json`, `manifest.json`, the archive itself) is
//! written last. Nothing that is there is taken away but what an earlier copy left unfinished.

mod at_hand;
mod fresh;
mod gather;
mod layout;
mod leftovers;
mod look;
mod plain;
mod put;
mod session;
mod tarball;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::model::draft::{Files, Form, Haul};
use crate::oci::{Descriptor, Digest, Document, Failure};
use crate::source::{Meter, Sources};

pub use at_hand::at_hand;
pub use gather::gather;
pub use look::look;
pub use session::store_session;

/// An image on its way into files.
#[derive(Debug, Clone)]
pub struct Load {
    /// The name that it gets.
    pub name: Option<String>,
    /// Whether it had that name in the layout that it comes from.
    pub as_is: bool,
    /// The list or single manifest.
    pub root: Arc<Document>,
    /// Manifests that refer to something by their `subject`, or by the tag that is given here.
    pub referrers: Vec<(Arc<Document>, Option<String>)>,
    /// All of it.
    pub haul: Haul,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// Blobs that were copied.
    pub copied: usize,
    /// Their bytes.
    pub copied_bytes: u64,
    /// Blobs that were there.
    pub present: usize,
    /// Manifests that were written.
    pub manifests: usize,
    /// What else is worth knowing, in sentences.
    pub notes: Vec<String>,
}

/// Whether a blob is in its place already, and need not be moved.
#[must_use]
fn has_blob(files: &Files, blob: &Descriptor) -> bool {
    let path = match files.form {
        Form::Layout => files.path().join(blob.digest.layout_path()),
        Form::Dir => files.path().join(plain::file_name(&blob.digest)),
        // An archive is written anew.
        Form::OciArchive | Form::DockerArchive => return false,
    };
    is_whole(&path, blob.size)
}

/// Whether a file is there with this size: files get their names when they are whole.
fn is_whole(path: &Path, size: u64) -> bool {
    fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() == size)
}

/// Writes images into files. `before` is what each name held when it was looked at: if another
/// program has changed it since, nothing is written. `meter` counts the bytes.
///
/// # Errors
/// What a source comes up with; `Local` if it cannot be written.
pub async fn store(
    files: &Files,
    loads: &[Load],
    before: &[Vec<Digest>],
    sources: &Sources,
    meter: &Meter,
) -> Result<Stored, Failure> {
    let folder = match files.form {
        Form::Layout | Form::Dir => files.path().to_owned(),
        Form::OciArchive | Form::DockerArchive => tarball::folder_of(files.path()),
    };
    let removed = leftovers::remove(&folder);
    let mut stored = match files.form {
        Form::Layout => layout::store(files, loads, before, sources, meter).await,
        Form::OciArchive | Form::DockerArchive => {
            tarball::store(files, loads, sources, meter).await
        }
        Form::Dir => plain::store(files, loads, sources, meter).await,
    }
    .map_err(|failure| saying(failure, removed.as_deref()))?;
    stored.notes.extend(removed);
    Ok(stored)
}

/// A failure that also says what was done before it.
fn saying(failure: Failure, done: Option<&str>) -> Failure {
    let Some(done) = done else { return failure };
    let detail = format!("{}; before that, {done}", failure.detail);
    Failure { detail, ..failure }
}
