//! The journal's files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::oci::{Algorithm, Digest, MAX_MANIFEST_READ};
use crate::source::in_the_way::{self, Access};
use crate::source::regular;

const PUSHES: &str = "pushes.jsonl";
const MANIFESTS: &str = "manifests";
/// How many bytes are tried in the file: those of a line.
const TRIED_LINE: usize = 1 << 10;
/// How many bytes are tried in the folder: those of a list and what it may lose.
const TRIED_MANIFEST: usize = 64 << 10;

/// The journal's folder.
#[derive(Debug, Clone)]
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    /// Makes the folders and the file if they are not yet there, and looks whether both take what is
    /// written to them; nothing of that stays.
    pub(super) fn ready(&self) -> io::Result<()> {
        create(&self.0)?;
        let path = self.0.join(PUSHES);
        regular::is_there(&path).map_err(|error| at(PUSHES, error))?;
        let mut file =
            OpenOptions::new().create(true).read(true).write(true).truncate(false).open(path)?;
        regular::lock(&file, false)?;
        let end = file.seek(SeekFrom::End(0))?;
        // Without its end a line is none.
        let tried = file.write_all(&[b' '; TRIED_LINE]).and_then(|()| file.sync_data());
        file.set_len(end)?;
        tried.map_err(|error| at(PUSHES, error))?;
        let manifests = self.0.join(MANIFESTS);
        create(&manifests)?;
        // A manifest of another algorithm than that of nearly all gets its folder when it comes.
        for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
            let folder = manifests.join(algorithm.name());
            if algorithm != Algorithm::Sha256 && fs::symlink_metadata(&folder).is_err() {
                continue;
            }
            let name = format!("{MANIFESTS}/{}", algorithm.name());
            try_folder(&folder).map_err(|error| at(&name, error))?;
        }
        Ok(())
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

/// Looks whether a folder takes a file of the size of a manifest.
fn try_folder(folder: &Path) -> io::Result<()> {
    create(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&[b' '; TRIED_MANIFEST])?;
    file.as_file().sync_data()
}

/// An error with the name of what in the folder it is about.
fn at(name: &str, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{name}: {error}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ready_takes_manifests_and_keeps_nothing_of_the_trial() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder(home.path().join("journal"));
        folder.append("{}").unwrap();
        folder.ready().unwrap();
        assert_eq!(folder.lines().unwrap(), ["{}"]);
        let manifests = home.path().join("journal/manifests");
        assert_eq!(fs::read_dir(manifests.join("sha256")).unwrap().count(), 0);
        assert!(!manifests.join("sha512").exists());
        for name in ["sha512", "sha256"] {
            let path = manifests.join(name);
            let _ = fs::remove_dir(&path);
            fs::write(&path, "").unwrap();
            let error = folder.ready().unwrap_err().to_string();
            assert!(error.contains(&format!("{name} is a file")), "{error}");
            fs::remove_file(path).unwrap();
        }
        folder.ready().unwrap();
    }
}
