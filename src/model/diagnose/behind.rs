//! What a reference leads to: its entries, and what is odd about its documents.

use std::sync::Arc;

use super::Broken;
use super::fact::Fact;
use crate::model::check::Row;
use crate::model::select::{Offer, Path};
use crate::oci::{Annotations, Digest, Kind, MediaType, Misfit, Oddity, Platform, Sent, keys};

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The reference, as people write it.
    pub reference: String,
    /// The repository, as people write it; `None` for what lies on a disk.
    pub repository: Option<String>,
    /// The tag that was asked for.
    pub tag: Option<String>,
    /// The digest that was asked for.
    pub pinned: Option<Digest>,
    /// The digest of what was found.
    pub digest: Digest,
    /// Its media type.
    pub media_type: MediaType,
    /// The type with which a registry sent it.
    pub sent: Sent,
    /// What it is.
    pub kind: Kind,
    /// The annotations of the document itself.
    pub annotations: Annotations,
    /// Every entry that is not an index, those of nested indexes too, in the order of the document;
    /// where the root is not an index, the root itself.
    pub entries: Vec<Image>,
    /// What is odd about the JSON of the documents that were read, in the order of the list.
    pub odd: Vec<OddDocument>,
    /// The same, prepared for the engines.
    pub offer: Arc<Offer>,
}

/// A document with something odd about its JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddDocument {
    /// The place of the index, of the entry, or of the image whose config it is; the root is the
    /// empty path.
    pub path: Path,
    /// Whether it is the config of the image at that place.
    pub is_config: bool,
    /// What the manifest at that place is.
    pub kind: Kind,
    /// The digest of the document.
    pub digest: Digest,
    /// What is odd.
    pub oddities: Vec<Oddity>,
}

/// One entry of an index, or a bare manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Positions (from 0) of the entry and of the indexes above it; empty for a bare manifest.
    pub path: Path,
    /// Its digest.
    pub digest: Digest,
    /// What it is.
    pub kind: Kind,
    /// The platform as the entry writes it.
    pub platform: Option<Platform>,
    /// Whether the manifest could be read.
    pub manifest: Fact<()>,
    /// The platform in its config.
    pub config: Fact<Platform>,
    /// Its layers, base first, with their sizes in bytes.
    pub layers: Fact<Vec<(Digest, u64)>>,
    /// What the registry does not have of it, or has in another form than its digest says.
    pub broken: Vec<Broken>,
    /// Whether its manifest is listed, and the local engine that was asked does not have it.
    pub is_elsewhere: bool,
    /// How the diff IDs of its config do not fit its layers.
    pub misfits: Vec<Misfit>,
    /// What the history says of each layer, if the config has one.
    pub history: Vec<String>,
    /// The type that the entry gives; `None` for a bare manifest.
    pub stated_type: Option<MediaType>,
    /// The type that the manifest gives itself (`mediaType`); not all do.
    pub own_type: Option<MediaType>,
    /// The annotations of the entry.
    pub annotations: Annotations,
    /// The annotations of its manifest.
    pub own_annotations: Annotations,
    /// When it was made, as its config says (RFC 3339).
    pub created: Option<String>,
    /// The image that an attestation speaks of.
    pub attests: Option<Digest>,
    /// The manifest that its own `subject` names.
    pub subject: Option<Digest>,
    /// Whether it names an artifact of another type, and which (`artifactType`).
    pub artifact_type: Option<String>,
    /// What its programs say; missing where nobody read its layers.
    pub truth: Fact<Arc<Row>>,
}

/// `no. 2`, `no. 1.3` inside a nested index; `None` at the root.
fn place(path: &[usize]) -> Option<String> {
    let numbers: Vec<String> = path.iter().map(|at| (at + 1).to_string()).collect();
    (!path.is_empty()).then(|| format!("no. {}", numbers.join(".")))
}

impl OddDocument {
    /// `the list`, `no. 2`, `the config of no. 2`, `the config`.
    pub(super) fn name(&self) -> String {
        match (place(&self.path), self.is_config) {
            (Some(place), true) => format!("the config of {place}"),
            (Some(place), false) => place,
            (None, true) => "the config".to_owned(),
            (None, false) if self.kind == Kind::Index => "the list".to_owned(),
            (None, false) => "the manifest".to_owned(),
        }
    }
}

impl Behind {
    /// The entries that somebody may run: not attestations, artifacts or `unknown/unknown`.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        self.entries.iter().filter(|entry| {
            matches!(entry.kind, Kind::Image | Kind::Schema1)
                && !entry.platform.as_ref().is_some_and(Platform::is_unknown)
        })
    }

    /// Whether it is an index.
    pub(super) fn is_list(&self) -> bool {
        self.media_type.is_index()
    }

    /// The reference for commands: `repository:tag`, or what was written.
    pub(super) fn name(&self) -> String {
        match (&self.repository, &self.tag) {
            (Some(repository), Some(tag)) => format!("{repository}:{tag}"),
            _ => self.reference.clone(),
        }
    }
}

impl Image {
    /// What its programs say, if somebody read its layers.
    pub(super) fn row(&self) -> Option<&Row> {
        self.truth.known().map(Arc::as_ref)
    }

    /// Whether the entry says that it is an attestation.
    pub(super) fn is_named_attestation(&self) -> bool {
        self.annotations.get(keys::REFERENCE_TYPE).is_some_and(|it| it == "attestation-manifest")
    }

    /// What the entry says its platform is, or else the config.
    pub fn said(&self) -> Option<&Platform> {
        self.platform.as_ref().or_else(|| self.config.known())
    }

    /// The platform that it was built for, as far as anybody says: the config before the entry.
    pub(super) fn true_platform(&self) -> Option<&Platform> {
        self.config.known().or(self.platform.as_ref())
    }

    /// `no. 2`, `no. 1.3` inside a nested index, `the manifest` at the root.
    pub(super) fn place(&self) -> String {
        place(&self.path).unwrap_or_else(|| "the manifest".to_owned())
    }

    /// Place, platform and digest: one line of evidence.
    pub(super) fn line(&self) -> String {
        let platform = match &self.platform {
            Some(platform) => platform.to_string(),
            None if self.path.is_empty() => {
                self.config.known().map_or("platform unknown".to_owned(), ToString::to_string)
            }
            None => "no platform".to_owned(),
        };
        format!("{}: {platform} {}", self.place(), self.digest)
    }

    /// The bytes of all layers.
    pub(super) fn size(&self) -> Option<u64> {
        let layers = self.layers.known()?;
        Some(layers.iter().fold(0, |sum: u64, (_, size)| sum.saturating_add(*size)))
    }
}
