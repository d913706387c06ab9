//! Saving one file to this machine's disk.

use std::io::{self, Seek as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path as DiskPath, PathBuf};

use tempfile::NamedTempFile;

use super::reader::Reader;
use super::visit::{Ask, Visitor};
use crate::model::files::Summing;
use crate::model::files::{Entry, Kind};
use crate::oci::{Class, Descriptor, Failure};
use crate::source::{regular, unfinished};

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
    /// whole, after its content was checked against the listing, or if that has no checksum of it
    /// against the digest of the layer, which is then read to its end; its permissions are those of a
    /// new file. What is there is written over only where `overwrite` says so.
    ///
    /// # Errors
    /// As [`Reader::file`]'s; `Local` if it cannot be written.
    pub async fn save(
        &self,
        layer: &Descriptor,
        entry: &Entry,
        to: &DiskPath,
        overwrite: bool,
    ) -> Result<Saved, Failure> {
        let Some((place, file)) = begun(to, overwrite)? else { return Ok(Saved::Exists) };
        let unwritten = |error: &io::Error| unwritten(to, &place, error);
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
        ended(saver.file, to, &place, overwrite)
    }
}

/// Saves bytes under a name on this machine's disk, as [`Reader::save`] does a file.
///
/// # Errors
/// `Local` if it cannot be written.
pub fn save_bytes(bytes: &[u8], to: &DiskPath, overwrite: bool) -> Result<Saved, Failure> {
    let Some((place, mut file)) = begun(to, overwrite)? else { return Ok(Saved::Exists) };
    file.write_all(bytes).map_err(|error| unwritten(to, &place, &error))?;
    ended(file, to, &place, overwrite)
}

/// A file beside the one that is to be there, and the folder of both; `None` if there is one already.
fn begun(to: &DiskPath, overwrite: bool) -> Result<Option<(PathBuf, NamedTempFile)>, Failure> {
    if to.is_dir() {
        let detail = "it is a folder; name the file to write in it";
        return Err(Failure::new(Class::Local, to.display().to_string(), detail));
    }
    if !overwrite && std::fs::symlink_metadata(to).is_ok() {
        return Ok(None);
    }
    if let Err(error) = regular::is_there(to) {
        let detail = format!("{error}, and is left as it is");
        return Err(Failure::new(Class::Local, to.display().to_string(), detail));
    }
    let place = folder_of(to);
    let file = unfinished(&place).map_err(|error| unwritten(to, &place, &error))?;
    Ok(Some((place, file)))
}

/// Gives a file that is written its name.
fn ended(
    file: NamedTempFile,
    to: &DiskPath,
    place: &DiskPath,
    overwrite: bool,
) -> Result<Saved, Failure> {
    let persisted = if overwrite { file.persist(to) } else { file.persist_noclobber(to) };
    match persisted {
        Ok(_) => Ok(Saved::Done),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Saved::Exists),
        Err(error) => Err(unwritten(to, place, &error.error)),
    }
}

/// Says why a file cannot be written, without the name that it has while it is.
fn unwritten(to: &DiskPath, place: &DiskPath, error: &io::Error) -> Failure {
    let folder = place.display();
    let detail = match error.kind() {
        io::ErrorKind::NotADirectory => error.to_string(),
        io::ErrorKind::NotFound if !place.is_dir() => format!("there is no folder {folder}"),
        io::ErrorKind::PermissionDenied => format!("it is not allowed to write in {folder}"),
        kind => format!("it cannot be written in {folder}: {kind}"),
    };
    Failure::new(Class::Local, to.display().to_string(), detail)
}

fn folder_of(path: &DiskPath) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Writes a file as it streams by. Where its path is twice, the one that the listing means
/// takes the place of an earlier one.
struct Saver {
    entry: Entry,
    file: NamedTempFile,
    summing: Summing,
    /// The bytes written, once such a file has gone by.
    state: io::Result<Option<u64>>,
}

impl Saver {
    /// Forgets what was written.
    fn begin(&mut self) -> io::Result<Option<u64>> {
        self.summing = Summing::default();
        let file = self.file.as_file_mut();
        file.set_len(0)?;
        file.rewind()?;
        Ok(Some(0))
    }

    fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.summing.update(piece);
        self.file.write_all(piece)
    }

    /// Whether what was written is what the listing says; never if that has no checksum.
    fn is_right(&self) -> bool {
        self.entry.digest.is_some_and(|digest| digest == self.summing.clone().finish())
    }
}

impl Visitor for Saver {
    fn entry(&mut self, entry: &Entry) -> Ask {
        if entry.path != self.entry.path || entry.kind != Kind::File {
            return Ask::Pass;
        }
        self.state = self.begin();
        match self.state {
            Ok(_) => Ask::Read(u64::MAX),
            Err(_) => Ask::Enough,
        }
    }

    fn content(&mut self, _entry: &Entry, piece: &[u8]) -> ControlFlow<()> {
        let written = self.write(piece);
        match (&mut self.state, written) {
            (Ok(Some(count)), Ok(())) => *count += piece.len() as u64,
            (_, Ok(())) => {}
            (state, Err(error)) => {
                *state = Err(error);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    fn end(&mut self, _entry: &Entry) -> ControlFlow<()> {
        match self.is_right() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}
