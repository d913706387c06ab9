//! `oci:PATH`: blobs by digest, then `index.json`.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::fresh::{Fresh, unwritten};
use super::look::look;
use super::{Load, Stored, is_whole, put};
use crate::model::draft::Files;
use crate::model::push::{Listed, index_file};
use crate::oci::{Class, Descriptor, Digest, Document, Failure, Location};
use crate::source::in_the_way::{self, Access};
use crate::source::{Meter, Sources, regular};

/// Blobs that are copied at once.
const AT_ONCE: usize = 8;
const MARKER: &str = "oci-layout";
const INDEX: &str = "index.json";
/// What the marker holds (image-spec, `image-layout.md`).
pub(super) const MARKS: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;
/// The most bytes that are read of an `index.json`.
const MAX_INDEX: u64 = 8 << 20;

pub(super) async fn store(
    files: &Files,
    loads: &[Load],
    before: &[Vec<Digest>],
    sources: &Sources,
    meter: &Meter,
) -> Result<Stored, Failure> {
    let root = files.path();
    let mut stored = Stored::default();
    in_the_way::make(root, Access::Usual).map_err(|error| unwritten(root, &error))?;
    // First, so that a copy that is stopped leaves a layout, in which the next one goes on.
    let marker = root.join(MARKER);
    if !marker.exists() {
        let mut fresh = Fresh::create(root, marker.clone())?;
        put::bytes(MARKS, &mut fresh).await?;
        fresh.keep().await?;
    }
    let blobs = loads.iter().flat_map(|load| &load.haul.blobs);
    let copies = blobs.map(|(blob, from)| copy(root, blob, from, sources, meter));
    let mut copied = stream::iter(copies).buffer_unordered(AT_ONCE);
    while let Some((size, is_new)) = copied.try_next().await? {
        if is_new {
            stored.copied += 1;
            stored.copied_bytes += size;
        } else {
            stored.present += 1;
        }
    }
    for document in loads.iter().flat_map(|load| &load.haul.manifests) {
        stored.manifests += usize::from(manifest(root, document).await?);
    }
    list(files, loads, before, sources, &marker).await?;
    Ok(stored)
}

/// Where a blob is to be, and whether it is there already. One that is there has the size that its
/// descriptor says: files of a layout get their names when they are whole.
fn place(root: &Path, digest: &Digest, size: u64) -> Result<(PathBuf, bool), Failure> {
    let path = root.join(digest.layout_path());
    let is_there = is_whole(&path, size);
    if let (false, Some(folder)) = (is_there, path.parent()) {
        in_the_way::make(folder, Access::Usual).map_err(|error| unwritten(folder, &error))?;
    }
    Ok((path, is_there))
}

async fn copy(
    root: &Path,
    blob: &Descriptor,
    from: &Location,
    sources: &Sources,
    meter: &Meter,
) -> Result<(u64, bool), Failure> {
    let (path, is_there) = place(root, &blob.digest, blob.size)?;
    if is_there {
        meter.add(blob.size);
        return Ok((blob.size, false));
    }
    let mut fresh = Fresh::create(root, path)?;
    put::blob(blob, from, &mut fresh, sources, meter).await?;
    fresh.keep().await?;
    Ok((blob.size, true))
}

/// Whether it had to be written.
async fn manifest(root: &Path, document: &Document) -> Result<bool, Failure> {
    let (path, is_there) = place(root, &document.digest, document.size())?;
    if is_there {
        return Ok(false);
    }
    let mut fresh = Fresh::create(root, path)?;
    put::bytes(&document.bytes, &mut fresh).await?;
    fresh.keep().await?;
    Ok(true)
}

/// Writes `index.json`, alone among programs that lock the marker as platy does.
async fn list(
    files: &Files,
    loads: &[Load],
    before: &[Vec<Digest>],
    sources: &Sources,
    marker: &Path,
) -> Result<(), Failure> {
    let root = files.path();
    let lock = File::open(marker).map_err(|error| unwritten(marker, &error))?;
    regular::lock(&lock, false).map_err(|error| unwritten(marker, &error))?;
    for (load, before) in loads.iter().zip(before) {
        let named = Files { name: load.name.clone(), ..files.clone() };
        let now = look(&named, sources).await?;
        if load.name.is_some() && now != *before && now != [load.root.digest.clone()] {
            let detail = match now.as_slice() {
                [] => "another program has taken its image away meanwhile".to_owned(),
                now => {
                    let now: Vec<&str> = now.iter().map(Digest::as_str).collect();
                    format!("another program has written {} there meanwhile", now.join(", "))
                }
            };
            return Err(Failure::new(Class::Local, named.location().to_string(), detail)
                .with_next("look at what it holds now, and copy again"));
        }
    }
    let path = root.join(INDEX);
    let held = match regular::read(&path, MAX_INDEX) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(unwritten(&path, &error)),
    };
    let bytes = index_file(held.as_deref(), &listed(loads)).map_err(|problem| {
        Failure::new(Class::Malformed, path.display().to_string(), problem)
            .with_next("check what wrote it")
    })?;
    if held.as_ref() == Some(&bytes) {
        return Ok(());
    }
    let mut fresh = Fresh::create(root, path)?;
    put::bytes(&bytes, &mut fresh).await?;
    fresh.keep().await
}

/// What `index.json` lists: the images, and behind each what refers to it.
pub(super) fn listed(loads: &[Load]) -> Vec<Listed<'_>> {
    let mut all = Vec::new();
    for load in loads {
        let (name, as_is) = (load.name.as_deref(), load.as_is);
        all.push(Listed { document: &load.root, name, as_is });
        let referrers = load.referrers.iter();
        all.extend(referrers.map(|(document, tag)| Listed {
            document,
            name: tag.as_deref(),
            as_is: false,
        }));
    }
    all
}
