//! A node with whatever of it loaded.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::Side;
use crate::model::tree::{Node, NodeId, Role, Tree, What};
use crate::oci::{
    ConfigDocument, Descriptor, Digest, Document, Failure, Kind, Manifest, Platform,
    PlatformPattern, json_value,
};

/// One side of a comparison, or a part of one.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// The node in its tree.
    pub node: NodeId,
    /// The descriptor that names it; what a reference names has none.
    pub descriptor: Option<Arc<Descriptor>>,
    /// The manifest, if it is one that loaded.
    pub document: Option<Arc<Document>>,
    /// The image config, if this is one that loaded, or an image whose config loaded.
    pub config: Option<Arc<ConfigDocument>>,
    /// The node of an image's config.
    pub config_node: Option<NodeId>,
    /// The nodes of an image's layers, by their number.
    pub layer_nodes: HashMap<usize, NodeId>,
    /// The elements of an index in its own order, attestations and odd ones too.
    pub entries: Vec<Part>,
    /// The place in the list above, from 0.
    pub position: Option<usize>,
    /// The element of a list that is not a usable descriptor, as JSON.
    pub odd: Option<String>,
    /// Why it, or its config, did not load.
    pub failure: Option<Arc<Failure>>,
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// A manifest of this kind.
    Manifest(Kind),
    /// A config.
    Config,
    /// A layer or another blob; only its descriptor can be compared.
    Blob,
    /// An element of a list that is not a usable descriptor.
    Odd,
}

impl PartKind {
    /// The word of the command line's JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manifest(kind) => kind.as_str(),
            Self::Config => "config",
            Self::Blob => "blob",
            Self::Odd => "unusable entry",
        }
    }
}

/// Something that would have been compared and was not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Of which side.
    pub side: Side,
    /// What it is, in words.
    pub what: String,
    /// Its digest.
    pub digest: Option<Digest>,
    /// Why it is not there; `None` if nobody asked for it or it is on its way.
    pub failure: Option<Arc<Failure>>,
}

impl Part {
    /// The node of a tree; `None` for a group of referrers, which is not content of its own.
    #[must_use]
    pub fn of_tree(tree: &Tree, id: NodeId) -> Option<Self> {
        let node = tree.node(id)?;
        let kind = match &node.what {
            What::Manifest { .. } => PartKind::Manifest(node.kind()),
            What::Config { .. } => PartKind::Config,
            What::Layer { .. } => PartKind::Blob,
            What::Odd { .. } => PartKind::Odd,
            What::Referrers { .. } => return None,
        };
        let config_node = tree.config_of(id);
        let config_failure = config_node.and_then(|id| tree.node(id)).and_then(failure);
        let mut part = Self {
            kind,
            node: id,
            descriptor: node.descriptor().cloned(),
            document: node.document().cloned(),
            config: node.config().or_else(|| tree.config_document(id)).cloned(),
            config_node,
            layer_nodes: HashMap::new(),
            entries: Vec::new(),
            position: node.position(),
            odd: None,
            failure: failure(node).or(config_failure),
        };
        if let What::Odd { raw, .. } = &node.what {
            part.odd = Some(raw.clone());
        }
        part.grow(tree);
        Some(part)
    }

    fn grow(&mut self, tree: &Tree) {
        let is_index = matches!(
            self.document.as_ref().map(|document| &document.manifest),
            Some(Manifest::Index(_))
        );
        let mut entries: Vec<(usize, NodeId)> = Vec::new();
        for (child, node) in tree.children(self.node) {
            if let What::Layer { number, .. } = &node.what {
                self.layer_nodes.insert(*number, child);
            }
            if !is_index {
                continue;
            }
            entries.extend(node.position().map(|position| (position, child)));
            // The tree hangs attestations under their images.
            let attestations = tree.children(child).filter(|(_, it)| {
                matches!(&it.what, What::Manifest { role: Role::Attestation { .. }, .. })
            });
            let is_entry = matches!(&node.what, What::Manifest { role: Role::Entry { .. }, .. });
            if is_entry {
                entries.extend(attestations.filter_map(|(id, it)| Some((it.position()?, id))));
            }
        }
        entries.sort_unstable();
        self.entries = entries.into_iter().filter_map(|(_, id)| Self::of_tree(tree, id)).collect();
    }

