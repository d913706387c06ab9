//! The journal's files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::oci::{Digest, MAX_MANIFEST_READ};
use crate::source::in_the_way::{self, Access};
use crate::source::regular;

const PUSHES: &str = "pushes.jsonl";
const MANIFESTS: &str = "manifests";

/// The journal's folder.
#[derive(Debug, Clone)]
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    /// Makes the folder and the file if they are not yet there, and nothing else.
    pub(super) fn ready(&self) -> io::Result<()> {
        create(&self.0)?;
        let path = self.0.join(PUSHES);
        regular::is_there(&path)
            .map_err(|error| io::Error::new(error.kind(), format!("{PUSHES}: {error}")))?;
        let file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        regular::lock(&file, false)?;
        let manifests = self.0.join(MANIFESTS);
        create(&manifests)?;
        tempfile::NamedTempFile::new_in(manifests).map(drop)
    }

    /// Adds a line under the lock, so that two platys lose nothing to each other. What a crash
    /// left half written stays a line of its own.
    pub(super) fn append(&self, line: &str) -> io::Result<()> {
        create(&self.0)?;
        let path = self.0.join(PUSHES);
        regular::is_there(&path)?;
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        regular::lock(&file, false)?;
        let mut text = String::new();
        if !ends_with_newline(&mut file)? {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        file.write_all(text.as_bytes())?;
        file.sync_data()
        // Closing the file gives the lock back.
    }

    /// All lines; none if there is no journal yet.
    pub(super) fn lines(&self) -> io::Result<Vec<String>> {
        let path = self.0.join(PUSHES);
        if !regular::is_there(&path)? {
            return Ok(Vec::new());
        }
        let mut file = File::open(path)?;
        regular::lock(&file, true)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
    }

    /// Keeps the bytes of a manifest under their digest.
    pub(super) fn keep(&self, digest: &Digest, bytes: &[u8]) -> io::Result<()> {
        let path = self.manifest(digest);
        if fs::metadata(&path).is_ok_and(|found| found.len() == bytes.len() as u64) {
            return Ok(());
        }
        let parent = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        regular::is_there(&path)?;
        create(parent)?;
        let mut file = tempfile::NamedTempFile::new_in(parent)?;
        file.write_all(bytes)?;
        file.as_file().sync_data()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    /// The bytes of a manifest that was kept.
    pub(super) fn kept(&self, digest: &Digest) -> io::Result<Option<Vec<u8>>> {
        match regular::read(&self.manifest(digest), MAX_MANIFEST_READ) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn manifest(&self, digest: &Digest) -> PathBuf {
        self.0.join(MANIFESTS).join(digest.algorithm().name()).join(digest.hex())
    }
}

fn ends_with_newline(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn create(path: &Path) -> io::Result<()> {
    // What was pushed where is nobody else's business.
    in_the_way::make(path, Access::Private)
}
