//! A draft that is open.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{DraftOrder, Surveying};
use crate::model::draft::{
    Draft, Edit, Effects, EntryId, Export, Problem, Refused, Target, Want, export_all,
};
use crate::model::tree::Answer;
use crate::oci::{Digest, Failure, Repository};
use crate::tui::app::requests::Pump;
use crate::tui::app::target::parse as parse_target;
use crate::tui::app::{Query, RequestId, Requests, SessionId};

/// How long an edit may wait before it is kept.
const KEEP_AFTER: SignedDuration = SignedDuration::from_millis(300);

/// What a gathered reference is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatherFor {
    /// It is added.
    Add,
    /// It is put in an entry's place.
    Replace(EntryId),
    /// The list refers to it.
    Subject,
    /// It is what the target's tag holds.
    Held(Target),
}

/// A draft that is open, on the screen or beneath it.
#[derive(Debug, Clone)]
pub struct OpenDraft {
    /// Its name in the folder of unsaved drafts.
    pub name: String,
    /// Who asks for what it needs.
    pub session: SessionId,
    /// The list under construction.
    pub draft: Draft,
    /// Where it is to be pushed, as typed; empty if that was not said yet.
    pub target: String,
    /// When it was changed last.
    pub changed: Timestamp,
    /// Grows with every edit, and with everything that is learned.
    pub revision: u64,
    /// The list that was pushed last from here.
    pub pushed: Option<Digest>,
    /// Why it is not kept, if it could not be.
    pub not_kept: Option<String>,
    /// Whether it is kept as it is now.
    pub is_safe: bool,
    /// What is known of the target, once it was looked at.
    pub survey: Option<Surveying>,
    /// What is being gathered: what for, and its name.
    pub gathering: HashMap<RequestId, (GatherFor, String)>,
    /// Whether its editor is to offer the scripts of other tools, once what they go by is known.
    pub(in crate::tui::app) exports: bool,
    /// The entry that its editor is to show next.
    pub(in crate::tui::app) go_to: Option<EntryId>,
    keep_at: Option<Timestamp>,
    is_kept: bool,
    /// At which revision all was asked for that was wanted then, and whether for the tools too.
    pumped: Option<(u64, bool)>,
    problems: (Option<u64>, Arc<[Problem]>),
    /// The effects found last, and of which revision.
    pub(super) weighed: Option<(u64, Effects)>,
}

impl OpenDraft {
    pub(in crate::tui::app) fn new(
        name: String,
        session: SessionId,
        draft: Draft,
        target: String,
        now: Timestamp,
    ) -> Self {
        Self {
            name,
            session,
            draft,
            target,
            changed: now,
            revision: 0,
            pushed: None,
            not_kept: None,
            is_safe: false,
            survey: None,
            gathering: HashMap::new(),
            exports: false,
            go_to: None,
            keep_at: None,
            is_kept: false,
            pumped: None,
            problems: (None, Arc::default()),
            weighed: None,
        }
    }

    /// A draft that was kept before.
    pub(in crate::tui::app) fn kept(mut self) -> Self {
        self.is_kept = true;
        self.is_safe = true;
        self
    }

    /// Whether there is something that would be lost.
    #[must_use]
    pub fn is_unsaved(&self) -> bool {
        self.draft.is_changed() && self.pushed.as_ref() != Some(&self.draft.document().digest)
    }

    /// What it is called: its target, or else its base.
    #[must_use]
    pub fn title(&self) -> String {
        match (self.target.is_empty(), self.draft.base()) {
            (false, _) => self.target.clone(),
            (true, Some(base)) => base.location.familiar(),
            (true, None) => "a new list".to_owned(),
        }
    }

    /// The repository that it is about: the target's, or else the base's.
    #[must_use]
    pub fn repository(&self) -> Option<Repository> {
        let target = parse_target(&self.target).ok().map(|target| target.repository);
        let base = || Some(self.draft.base()?.location.reference()?.repository.clone());
        target.or_else(base)
    }

    /// Does an edit.
    pub(in crate::tui::app) fn apply(&mut self, edit: Edit, now: Timestamp) -> Result<(), Refused> {
        self.draft.apply(edit)?;
        self.touch(now);
        Ok(())
    }

    /// Notes that something changed that is to be kept.
    pub(in crate::tui::app) fn touch(&mut self, now: Timestamp) {
        self.revision += 1;
        self.changed = now;
        self.is_safe = false;
        let soon = now.checked_add(KEEP_AFTER).unwrap_or(now);
        self.keep_at.get_or_insert(soon);
    }

