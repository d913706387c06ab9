//! What in an index refers to a manifest: by `subject`, by annotation, by a tag made of the digest.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::roots::attached_suffix;
use super::verified::read_verified;
use super::{Content, Stored};
use crate::oci::{
    Annotations, Descriptor, Digest, Document, Entry, Index, MAX_MANIFEST_READ, Manifest,
    MediaType, annotated_subject, keys,
};
use crate::source::{Referrer, Via};

/// How many manifests are read for their `subject`. Entries beyond that are found by their
/// annotations and names only.
const MAX_READ: usize = 256;

/// How many blobs are looked at that the index does not list, and how large these are at most, in
/// bytes: a manifest has some kB.
const MAX_UNLISTED: usize = 1_024;
const MAX_UNLISTED_SIZE: u64 = 64 << 10;

/// What manifests say of themselves, by their digest; read once for all questions.
#[derive(Debug, Default)]
pub(super) struct Subjects(HashMap<Digest, Option<Arc<Facts>>>);

/// What the referrers API would tell of a manifest.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) subject: Option<Digest>,
    media_type: MediaType,
    artifact_type: Option<String>,
    annotations: Annotations,
    /// The entries of an index.
    pub(super) entries: Vec<Arc<Descriptor>>,
}

/// Every referrer of `digest` that `index` lists, each once, in its order; behind them those that
/// are among the blobs of a layout whose writer does not list them.
pub(super) fn find(
    content: &dyn Content,
    index: &Index,
    digest: &Digest,
    subjects: &mut Subjects,
) -> Vec<Referrer> {
    let mut found = Found::default();
    let tag = fallback_tag(digest);
    let mut read = 0;
    for entry in index.entries.iter().filter_map(Entry::descriptor) {
        if entry.digest == *digest {
            continue;
        }
        let name = entry.annotations.get(keys::REF_NAME).map_or("", |name| tag_of(name));
        if name == tag {
            if let Some(facts) = subjects.facts(content, entry) {
                // A tag made of a digest may hold something else: `cosign copy` 3.1.3 tags each
                // image of a list so. Only what names the digest as its subject refers to it.
                for referrer in &facts.entries {
                    let said = subjects.facts(content, referrer);
                    if let Some(said) = said.filter(|it| it.subject.as_ref() == Some(digest)) {
                        found.add(described(referrer, &said), Via::FallbackTag);
                    }
                }
            }
        } else if is_cosign_tag(name, digest) {
            found.add(Arc::clone(entry), Via::CosignTag(name.to_owned()));
        } else if let Some(suffix) = attached_suffix(entry)
            && saved_image(index, entry) == Some(digest)
        {
            // The tag that `cosign load` writes for it: its manifest has no subject.
            found.add(Arc::clone(entry), Via::CosignTag(format!("{tag}.{suffix}")));
        } else if annotated_subject(entry).as_ref() == Some(digest) {
            found.add(Arc::clone(entry), Via::SameIndex);
        } else if read < MAX_READ {
            read += 1;
            if let Some(facts) = subjects.facts(content, entry)
                && facts.subject.as_ref() == Some(digest)
            {
                found.add(described(entry, &facts), Via::SameIndex);
            }
        } else {
            tracing::debug!(digest = %entry.digest, "not looked into for its subject");
        }
    }
    let beside = if is_cosigns(index) { unlisted(content.blobs()) } else { Vec::new() };
    for descriptor in beside.into_iter().chain(unlisted(content.manifests())) {
        if let Some(facts) = subjects.facts(content, &descriptor)
            && facts.subject.as_ref() == Some(digest)
        {
            let media_type = facts.media_type.clone();
            let stated = Descriptor { media_type, ..descriptor.as_ref().clone() };
            found.add(described(&stated, &facts), Via::SameIndex);
        }
    }
    found.referrers
}

/// Whether `cosign save` wrote the layout: 3.1.3 lists images and signatures of its old form, and leaves
/// bundles among the blobs.
fn is_cosigns(index: &Index) -> bool {
    let mut entries = index.entries.iter().filter_map(Entry::descriptor);
    entries.any(|entry| entry.annotations.contains_key(keys::COSIGN_KIND))
}

/// What of these files may be a manifest, the smallest first.
fn unlisted(files: impl Iterator<Item = Stored>) -> Vec<Arc<Descriptor>> {
    let small = files.filter(|it| it.size <= MAX_UNLISTED_SIZE);
    let mut found: Vec<(u64, Digest)> =
        small.filter_map(|it| Some((it.size, it.digest?))).collect();
    found.sort_unstable();
    found.truncate(MAX_UNLISTED);
    let as_manifest = |(size, digest)| Descriptor::new(MediaType::OciManifest, digest, size);
    found.into_iter().map(as_manifest).map(Arc::new).collect()
}

