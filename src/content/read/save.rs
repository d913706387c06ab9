//! Saving one file to this machine's disk.

use std::io::{self, Write as _};
use std::ops::ControlFlow;
use std::path::{Path as DiskPath, PathBuf};

use tempfile::NamedTempFile;

use super::reader::Reader;
use super::visit::{Ask, Visitor};
use crate::content::entry::Summing;
use crate::content::{Entry, Kind};
use crate::oci::{Class, Descriptor, Failure};

/// How the saving of a file went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is there.
    Done,
    /// Something of that name is there already, and was left alone.
    Exists,
}

impl Reader {
    /// Saves a file of a listing under a name on this machine's disk. The file appears at once and
    /// whole, after its content was checked against the listing, or where that has no checksum of it
    /// against the digest of the layer, which is then read to its end; its permissions are those of a
    /// new file. What is there is written over only where `overwrite` says so.
    ///
    /// # Errors
    /// As [`Reader::file`]'s; `Local` where it cannot be written.
    pub async fn save(
        &self,
        layer: &Descriptor,
        entry: &Entry,
        to: &DiskPath,
        overwrite: bool,
    ) -> Result<Saved, Failure> {
        if to.is_dir() {
            let detail = "it is a folder; name the file to write in it";
            return Err(Failure::new(Class::Local, to.display().to_string(), detail));
        }
        if !overwrite && std::fs::symlink_metadata(to).is_ok() {
            return Ok(Saved::Exists);
        }
        let subject = to.display().to_string();
        let unwritten = move |error: &io::Error| {
            Failure::new(Class::Local, subject.clone(), format!("it cannot be written: {error}"))
        };
        let place = folder_of(to);
        let file = NamedTempFile::new_in(&place).map_err(|error| unwritten(&error))?;
        let saver =
            Saver { entry: entry.clone(), file, summing: Summing::default(), state: Ok(None) };
        let saver = self.walk(layer, saver, &mut |_| ()).await?.visitor;
        let written = saver.state.map_err(|error| unwritten(&error))?;
        let what = format!("{} in {}", entry.path, layer.digest);
        let Some(written) = written else {
            let detail = "the layer holds no such file whose content could be saved";
            return Err(Failure::new(Class::NotFound, what, detail));
        };
        if written == 0 && entry.size > 0 {
            let detail = "it is a sparse file whose holes cannot be filled";
            return Err(Failure::new(Class::Unsupported, what, detail));
        }
        let differs = entry.digest.is_some_and(|digest| digest != saver.summing.finish());
        if differs || written != entry.size {
            let detail = "its content is not what the layer held when it was listed";
            return Err(Failure::new(Class::DigestMismatch, what, detail));
        }
        make_readable(&saver.file);
        let persisted =
            if overwrite { saver.file.persist(to) } else { saver.file.persist_noclobber(to) };
        match persisted {
            Ok(_) => Ok(Saved::Done),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Saved::Exists),
            Err(error) => Err(unwritten(&error.error)),
        }
    }
}

fn folder_of(path: &DiskPath) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A temporary file is for its owner alone; what was saved is an ordinary file.
#[cfg(unix)]
fn make_readable(file: &NamedTempFile) {
    use std::os::unix::fs::PermissionsExt as _;
    // Where this fails the file is there all the same.
    let _ = file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644));
}

#[cfg(not(unix))]
fn make_readable(_file: &NamedTempFile) {}

/// Writes one file as it streams by.
struct Saver {
    entry: Entry,
    file: NamedTempFile,
    summing: Summing,
    /// The bytes written, once the file has gone by.
    state: io::Result<Option<u64>>,
}

impl Visitor for Saver {
    fn entry(&mut self, entry: &Entry) -> Ask {
        if matches!(self.state, Ok(None))
            && entry.path == self.entry.path
            && entry.kind == Kind::File
        {
            self.state = Ok(Some(0));
            Ask::Read(u64::MAX)
        } else {
            Ask::Pass
        }
    }

    fn content(&mut self, _entry: &Entry, piece: &[u8]) -> ControlFlow<()> {
        if let Ok(Some(written)) = &mut self.state {
            *written += piece.len() as u64;
            self.summing.update(piece);
            if let Err(error) = self.file.write_all(piece) {
                self.state = Err(error);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    fn end(&mut self, _entry: &Entry) -> ControlFlow<()> {
        match self.entry.digest {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }
}
