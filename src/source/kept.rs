//! Sources that are opened once.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::Source;
use crate::oci::{Failure, Location};

/// What was opened, by its location.
#[derive(Default)]
pub(super) struct Kept(Mutex<HashMap<Location, Arc<dyn Source>>>);

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

impl Kept {
    /// The source that was opened for this location, or a new one.
    pub(super) fn open(
        &self,
        location: &Location,
        new: impl FnOnce() -> Result<Arc<dyn Source>, Failure>,
    ) -> Result<Arc<dyn Source>, Failure> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = kept.get(location) {
            return Ok(Arc::clone(source));
        }
        let source = new()?;
        kept.insert(location.clone(), Arc::clone(&source));
        Ok(source)
    }
}