/// The image that `cosign save` wrote an entry for: the one of the same name.
fn saved_image<'a>(index: &'a Index, attached: &Descriptor) -> Option<&'a Digest> {
    let name = |entry: &Descriptor| entry.annotations.get(keys::REF_NAME).cloned();
    let mut images = index.entries.iter().filter_map(Entry::descriptor).filter(|entry| {
        entry.annotations.contains_key(keys::COSIGN_KIND)
            && attached_suffix(entry).is_none()
            && name(entry) == name(attached)
    });
    match (images.next(), images.next()) {
        (Some(image), None) => Some(&image.digest),
        _ => None,
    }
}

#[derive(Default)]
struct Found {
    seen: HashSet<Digest>,
    referrers: Vec<Referrer>,
}

impl Found {
    fn add(&mut self, descriptor: Arc<Descriptor>, via: Via) {
        if self.seen.insert(descriptor.digest.clone()) {
            self.referrers.push(Referrer { descriptor, via });
        }
    }
}

impl Subjects {
    /// What a manifest says; `None` if it cannot be read, which its own place shows.
    pub(super) fn facts(
        &mut self,
        content: &dyn Content,
        descriptor: &Descriptor,
    ) -> Option<Arc<Facts>> {
        if let Some(known) = self.0.get(&descriptor.digest) {
            return known.clone();
        }
        let facts = read(content, descriptor).map(Arc::new);
        self.0.insert(descriptor.digest.clone(), facts.clone());
        facts
    }
}

fn read(content: &dyn Content, descriptor: &Descriptor) -> Option<Facts> {
    let piece = content.find(&descriptor.digest).ok()?;
    let bytes = read_verified(&piece, descriptor, MAX_MANIFEST_READ).ok()?;
    let algorithm = descriptor.digest.algorithm();
    let document = Document::parse(bytes, Some(&descriptor.media_type), algorithm).ok()?;
    let media_type = document.own_type().unwrap_or_else(|| document.media_type.clone());
    let manifest = document.manifest;
    Some(Facts {
        media_type,
        subject: manifest.subject().map(|subject| subject.digest.clone()),
        artifact_type: manifest.artifact_type().map(str::to_owned),
        annotations: manifest.annotations().cloned().unwrap_or_default(),
        entries: match manifest {
            Manifest::Index(index) => {
                index.entries.iter().filter_map(Entry::descriptor).cloned().collect()
            }
            _ => Vec::new(),
        },
    })
}

/// The descriptor as the referrers API gives it: with the manifest's artifact type and
/// annotations (OCI distribution-spec, "Listing Referrers").
fn described(entry: &Descriptor, facts: &Facts) -> Arc<Descriptor> {
    let mut descriptor = entry.clone();
    if descriptor.artifact_type.is_none() {
        descriptor.artifact_type.clone_from(&facts.artifact_type);
    }
    for (key, value) in &facts.annotations {
        descriptor.annotations.entry(key.clone()).or_insert_with(|| value.clone());
    }
    Arc::new(descriptor)
}

/// `sha256-<hex>`; the hex part is cut at 64 digits (OCI distribution-spec, "Referrers Tag
/// Schema").
fn fallback_tag(digest: &Digest) -> String {
    let hex = digest.hex();
    format!("{}-{}", digest.algorithm().name(), hex.get(..64).unwrap_or(hex))
}

/// The tag of a name that may be a whole reference.
fn tag_of(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, tag)| tag)
}

/// `sha256-<hex>.sig`, `.att` or `.sbom` (cosign's `specs/SIGNATURE_SPEC.md`).
fn is_cosign_tag(name: &str, digest: &Digest) -> bool {
    name.strip_prefix(digest.algorithm().name())
        .and_then(|rest| rest.strip_prefix('-')?.strip_prefix(digest.hex()))
        .is_some_and(|suffix| matches!(suffix, ".sig" | ".att" | ".sbom"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Algorithm;

    #[test]
    fn tags_made_of_a_digest() {
        let digest = Digest::sha256(b"x");
        let tag = fallback_tag(&digest);
        assert_eq!(tag, format!("sha256-{}", digest.hex()));
        assert_eq!(tag_of(&format!("localhost:5000/a:{tag}")), tag);
        for (suffix, is) in
            [(".sig", true), (".att", true), (".sbom", true), ("", false), (".sig2", false)]
        {
            assert_eq!(is_cosign_tag(&format!("{tag}{suffix}"), &digest), is, "{suffix}");
        }
        assert!(!is_cosign_tag(&format!("{tag}.sig"), &Digest::sha256(b"y")));
        let long = Digest::of(Algorithm::Sha512, b"x");
        assert_eq!(fallback_tag(&long).len(), "sha512-".len() + 64);
    }
}
