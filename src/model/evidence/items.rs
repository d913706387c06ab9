//! What evidence a manifest holds, told by its types and annotations.

use std::sync::Arc;

use super::place::Place;
use super::{Kind, predicate_name};
use crate::model::tree::NodeId;
use crate::oci::{
    Annotations, Descriptor, Digest, Document, Manifest, keys, stated_predicate, type_name,
};

/// One piece of evidence: a blob of a manifest, or a manifest of which no more is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is for.
    pub kind: Kind,
    /// What it is, in a few words.
    pub name: String,
    /// The predicate type of its statement.
    pub predicate_type: Option<String>,
    /// The manifest that holds it.
    pub manifest: Digest,
    /// What the manifest says that it is (`artifactType`, or the type of its config).
    pub artifact_type: Option<String>,
    /// The node of that manifest, if a tree has one.
    pub node: Option<NodeId>,
    /// The descriptor of that manifest.
    pub descriptor: Arc<Descriptor>,
    /// Whether that manifest was read.
    pub is_read: bool,
    /// Whether it is listed and the registry does not have it (any more).
    pub is_gone: bool,
    /// Its place among the blobs of that manifest (from 0).
    pub position: usize,
    /// The blob; `None` before the manifest was read, or if it has none.
    pub blob: Option<Arc<Descriptor>>,
    /// Where it was found.
    pub places: Vec<Place>,
    /// What refers to the manifest that holds it: signatures of the evidence.
    pub referrers: Vec<Item>,
}

/// The type of OCI's empty blob.
const EMPTY: &str = "application/vnd.oci.empty.v1+json";

impl Item {
    /// Whether its signature is in it: a signature, a bundle, a signed envelope.
    #[must_use]
    pub fn is_signed_itself(&self) -> bool {
        if self.is_gone {
            return false;
        }
        let types = [
            self.blob.as_ref().map(|blob| blob.media_type.as_str()),
            self.artifact_type.as_deref(),
        ];
        self.kind == Kind::Signature
            || types.into_iter().flatten().any(|it| {
                it.contains("sigstore.bundle")
                    || it.contains("dsse.envelope")
                    || it.contains("+dsse")
            })
    }

    /// Whether it may turn out to be of this kind when it is read: CycloneDX without components is VEX,
    /// under the types of an SBOM.
    #[must_use]
    pub fn may_be(&self, kind: Kind) -> bool {
        let types = [
            self.blob.as_ref().map(|blob| blob.media_type.as_str()),
            self.artifact_type.as_deref(),
            self.predicate_type.as_deref(),
        ];
        let is_cyclonedx = || types.into_iter().flatten().any(|it| it.contains("cyclonedx"));
        self.kind == kind || (kind == Kind::Vex && self.kind == Kind::Sbom && is_cyclonedx())
    }

    /// Whether only its content tells what it is for: an envelope, a statement or JSON of which nothing
    /// more is said.
    #[must_use]
    pub fn is_untold(&self) -> bool {
        const OPEN: [&str; 5] = ["dsse", "in-toto", "json", "sigstore.bundle", "xml"];
        let of_blob = self.blob.as_ref().map(|blob| blob.media_type.as_str());
        let named = of_blob.or(self.artifact_type.as_deref());
        let is_open = named.is_none_or(|it| OPEN.iter().any(|part| it.contains(part)));
        self.kind == Kind::Other && self.predicate_type.is_none() && self.has_blob() && is_open
    }

    /// Whether it has a blob, or may have one.
    #[must_use]
    pub fn has_blob(&self) -> bool {
        self.blob.is_some() || !self.is_read
    }

    /// The signatures of the evidence that were found.
    pub fn signatures(&self) -> impl Iterator<Item = &Self> {
        let there = self.referrers.iter().filter(|it| !it.is_gone);
        there.filter(|it| it.kind == Kind::Signature || it.is_signed_itself())
    }
}

