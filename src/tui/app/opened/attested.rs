//! What the evidence for an opened reference says: read when the user asks for it.

use std::sync::Arc;

use super::{Moment, OpenedRef};
use crate::model::diagnose::Fact;
use crate::model::evidence::{Asked, Attested, Coverage};
use crate::model::tree::Tree;
use crate::oci::{Descriptor, Digest, Failure};
use crate::tui::app::requests::Pump;
use crate::tui::app::{Query, Reply, RequestId};

/// What is known of the evidence.
#[derive(Debug, Clone, Default)]
pub struct Evidenced {
    known: Option<Arc<Attested>>,
    reading: Option<RequestId>,
    revision: u64,
    weighed: Option<Weighed>,
}

/// Why the evidence that a tree tells of cannot be read, and of which state of the tree that is true.
#[derive(Debug, Clone, Copy)]
struct Weighed {
    at: Moment,
    why_not: Option<&'static str>,
}

impl Evidenced {
    /// What was read.
    #[must_use]
    pub fn known(&self) -> Option<&Attested> {
        self.known.as_deref()
    }

    /// Whether it is being read.
    #[must_use]
    pub fn is_being_read(&self) -> bool {
        self.reading.is_some()
    }

    /// The images whose package databases can be held against their SBOMs and were not read, with
    /// their layers.
    #[must_use]
    pub fn unread_databases(&self, tree: &Tree) -> Vec<(Digest, Vec<Option<Arc<Descriptor>>>)> {
        self.known().map(|known| known.unread_databases(tree)).unwrap_or_default()
    }

    /// Grows with everything that changes.
    pub(in crate::tui::app) fn revision(&self) -> u64 {
        self.revision
    }

    /// What rules reason about.
    pub(in crate::tui::app) fn fact(&self) -> Fact<Attested> {
        match &self.known {
            Some(known) => Fact::Known(known.as_ref().clone()),
            None => Fact::default(),
        }
    }
}

impl OpenedRef {
    /// What is known of the evidence.
    #[must_use]
    pub fn evidenced(&self) -> &Evidenced {
        &self.evidenced
    }

    /// Why the evidence cannot be read now; `None` if it can.
    pub(in crate::tui::app) fn why_no_evidence(&self) -> Option<&'static str> {
        if self.evidenced.is_being_read() {
            return Some("the evidence is being read");
        }
        let now = self.moment();
        match self.evidenced.weighed.filter(|weighed| weighed.at == now) {
            Some(weighed) => weighed.why_not,
            None => why_not(&self.tree),
        }
    }

    /// Finds out whether there is evidence to read, unless nothing has changed: the bottom line asks
    /// for it in each frame.
    pub(in crate::tui::app) fn weigh_evidence(&mut self) {
        let at = self.moment();
        if self.evidenced.weighed.is_none_or(|weighed| weighed.at != at) {
            self.evidenced.weighed = Some(Weighed { at, why_not: why_not(&self.tree) });
        }
    }

    /// Reads the evidence; or, if that was read, the package databases that it is held against.
    pub(in crate::tui::app) fn read_evidence(&mut self, pump: &mut Pump<'_>) {
        let databases = self.evidenced.unread_databases(&self.tree);
        let question = if databases.is_empty() {
            Query::Attest(Arc::new(Coverage::of(&self.tree)))
        } else {
            Query::Databases(databases)
        };
        self.evidenced.reading = Some(pump.ask(self.id.session(), question));
        self.evidenced.revision += 1;
    }

    /// Takes the evidence, unless that of another time is wanted by now.
    pub(super) fn evidence_read(
        &mut self,
        request: RequestId,
        answer: Result<Reply, Failure>,
    ) -> Option<Failure> {
        if self.evidenced.reading != Some(request) {
            return None;
        }
        self.evidenced.reading = None;
        self.evidenced.revision += 1;
        match answer {
            Ok(Reply::Attested(attested)) => self.evidenced.known = Some(attested),
            Ok(Reply::Databases(told)) => {
                if let Some(known) = &mut self.evidenced.known {
                    Arc::make_mut(known).databases.extend(told);
                }
            }
            Ok(_) => {}
            Err(failure) => return Some(failure),
        }
        None
    }
}

fn why_not(tree: &Tree) -> Option<&'static str> {
    let coverage = Coverage::of(tree);
    if coverage.rows.iter().any(|row| matches!(row.asked, Asked::UnderWay)) {
        return Some("it is being asked what refers to the images");
    }
    let is_there = coverage.items().any(|(_, item)| item.has_blob());
    (!is_there).then_some("there is no evidence to read")
}
