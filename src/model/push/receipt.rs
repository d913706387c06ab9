//! What of the evidence a copy brought along, and what it left behind.

use std::sync::Arc;

use crate::model::draft::{Companion, Shipped};
use crate::oci::{
    Descriptor, Digest, Document, Entry, EvidenceKind, Manifest, attached_kinds, attached_name,
};
use crate::text::plural;

/// What a copy did with the evidence of what it copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// What goes along.
    pub arrives: Vec<Piece>,
    /// What does not, each with the reason.
    pub left: Vec<(Piece, String)>,
    /// Whether it was looked for what refers to the root and to its images.
    pub looked: bool,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// How it is attached.
    pub place: Attachment,
    /// What it is, in a few words.
    pub name: String,
    /// What it is for, as far as it says.
    pub kinds: Vec<EvidenceKind>,
    /// Its manifest.
    pub digest: Digest,
    /// What it speaks of, if it says so.
    pub of: Option<Digest>,
}

/// How evidence is attached to an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attachment {
    /// An entry of the list.
    Entry,
    /// Its `subject`.
    Subject,
    /// A tag made of the digest (Cosign).
    Tag(String),
}

impl Attachment {
    /// Its name in JSON.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Entry => "list",
            Self::Subject => "referrer",
            Self::Tag(_) => "tag",
        }
    }
}

impl Receipt {
    /// What goes along of a source, and what of the list's own entries does not.
    #[must_use]
    pub fn of(source: &Document, shipped: &dyn Shipped, companions: &[Companion]) -> Self {
        let mut receipt = Self::default();
        let tops: Vec<Digest> =
            shipped.tops().into_iter().map(|(top, _)| top.digest.clone()).collect();
        if let Manifest::Index(index) = &source.manifest {
            let entries = index.entries.iter().filter_map(Entry::descriptor);
            for entry in entries.filter(|entry| entry.is_attestation()) {
                let document = shipped.document(&entry.digest);
                let piece = piece(Attachment::Entry, entry, document, entry.attests());
                if tops.contains(&entry.digest) {
                    receipt.arrives.push(piece);
                } else {
                    let of = piece.of.as_ref();
                    let stays = of.is_some_and(|of| tops.contains(of));
                    let why = if stays { "--no-attestations" } else { "its image is not taken" };
                    receipt.left.push((piece, why.to_owned()));
                }
            }
        }
        for companion in companions {
            let Some(descriptor) = companion.descriptor() else { continue };
            let place = match &companion.tag {
                Some(tag) => Attachment::Tag(tag.clone()),
                None => Attachment::Subject,
            };
            let document = shipped.document(&descriptor.digest);
            let of = Some(companion.subject.clone());
            receipt.arrives.push(piece(place, &descriptor, document, of));
        }
        receipt
    }

    /// More that stays behind.
    pub fn leave(&mut self, companion: &Companion, why: &str) {
        let Some(descriptor) = companion.descriptor() else { return };
        let place = match &companion.tag {
            Some(tag) => Attachment::Tag(tag.clone()),
            None => Attachment::Subject,
        };
        let of = Some(companion.subject.clone());
        self.left.push((piece(place, &descriptor, None, of), why.to_owned()));
    }

    /// What arrived and what was left behind, in sentences.
    #[must_use]
    pub fn sentences(&self, done: bool) -> Vec<String> {
        let count =
            |place: &str| self.arrives.iter().filter(|piece| piece.place.as_str() == place).count();
        let mut parts = Vec::new();
        for (place, word) in [("list", "attestation"), ("referrer", "referrer"), ("tag", "tag")] {
            if count(place) > 0 {
                parts.push(plural(count(place), word));
            }
        }
        let mut said = Vec::new();
        if !parts.is_empty() {
            let verb = if done { "arrived" } else { "goes along" };
            said.push(format!("evidence {}: {verb}", parts.join(", ")));
        }
        for (piece, why) in &self.left {
            let of = piece.of.as_ref().map_or_else(String::new, |of| format!(" of {}", of.short()));
            said.push(format!("left     {} {}{of}: {why}", piece.name, piece.digest.short()));
        }
        if !self.looked {
            said.push(
                "left     what refers to the image (signatures, SBOMs) was not looked for; \
                 --referrers takes it along"
                    .to_owned(),
            );
        }
        said
    }
}

fn piece(
    place: Attachment,
    descriptor: &Descriptor,
    document: Option<&Arc<Document>>,
    of: Option<Digest>,
) -> Piece {
    let manifest = document.map(|document| &document.manifest);
    let name = match (&place, manifest) {
        (Attachment::Entry, None) => "attestation".to_owned(),
        _ => attached_name(Some(descriptor), manifest),
    };
    let kinds = attached_kinds(Some(descriptor), manifest);
    Piece { place, name, kinds, digest: descriptor.digest.clone(), of }
}
