//! The question whom a draft changes: answered beside the loop, since every engine is asked on
//! every machine twice.

use std::sync::Arc;

use crate::model::draft::{Draft, Effects, effects};
use crate::oci::Document;

/// A question whom a draft changes.
#[derive(Debug, Clone)]
pub struct Weighing {
    /// The draft's revision.
    pub revision: u64,
    /// The draft.
    pub(super) draft: Arc<Draft>,
    /// What the tag holds now.
    pub(super) before: Arc<Document>,
    /// What the engines are asked for.
    pub(super) reference: String,
}

/// Two are the same question if they are about the same revision of the same draft.
impl PartialEq for Weighing {
    fn eq(&self, other: &Self) -> bool {
        self.revision == other.revision && Arc::ptr_eq(&self.draft, &other.draft)
    }
}

impl Weighing {
    /// The answer. Takes a while for a list with many entries.
    #[must_use]
    pub fn answer(&self) -> Effects {
        effects(&self.before, self.draft.lookup(), &self.draft, &self.reference)
    }
}
