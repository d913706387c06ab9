//! Layers that are packed so that each file can be read by itself, with a table of contents.

use std::io::{self, Write as _};

use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use serde_json::{Value, json};

use super::tar_file::{TarFile, archive};
use super::{CREATED, Layer};
use crate::oci::{Annotations, Digest};

const GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
const ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";
/// zstd's fastest ordinary level.
const LEVEL: i32 = 1;

impl Layer {
    /// A tar archive packed with zstd.
    ///
    /// # Errors
    /// Where a path cannot be in an archive.
    pub fn zstd(created_by: &str, files: &[TarFile]) -> io::Result<Self> {
        let plain = archive(files)?;
        let packed = zstd::encode_all(plain.as_slice(), LEVEL)?;
        let layer = Self::opaque(created_by, packed).with_media_type(ZSTD);
        Ok(layer.with_diff_id(Digest::sha256(&plain)))
    }

    /// An eStargz layer: gzip with a member for each file, then the table of contents and a footer
    /// that tells if it is (containerd `stargz-snapshotter`, `docs/estargz.md`).
    ///
    /// # Errors
    /// Where a path cannot be in an archive.
    pub fn estargz(created_by: &str, files: &[TarFile]) -> io::Result<Self> {
        let mut members = Members::default();
        let mut entries = Vec::new();
        for file in files {
            let (header, content) = split(file)?;
            members.gzip(&header)?;
            let offset = members.packed.len();
            if !content.is_empty() {
                members.gzip(&content)?;
            }
            entries.push(entry(file, offset, None));
        }
        let table = json!({ "version": 1, "entries": entries }).to_string();
        let begins = members.packed.len();
        let index = TarFile::text("stargz.index.json", &table);
        members.gzip(&archive(&[index])?)?;
        members.packed.extend(footer(begins)?);

        let toc = Digest::sha256(table.as_bytes());
        let annotations =
            [("containerd.io/snapshot/stargz/toc.digest".to_owned(), toc.to_string())];
        Ok(Self::opaque(created_by, members.packed)
            .with_media_type(GZIP)
            .with_diff_id(Digest::sha256(&members.plain))
            .with_annotations(annotations.into_iter().collect()))
    }

    /// A zstd:chunked layer: zstd with a frame for each file, then the table of contents in a
    /// frame that others pass over (containers/storage, `pkg/chunked`).
    ///
    /// # Errors
    /// Where a path cannot be in an archive.
    pub fn zstd_chunked(created_by: &str, files: &[TarFile]) -> io::Result<Self> {
        let mut members = Members::default();
        let mut entries = Vec::new();
        for file in files {
            let (header, content) = split(file)?;
            members.zstd(&header)?;
            let offset = members.packed.len();
            if !content.is_empty() {
                members.zstd(&content)?;
            }
            entries.push(entry(file, offset, Some(members.packed.len())));
        }
        members.zstd(&[0; 1024])?;
        let table = json!({ "version": 1, "entries": entries }).to_string();
        let packed_table = zstd::encode_all(table.as_bytes(), LEVEL)?;
        let begins = members.packed.len() + 8;
        members.skippable(&packed_table);
        let mut numbers = Vec::new();
        for number in [begins, packed_table.len(), table.len(), 1, 0, 0, 0] {
            numbers.extend_from_slice(&(number as u64).to_le_bytes());
        }
        numbers.extend_from_slice(b"GNUlInUx");
        members.skippable(&numbers);

        let annotations: Annotations = [
            ("manifest-checksum", Digest::sha256(&packed_table).to_string()),
            ("manifest-position", format!("{begins}:{}:{}:1", packed_table.len(), table.len())),
        ]
        .into_iter()
        .map(|(key, value)| (format!("io.github.containers.zstd-chunked.{key}"), value))
        .collect();
        Ok(Self::opaque(created_by, members.packed)
            .with_media_type(ZSTD)
            .with_diff_id(Digest::sha256(&members.plain))
            .with_annotations(annotations))
    }
}

/// A blob of members or frames, and what they unpack to.
#[derive(Default)]
struct Members {
    packed: Vec<u8>,
    plain: Vec<u8>,
}

impl Members {
    fn gzip(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut packer = GzEncoder::new(&mut self.packed, Compression::fast());
        packer.write_all(bytes)?;
        packer.finish()?;
        self.plain.extend_from_slice(bytes);
        Ok(())
    }

    fn zstd(&mut self, bytes: &[u8]) -> io::Result<()> {
        zstd::stream::copy_encode(bytes, &mut self.packed, LEVEL)?;
        self.plain.extend_from_slice(bytes);
        Ok(())
    }

    fn skippable(&mut self, bytes: &[u8]) {
        self.packed.extend_from_slice(&[0x50, 0x2a, 0x4d, 0x18]);
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.packed.extend_from_slice(&length.to_le_bytes());
        self.packed.extend_from_slice(bytes);
    }
}

/// A file's header, and its content with what fills its last block.
fn split(file: &TarFile) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let mut tar = archive(std::slice::from_ref(file))?;
    // The end marker.
    tar.truncate(tar.len().saturating_sub(1024));
    let size = match file {
        TarFile::File { content, .. } => content.len().next_multiple_of(512),
        _ => 0,
    };
    let content = tar.split_off(tar.len().saturating_sub(size));
    Ok((tar, content))
}

fn entry(file: &TarFile, offset: usize, end: Option<usize>) -> Value {
    let mut entry = match file {
        TarFile::Folder(path) => json!({ "name": path, "type": "dir", "mode": 0o755 }),
        TarFile::Symlink { path, target } => {
            json!({ "name": path, "type": "symlink", "mode": 0o777, "linkName": target })
        }
        TarFile::HardLink { path, target } => {
            json!({ "name": path, "type": "hardlink", "mode": 0o644, "linkName": target })
        }
        TarFile::File { path, mode, content } if content.is_empty() => {
            json!({ "name": path, "type": "reg", "mode": mode })
        }
        TarFile::File { path, mode, content } => {
            let digest = Digest::sha256(content);
            let mut entry = json!({
                "name": path, "type": "reg", "mode": mode, "size": content.len(),
                "digest": digest, "chunkDigest": digest, "offset": offset,
            });
            if let (Some(end), Some(object)) = (end, entry.as_object_mut()) {
                object.insert("endOffset".to_owned(), json!(end));
            }
            entry
        }
    };
    if let Some(object) = entry.as_object_mut() {
        object.insert("modtime".to_owned(), json!(CREATED));
    }
    entry
}

/// An empty gzip member whose extra field tells where the table begins.
fn footer(begins: usize) -> io::Result<Vec<u8>> {
    let mut extra = b"SG\x16\0".to_vec();
    write!(extra, "{begins:016x}STARGZ")?;
    let mut footer =
        GzBuilder::new().extra(extra).write(Vec::new(), Compression::none()).finish()?;
    // An encoder may write the empty block in another form; readers expect this one.
    footer.truncate(38);
    footer.extend_from_slice(&[1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
    Ok(footer)
}
