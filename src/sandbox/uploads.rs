//! Blobs that are on their way in.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};

use super::secret::secret;

/// The open uploads of all repositories.
#[derive(Debug, Default)]
pub(super) struct Uploads(Mutex<HashMap<String, Upload>>);

#[derive(Debug)]
struct Upload {
    repository: String,
    received: BytesMut,
}

impl Uploads {
    /// Opens an upload into a repository; gives its id.
    pub(super) fn open(&self, repository: &str) -> String {
        let id = secret();
        let upload = Upload { repository: repository.to_owned(), received: BytesMut::new() };
        self.lock().insert(id.clone(), upload);
        id
    }

    /// How many bytes are in; `None` if the repository has no such upload.
    pub(super) fn received(&self, repository: &str, id: &str) -> Option<usize> {
        let uploads = self.lock();
        uploads
            .get(id)
            .filter(|upload| upload.repository == repository)
            .map(|upload| upload.received.len())
    }

    /// Adds bytes that begin at this offset; false if that is not the end of what is in.
    pub(super) fn append(&self, id: &str, offset: usize, bytes: &[u8]) -> bool {
        match self.lock().get_mut(id) {
            Some(upload) if upload.received.len() == offset => {
                upload.received.extend_from_slice(bytes);
                true
            }
            _ => false,
        }
    }

    /// Ends an upload; gives what is in.
    pub(super) fn close(&self, id: &str) -> Option<Bytes> {
        self.lock().remove(id).map(|upload| upload.received.freeze())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Upload>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
