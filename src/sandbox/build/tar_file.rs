//! The entries of tar archives.

use std::io;

use tar::{EntryType, Header};

use super::CREATED_SECONDS;

/// An entry of a tar archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TarFile {
    /// A folder.
    Folder(String),
    /// A file.
    File {
        /// Its path, without a leading slash.
        path: String,
        /// Its permissions, such as `0o755`.
        mode: u32,
        /// What is in it.
        content: Vec<u8>,
    },
    /// A symbolic link.
    Symlink {
        /// Its path, without a leading slash.
        path: String,
        /// Where it points.
        target: String,
    },
    /// Another name of a file of the same archive.
    HardLink {
        /// Its path, without a leading slash.
        path: String,
        /// The path of the file, without a leading slash.
        target: String,
    },
}

impl TarFile {
    /// A file that everyone may read.
    #[must_use]
    pub fn text(path: &str, content: &str) -> Self {
        Self::File { path: path.to_owned(), mode: 0o644, content: content.as_bytes().to_vec() }
    }

    /// A file that everyone may run.
    #[must_use]
    pub fn program(path: &str, content: Vec<u8>) -> Self {
        Self::File { path: path.to_owned(), mode: 0o755, content }
    }
}

/// A tar archive of these entries; the same entries always give the same bytes.
pub(super) fn archive(files: &[TarFile]) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for file in files {
        let mut header = Header::new_ustar();
        header.set_mtime(CREATED_SECONDS);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(0);
        match file {
            TarFile::Folder(path) => {
                header.set_entry_type(EntryType::Directory);
                header.set_mode(0o755);
                archive.append_data(&mut header, path, io::empty())?;
            }
            TarFile::File { path, mode, content } => {
                header.set_entry_type(EntryType::Regular);
                header.set_mode(*mode);
                header.set_size(content.len() as u64);
                archive.append_data(&mut header, path, content.as_slice())?;
            }
            TarFile::HardLink { path, target } => {
                header.set_entry_type(EntryType::Link);
                header.set_mode(0o644);
                archive.append_link(&mut header, path, target)?;
            }
            TarFile::Symlink { path, target } => {
                header.set_entry_type(EntryType::Symlink);
                header.set_mode(0o777);
                archive.append_link(&mut header, path, target)?;
            }
        }
    }
    archive.into_inner()
}
