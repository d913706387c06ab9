//! Whom a push changes, as far as that was found out.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;

use super::{OpenDraft, Weighing};
use crate::model::draft::Effects;
use crate::oci::{Algorithm, Document, MediaType};
use crate::tui::app::{Query, Requests};

/// What there is without a tag: a list of nothing, from which every engine gets nothing.
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

    /// The question, if it is not answered and not asked yet. Facts that stream in are waited
    /// for.
    pub(in crate::tui::app) fn weigh(&self, requests: &Requests) -> Option<Weighing> {
        let answered = self.weighed.as_ref().is_some_and(|it| it.0 == self.revision);
        let mut open = requests.of(self.session);
        let streams = |question: &Query| {
            matches!(question, Query::Weigh(_) | Query::Learn(_) | Query::SubjectsOf { .. })
        };
        if answered || open.any(|(_, it)| streams(it)) {
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
