//! What a list loses when a tag moves: kept in the journal, since some registries (zot) delete what
//! no tag reaches any more.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};

use super::journal::Journal;
use super::verify::children;
use crate::model::draft::Encoded;
use crate::model::push::Held;
use crate::oci::{Class, Descriptor, Digest, Document, Failure, Manifest, Reference};
use crate::source::Registry;
use crate::text::{count, plural};

/// The most manifests that are kept of what a tag held.
const MOST: usize = 4096;

/// The most bytes that are kept of what a tag held beside its own manifest (64 MiB).
const MOST_BYTES: u64 = 64 << 20;

/// The largest config that is kept (1 MiB).
const MAX_KEPT: u64 = 1 << 20;

/// How many manifests are read at once: as many are in memory.
const AT_ONCE: usize = 16;

/// What a tag loses.
#[derive(Debug, Default)]
pub(super) struct Loss {
    /// Whether the tag loses anything beside its own manifest.
    pub(super) any: bool,
    /// How many manifests are too many, or too large together, to be kept.
    pub(super) left_out: usize,
}

impl Loss {
    /// That not all of it was kept.
    pub(super) fn failure(&self, tagged: &Reference) -> Option<Failure> {
        let said = beyond(self.left_out)?;
        Some(Failure::new(Class::TooLarge, tagged.to_string(), said))
    }
}

fn beyond(left_out: usize) -> Option<String> {
    let manifests = plural(left_out, "manifest");
    (left_out > 0).then(|| {
        format!(
            "{manifests} of what the tag loses {} not kept: the journal keeps {} of one push, and \
             64 MiB",
            if left_out == 1 { "is" } else { "are" },
            count(MOST as u64)
        )
    })
}

/// What the journal will not keep of what a tag held when this list takes its place, in a sentence;
/// `None` if it will keep all that the old list names itself.
#[must_use]
pub fn not_kept(old: &Document, new: &Encoded) -> Option<String> {
    let old = Encoded {
        media_type: old.media_type.clone(),
        digest: old.digest.clone(),
        bytes: old.bytes.clone(),
    };
    let stays: HashSet<Digest> = children(new).into_iter().collect();
    let lost = children(&old).into_iter().filter(|digest| !stays.contains(digest)).count();
    let said = beyond(lost.saturating_sub(MOST))?;
    Some(format!("{said}; if the registry deletes them, `platy undo` cannot put the list back"))
}

/// Keeps the manifests that the list under a tag names, at all depths, and the new list, if there is
/// one, does not, with the configs of images; of a single image its config. What cannot be read is
/// left out: an undo looks what is there.
pub(super) async fn keep_dropped(
    registry: &Registry,
    journal: &Journal,
    tagged: &Reference,
    held: &Held,
    list: Option<&Encoded>,
) -> Loss {
    let mut loss = Loss::default();
    let Some(bytes) = held.bytes.clone() else { return loss };
    let mut seen: HashSet<Digest> = list.map(children).unwrap_or_default().into_iter().collect();
    let keeping = Keeping { registry, journal, tagged, left: AtomicU64::new(MOST_BYTES) };
    if !seen.contains(&held.digest) {
        loss.any = keeping.config(&held.digest, held).await;
    }
    let old = Encoded { media_type: held.media_type.clone(), digest: held.digest.clone(), bytes };
    let mut next = children(&old);
    let mut left = MOST;
    while !next.is_empty() {
        // What stays does not count.
        next.retain(|digest| seen.insert(digest.clone()));
        loss.left_out += next.len().saturating_sub(left);
        next.truncate(left);
        left -= next.len();
        let reads: Vec<_> = next.iter().map(|digest| keeping.manifest(digest)).collect();
        let read: Vec<Kept> = stream::iter(reads).buffered(AT_ONCE).collect().await;
        loss.left_out += read.iter().filter(|it| matches!(it, Kept::TooLarge)).count();
        loss.any |= read.iter().any(|it| matches!(it, Kept::With(_)));
        next = read.into_iter().flat_map(Kept::children).collect();
    }
    loss
}

/// The state of keeping what one tag loses.
struct Keeping<'a> {
    registry: &'a Registry,
    journal: &'a Journal,
    tagged: &'a Reference,
    /// How many bytes may still be kept.
    left: AtomicU64,
}

/// What became of one manifest.
enum Kept {
    /// It is kept, and names these.
    With(Vec<Digest>),
    /// It would be more than is kept.
    TooLarge,
    /// It cannot be read or written.
    Not,
}

