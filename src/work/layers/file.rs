//! The content of one file.

use std::ops::ControlFlow;

use bytes::Bytes;

use super::reader::Reader;
use super::visit::{Ask, Visitor};
use crate::model::files::{Checksum, Entry, FileBytes, Kind, Path};
use crate::oci::{Class, Descriptor, Failure};

/// The start of a file in a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStart {
    /// What is at the path in this layer; whether it is a file at all.
    pub entry: Entry,
    /// The first bytes; empty if it is not a file. Not verified: the rest of the layer was not
    /// read.
    pub bytes: Bytes,
}

impl Reader {
    /// The first `most` bytes of what is at a path in a layer, without a listing. The download
    /// ends as soon as they are here. Links are not followed. `None` if the layer has no such
    /// path; that costs reading all of it.
    ///
    /// # Errors
    /// As [`Reader::walk`]'s.
    pub async fn head(
        &self,
        layer: &Descriptor,
        path: &Path,
        most: u64,
    ) -> Result<Option<FileStart>, Failure> {
        if let Some(found) = self.head_by_table(layer, path, most).await? {
            return Ok(found);
        }
        let seeker = Seeker::new(path, most);
        Ok(self.walk(layer, seeker, &mut |_| ()).await?.visitor.start())
    }

    /// The content of a file of a listing, at most `cap` bytes of it. The download ends as soon as
    /// they are here; a whole file is checked against the listing's checksum.
    ///
    /// # Errors
    /// As [`Reader::walk`]'s; `NotFound` if the layer has no such file, `Unsupported` for a
    /// sparse file whose content is not read, `DigestMismatch` if the content is not what the listing says.
    pub async fn file(
        &self,
        layer: &Descriptor,
        entry: &Entry,
        cap: u64,
    ) -> Result<FileBytes, Failure> {
        let subject = || format!("{} in {}", entry.path, layer.digest);
        // Whether the content is what the listing says; `None` without a checksum, or of a start.
        let fits = |start: &FileStart| {
            let sum = entry.digest.filter(|_| start.bytes.len() as u64 == entry.size);
            sum.map(|sum| Checksum::of(&start.bytes) == sum)
        };
        let mut start = self.head(layer, &entry.path, cap).await?;
        let mut verified = start.as_ref().and_then(fits);
        let is_other =
            |start: &FileStart| start.entry.kind != Kind::File || start.entry.size != entry.size;
        if start.as_ref().is_some_and(is_other) || verified == Some(false) {
            // Where a path is twice the later counts, and only the end tells which that is.
            let seeker = Seeker { last: true, ..Seeker::new(&entry.path, cap) };
            start = self.walk(layer, seeker, &mut |_| ()).await?.visitor.start();
            verified = start.as_ref().and_then(fits);
        }
        let start = match start {
            Some(start) if start.entry.kind == Kind::File => start,
            _ => {
                let detail = "the layer holds no such file";
                return Err(Failure::new(Class::NotFound, subject(), detail));
            }
        };
        let bytes = start.bytes;
        if bytes.is_empty() && start.entry.size > 0 && cap > 0 {
            let detail = "it is a sparse file whose holes cannot be filled";
            return Err(Failure::new(Class::Unsupported, subject(), detail));
        }
        let whole = bytes.len() as u64 == entry.size;
        if verified == Some(false) {
            let detail = "its content is not what the layer held when it was listed";
            return Err(Failure::new(Class::DigestMismatch, subject(), detail));
        }
        Ok(FileBytes::new(bytes, whole, verified == Some(true)))
    }
}

/// Waits for a path and takes the start of its content.
struct Seeker {
    path: Path,
    most: u64,
    entry: Option<Entry>,
    bytes: Vec<u8>,
    /// Wants the last of the entries with this path instead of the first.
    last: bool,
}

impl Seeker {
    fn new(path: &Path, most: u64) -> Self {
        Self { path: path.clone(), most, entry: None, bytes: Vec::new(), last: false }
    }

    fn start(self) -> Option<FileStart> {
        let bytes = self.bytes.into();
        self.entry.map(|entry| FileStart { entry, bytes })
    }
}

impl Visitor for Seeker {
    fn entry(&mut self, entry: &Entry) -> Ask {
        if self.entry.is_some() && !self.last {
            return Ask::Enough;
        }
        if entry.path != self.path || entry.kind.removes() {
            return Ask::Pass;
        }
        self.entry = Some(entry.clone());
        self.bytes.clear();
        match (entry.kind == Kind::File, self.last) {
            (true, _) => Ask::Read(self.most),
            (false, true) => Ask::Pass,
            (false, false) => Ask::Enough,
        }
    }

    fn content(&mut self, _entry: &Entry, piece: &[u8]) -> ControlFlow<()> {
        self.bytes.extend_from_slice(piece);
        ControlFlow::Continue(())
    }

    fn end(&mut self, _entry: &Entry) -> ControlFlow<()> {
        if self.last { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}