    /// Whether it waits to be kept.
    pub(in crate::tui::app) fn waits(&self) -> bool {
        self.keep_at.is_some()
    }

    /// Keeps it once its time has come, or now. What holds nothing to lose is removed.
    pub(in crate::tui::app) fn keep(
        &mut self,
        now: Timestamp,
        at_once: bool,
    ) -> Option<DraftOrder> {
        let due = self.keep_at.is_some_and(|at| at_once || at <= now);
        if !due {
            return None;
        }
        self.keep_at = None;
        if self.is_unsaved() {
            self.is_kept = true;
            return Some(DraftOrder::Save {
                name: self.name.clone(),
                text: super::text::write(&self.draft, &self.target),
            });
        }
        std::mem::take(&mut self.is_kept).then(|| DraftOrder::Remove(self.name.clone()))
    }

    /// What happens to what was kept when the draft is closed.
    pub(in crate::tui::app) fn release(&self, discard: bool) -> Option<DraftOrder> {
        self.is_kept.then(|| match discard {
            true => DraftOrder::Remove(self.name.clone()),
            false => DraftOrder::Release(self.name.clone()),
        })
    }

    /// Asks for facts about the entries, at most as much as there are permits.
    pub(in crate::tui::app) fn pump(&mut self, pump: &mut Pump<'_>) {
        let asked = self.asked(pump.requests);
        let asked_subjects = self.asked_subjects(pump.requests);
        let free = pump.permits.saturating_sub(asked.len() + asked_subjects.len());
        let now = (self.revision, self.exports);
        if free == 0 || self.pumped == Some(now) {
            return;
        }
        let wanted = self.wanted().into_iter();
        let wants: Vec<Want> = wanted.filter(|want| !asked.contains(want)).take(free).collect();
        let unexplained = self.draft.unexplained().into_iter();
        let unexplained: Vec<_> = unexplained
            .filter(|(_, manifest)| !asked_subjects.contains(&manifest.digest))
            .take(free - wants.len())
            .collect();
        // If all was asked for, there is nothing new before the next change.
        self.pumped = (wants.len() + unexplained.len() < free).then_some(now);
        for want in wants {
            pump.ask(self.session, Query::Learn(want));
        }
        for (from, manifest) in unexplained {
            let from = from.as_ref().clone();
            pump.ask(self.session, Query::SubjectsOf { from, manifest });
        }
    }

    /// The attestations that are being asked of which images they are.
    fn asked_subjects(&self, requests: &Requests) -> Vec<Digest> {
        let open = requests.of(self.session);
        open.filter_map(|(_, question)| match question {
            Query::SubjectsOf { manifest, .. } => Some(manifest.digest.clone()),
            _ => None,
        })
        .collect()
    }

    /// Takes what an attestation's statement speaks of.
    pub(in crate::tui::app) fn learn_subjects(&mut self, manifest: &Digest, all: Vec<Digest>) {
        self.draft.learn_subjects(manifest, all);
        self.revision += 1;
    }

    /// What is to be known about the entries.
    fn wanted(&self) -> Vec<Want> {
        match self.exports {
            true => self.draft.wanted_by_tools(),
            false => self.draft.wanted(),
        }
    }

    /// How other tools make it, the best first, if that was asked for and what they go by is known;
    /// it is not asked for any more then.
    pub(in crate::tui::app) fn take_exports(&mut self, requests: &Requests) -> Option<Vec<Export>> {
        let is_known = self.exports && self.asked(requests).is_empty() && self.wanted().is_empty();
        let target = parse_target(&self.target).ok().filter(|_| is_known)?;
        self.exports = false;
        Some(export_all(&self.draft, &target))
    }

    /// What is being asked for about the entries.
    pub(super) fn asked(&self, requests: &Requests) -> Vec<Want> {
        let open = requests.of(self.session);
        open.filter_map(|(_, question)| match question {
            Query::Learn(want) => Some(want.clone()),
            _ => None,
        })
        .collect()
    }

    /// Takes what was asked for.
    pub(in crate::tui::app) fn learn(&mut self, want: &Want, result: Result<Answer, Failure>) {
        self.draft.learn(want, result);
        self.revision += 1;
    }

    /// Every problem, found once for each revision.
    pub(in crate::tui::app) fn problems(&mut self) -> Arc<[Problem]> {
        if self.problems.0 != Some(self.revision) {
            self.problems = (Some(self.revision), self.draft.problems().into());
        }
        Arc::clone(&self.problems.1)
    }
}
