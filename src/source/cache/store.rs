//! Reading and writing of content and of what tags pointed at, blocking.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::time::SystemTime;

use bytes::Bytes;

use super::files::{Folder, remove};
use super::key::{Key, PROOF};
use crate::oci::{Digest, Host, Reference, Sent};
use crate::source::Hints;

/// A tag file holds a name (at most 255 + 128 characters beside the host), a digest, and from the
/// third line on the type with which the registry sent the document, if that is known.
const MAX_TAG_FILE: u64 = 4096;
/// Hints hold a host and two addresses.
const MAX_HINTS_FILE: u64 = 16 << 10;

/// The content with this digest, at most `limit` bytes of it; verified.
pub(super) fn read(folder: &Folder, digest: &Digest, limit: u64) -> Option<Bytes> {
    let path = folder.blob(digest);
    let bytes = harmless(&path, read_used(&path, limit))??;
    if digest.matches(&bytes) {
        return Some(bytes.into());
    }
    tracing::warn!(path = %path.display(), "a cached file was altered and is removed");
    remove(&path);
    None
}

/// Stores content after a check of its digest; how many bytes were written.
pub(super) fn write(folder: &Folder, digest: &Digest, bytes: &[u8]) -> u64 {
    if !digest.matches(bytes) {
        tracing::warn!(%digest, "content that does not match its digest is not cached");
        return 0;
    }
    let path = folder.blob(digest);
    let size = bytes.len() as u64;
    if fs::symlink_metadata(&path).is_ok_and(|found| found.is_file() && found.len() == size) {
        return 0;
    }
    harmless(&path, Folder::write(&path, &[bytes])).map_or(0, |()| size)
}

/// What was kept of the layer with this digest, at most `limit` bytes of it; nothing without proof
/// by this key.
pub(super) fn read_listing(
    folder: &Folder,
    layer: &Digest,
    limit: u64,
    key: &Key,
) -> Option<Bytes> {
    let path = folder.listing(layer);
    let bytes = Bytes::from(harmless(&path, read_used(&path, limit))??);
    match bytes.split_at_checked(PROOF) {
        Some((proof, listing)) if key.proves(proof, layer, listing) => Some(bytes.slice(PROOF..)),
        _ => {
            let path = path.display();
            tracing::warn!(%path, "what is kept of a layer has no proof by this key; it is read again");
            None
        }
    }
}

/// Keeps what is known of a layer, with its proof; how many bytes were written.
pub(super) fn write_listing(folder: &Folder, layer: &Digest, listing: &[u8], key: &Key) -> u64 {
    let path = folder.listing(layer);
    let proof = key.proof(layer, listing);
    let written = (proof.len() + listing.len()) as u64;
    harmless(&path, Folder::write(&path, &[&proof, listing])).map_or(0, |()| written)
}

/// What the tag pointed at when last seen.
pub(super) fn read_tag(folder: &Folder, reference: &Reference) -> Option<(Digest, Sent)> {
    let (path, name) = folder.tag(reference)?;
    let bytes = harmless(&path, read_whole(&path, MAX_TAG_FILE))??.0;
    let known = str::from_utf8(&bytes)
        .ok()
        .and_then(|text| text.strip_prefix(&name)?.strip_prefix('\n')?.strip_suffix('\n'))
        .and_then(|text| {
            let (digest, sent) = match text.split_once('\n') {
                Some((digest, "")) => (digest, Sent::Untyped),
                Some((digest, content_type)) => (digest, Sent::new(Some(content_type))),
                None => (text, Sent::Unknown),
            };
            Some((digest.parse().ok()?, sent))
        });
    if known.is_none() {
        tracing::warn!(path = %path.display(), "a cached tag was altered and is removed");
        remove(&path);
    }
    known
}

/// When what the tag pointed at was noted: the file's own time.
pub(super) fn tag_seen(folder: &Folder, reference: &Reference) -> Option<SystemTime> {
    let (path, _) = folder.tag(reference)?;
    let metadata = harmless(&path, fs::symlink_metadata(&path))?;
    metadata.modified().ok().filter(|_| metadata.is_file())
}

/// Notes what the tag points at; how many bytes were written.
pub(super) fn write_tag(
    folder: &Folder,
    reference: &Reference,
    digest: &Digest,
    sent: &Sent,
) -> u64 {
    let Some((path, name)) = folder.tag(reference) else { return 0 };
    let sent = sent.header().map_or_else(String::new, |header| format!("{header}\n"));
    let text = format!("{name}\n{digest}\n{sent}");
    harmless(&path, Folder::write(&path, &[text.as_bytes()])).map_or(0, |()| text.len() as u64)
}

/// The hints about a host, if there are any.
pub(super) fn read_hints(folder: &Folder, host: &Host) -> Option<Hints> {
    let path = folder.host(host);
    let bytes = harmless(&path, read_used(&path, MAX_HINTS_FILE))??;
    let hints = str::from_utf8(&bytes)
        .ok()
        .and_then(|text| text.strip_prefix(host.as_str())?.strip_prefix('\n'))
        .and_then(|json| serde_json::from_str(json).ok());
    if hints.is_none() {
        tracing::warn!(path = %path.display(), "cached hints were altered and are removed");
        remove(&path);
    }
    hints
}

/// Keeps the hints about a host; those that say nothing are removed. How many bytes were written.
pub(super) fn write_hints(folder: &Folder, host: &Host, hints: &Hints) -> u64 {
    let path = folder.host(host);
    if *hints == Hints::default() {
        remove(&path);
        return 0;
    }
    let Ok(json) = serde_json::to_string(hints) else { return 0 };
    let text = format!("{host}\n{json}");
    harmless(&path, Folder::write(&path, &[text.as_bytes()])).map_or(0, |()| text.len() as u64)
}

/// A regular file of at most `limit` bytes, whole, noted as used now.
fn read_used(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let Some((bytes, file)) = read_whole(path, limit)? else { return Ok(None) };
    if let Err(error) = file.set_modified(SystemTime::now()) {
        tracing::debug!(path = %path.display(), %error, "the time of use cannot be noted");
    }
    Ok(Some(bytes))
}

/// A regular file of at most `limit` bytes, whole.
fn read_whole(path: &Path, limit: u64) -> io::Result<Option<(Vec<u8>, File)>> {
    // Before it is opened: opening a pipe would wait for its writer.
    let metadata = fs::symlink_metadata(path)?;
    if !metadata.is_file() || metadata.len() > limit {
        return Ok(None);
    }
    let mut file = File::open(path)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    file.by_ref().take(limit).read_to_end(&mut bytes)?;
    Ok(Some((bytes, file)))
}

/// A missing file is the ordinary miss; anything else is traced, and a miss too.
fn harmless<T>(path: &Path, result: io::Result<T>) -> Option<T> {
    result
        .inspect_err(|error| {
            if error.kind() != io::ErrorKind::NotFound {
                tracing::warn!(path = %path.display(), %error, "the cache is of no use here");
            }
        })
        .ok()
}