#[cfg(test)]
impl Item {
    /// A piece of evidence of this kind, of which no more is known.
    pub(crate) fn bare(kind: Kind, descriptor: Arc<Descriptor>) -> Self {
        Self { kind, ..of_referrer(&descriptor, &[Place::Api]) }
    }
}

/// What a manifest is, of which only the descriptor is known.
#[must_use]
pub fn of_referrer(descriptor: &Arc<Descriptor>, places: &[Place]) -> Item {
    let types = [descriptor.artifact_type.as_deref()];
    let item = item(descriptor, None, 0, &types, &[&descriptor.annotations], places);
    Item { artifact_type: descriptor.artifact_type.clone(), is_read: false, ..item }
}

/// What a manifest holds.
#[must_use]
pub fn of_document(
    descriptor: &Arc<Descriptor>,
    document: &Document,
    places: &[Place],
) -> Vec<Item> {
    let own = document.manifest.artifact_type();
    let none = Annotations::default();
    let annotations = document.manifest.annotations().unwrap_or(&none);
    let blobs: Vec<&Arc<Descriptor>> = match &document.manifest {
        Manifest::Image(image) => image.layers.iter().filter_map(|it| it.descriptor()).collect(),
        Manifest::Artifact(artifact) => {
            artifact.blobs.iter().filter_map(|it| it.descriptor()).collect()
        }
        Manifest::Index(_) | Manifest::Schema1(_) | Manifest::Unknown => Vec::new(),
    };
    let blobs: Vec<_> =
        blobs.into_iter().filter(|blob| blob.media_type.as_str() != EMPTY).collect();
    let one = |position: usize, blob: Option<&Arc<Descriptor>>| {
        let types =
            [blob.map(|blob| blob.media_type.as_str()), own, descriptor.artifact_type.as_deref()];
        let of_blob = blob.map_or(&none, |blob| &blob.annotations);
        let all = [of_blob, annotations, &descriptor.annotations];
        let artifact_type = own.or(descriptor.artifact_type.as_deref()).map(str::to_owned);
        let item = item(descriptor, blob, position, &types, &all, places);
        Item { artifact_type, is_read: true, ..item }
    };
    if blobs.is_empty() {
        return vec![one(0, None)];
    }
    blobs.into_iter().enumerate().map(|(position, blob)| one(position, Some(blob))).collect()
}

fn item(
    descriptor: &Arc<Descriptor>,
    blob: Option<&Arc<Descriptor>>,
    position: usize,
    types: &[Option<&str>],
    annotations: &[&Annotations],
    places: &[Place],
) -> Item {
    let said = |key: &str| annotations.iter().find_map(|it| it.get(key)).cloned();
    let predicate_type = annotations.iter().find_map(|it| stated_predicate(it)).map(str::to_owned);
    let types: Vec<&str> = types.iter().flatten().copied().collect();
    let suffix = places.iter().find_map(|place| match place {
        Place::CosignTag(tag) => tag.rsplit_once('.').map(|(_, suffix)| suffix),
        _ => None,
    });
    let by_type = || types.iter().find_map(|it| Kind::of_type(it));
    let by_annotation = annotations.iter().find_map(|it| Kind::of_annotations(it));
    let kind = by_annotation.or_else(by_type).unwrap_or(match suffix {
        Some("sig") => Kind::Signature,
        Some("sbom") => Kind::Sbom,
        _ => Kind::Other,
    });
    let name = match (&predicate_type, said(keys::TITLE)) {
        (Some(predicate), _) => predicate_name(predicate),
        (None, Some(title)) => title,
        (None, None) => types.first().map_or_else(
            || suffix.map_or_else(|| "manifest".to_owned(), |suffix| format!("cosign .{suffix}")),
            |it| type_name(it).to_owned(),
        ),
    };
    Item {
        kind,
        name,
        predicate_type,
        manifest: descriptor.digest.clone(),
        artifact_type: None,
        node: None,
        descriptor: Arc::clone(descriptor),
        is_read: false,
        is_gone: false,
        position,
        blob: blob.map(Arc::clone),
        places: places.to_vec(),
        referrers: Vec::new(),
    }
}