impl Kept {
    fn children(self) -> Vec<Digest> {
        match self {
            Self::With(children) => children,
            Self::TooLarge | Self::Not => Vec::new(),
        }
    }
}

impl Keeping<'_> {
    /// Keeps a manifest, and the config of an image with it.
    async fn manifest(&self, digest: &Digest) -> Kept {
        let held = self.registry.held(&self.tagged.repository.at(digest.clone())).await;
        let Ok(Some(held)) = held else { return Kept::Not };
        let Some(bytes) = held.bytes.clone() else { return Kept::TooLarge };
        if !self.has_room(bytes.len() as u64) {
            return Kept::TooLarge;
        }
        if self.journal.keep(digest, &bytes).await.is_err() {
            return Kept::Not;
        }
        self.config(digest, &held).await;
        let media_type = held.media_type;
        Kept::With(children(&Encoded { media_type, digest: digest.clone(), bytes }))
    }

    fn has_room(&self, bytes: u64) -> bool {
        let less = |left: u64| left.checked_sub(bytes);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    /// Keeps the config of an image, if it is small: with the last manifest that names it, a registry
    /// may drop it too. That of an attestation is not kept: its statements would be gone with it.
    /// Whether it is kept.
    async fn config(&self, digest: &Digest, held: &Held) -> bool {
        let Some(bytes) = held.bytes.clone() else { return false };
        let document = Document::parse(bytes, Some(&held.media_type), digest.algorithm());
        let Ok(Manifest::Image(image)) = document.map(|it| it.manifest) else { return false };
        if image.is_attestation() {
            return false;
        }
        let config = image.config.descriptor();
        let Some(config) = config.filter(|it| it.size <= MAX_KEPT && self.has_room(it.size)) else {
            return false;
        };
        // What cannot be kept is looked for when it is needed.
        match self.registry.blob(&self.tagged.repository, config, MAX_KEPT).await {
            Ok(bytes) => self.journal.keep(&config.digest, &bytes).await.is_ok(),
            Err(_) => false,
        }
    }
}

/// Which manifests of a list, at all depths, are not in the registry and have to be put there from
/// the journal before the list: children before their parents. Of a single image that is gone, its
/// config, if that is gone too.
///
/// # Errors
/// `NotFound` with the digests that are in neither; what the registry comes up with.
pub(super) async fn put_back(
    registry: &Registry,
    journal: &Journal,
    tagged: &Reference,
    list: &Encoded,
) -> Result<Vec<Digest>, Failure> {
    let (mut found, mut lost) = (Vec::new(), Vec::new());
    if let Some(config) = own_config(list)
        && !registry.has_manifest(&tagged.repository.at(list.digest.clone())).await?
    {
        let document = list.parse().map_err(|problem| {
            Failure::new(Class::Malformed, tagged.to_string(), problem.to_string())
        })?;
        lost.extend(lost_blobs(registry, journal, tagged, &document).await?);
        let gone = !registry.has_blob(&tagged.repository, &config.digest).await?;
        found.extend(gone.then(|| config.digest.clone()));
    }
    let mut seen = HashSet::new();
    let mut next = children(list);
    while !next.is_empty() {
        next.retain(|digest| seen.insert(digest.clone()));
        let there = join_all(next.iter().map(|digest| async move {
            let at = tagged.repository.at(digest.clone());
            Ok((digest, registry.has_manifest(&at).await?))
        }));
        let there: Vec<Result<(&Digest, bool), Failure>> = there.await;
        let mut below = Vec::new();
        for answer in there {
            let (digest, there) = answer?;
            if there {
                continue;
            }
            match kept(journal, digest).await? {
                Some(document) => {
                    lost.extend(lost_blobs(registry, journal, tagged, &document).await?);
                    if let Manifest::Index(index) = &document.manifest {
                        let entries = index.entries.iter().filter_map(|entry| entry.descriptor());
                        below.extend(entries.map(|entry| entry.digest.clone()));
                    }
                    found.push(digest.clone());
                }
                None => lost.push(digest.clone()),
            }
        }
        next = below;
    }
    if !lost.is_empty() {
        return Err(gone(tagged, list, &lost));
    }
    found.reverse();
    Ok(found)
}

