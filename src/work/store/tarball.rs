//! `oci-archive:PATH` and `docker-archive:PATH`: a layout in one tar file. What names the content
//! comes first, so that a reader of a stream knows everything before the layers arrive.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use super::fresh::{Fresh, unwritten};
use super::layout::{MARKS, listed};
use super::{Load, Stored, put};
use crate::model::draft::{Files, Form};
use crate::model::push::{Saving, index_file, saved_file};
use crate::oci::{Class, Failure};
use crate::source::{Meter, Sources};

/// The size of a tar file's blocks.
const BLOCK: u64 = 512;

pub(super) async fn store(
    files: &Files,
    loads: &[Load],
    sources: &Sources,
    meter: &Meter,
) -> Result<Stored, Failure> {
    let mut stored = Stored::default();
    let mut tarball = Tarball(Fresh::create(&folder_of(files.path()), files.path().to_owned())?);
    tarball.bytes("oci-layout", MARKS).await?;
    let malformed = |problem| Failure::new(Class::Malformed, files.location().to_string(), problem);
    let index = index_file(None, &listed(loads)).map_err(malformed)?;
    tarball.bytes("index.json", &index).await?;
    if files.form == Form::DockerArchive {
        let images: Vec<Saving<'_>> = loads.iter().map(saving).collect();
        let (bytes, notes) = saved_file(&images);
        tarball.bytes("manifest.json", &bytes).await?;
        stored.notes = notes;
    }
    let mut seen = HashSet::new();
    for document in loads.iter().flat_map(|load| &load.haul.manifests) {
        if seen.insert(&document.digest) {
            tarball.bytes(&document.digest.layout_path(), &document.bytes).await?;
            stored.manifests += 1;
        }
    }
    for (blob, from) in loads.iter().flat_map(|load| &load.haul.blobs) {
        if !seen.insert(&blob.digest) {
            meter.add(blob.size);
            continue;
        }
        tarball.header(&blob.digest.layout_path(), blob.size).await?;
        put::blob(blob, from, &mut tarball.0, sources, meter).await?;
        tarball.pad(blob.size).await?;
        stored.copied += 1;
        stored.copied_bytes += blob.size;
    }
    put::bytes(&END, &mut tarball.0).await?;
    tarball.0.keep().await?;
    Ok(stored)
}

fn saving(load: &Load) -> Saving<'_> {
    Saving { root: &load.root, manifests: &load.haul.manifests, name: load.name.as_deref() }
}

/// Two empty blocks end an archive.
pub(super) const END: [u8; 2 * BLOCK as usize] = [0; 2 * BLOCK as usize];

pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

pub(super) struct Tarball(pub(super) Fresh);

impl Tarball {
    pub(super) async fn bytes(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let size = bytes.len() as u64;
        self.header(name, size).await?;
        put::bytes(bytes, &mut self.0).await?;
        self.pad(size).await
    }

    /// The head of a file. The same content makes the same archive: no time, no owner.
    async fn header(&mut self, name: &str, size: u64) -> Result<(), Failure> {
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        let mut heads = tar::Builder::new(Vec::new());
        heads
            .append_data(&mut header, name, io::empty())
            .map_err(|error| unwritten(Path::new(name), &error))?;
        put::bytes(heads.get_ref(), &mut self.0).await
    }

    /// Fills the last block of a file.
    async fn pad(&mut self, size: u64) -> Result<(), Failure> {
        let rest = (BLOCK - size % BLOCK) % BLOCK;
        let zeros = [0; BLOCK as usize];
        put::bytes(zeros.get(..rest as usize).unwrap_or_default(), &mut self.0).await
    }
}
