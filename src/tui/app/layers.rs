//! The layers of an image in a tree.

use std::sync::Arc;

use super::opened::OpenedRef;
use crate::model::tree::NodeId;
use crate::oci::{Descriptor, Digest, Entry, Manifest};

/// A layer as its image describes it.
#[derive(Debug, Clone)]
pub struct LayerFacts {
    /// The descriptor; `None` for an element of the list that is not a usable one.
    pub descriptor: Option<Arc<Descriptor>>,
    /// What the config says of its digest before compression.
    pub diff_id: Option<Digest>,
    /// The step of the build that made it.
    pub created_by: Option<String>,
}

/// The layers of an image, the lowest first, as far as its manifest is loaded.
pub(super) fn layers_of(open: &OpenedRef, image: NodeId) -> Option<Vec<LayerFacts>> {
    let tree = &open.tree;
    let document = tree.node(image)?.document()?;
    let Manifest::Image(manifest) = &document.manifest else { return None };
    let config = tree.config_of(image).and_then(|id| tree.node(id)).and_then(|it| it.config());
    let layer = |(at, entry): (usize, &Entry)| LayerFacts {
        descriptor: entry.descriptor().cloned(),
        diff_id: config.and_then(|it| it.config.diff_ids.get(at).cloned().flatten()),
        created_by: config
            .and_then(|it| it.config.created_by(at, manifest.layers.len()))
            .map(str::to_owned),
    };
    Some(manifest.layers.iter().enumerate().map(layer).collect())
}
