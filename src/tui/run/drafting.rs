//! What drafts ask for: content of any place, answers of the place that is pushed to.

use super::sessions::{Address, Sessions, broke_off};
use crate::model::draft::Presence;
use crate::tui::app::{Query, Reply};
use crate::work::load::{answer, gather};
use crate::work::push::ask;
use crate::work::referring::referring;

impl Sessions {
    /// Answers a question that a draft has.
    pub(super) fn ask_for_draft(&mut self, at: Address, question: Query) {
        let sources = self.sources.clone();
        match question {
            Query::Learn(want) => {
                let place = self.place(at.0, &want.from);
                self.spawn(at, async move {
                    let source = place.source(&sources).await?;
                    answer(source.as_ref(), &want.need).await.map(Reply::Content)
                });
            }
            // Off the threads that must not wait.
            Query::Weigh(weighing) => self.spawn(at, async move {
                let effects = tokio::task::spawn_blocking(move || weighing.answer()).await;
                effects.map(Reply::Effects).map_err(|_| broke_off("whom the draft changes"))
            }),
            Query::Gather(location) => {
                let place = self.place(at.0, &location);
                self.spawn(at, async move {
                    let source = place.source(&sources).await?;
                    gather(source.as_ref()).await.map(Reply::Gathered)
                });
            }
            Query::Referrers { from, subject } => {
                let place = self.place(at.0, &from);
                self.spawn(at, async move {
                    let source = place.source(&sources).await?;
                    let found = referring(source.as_ref(), &subject).await?;
                    // What nothing but its index joins to the image cannot go along.
                    let found = found.into_iter().filter(|it| !it.loose);
                    Ok(Reply::Referrers(found.map(|it| it.referrer).collect()))
                });
            }
            Query::Presence { target, question } => self.spawn(at, async move {
                let registry = sources.registry()?;
                let answers = ask(&registry, &target.repository, vec![question]).await?;
                // One question has one answer.
                let presence = answers.into_iter().next().map(|(_, presence)| presence);
                Ok(Reply::Presence(presence.unwrap_or(Presence::Absent)))
            }),
            other => self.not_for_sessions(at, &other),
        }
    }
}
