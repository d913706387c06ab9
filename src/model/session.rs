//! What was loaded of a reference, to be kept in one file.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::tree::{Role, Tree, What};
use crate::oci::{ConfigDocument, Digest, Document, Location};

/// Every document of a tree that was loaded. Where they came from, and how, is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What the reference is called.
    pub name: String,
    /// The list or single manifest.
    pub root: Arc<Document>,
    /// All manifests, each once, the root among them.
    pub manifests: Vec<Arc<Document>>,
    /// Those that refer to others.
    pub referrers: Vec<Arc<Document>>,
    /// The configs, each once.
    pub configs: Vec<Arc<ConfigDocument>>,
}

impl Session {
    /// What was loaded so far; `None` if nothing was.
    #[must_use]
    pub fn of(tree: &Tree, location: &Location) -> Option<Self> {
        let root = Arc::clone(tree.node(tree.root())?.document()?);
        let mut session = Self {
            name: location.familiar(),
            root,
            manifests: Vec::new(),
            referrers: Vec::new(),
            configs: Vec::new(),
        };
        let mut seen: HashSet<Digest> = HashSet::new();
        let mut ahead = vec![tree.root()];
        while let Some(id) = ahead.pop() {
            ahead.extend(tree.children(id).map(|(id, _)| id));
            let Some(node) = tree.node(id) else { continue };
            let Some(document) = node.document() else { continue };
            if !seen.insert(document.digest.clone()) {
                continue;
            }
            session.manifests.push(Arc::clone(document));
            if matches!(node.what, What::Manifest { role: Role::Referrer { .. }, .. }) {
                session.referrers.push(Arc::clone(document));
            }
            if let Some(config) = tree.config_document(id)
                && seen.insert(config.digest.clone())
            {
                session.configs.push(Arc::clone(config));
            }
        }
        Some(session)
    }
}
