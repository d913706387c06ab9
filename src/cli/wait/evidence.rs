//! Evidence that is waited for: SBOMs, provenance and signatures, in the list or beside it.
//!
//! Forms: attestation manifests of BuildKit 0.34, bundles and tags of Cosign 3.1, notation 1.3,
//! SBOMs that oras attaches. What an attestation says is its predicate type: an annotation of the
//! entry, of the manifest (`dev.sigstore.bundle.predicateType`), or of a layer.

use std::sync::Arc;

use crate::cli::look::Look;
use crate::oci::{
    Digest, Document, Entry, EvidenceKind, Failure, Location, Manifest, Platform, Reference,
    Referrer, Via, attached_kinds,
};
use crate::source::{Source, Sources};
use crate::work::referring::{Referring, referring};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// A list of what is inside: SPDX, CycloneDX or Syft's
    Sbom,
    /// How it was built: SLSA provenance
    Provenance,
    /// A signature of Cosign or notation
    Signature,
}

impl Kind {
    /// The kind of evidence, if it is one that can be waited for.
    fn of(kind: EvidenceKind) -> Option<Self> {
        match kind {
            EvidenceKind::Sbom => Some(Self::Sbom),
            EvidenceKind::Provenance => Some(Self::Provenance),
            EvidenceKind::Signature => Some(Self::Signature),
            EvidenceKind::Vex | EvidenceKind::Other => None,
        }
    }

    /// The word for it in a sentence.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Sbom => "SBOM",
            Self::Provenance => "provenance",
            Self::Signature => "signature",
        }
    }
}

/// What is missing: of each image (or of the list as a whole) each kind that is waited for.
///
/// # Errors
/// What asking the registry comes up with.
pub(super) async fn missing(
    sources: &Sources,
    reference: &Reference,
    seen: &Look,
    images: &[(Platform, Digest)],
    kinds: &[Kind],
) -> Result<Vec<String>, Failure> {
    let whole = Location::Registry(reference.repository.at(seen.digest.clone()));
    let source = sources.open(&whole)?;
    // Evidence of the list as a whole counts for all its images.
    let of_list = beside(&source, &seen.digest).await?;
    let mut open: Vec<Kind> = kinds.to_vec();
    open.retain(|kind| !of_list.contains(kind));
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let document = source.root().await?;
    let mut missing = Vec::new();
    for (platform, digest) in images {
        let mut found = inside(&source, &document, digest).await?;
        if *digest != seen.digest && open.iter().any(|kind| !found.contains(kind)) {
            found.extend(beside(&source, digest).await?);
        }
        let left = open.iter().filter(|kind| !found.contains(kind));
        missing.extend(left.map(|kind| format!("no {} of {platform}", kind.word())));
    }
    if images.is_empty() {
        missing.extend(open.iter().map(|kind| format!("no {}", kind.word())));
    }
    Ok(missing)
}

/// What the entries of a list attest of one of its images.
async fn inside(
    source: &Arc<dyn Source>,
    document: &Document,
    digest: &Digest,
) -> Result<Vec<Kind>, Failure> {
    let Manifest::Index(index) = &document.manifest else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in index.entries.iter().filter_map(Entry::descriptor) {
        if entry.is_attestation() && entry.attests().as_ref() == Some(digest) {
            let manifest = source.manifest(entry).await?;
            found.extend(of_manifest(&manifest));
        }
    }
    Ok(found)
}

/// What refers to a manifest from beside it.
async fn beside(source: &Arc<dyn Source>, digest: &Digest) -> Result<Vec<Kind>, Failure> {
    let mut found = Vec::new();
    for Referring { referrer, document, .. } in referring(source.as_ref(), digest).await? {
        match (of_referrer(&referrer), document) {
            (Some(kind), _) => found.push(kind),
            (None, Some(document)) => found.extend(of_manifest(&document)),
            (None, None) => {
                found.extend(of_manifest(&source.manifest(&referrer.descriptor).await?));
            }
        }
    }
    Ok(found)
}

/// What an entry of the referrers API, or a tag of Cosign's, says by itself.
fn of_referrer(referrer: &Referrer) -> Option<Kind> {
    match &referrer.via {
        Via::CosignTag(tag) if tag.ends_with(".sig") => return Some(Kind::Signature),
        Via::CosignTag(tag) if tag.ends_with(".sbom") => return Some(Kind::Sbom),
        Via::CosignTag(_) | Via::FallbackTag => return None,
        Via::Api | Via::SameIndex => {}
    }
    attached_kinds(Some(&referrer.descriptor), None).into_iter().find_map(Kind::of)
}

/// What a manifest holds.
fn of_manifest(document: &Document) -> Vec<Kind> {
    attached_kinds(None, Some(&document.manifest)).into_iter().filter_map(Kind::of).collect()
}
