//! What is written to a place that holds files and no registry.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::tree::Need;
use crate::oci::{Descriptor, Document, Location};

use super::super::Want;
use super::answers::Missing;
use super::content::{blobs, children, not_given_away};
use super::shipped::Shipped;

/// Everything that a shipment consists of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Haul {
    /// The manifests, each once, children before parents; the root comes last.
    pub manifests: Vec<Arc<Document>>,
    /// Configs and layers, each once, and where their bytes are.
    pub blobs: Vec<(Arc<Descriptor>, Location)>,
    /// What is left out, in sentences.
    pub notes: Vec<String>,
}

impl Haul {
    /// The bytes of all blobs.
    #[must_use]
    pub fn blob_bytes(&self) -> u64 {
        self.blobs.iter().fold(0, |sum, (blob, _)| sum.saturating_add(blob.size))
    }
}

/// Everything that is written.
///
/// # Errors
/// The manifests that have to be read first, and those that could not be.
pub fn haul(shipped: &dyn Shipped) -> Result<Haul, Missing> {
    let mut missing = Missing::default();
    let mut haul = Haul { notes: shipped.notes(), ..Haul::default() };
    let mut seen = HashSet::new();
    let root = shipped.root();
    for child in children(shipped, &|_| false) {
        let digest = &child.descriptor.digest;
        let Some(document) = child.document else {
            match shipped.failure(digest) {
                Some(failure) => missing.failures.push((digest.clone(), Arc::clone(failure))),
                None => missing.wants.push(Want {
                    from: child.from.clone(),
                    need: Need::Manifest(Arc::clone(&child.descriptor)),
                }),
            }
            continue;
        };
        let (blobs, elsewhere) = blobs(document);
        haul.notes.extend(not_given_away(elsewhere, digest));
        for blob in blobs.into_iter().filter(|blob| seen.insert(blob.digest.clone())) {
            haul.blobs.push((Arc::clone(blob), child.from.clone()));
        }
        if *digest != root.digest {
            haul.manifests.push(Arc::clone(document));
        }
    }
    if !missing.is_empty() {
        return Err(missing);
    }
    // What a list was made of parses as what it is.
    haul.manifests.extend(root.parse().ok().map(Arc::new));
    Ok(haul)
}
