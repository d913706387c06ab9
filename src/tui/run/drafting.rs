//! What drafts ask for: content of any place, answers of the place that is pushed to.

use std::sync::Arc;

use super::sessions::Sessions;
use crate::model::draft::{Presence, Question, Target, Want};
use crate::oci::{Digest, Failure, Location};
use crate::source::Source;
use crate::tui::app::{Msg, RequestId, SessionId, Weighing};
use crate::work::load::{answer, gather};
use crate::work::push::ask;

impl Sessions {
    /// The source of a place; each is opened once for a session.
    fn place(
        &mut self,
        session: SessionId,
        location: &Location,
    ) -> Result<Arc<dyn Source>, Failure> {
        let sources = self.sources.clone();
        let places = &mut self.open.entry(session).or_default().places;
        let opened = places.entry(location.clone()).or_insert_with(|| sources.open(location));
        opened.clone()
    }

    pub(super) fn learn(&mut self, session: SessionId, want: Want) {
        let source = self.place(session, &want.from);
        self.spawn(session, async move {
            let result = match source {
                Ok(source) => answer(source.as_ref(), &want.need).await,
                Err(failure) => Err(failure),
            };
            Msg::Learned { session, want, result }
        });
    }

    /// Finds whom a draft changes, off the threads that must not wait.
    pub(super) fn weigh(&mut self, session: SessionId, weighing: Weighing) {
        self.spawn(session, async move {
            let revision = weighing.revision;
            let effects = tokio::task::spawn_blocking(move || weighing.answer()).await;
            Msg::Weighed { session, revision, effects: effects.unwrap_or_default() }
        });
    }

    pub(super) fn gather(&mut self, session: SessionId, request: RequestId, location: &Location) {
        let source = self.place(session, location);
        self.spawn(session, async move {
            let result = match source {
                Ok(source) => gather(source.as_ref()).await,
                Err(failure) => Err(failure),
            };
            Msg::Gathered { session, request, result }
        });
    }

    pub(super) fn referrers(&mut self, session: SessionId, from: Location, subject: Digest) {
        let source = self.place(session, &from);
        self.spawn(session, async move {
            let result = match source {
                Ok(source) => source.referrers(&subject).await,
                Err(failure) => Err(failure),
            };
            Msg::Referrers { session, from, subject, result }
        });
    }

    pub(super) fn question(&mut self, session: SessionId, target: Target, question: Question) {
        let sources = self.sources.clone();
        self.spawn(session, async move {
            let asked = match sources.registry() {
                Ok(registry) => ask(&registry, &target.repository, vec![question.clone()]).await,
                Err(failure) => Err(failure),
            };
            // One question has one answer.
            let result = asked.map(|answers| {
                answers.into_iter().next().map_or(Presence::Absent, |(_, presence)| presence)
            });
            Msg::Answered { session, target, question, result }
        });
    }
}
