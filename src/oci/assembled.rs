//! A list that is in no registry yet.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Digest, Document, Location};

/// A list, and where the content of its entries can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assembled {
    /// The list.
    pub document: Arc<Document>,
    /// Where each entry's manifest is, with all that it names.
    pub origins: HashMap<Digest, Location>,
}
