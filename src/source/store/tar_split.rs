//! The tar of a layer that a store has unpacked, byte for byte: `DRIVER-layers/ID.tar-split.gz` has
//! all of it but what is in the files (vbatts/tar-split 0.12 `tar/storage`: a line of JSON for each
//! piece, of type 1 for a file's content, of type 2 for the bytes between).

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use crate::oci::{Class, Failure};
use crate::source::layout::io_failure;
use crate::source::regular;

/// The content of a file.
const FILE: u8 = 1;
/// Bytes between: headers, padding.
const BETWEEN: u8 = 2;
/// The longest line: the header of a file may have a megabyte of attributes.
const MAX_LINE: u64 = 16 << 20;
/// How much of a file is read at once, in bytes.
const CHUNK: u64 = 512 << 10;

/// Where the parts of a layer are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Split {
    /// The bytes between the files.
    pub(super) table: PathBuf,
    /// The folder in which the files are.
    pub(super) files: PathBuf,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    kind: u8,
    #[serde(default)]
    name: Option<String>,
    /// A name that is not UTF-8, in base64.
    #[serde(default)]
    name_raw: Option<String>,
    #[serde(default)]
    size: Option<u64>,
    #[serde(default)]
    payload: Option<String>,
}

impl Split {
    /// Gives the tar piece by piece, as long as it is taken. Blocks.
    ///
    /// # Errors
    /// What the store has no more, or has otherwise.
    pub(super) fn read(&self, take: &mut dyn FnMut(Bytes) -> bool) -> Result<(), Failure> {
        let table = super::open_file(&self.table)?;
        let mut lines = BufReader::new(MultiGzDecoder::new(BufReader::new(table)));
        let root =
            File::open(&self.files).map_err(|error| io_failure(self.files.display(), &error))?;
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = (&mut lines).take(MAX_LINE).read_until(b'\n', &mut line);
            match read.map_err(|error| io_failure(self.table.display(), &error))? {
                0 => return Ok(()),
                length if length as u64 == MAX_LINE => {
                    return Err(self.damaged("a line is too long"));
                }
                _ => {}
            }
            let line: Line = serde_json::from_slice(&line).map_err(|error| {
                self.damaged(&format!("a line of it is not as it should be: {error}"))
            })?;
            let goes_on = match line.kind {
                BETWEEN => {
                    let bytes = STANDARD.decode(line.payload.unwrap_or_default());
                    take(bytes.map_err(|_| self.damaged("a line of it is not base64"))?.into())
                }
                FILE if line.size.unwrap_or_default() > 0 => self.file(&root, &line, take)?,
                FILE => true,
                kind => return Err(self.damaged(&format!("it has a piece of the type {kind}"))),
            };
            if !goes_on {
                return Ok(());
            }
        }
    }

    /// The content of one file; whether it was taken.
    fn file(
        &self,
        root: &File,
        line: &Line,
        take: &mut dyn FnMut(Bytes) -> bool,
    ) -> Result<bool, Failure> {
        let raw = line.name_raw.as_ref().and_then(|name| STANDARD.decode(name).ok());
        let name = raw.or_else(|| Some(line.name.clone()?.into_bytes())).unwrap_or_default();
        let path = path_of(&name);
        let shown = self.files.join(&path).display().to_string();
        let mut file = in_root(root, &path).map_err(|error| io_failure(&shown, &error))?;
        let mut left = line.size.unwrap_or_default();
        while left > 0 {
            let mut piece = Vec::new();
            let read = (&mut file).take(left.min(CHUNK)).read_to_end(&mut piece);
            let length = read.map_err(|error| io_failure(&shown, &error))? as u64;
            if length == 0 {
                return Err(self.damaged(&format!("{shown} is shorter than it was")));
            }
            left -= length;
            if !take(piece.into()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn damaged(&self, detail: &str) -> Failure {
        Failure::new(Class::Malformed, self.table.display().to_string(), detail)
            .with_next("the store may be damaged: `podman system check`")
    }
}

/// A name in a tar as a path below a folder.
fn path_of(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    let name = std::ffi::OsStr::from_bytes(name);
    let parts = Path::new(name).components();
    parts.filter(|it| matches!(it, std::path::Component::Normal(_))).collect()
}

/// Opens a file below a folder: links on the way count as if the folder were the root, and what is
/// not a file is not opened.
#[cfg(target_os = "linux")]
fn in_root(root: &File, path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
    let how =
        OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    let file = File::from(openat2(root, path, how, Mode::empty(), resolve)?);
    let facts = file.metadata()?;
    match facts.is_file() {
        true => Ok(file),
        false => Err(regular::not_regular(facts.file_type())),
    }
}

/// Stores of other systems cannot be read without their links being followed.
#[cfg(not(target_os = "linux"))]
fn in_root(_: &File, _: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn lines(all: &[&str]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut packer = flate2::write::GzEncoder::new(&mut file, flate2::Compression::fast());
        packer.write_all(all.join("\n").as_bytes()).unwrap();
        packer.finish().unwrap();
        file
    }

    fn read(folder: &Path, all: &[&str]) -> Result<String, Failure> {
        let table = lines(all);
        let split = Split { table: table.path().to_owned(), files: folder.to_owned() };
        let mut found = Vec::new();
        split.read(&mut |piece| {
            found.extend(piece);
            true
        })?;
        Ok(String::from_utf8(found).unwrap())
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn files_are_put_between_the_pieces_and_no_link_leads_out() {
        let folder = tempfile::tempdir().unwrap();
        let outside = folder.path().join("outside");
        std::fs::create_dir_all(folder.path().join("root/usr/lib")).unwrap();
        let root = folder.path().join("root");
        std::fs::write(root.join("usr/lib/a"), "content").unwrap();
        std::fs::write(&outside, "secret").unwrap();
        std::os::unix::fs::symlink("/usr/lib", root.join("lib")).unwrap();
        std::os::unix::fs::symlink(&outside, root.join("b")).unwrap();
        std::os::unix::fs::symlink("..", root.join("up")).unwrap();
        let between = r#"{"type":2,"payload":"PA==","position":0}"#;
        let file = |name: &str, size: u64| {
            format!(r#"{{"type":1,"name":"{name}","size":{size},"payload":"AA==","position":1}}"#)
        };
        for (name, found) in [
            ("./usr/lib/a", Some("<content<")),
            ("/usr/lib/a", Some("<content<")),
            ("lib/a", Some("<content<")),
            ("b", None),
            ("up/outside", None),
            ("../outside", None),
            ("usr/lib", None),
        ] {
            let read = read(&root, &[between, &file(name, 7), between]);
            assert_eq!(read.as_deref().ok(), found, "{name}: {read:?}");
        }
        // One that is shorter than it was, or whose line is odd.
        for odd in [&file("usr/lib/a", 8), "{", r#"{"type":3}"#, r#"{"type":2,"payload":"?"}"#] {
            assert_eq!(read(&root, &[odd]).unwrap_err().class, Class::Malformed, "{odd}");
        }
        assert_eq!(read(&root, &[&file("usr/lib/none", 0)]).unwrap(), "");
    }
}
