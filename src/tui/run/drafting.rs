//! What drafts ask for: content of any place, answers of the place that is pushed to.

use super::sessions::{Address, Sessions, broke_off};
use crate::model::draft::Question;
use crate::oci::Location;
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
                    let loose = found.iter().filter(|it| it.loose);
                    let loose = loose.map(|it| it.referrer.descriptor.digest.clone()).collect();
                    let found = found.into_iter().filter(|it| !it.loose);
                    Ok(Reply::Referrers { found: found.map(|it| it.referrer).collect(), loose })
                });
            }
            Query::Presence { target, question } => {
                let place = match &question {
                    Question::AtHand(_, from) => Some(self.place(at.0, from)),
                    _ => None,
                };
                self.spawn(at, async move {
                    let registry = sources.registry()?;
                    let open = async |from: &Location| match &place {
                        Some(place) => place.source(&sources).await,
                        None => sources.open(from),
                    };
                    ask(&registry, &target.repository, &question, open).await.map(Reply::Presence)
                });
            }
            other => self.not_for_sessions(at, &other),
        }
    }
}
