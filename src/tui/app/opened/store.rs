//! The store of opened references.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{OpenedId, OpenedRef};
use crate::oci::Location;
use crate::tui::app::SessionId;

/// All opened references, by id.
#[derive(Debug, Clone, Default)]
pub struct Opened(BTreeMap<OpenedId, OpenedRef>);

impl Opened {
    /// An opened reference.
    #[must_use]
    pub fn get(&self, id: OpenedId) -> Option<&OpenedRef> {
        self.0.get(&id)
    }

    pub(in crate::tui::app) fn get_mut(&mut self, id: OpenedId) -> Option<&mut OpenedRef> {
        self.0.get_mut(&id)
    }

    /// The reference that asks under this address.
    pub(in crate::tui::app) fn of_session(&mut self, session: SessionId) -> Option<&mut OpenedRef> {
        self.0.get_mut(&OpenedId(session))
    }

    /// All of them, the one opened first at the head.
    pub fn iter(&self) -> impl Iterator<Item = &OpenedRef> {
        self.0.values()
    }

    pub(in crate::tui::app) fn iter_mut(&mut self) -> impl Iterator<Item = &mut OpenedRef> {
        self.0.values_mut()
    }

    pub(in crate::tui::app) fn add(
        &mut self,
        session: SessionId,
        location: Location,
        now: Timestamp,
    ) -> OpenedId {
        let id = OpenedId(session);
        self.0.insert(id, OpenedRef::new(id, location, now));
        id
    }

    /// Lets go of all that nobody looks at; their ids.
    pub(in crate::tui::app) fn sweep(&mut self, looked_at: &BTreeSet<OpenedId>) -> Vec<OpenedId> {
        let left = |id: &&OpenedId| !looked_at.contains(id);
        let left: Vec<OpenedId> = self.0.keys().filter(left).copied().collect();
        for id in &left {
            self.0.remove(id);
        }
        left
    }
}