/// That what was lost is nowhere, each with its platform if the list says it.
fn gone(tagged: &Reference, list: &Encoded, lost: &[Digest]) -> Failure {
    let mut platforms = HashMap::new();
    if let Ok(document) = list.parse() {
        for it in document.manifest.descriptors() {
            if let Some(platform) = &it.platform {
                platforms.insert(it.digest.clone(), platform.short());
            }
        }
    }
    let lost: Vec<String> = lost
        .iter()
        .map(|digest| match platforms.get(digest) {
            Some(platform) => format!("{digest} ({platform})"),
            None => digest.to_string(),
        })
        .collect();
    let detail = format!(
        "the registry no longer has all of what the list names, and the journal does not either: {}",
        lost.join(", ")
    );
    Failure::new(Class::NotFound, tagged.to_string(), detail)
        .with_next("push these images again, then undo; the tag stays as it is")
}

/// Puts a manifest back that the registry dropped, or the config of the image that the tag held.
pub(super) async fn restore(
    registry: &Registry,
    journal: &Journal,
    tagged: &Reference,
    list: &Encoded,
    digest: &Digest,
) -> Result<(), Failure> {
    let at = tagged.repository.at(digest.clone());
    let missing = || {
        let detail = "the journal does not have it any more";
        Failure::new(Class::NotFound, at.to_string(), detail)
    };
    if let Some(config) = own_config(list).filter(|config| config.digest == *digest) {
        let bytes = journal.content(digest).await?.ok_or_else(missing)?;
        return registry.push_bytes(&tagged.repository, &config, bytes).await;
    }
    let document = kept(journal, digest).await?.ok_or_else(missing)?;
    if let Manifest::Image(image) = &document.manifest
        && let Some(config) = image.config.descriptor()
        && !registry.has_blob(&tagged.repository, &config.digest).await?
        && let Some(bytes) = journal.content(&config.digest).await?
    {
        registry.push_bytes(&tagged.repository, config, bytes).await?;
    }
    registry.put_manifest(&at, &document.media_type, &document.bytes).await.map(drop)
}

/// The config of what a tag held, if that is a single image.
fn own_config(list: &Encoded) -> Option<Descriptor> {
    let document = list.parse().ok()?;
    let Manifest::Image(image) = &document.manifest else { return None };
    image.config.descriptor().map(|config| config.as_ref().clone())
}

async fn kept(journal: &Journal, digest: &Digest) -> Result<Option<Document>, Failure> {
    let bytes = journal.content(digest).await?;
    Ok(bytes.and_then(|bytes| Document::parse(bytes, None, digest.algorithm()).ok()))
}

/// The blobs of an image that are neither in the registry nor, as its config may be, in the journal.
async fn lost_blobs(
    registry: &Registry,
    journal: &Journal,
    tagged: &Reference,
    document: &Document,
) -> Result<Vec<Digest>, Failure> {
    let Manifest::Image(image) = &document.manifest else { return Ok(Vec::new()) };
    let blobs = image.config.descriptor().into_iter().chain(image.layer_descriptors());
    let mut lost = Vec::new();
    for blob in blobs.filter(|blob| blob.urls.is_empty()) {
        if !registry.has_blob(&tagged.repository, &blob.digest).await?
            && journal.content(&blob.digest).await?.is_none()
        {
            lost.push(blob.digest.clone());
        }
    }
    Ok(lost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::{Algorithm, MediaType};

    fn list(entries: std::ops::Range<usize>) -> Encoded {
        let entries: Vec<_> = entries
            .map(|at| {
                let digest = Digest::sha256(at.to_string().as_bytes());
                serde_json::json!({
                    "mediaType": "application/vnd.oci.image.manifest.v1+json",
                    "digest": digest, "size": 1,
                })
            })
            .collect();
        let list = serde_json::json!({ "schemaVersion": 2, "manifests": entries }).to_string();
        let media_type = MediaType::parse("application/vnd.oci.image.index.v1+json");
        Encoded { media_type, digest: Digest::sha256(list.as_bytes()), bytes: list.into() }
    }

    #[test]
    fn what_is_too_much_to_be_kept_is_said() {
        let old = list(0..MOST + 10);
        let old =
            Document::parse(old.bytes, Some(&old.media_type), Algorithm::Sha256).expect("a list");
        let said = not_kept(&old, &list(0..3)).expect("7 are over");
        assert!(said.starts_with("7 manifests of what the tag loses are not kept"), "{said}");
        let most = format!("the journal keeps {} of one push, and 64 MiB", count(MOST as u64));
        assert!(said.contains(&most), "{said}");
        assert!(not_kept(&old, &list(0..9)).is_some_and(|said| said.starts_with("1 manifest of")));
        assert_eq!(not_kept(&old, &list(0..10)), None);
    }
}