    /// Only what is of a platform: the entry, if one entry of an index is; else the index with
    /// the entries that are. `None` if nothing is.
    #[must_use]
    pub fn narrowed(&self, to: &PlatformPattern) -> Option<Self> {
        if !self.is_index() {
            let fits = self.platform().is_some_and(|platform| to.matches(&platform));
            return fits.then(|| self.clone());
        }
        let images = self.entries.iter().filter(|it| !it.is_attestation());
        let fitting: Vec<Self> = images.filter_map(|it| it.narrowed(to)).collect();
        if let [one] = fitting.as_slice() {
            return Some(one.clone());
        }
        let mut whole = self.clone();
        whole.entries = fitting;
        (!whole.entries.is_empty()).then_some(whole)
    }

    /// The digest of the content, if it has one of its own.
    #[must_use]
    pub fn digest(&self) -> Option<&Digest> {
        if let Some(descriptor) = &self.descriptor {
            return Some(&descriptor.digest);
        }
        self.document.as_ref().map(|document| &document.digest)
    }

    /// The platform that its list states.
    #[must_use]
    pub fn stated_platform(&self) -> Option<&Platform> {
        self.descriptor.as_ref().and_then(|descriptor| descriptor.platform.as_ref())
    }

    /// The platform that its list states, else its config's, else schema 1's own.
    #[must_use]
    pub fn platform(&self) -> Option<Platform> {
        if let Some(platform) = self.stated_platform() {
            return Some(platform.clone());
        }
        if let Some(Manifest::Schema1(schema1)) = self.manifest() {
            return Some(Platform::new("linux", &schema1.architecture, ""));
        }
        let platform = &self.config.as_ref()?.config.platform;
        (!platform.os.is_empty() || !platform.architecture.is_empty()).then(|| platform.clone())
    }

    /// The parsed view of the manifest.
    #[must_use]
    pub fn manifest(&self) -> Option<&Manifest> {
        self.document.as_ref().map(|document| &document.manifest)
    }

    /// Whether it is an attestation of another entry.
    #[must_use]
    pub fn is_attestation(&self) -> bool {
        self.kind == PartKind::Manifest(Kind::Attestation)
    }

    /// Whether it is an index.
    #[must_use]
    pub fn is_index(&self) -> bool {
        self.kind == PartKind::Manifest(Kind::Index)
    }

    /// Whether it has layers: an image, an attestation or an artifact.
    #[must_use]
    pub fn has_layers(&self) -> bool {
        matches!(self.kind, PartKind::Manifest(Kind::Image | Kind::Attestation | Kind::Artifact))
    }

    /// The bytes, as far as they are there.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self.kind {
            PartKind::Manifest(_) => self.document.as_ref().map(|it| it.bytes.as_ref()),
            PartKind::Config => self.config.as_ref().map(|it| it.bytes.as_ref()),
            PartKind::Odd => self.odd.as_deref().map(str::as_bytes),
            PartKind::Blob => None,
        }
    }

    /// The content as JSON, if it is there and is JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        json_value(self.bytes()?)
    }

    /// In words, for a sentence.
    #[must_use]
    pub fn name(&self) -> String {
        match (self.kind, self.platform()) {
            (PartKind::Manifest(Kind::Image | Kind::Schema1), Some(platform)) => {
                platform.to_string()
            }
            (PartKind::Manifest(Kind::Unknown), _) => "manifest".to_owned(),
            (kind, _) => kind.as_str().to_owned(),
        }
    }
}

fn failure(node: &Node) -> Option<Arc<Failure>> {
    match &node.load {
        crate::model::tree::Load::Failed(failure) => Some(Arc::clone(failure)),
        _ => None,
    }
}
