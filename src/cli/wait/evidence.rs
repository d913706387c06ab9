//! Evidence that is waited for: SBOMs, provenance and signatures, in the list or beside it.
//!
//! Forms: attestation manifests of BuildKit 0.34, bundles and tags of Cosign 3.1, notation 1.3,
//! SBOMs that oras attaches. What an attestation says is its predicate type: an annotation of the
//! entry, of the manifest (`dev.sigstore.bundle.predicateType`), or of a layer.

use std::sync::Arc;

use crate::cli::look::Look;
use crate::oci::{
    Annotations, Descriptor, Digest, Document, Entry, Failure, Location, Manifest, Platform,
    Reference, Referrer, Via, keys,
};
use crate::source::{Source, Sources};

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
    /// The word for it in a sentence.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Sbom => "SBOM",
            Self::Provenance => "provenance",
            Self::Signature => "signature",
        }
    }
}

/// The annotation with the predicate type of a Sigstore bundle (Cosign 3.1.3).
const BUNDLE_PREDICATE: &str = "dev.sigstore.bundle.predicateType";
/// What a Sigstore bundle holds: `dsse-envelope` or `message-signature`.
const BUNDLE_CONTENT: &str = "dev.sigstore.bundle.content";
/// The predicate type in the layers of Cosign's `.att`.
const COSIGN_PREDICATE: &str = "predicateType";

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
    for referrer in source.referrers(digest).await? {
        match of_referrer(&referrer) {
            Some(kind) => found.push(kind),
            None => {
                let manifest = source.manifest(&referrer.descriptor).await?;
                let by_tag = matches!(referrer.via, Via::CosignTag(_));
                let about = subject(&manifest);
                // An entry of a fallback list that refers to something else is not about this.
                if by_tag || about.is_none_or(|about| about == digest) {
                    found.extend(of_manifest(&manifest));
                }
            }
        }
    }
    Ok(found)
}

fn subject(document: &Document) -> Option<&Digest> {
    match &document.manifest {
        Manifest::Image(image) => image.subject.as_ref().map(|it| &it.digest),
        Manifest::Artifact(artifact) => artifact.subject.as_ref().map(|it| &it.digest),
        _ => None,
    }
}

/// What an entry of the referrers API, or a tag of Cosign's, says by itself.
fn of_referrer(referrer: &Referrer) -> Option<Kind> {
    match &referrer.via {
        Via::CosignTag(tag) if tag.ends_with(".sig") => return Some(Kind::Signature),
        Via::CosignTag(tag) if tag.ends_with(".sbom") => return Some(Kind::Sbom),
        Via::CosignTag(_) | Via::FallbackTag => return None,
        Via::Api | Via::SameIndex => {}
    }
    let entry = &referrer.descriptor;
    of_annotations(&entry.annotations).or_else(|| of_type(entry.artifact_type.as_deref()?))
}

/// What a manifest holds.
fn of_manifest(document: &Document) -> Vec<Kind> {
    let (types, annotations, parts): (Vec<&str>, &Annotations, &[Entry]) = match &document.manifest
    {
        Manifest::Image(image) => {
            let config = image.config.descriptor().map(|it| it.media_type.as_str());
            let types = image.artifact_type.as_deref().into_iter().chain(config).collect();
            (types, &image.annotations, &image.layers)
        }
        Manifest::Artifact(artifact) => {
            let types = artifact.artifact_type.as_deref().into_iter().collect();
            (types, &artifact.annotations, &artifact.blobs)
        }
        _ => return Vec::new(),
    };
    let own = of_annotations(annotations).or_else(|| types.iter().find_map(|it| of_type(it)));
    let of_part = |part: &Arc<Descriptor>| {
        of_annotations(&part.annotations).or_else(|| of_type(part.media_type.as_str()))
    };
    own.into_iter().chain(parts.iter().filter_map(Entry::descriptor).filter_map(of_part)).collect()
}

fn of_annotations(annotations: &Annotations) -> Option<Kind> {
    let predicate = [keys::PREDICATE_TYPE, BUNDLE_PREDICATE, COSIGN_PREDICATE]
        .iter()
        .find_map(|key| annotations.get(*key));
    match predicate {
        Some(predicate) => of_predicate(predicate),
        None => (annotations.get(BUNDLE_CONTENT).map(String::as_str) == Some("message-signature"))
            .then_some(Kind::Signature),
    }
}

/// The kind of a predicate, by its type in in-toto's registry of predicates or Cosign's own.
fn of_predicate(predicate: &str) -> Option<Kind> {
    if predicate.starts_with("https://slsa.dev/provenance/") {
        Some(Kind::Provenance)
    } else if predicate.starts_with("https://sigstore.dev/cosign/sign/") {
        Some(Kind::Signature)
    } else {
        let known = ["https://spdx.dev/", "https://cyclonedx.org/", "https://syft.dev/"];
        known.iter().any(|it| predicate.starts_with(it)).then_some(Kind::Sbom)
    }
}

/// The kind of an artifact type, or of the media type of a config or blob.
fn of_type(media_type: &str) -> Option<Kind> {
    const SIGNATURES: [&str; 3] = [
        "application/vnd.cncf.notary.signature",
        "application/vnd.dev.cosign.artifact.sig.v1+json",
        "application/vnd.dev.cosign.simplesigning.v1+json",
    ];
    if SIGNATURES.contains(&media_type) {
        return Some(Kind::Signature);
    }
    let sboms = ["spdx", "cyclonedx", "vnd.syft", "cosign.artifact.sbom"];
    sboms.iter().any(|it| media_type.contains(it)).then_some(Kind::Sbom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates_and_types_have_their_kinds() {
        for (text, kind) in [
            ("https://slsa.dev/provenance/v0.2", Some(Kind::Provenance)),
            ("https://slsa.dev/provenance/v1", Some(Kind::Provenance)),
            ("https://spdx.dev/Document", Some(Kind::Sbom)),
            ("https://spdx.dev/Document/v2.3", Some(Kind::Sbom)),
            ("https://cyclonedx.org/bom", Some(Kind::Sbom)),
            ("https://sigstore.dev/cosign/sign/v1", Some(Kind::Signature)),
            ("https://openvex.dev/ns/v0.2.0", None),
        ] {
            assert_eq!(of_predicate(text), kind, "{text}");
        }
        for (text, kind) in [
            ("application/vnd.cncf.notary.signature", Some(Kind::Signature)),
            ("application/vnd.dev.cosign.simplesigning.v1+json", Some(Kind::Signature)),
            ("application/spdx+json", Some(Kind::Sbom)),
            ("text/spdx+json", Some(Kind::Sbom)),
            ("application/vnd.cyclonedx+json", Some(Kind::Sbom)),
            ("application/vnd.syft+json", Some(Kind::Sbom)),
            ("application/vnd.in-toto+json", None),
            ("application/vnd.dev.sigstore.bundle.v0.3+json", None),
        ] {
            assert_eq!(of_type(text), kind, "{text}");
        }
    }
}
