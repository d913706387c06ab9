//! `dir:PATH`: a manifest and its blobs as plain files (containers-transports(5), `dir`;
//! go.podman.io image 5.42 `directory`).

use std::path::{Path, PathBuf};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::fresh::{Fresh, unwritten};
use super::{Load, Stored, is_whole, put};
use crate::model::draft::Files;
use crate::oci::{Algorithm, Class, Descriptor, Digest, Failure, Location};
use crate::source::in_the_way::{self, Access};
use crate::source::{Meter, Sources};

/// Blobs that are copied at once.
const AT_ONCE: usize = 8;
const MANIFEST: &str = "manifest.json";
const VERSION: &str = "version";
/// What `version` holds (`directory` of go.podman.io image 5.42).
const VERSIONED: &[u8] = b"Directory Transport Version: 1.1\n";

pub(super) async fn store(
    files: &Files,
    loads: &[Load],
    sources: &Sources,
    meter: &Meter,
) -> Result<Stored, Failure> {
    let folder = files.path();
    let [load] = loads else {
        let detail = "a folder of `dir:` holds one image";
        return Err(Failure::new(Class::Unsupported, folder.display().to_string(), detail)
            .with_next("copy several images to a layout (oci:FOLDER), or each to its own folder"));
    };
    in_the_way::make(folder, Access::Usual).map_err(|error| unwritten(folder, &error))?;
    // First, so that a copy that is stopped leaves a folder in which the next one goes on.
    write(folder, VERSION, VERSIONED).await?;
    let mut stored = Stored::default();
    let blobs = load.haul.blobs.iter();
    let copies = blobs.map(|(blob, from)| copy(folder, blob, from, sources, meter));
    let mut copied = stream::iter(copies).buffer_unordered(AT_ONCE);
    while let Some((size, is_new)) = copied.try_next().await? {
        if is_new {
            stored.copied += 1;
            stored.copied_bytes += size;
        } else {
            stored.present += 1;
        }
    }
    let children = load.haul.manifests.iter().filter(|it| it.digest != load.root.digest);
    for document in children {
        let name = format!("{}.manifest.json", file_name(&document.digest));
        write(folder, &name, &document.bytes).await?;
        stored.manifests += 1;
    }
    write(folder, MANIFEST, &load.root.bytes).await?;
    stored.manifests += 1;
    Ok(stored)
}

/// What a blob's file is called: its digits, with the algorithm before them unless it is sha256.
pub(super) fn file_name(digest: &Digest) -> String {
    match digest.algorithm() {
        Algorithm::Sha256 => digest.hex().to_owned(),
        other => format!("{}-{}", other.name(), digest.hex()),
    }
}

async fn copy(
    folder: &Path,
    blob: &Descriptor,
    from: &Location,
    sources: &Sources,
    meter: &Meter,
) -> Result<(u64, bool), Failure> {
    let path: PathBuf = folder.join(file_name(&blob.digest));
    if is_whole(&path, blob.size) {
        meter.add(blob.size);
        return Ok((blob.size, false));
    }
    let mut fresh = Fresh::create(folder, path)?;
    put::blob(blob, from, &mut fresh, sources, meter).await?;
    fresh.keep().await?;
    Ok((blob.size, true))
}

async fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let mut fresh = Fresh::create(folder, folder.join(name))?;
    put::bytes(bytes, &mut fresh).await?;
    fresh.keep().await
}
