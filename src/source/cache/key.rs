//! Proof that what is kept of a layer was found out by platy: a code over it with a secret key
//! (HMAC-SHA256, RFC 2104). Whoever can write the cache can write a listing, but not its proof.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::oci::Digest;
use crate::source::in_the_way::{self, Access};
use crate::source::regular;

/// How many bytes a proof has.
pub(super) const PROOF: usize = 32;
/// How many bytes a key has that platy makes, and the fewest that one has.
const LENGTH: usize = 32;
/// The most bytes of a key's file.
const MOST: u64 = 4096;

/// Where the key lies that proves what is kept of layers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFile {
    /// The user's own, which is made when it is needed first.
    Own(PathBuf),
    /// One that is there, for a cache that several machines share.
    Shared(PathBuf),
}

/// A key.
#[derive(Debug)]
pub(super) struct Key(hmac::Key);

impl KeyFile {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        let (Self::Own(path) | Self::Shared(path)) = self;
        path
    }

    /// The key; `None`, and a line in the log, if there is none to be had. Blocking.
    pub(super) fn load(&self) -> Option<Key> {
        let read = match (self, regular::read(self.path(), MOST)) {
            (Self::Own(path), Err(error)) if error.kind() == io::ErrorKind::NotFound => make(path),
            // What a full disk or a crash left of it proves nothing.
            (Self::Own(path), Ok(bytes)) if bytes.len() < LENGTH && is_file(path) => anew(path),
            (_, read) => read,
        };
        match read {
            Ok(bytes) if bytes.len() >= LENGTH => Some(Key::new(&bytes)),
            Ok(bytes) => {
                let (path, length) = (self.path().display(), bytes.len());
                tracing::warn!(%path, length, "the key of the cache has less than 32 bytes");
                None
            }
            Err(error) => {
                let path = self.path().display();
                tracing::warn!(%path, %error, "there is no key of the cache: no listing is kept");
                None
            }
        }
    }
}

impl Key {
    fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The proof of what is kept under a name; of the name too, so that a file under another name
    /// proves nothing.
    pub(super) fn proof(&self, name: &Digest, kept: &[u8]) -> [u8; PROOF] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(name.as_str().as_bytes());
        context.update(kept);
        let mut proof = [0; PROOF];
        proof.copy_from_slice(context.sign().as_ref());
        proof
    }

    /// Whether this is the proof.
    pub(super) fn proves(&self, proof: &[u8], name: &Digest, kept: &[u8]) -> bool {
        let message = [name.as_str().as_bytes(), kept].concat();
        hmac::verify(&self.0, &message, proof).is_ok()
    }
}

/// Whether it is a file itself, and not a link to one.
fn is_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|it| it.is_file())
}

/// Makes a key for the user alone. Of several processes that make one, the first one's counts.
fn make(path: &Path) -> io::Result<Vec<u8>> {
    let (key, file) = written(path)?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(key),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            regular::read(path, MOST)
        }
        Err(error) => Err(error.error),
    }
}

/// Makes a key in the place of what is none.
fn anew(path: &Path) -> io::Result<Vec<u8>> {
    let (key, file) = written(path)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(key)
}

/// A new key, and a temporary file beside its path that has it and is its owner's alone.
fn written(path: &Path) -> io::Result<(Vec<u8>, tempfile::NamedTempFile)> {
    let mut key = vec![0; LENGTH];
    SystemRandom::new().fill(&mut key).map_err(|_| io::Error::other("no random numbers"))?;
    let parent = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    in_the_way::make(parent, Access::Private)?;
    let mut file = tempfile::NamedTempFile::new_in(parent)?;
    file.write_all(&key)?;
    Ok((key, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_not_written_whole_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let name = Digest::sha256(b"x");
        for broken in [&b""[..], b"short"] {
            std::fs::write(&path, broken).unwrap();
            let made = KeyFile::Own(path.clone()).load().unwrap();
            let read = KeyFile::Own(path.clone()).load().unwrap();
            assert!(read.proves(&made.proof(&name, b"kept"), &name, b"kept"));
            assert_eq!(std::fs::read(&path).unwrap().len(), LENGTH);
        }
        // Another's is left as it is.
        std::fs::write(&path, b"short").unwrap();
        assert!(KeyFile::Shared(path.clone()).load().is_none());
        assert_eq!(std::fs::read(&path).unwrap(), b"short");
    }
}
