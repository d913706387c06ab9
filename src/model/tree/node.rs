//! One node of the tree.

use std::sync::Arc;

use crate::oci::{ConfigDocument, Descriptor, Digest, Document, Failure, Kind, Via};

/// The identity of a node; stays valid for the life of its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    pub(super) const ROOT: Self = Self(0);

    pub(super) fn new(index: usize) -> Self {
        // A tree is bounded by what fits into its manifests, far below u32::MAX.
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A node: what it is, how far it is loaded, what hangs under it.
#[derive(Debug, Clone)]
pub struct Node {
    /// The node above; `None` for the root.
    pub parent: Option<NodeId>,
    /// The nodes below, in the order in which they are shown.
    pub children: Vec<NodeId>,
    /// What the node stands for.
    pub what: What,
    /// How far it is loaded.
    pub load: Load,
    /// Whether its children are shown.
    pub open: bool,
    /// How many nodes are above it.
    pub depth: u16,
}

/// What a node stands for.
#[derive(Debug, Clone)]
pub enum What {
    /// A manifest of any kind.
    Manifest {
        /// Why it is in the tree.
        role: Role,
        /// The descriptor that names it; the root has none.
        descriptor: Option<Arc<Descriptor>>,
        /// Its content, once loaded.
        document: Option<Arc<Document>>,
    },
    /// The config of an image or artifact.
    Config {
        /// The descriptor that names it.
        descriptor: Arc<Descriptor>,
        /// Its content, once loaded; only image configs are.
        document: Option<Arc<ConfigDocument>>,
    },
    /// A layer, or a blob of an artifact. Only its descriptor is shown.
    Layer {
        /// The descriptor that names it.
        descriptor: Arc<Descriptor>,
        /// Its number, from 1, base first.
        number: usize,
    },
    /// The group of what refers to the node above.
    Referrers {
        /// The digest that is referred to.
        of: Digest,
    },
    /// An element of a list that is not a usable descriptor.
    Odd {
        /// Its position in the list (from 0).
        position: usize,
        /// What is wrong with it.
        problem: String,
        /// The element as JSON.
        raw: String,
    },
}

/// Why a manifest is in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// It is what the reference names.
    Root,
    /// It is an entry of the index above, at this position (from 0).
    Entry {
        /// The position in the index.
        position: usize,
    },
    /// It is an entry of the index at this position (from 0) that attests an image.
    Attestation {
        /// The position in the index.
        position: usize,
    },
    /// It refers to a manifest above it.
    Referrer {
        /// How it was found.
        via: Via,
    },
}

/// How far a node is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load {
    /// Nobody asked for it yet.
    Idle,
    /// It will be fetched when there is room.
    Waiting,
    /// It is being fetched.
    Loading,
    /// It is there.
    Ready,
    /// It could not be had.
    Failed(Arc<Failure>),
}

impl Load {
    /// Whether it is on its way.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::Waiting | Self::Loading)
    }

    /// The failure, if there is one.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            _ => None,
        }
    }
}

impl Node {
    /// The descriptor that names the node's content.
    #[must_use]
    pub fn descriptor(&self) -> Option<&Arc<Descriptor>> {
        match &self.what {
            What::Manifest { descriptor, .. } => descriptor.as_ref(),
            What::Config { descriptor, .. } | What::Layer { descriptor, .. } => Some(descriptor),
            What::Referrers { .. } | What::Odd { .. } => None,
        }
    }

    /// The manifest, once loaded.
    #[must_use]
    pub fn document(&self) -> Option<&Arc<Document>> {
        match &self.what {
            What::Manifest { document, .. } => document.as_ref(),
            _ => None,
        }
    }

    /// The position in the index above (from 0), if the node is an entry of one.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        match &self.what {
            What::Manifest {
                role: Role::Entry { position } | Role::Attestation { position },
                ..
            }
            | What::Odd { position, .. } => Some(*position),
            _ => None,
        }
    }

    /// The image config, once loaded.
    #[must_use]
    pub fn config(&self) -> Option<&Arc<ConfigDocument>> {
        match &self.what {
            What::Config { document, .. } => document.as_ref(),
            _ => None,
        }
    }

    /// The digest of the node's content, if it has one of its own.
    #[must_use]
    pub fn digest(&self) -> Option<&Digest> {
        self.descriptor()
            .map(|descriptor| &descriptor.digest)
            .or_else(|| self.document().map(|document| &document.digest))
    }

    /// The kind of a manifest: what its content is once loaded, what its descriptor says before.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let What::Manifest { role, descriptor, document } = &self.what else {
            return Kind::Unknown;
        };
        if matches!(role, Role::Attestation { .. })
            || descriptor.as_ref().is_some_and(|descriptor| descriptor.is_attestation())
        {
            return Kind::Attestation;
        }
        if let Some(document) = document {
            return document.kind();
        }
        descriptor.as_ref().map_or(Kind::Unknown, |descriptor| {
            if descriptor.media_type.is_index() {
                Kind::Index
            } else if descriptor.names_artifact() {
                Kind::Artifact
            } else if descriptor.media_type.is_image_manifest() {
                Kind::Image
            } else if descriptor.media_type.is_schema1() {
                Kind::Schema1
            } else {
                Kind::Unknown
            }
        })
    }
}
