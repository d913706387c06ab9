//! The cache's folder: names, writing, and which files in it are the cache's own.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::oci::{Algorithm, Digest, Host, Reference};
use crate::source::in_the_way::{self, Access};
use crate::source::{UNFINISHED, regular};

const BLOBS: &str = "blobs";
const LISTINGS: &str = "listings";
const TAGS: &str = "tags";
const HOSTS: &str = "hosts";
const TEMPORARY_SUFFIX: &str = ".tmp";

/// The cache's folder.
#[derive(Debug)]
pub(super) struct Folder(pub(super) PathBuf);

/// A file that the cache made.
#[derive(Debug)]
pub(super) struct Owned {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    /// When it was last used.
    pub(super) used: SystemTime,
    /// Still being written, or left by a process that died.
    pub(super) temporary: bool,
}

impl Folder {
    /// Where content with this digest lies.
    pub(super) fn blob(&self, digest: &Digest) -> PathBuf {
        self.0.join(BLOBS).join(digest.algorithm().name()).join(digest.hex())
    }

    /// Where what is known of the layer with this digest lies.
    pub(super) fn listing(&self, layer: &Digest) -> PathBuf {
        self.0.join(LISTINGS).join(layer.algorithm().name()).join(layer.hex())
    }

    /// Where the digest of this tag lies, and the name that the file must carry inside. The file
    /// name is a hash, because a tag may be longer than a file name and hold a `/`.
    pub(super) fn tag(&self, reference: &Reference) -> Option<(PathBuf, String)> {
        let name = reference.repository.tagged(reference.tag.as_deref()?).to_string();
        let path = self.0.join(TAGS).join(Digest::sha256(name.as_bytes()).hex());
        Some((path, name))
    }

    /// Where the hints about a host lie. The file name is a hash: a host may have a port or brackets.
    pub(super) fn host(&self, host: &Host) -> PathBuf {
        self.0.join(HOSTS).join(Digest::sha256(host.as_str().as_bytes()).hex())
    }

    /// Puts a file in place at once: readers see all of it or nothing.
    pub(super) fn write(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
        let parent = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        regular::is_there(path)?;
        in_the_way::make(parent, Access::Private)?;
        let mut file = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .suffix(TEMPORARY_SUFFIX)
            .tempfile_in(parent)?;
        for part in parts {
            file.write_all(part)?;
        }
        // The kernel's own stamp is too coarse to order files that were written in a row.
        file.as_file().set_modified(SystemTime::now())?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Every file that the cache made. Symbolic links are not followed; foreign files are passed
    /// over, and so is what cannot be read.
    pub(super) fn owned(&self) -> Vec<Owned> {
        let mut found = Vec::new();
        for content in [self.0.join(BLOBS), self.0.join(LISTINGS)] {
            if is_real_folder(&content) {
                for algorithm in [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512] {
                    list(&content.join(algorithm.name()), algorithm, &mut found);
                }
            }
        }
        for named in [TAGS, HOSTS] {
            list(&self.0.join(named), Algorithm::Sha256, &mut found);
        }
        found
    }

    /// Removes the cache's own folders if they are empty.
    pub(super) fn remove_empty_folders(&self) {
        for content in [self.0.join(BLOBS), self.0.join(LISTINGS)] {
            if is_real_folder(&content) {
                for algorithm in [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512] {
                    // Fails if something is left, as it should.
                    let _ = fs::remove_dir(content.join(algorithm.name()));
                }
            }
            let _ = fs::remove_dir(content);
        }
        for named in [TAGS, HOSTS] {
            let _ = fs::remove_dir(self.0.join(named));
        }
    }
}

/// Removes a file; whether it was there and is gone.
pub(super) fn remove(path: &Path) -> bool {
    match fs::remove_file(path) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "a cached file cannot be removed");
            false
        }
    }
}

fn list(folder: &Path, algorithm: Algorithm, found: &mut Vec<Owned>) {
    if !is_real_folder(folder) {
        return;
    }
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let temporary = name.starts_with(UNFINISHED) && name.ends_with(TEMPORARY_SUFFIX);
        if !temporary && format!("{}:{name}", algorithm.name()).parse::<Digest>().is_err() {
            continue;
        }
        // Of the link itself, if it is one.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_file() {
            found.push(Owned {
                path: entry.path(),
                size: metadata.len(),
                used: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
                temporary,
            });
        }
    }
}

fn is_real_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}
