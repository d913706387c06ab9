//! What a draft names, down to the blobs.

use std::collections::HashSet;
use std::sync::Arc;

use crate::oci::{Descriptor, Digest, Document, Location, MAX_INDEX_DEPTH, Manifest};
use crate::text::plural;

use super::shipped::Shipped;

/// A manifest that the target has to hold.
pub(super) struct Child<'d> {
    pub(super) descriptor: Arc<Descriptor>,
    pub(super) from: &'d Location,
    /// The document, if it has been read.
    pub(super) document: Option<&'d Arc<Document>>,
    /// How many levels of manifests lie below it.
    pub(super) height: usize,
}

/// All manifests that the target has to hold before the root: what `is_there` of is not followed
/// further down. Each digest once, children before parents.
pub(super) fn children<'d>(
    shipped: &'d dyn Shipped,
    is_there: &dyn Fn(&Digest) -> bool,
) -> Vec<Child<'d>> {
    let mut walk = Walk { shipped, is_there, seen: HashSet::new(), found: Vec::new() };
    for (descriptor, from) in shipped.tops() {
        walk.visit(&descriptor, from, 0);
    }
    walk.found
}

struct Walk<'d, 'f> {
    shipped: &'d dyn Shipped,
    is_there: &'f dyn Fn(&Digest) -> bool,
    seen: HashSet<Digest>,
    found: Vec<Child<'d>>,
}

impl<'d> Walk<'d, '_> {
    /// The height of what was visited.
    fn visit(&mut self, descriptor: &Arc<Descriptor>, from: &'d Location, depth: usize) -> usize {
        if !self.seen.insert(descriptor.digest.clone()) {
            let known = self.found.iter().find(|it| it.descriptor.digest == descriptor.digest);
            return known.map_or(0, |known| known.height);
        }
        let document = self.shipped.document(&descriptor.digest);
        let mut height = 0;
        if !(self.is_there)(&descriptor.digest)
            && depth < MAX_INDEX_DEPTH
            && let Some(Manifest::Index(index)) = document.map(|document| &document.manifest)
        {
            for entry in index.entries.iter().filter_map(|entry| entry.descriptor()) {
                height = height.max(1 + self.visit(entry, from, depth + 1));
            }
        }
        self.found.push(Child { descriptor: Arc::clone(descriptor), from, document, height });
        height
    }
}

/// The blobs of a manifest: config and layers. Layers that only their `urls` name are not in a
/// registry (OCI `layer.md`, "Non-Distributable Layers").
pub(super) fn blobs(document: &Document) -> (Vec<&Arc<Descriptor>>, usize) {
    let all: Vec<&Arc<Descriptor>> = match &document.manifest {
        Manifest::Image(image) => {
            image.config.descriptor().into_iter().chain(image.layer_descriptors()).collect()
        }
        Manifest::Artifact(artifact) => {
            artifact.blobs.iter().filter_map(|blob| blob.descriptor()).collect()
        }
        Manifest::Index(_) | Manifest::Schema1(_) | Manifest::Unknown => Vec::new(),
    };
    let elsewhere = |blob: &Descriptor| {
        let text = blob.media_type.as_str();
        !blob.urls.is_empty() && (text.contains("foreign") || text.contains("nondistributable"))
    };
    let count = all.iter().filter(|blob| elsewhere(blob)).count();
    (all.into_iter().filter(|blob| !elsewhere(blob)).collect(), count)
}

/// That layers stay where they are, in a sentence; nothing if there are none.
pub(super) fn not_given_away(layers: usize, of: &Digest) -> Option<String> {
    (layers > 0).then(|| {
        format!(
            "{} of {of} may not be given away and {} in no registry; nothing of that is copied",
            plural(layers, "layer"),
            if layers == 1 { "is" } else { "are" },
        )
    })
}
