//! Unsaved drafts, which the program that uses this layer keeps.

use std::fmt;

use crate::oci::{Assembled, Failure};

/// Finds unsaved drafts.
pub trait FindDraft: fmt::Debug + Send + Sync {
    /// The draft of this name as it is now. Reads the disk.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    fn find(&self, name: &str) -> Result<Assembled, Failure>;
}
