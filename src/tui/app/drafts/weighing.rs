//! Whom a push changes: found beside the loop, since it asks every engine on every machine twice.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;

use super::OpenDraft;
use crate::model::draft::{Draft, Effects, effects};
use crate::oci::{Algorithm, Document, MediaType};
use crate::tui::app::{Query, Requests};

/// A question whom a draft changes.
#[derive(Debug, Clone)]
pub struct Weighing {
    /// The draft's revision.
    pub revision: u64,
    /// The draft.
    draft: Arc<Draft>,
    /// What the tag holds now.
    before: Arc<Document>,
    /// What the engines are asked for.
    reference: String,
}

/// Two are the same question where they are about the same revision of the same draft.
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

/// What stands where there is no tag: a list of nothing, from which every engine gets nothing.
static NOTHING: LazyLock<Option<Arc<Document>>> = LazyLock::new(|| {
    let bytes = Bytes::from_static(br#"{"schemaVersion":2,"manifests":[]}"#);
    Document::parse(bytes, Some(&MediaType::OciIndex), Algorithm::Sha256).ok().map(Arc::new)
});

impl OpenDraft {
    /// Whom it changes, as far as that was found out for what it is now.
    #[must_use]
    pub fn effects(&self) -> Option<&Effects> {
        self.weighed.as_ref().filter(|it| it.0 == self.revision).map(|it| &it.1)
    }

    /// The question, where it is not answered and not asked yet. Facts that stream in are waited
    /// for.
    pub(in crate::tui::app) fn weigh(&self, requests: &Requests) -> Option<Weighing> {
        let answered = self.weighed.as_ref().is_some_and(|it| it.0 == self.revision);
        let mut open = requests.of(self.session);
        if answered || open.any(|(_, it)| matches!(it, Query::Weigh(_) | Query::Learn(_))) {
            return None;
        }
        let survey = self.survey.as_ref()?;
        let before = match survey.held.as_ref()? {
            Ok(Some(document)) => Arc::clone(document),
            Ok(None) => NOTHING.clone()?,
            Err(_) => return None,
        };
        Some(Weighing {
            revision: self.revision,
            draft: Arc::new(self.draft.clone()),
            before,
            reference: survey.target.to_string(),
        })
    }

    /// Takes the answer.
    pub(in crate::tui::app) fn weighed(&mut self, revision: u64, effects: Effects) {
        self.weighed = Some((revision, effects));
    }
}
