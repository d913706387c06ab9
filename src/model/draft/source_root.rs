//! What a draft needs to know of an image before it can be added.

use std::sync::Arc;

use crate::oci::{ConfigDocument, Document, Location};

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRoot {
    /// Where it was read.
    pub location: Location,
    /// The list or image.
    pub document: Arc<Document>,
    /// The config of an image that no list describes: its platform is only there.
    pub config: Option<Arc<ConfigDocument>>,
}
