//! Which entries of an index are images of their own, and not the child or the referrer of another.
//!
//! Programs list more than the images: `oras cp` 1.3.6 every child, and with `-r` every referrer;
//! regctl 0.11.7 lists of referrers under tags made of digests; `cosign save` 3.1.3 signatures
//! with a `kind`; `docker save --platform` (moby v2.0.0-beta.24) each attestation.

use std::collections::HashSet;
use std::sync::Arc;

use super::Content;
use super::referrers::Subjects;
use crate::oci::{
    Descriptor, Digest, Entry, Index, MediaType, annotated_subject, entry_name, entry_names,
    is_digest_tag, keys,
};

/// How many manifests are read for what they reach. What lies beyond counts as an image.
const MAX_READ: usize = 1024;

/// The positions of the images in an index: the named ones, if there are any, without those that
/// another entry reaches. Of one image with several names, each entry is in it.
pub(super) fn roots(content: &dyn Content, index: &Index) -> Vec<usize> {
    let all = entries(index);
    let named: Vec<_> =
        all.iter().copied().filter(|(_, entry)| entry_name(entry).is_some()).collect();
    if !named.is_empty() && one_digest(&named) {
        return positions(&named);
    }
    let reached = Reach::of(content, &all);
    let free: Vec<_> = if named.is_empty() { all.clone() } else { named }
        .into_iter()
        .filter(|(_, entry)| !reached.has(entry))
        .collect();
    // Manifests that reach each other in a circle: none of them is the first.
    if free.is_empty() { positions(&all) } else { positions(&free) }
}

/// Those of these entries that no other of the index reaches.
pub(super) fn unreached<'a>(
    content: &dyn Content,
    index: &Index,
    of: &[(usize, &'a Arc<Descriptor>)],
) -> Vec<(usize, &'a Arc<Descriptor>)> {
    let reached = Reach::of(content, &entries(index));
    of.iter().copied().filter(|(_, entry)| !reached.has(entry)).collect()
}

fn entries(index: &Index) -> Vec<(usize, &Arc<Descriptor>)> {
    let entries = index.entries.iter().enumerate();
    entries.filter_map(|(at, entry)| Some((at, entry.descriptor()?))).collect()
}

/// Whether an index has entries that no one can use.
pub(super) fn has_odd(index: &Index) -> bool {
    index.entries.iter().any(|entry| matches!(entry, Entry::Odd { .. }))
}

fn one_digest(entries: &[(usize, &Arc<Descriptor>)]) -> bool {
    entries.windows(2).all(|pair| match pair {
        [(_, one), (_, other)] => one.digest == other.digest,
        _ => true,
    })
}

fn positions(entries: &[(usize, &Arc<Descriptor>)]) -> Vec<usize> {
    entries.iter().map(|(at, _)| *at).collect()
}

/// What entries reach: children, children of children, and what refers to either.
struct Reach(HashSet<Digest>);

impl Reach {
    fn of(content: &dyn Content, all: &[(usize, &Arc<Descriptor>)]) -> Self {
        let mut subjects = Subjects::default();
        let listed: HashSet<&Digest> = all.iter().map(|(_, entry)| &entry.digest).collect();
        let mut children = HashSet::new();
        let mut ahead: Vec<Arc<Descriptor>> =
            all.iter().rev().map(|(_, entry)| Arc::clone(entry)).collect();
        let mut seen: HashSet<Digest> = HashSet::new();
        let mut referring: Vec<(Digest, Digest)> = Vec::new();
        let mut left = MAX_READ;
        while let Some(entry) = ahead.pop() {
            if !seen.insert(entry.digest.clone()) {
                continue;
            }
            let stated = annotated_subject(&entry);
            let read = stated.is_none() && left > 0;
            left -= usize::from(read);
            let facts = read.then(|| subjects.facts(content, &entry)).flatten();
            let subject = stated.or_else(|| facts.as_ref()?.subject.clone());
            if let Some(subject) = subject.filter(|subject| *subject != entry.digest) {
                referring.push((entry.digest.clone(), subject));
            }
            for child in facts.iter().flat_map(|facts| &facts.entries) {
                if child.digest != entry.digest {
                    children.insert(child.digest.clone());
                    if is_list(child) {
                        ahead.push(Arc::clone(child));
                    }
                }
            }
        }
        let there = |digest: &Digest| listed.contains(digest) || children.contains(digest);
        let referrers: Vec<Digest> = referring
            .into_iter()
            .filter(|(_, subject)| there(subject))
            .map(|(referrer, _)| referrer)
            .collect();
        children.extend(referrers);
        Self(children)
    }

    fn has(&self, entry: &Descriptor) -> bool {
        self.0.contains(&entry.digest)
            || attached_suffix(entry).is_some()
            || entry_names(entry).any(is_digest_tag) && entry_name(entry).is_none()
    }
}

fn is_list(descriptor: &Descriptor) -> bool {
    matches!(descriptor.media_type, MediaType::OciIndex | MediaType::DockerList)
}

/// How the tag ends that Cosign gives what is attached to an image, if `cosign save` wrote this
/// entry for such.
pub(super) fn attached_suffix(entry: &Descriptor) -> Option<&'static str> {
    match entry.annotations.get(keys::COSIGN_KIND)?.strip_prefix("dev.cosignproject.cosign/")? {
        "sigs" => Some("sig"),
        "atts" => Some("att"),
        "sboms" => Some("sbom"),
        _ => None,
    }
}
