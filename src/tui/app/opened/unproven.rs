//! An image whose programs nobody has read yet.

use std::sync::Arc;

use crate::model::check::Claim;
use crate::model::tree::NodeId;
use crate::oci::{ConfigDocument, Document};

/// An image whose programs are to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Unproven {
    /// Its node.
    pub node: NodeId,
    /// What its labels say.
    pub claim: Claim,
    /// Its manifest.
    pub document: Arc<Document>,
    /// Its config.
    pub config: Arc<ConfigDocument>,
}
