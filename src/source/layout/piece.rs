//! A run of bytes in an open file, or in memory.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use super::io_failure;
use crate::oci::{Class, Failure};
use crate::source::{Recycled, regular};

/// Bytes that can be read from any position, by several readers at once.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    subject: String,
    data: Data,
}

#[derive(Debug, Clone)]
enum Data {
    Memory(Bytes),
    File { file: Arc<File>, start: u64, len: u64 },
}

impl Piece {
    /// Bytes that were made here.
    pub(crate) fn memory(subject: String, bytes: Bytes) -> Self {
        Self { subject, data: Data::Memory(bytes) }
    }

    /// A part of an open file, for example of an archive.
    pub(crate) fn part(subject: String, file: Arc<File>, start: u64, len: u64) -> Self {
        Self { subject, data: Data::File { file, start, len } }
    }

    /// A regular file as a whole. What is none (a folder, a pipe) is refused unopened.
    pub(crate) fn file(path: &Path, subject: String) -> Result<Self, Failure> {
        let open = || -> io::Result<Result<(File, u64), io::Error>> {
            // Before it is opened: opening a pipe would wait for its writer.
            let metadata = std::fs::metadata(path)?;
            if !metadata.is_file() {
                return Ok(Err(regular::not_regular(metadata.file_type())));
            }
            let file = File::open(path)?;
            let len = file.metadata()?.len();
            Ok(Ok((file, len)))
        };
        match open() {
            Ok(Ok((file, len))) => Ok(Self::part(subject, Arc::new(file), 0, len)),
            Ok(Err(odd)) => Err(Failure::new(Class::Malformed, subject, odd.to_string())
                .with_next("name a regular file here")),
            Err(error) => Err(io_failure(subject, &error)),
        }
    }

    /// Whether the bytes were made here.
    pub(crate) fn is_made(&self) -> bool {
        matches!(self.data, Data::Memory(_))
    }

    /// The path, for messages.
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> u64 {
        match &self.data {
            Data::Memory(bytes) => bytes.len() as u64,
            Data::File { len, .. } => *len,
        }
    }

    /// Some of the bytes; positions beyond the end are left out.
    pub(crate) fn read(&self, range: Range<u64>) -> Result<Bytes, Failure> {
        self.read_with(range, &mut Recycled::default())
    }

    /// [`Piece::read`] into one of these buffers, if it has to be read.
    pub(crate) fn read_with(
        &self,
        range: Range<u64>,
        buffers: &mut Recycled,
    ) -> Result<Bytes, Failure> {
        let end = range.end.min(self.len());
        let begin = range.start.min(end);
        match &self.data {
            Data::Memory(bytes) => {
                // Not larger than the length of `bytes`.
                let at = |position: u64| usize::try_from(position).unwrap_or(bytes.len());
                Ok(bytes.slice(at(begin)..at(end)))
            }
            Data::File { file, start, .. } => {
                let wanted = usize::try_from(end - begin).map_err(|_| self.too_large())?;
                let from = start.checked_add(begin).ok_or_else(|| self.too_large())?;
                let mut buffer = buffers.take(wanted);
                read_exact_at(file, &mut buffer, from)
                    .map_err(|error| io_failure(&self.subject, &error))?;
                Ok(buffers.lend(buffer))
            }
        }
    }

    /// All of the bytes, if they are no more than `cap`.
    pub(crate) fn read_all(&self, cap: u64) -> Result<Bytes, Failure> {
        if self.len() > cap {
            return Err(Failure::new(
                Class::TooLarge,
                self.subject.clone(),
                format!("it has {} bytes; at most {cap} are read", self.len()),
            )
            .with_next("it is too large for what it should be; check what wrote it"));
        }
        self.read(0..self.len())
    }

    fn too_large(&self) -> Failure {
        Failure::new(Class::TooLarge, self.subject.clone(), "it is larger than memory can hold")
    }
}

/// Fills the buffer from a position, without moving the file's own.
#[cfg(unix)]
pub(crate) fn read_exact_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, position)
}

/// Fills the buffer from a position; every read here names its position, so that the file's own
/// does not matter.
#[cfg(windows)]
pub(crate) fn read_exact_at(
    file: &File,
    mut buffer: &mut [u8],
    mut position: u64,
) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, position) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                position += read as u64;
                buffer = buffer.get_mut(read..).unwrap_or_default();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn memory_and_files_answer_alike() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"--hello--").unwrap();
        let pieces = [
            Piece::memory("m".into(), Bytes::from_static(b"hello")),
            Piece::part("f".into(), Arc::new(file), 2, 5),
        ];
        for piece in pieces {
            assert_eq!(piece.len(), 5);
            for (range, expected) in
                [(0..5, "hello"), (1..3, "el"), (3..99, "lo"), (5..5, ""), (9..12, "")]
            {
                assert_eq!(piece.read(range.clone()).unwrap(), expected, "{range:?}");
            }
            assert_eq!(piece.read_all(5).unwrap(), "hello");
            assert_eq!(piece.read_all(4).unwrap_err().class, Class::TooLarge);
        }
    }

    #[test]
    fn a_file_that_became_shorter_is_a_failure() {
        let file = tempfile::tempfile().unwrap();
        let piece = Piece::part("f".into(), Arc::new(file), 0, 5);
        assert_eq!(piece.read_all(5).unwrap_err().class, Class::Malformed);
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Piece::file(folder.path(), "f".into()).unwrap_err().class, Class::Malformed);
        let missing = folder.path().join("missing");
        assert_eq!(Piece::file(&missing, "m".into()).unwrap_err().class, Class::NotFound);
    }
}
