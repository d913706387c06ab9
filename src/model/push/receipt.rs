//! What of the evidence a copy brought along, and what it left behind.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::draft::{Attests, Companion, Shipped};
use crate::oci::{
    Descriptor, Digest, Document, Entry, EvidenceKind, Kind, Manifest, attached_kinds,
    attached_name,
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
    pub looked: Looked,
}

/// How far was looked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Looked {
    /// Nothing was asked.
    #[default]
    No,
    /// Something was asked: not everything, or not every answer came.
    Partly,
    /// The root, its images, and what refers to them.
    Everywhere,
}

impl From<bool> for Looked {
    fn from(everywhere: bool) -> Self {
        if everywhere { Self::Everywhere } else { Self::No }
    }
}

/// What was wanted of the evidence in lists.
#[derive(Debug, Clone, Copy)]
pub struct Choosing<'a> {
    /// Whether attestations were.
    pub attestations: bool,
    /// Attestations whose entries do not say that they are.
    pub attests: &'a Attests,
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
    /// What goes along of the lists at the sources, and what of their own entries does not.
    #[must_use]
    pub fn of<'a>(
        lists: impl IntoIterator<Item = &'a Arc<Document>>,
        shipped: &dyn Shipped,
        companions: &[Companion],
        wanted: Choosing<'_>,
    ) -> Self {
        let mut receipt = Self::default();
        let tops: HashSet<Digest> =
            shipped.tops().into_iter().map(|(top, _)| top.digest.clone()).collect();
        let mut seen = HashSet::new();
        for entry in lists.into_iter().flat_map(|list| entries(list)) {
            let document = shipped.document(&entry.digest);
            let Some(of) = attested(entry, document, wanted.attests) else { continue };
            if !seen.insert(entry.digest.clone()) {
                continue;
            }
            let piece = piece(Attachment::Entry, entry, document, of);
            if tops.contains(&entry.digest) {
                receipt.arrives.push(piece);
                continue;
            }
            let why = match &piece.of {
                _ if !wanted.attestations => "--no-attestations",
                Some(of) if !tops.contains(of) => "its image is not taken",
                Some(_) => "a Docker manifest list has no place for attestations",
                None => "it does not tell of which image it is",
            };
            receipt.left.push((piece, why.to_owned()));
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
        let unseen = match self.looked {
            Looked::Everywhere => return said,
            Looked::No => "what refers to the image (signatures, SBOMs) was not looked for",
            Looked::Partly => "what refers to the image was not looked for everywhere",
        };
        said.push(format!("left     {unseen}; --referrers takes it along"));
        said
    }
}

fn entries(list: &Document) -> impl Iterator<Item = &Arc<Descriptor>> {
    let index = match &list.manifest {
        Manifest::Index(index) => Some(index),
        _ => None,
    };
    index.into_iter().flat_map(|index| index.entries.iter().filter_map(Entry::descriptor))
}

/// Of an attestation, the image that it is of if that is known.
fn attested(
    entry: &Descriptor,
    document: Option<&Arc<Document>>,
    attests: &Attests,
) -> Option<Option<Digest>> {
    if entry.is_attestation() {
        return Some(entry.attests());
    }
    let held = document.filter(|it| it.kind() == Kind::Attestation);
    let subject = held.map(|it| it.manifest.subject().map(|subject| subject.digest.clone()));
    attests.get(&entry.digest).cloned().or(subject)
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
