//! What is known of the place that a draft is pushed to.

use std::collections::HashSet;
use std::sync::Arc;

use super::{GatherFor, OpenDraft};
use crate::model::draft::{
    Answers, Guard, Missing, Plan, Presence, Question, Target, Want, missing, plan,
};
use crate::oci::{Digest, Document, Failure, Location};

/// The most questions on their way at once.
const MAX_QUESTIONS: usize = 32;

/// What is known of a target.
#[derive(Debug, Clone)]
pub struct Surveying {
    /// The target.
    pub target: Target,
    /// What it answered.
    pub answers: Answers,
    /// The first question that it did not answer, with the reason.
    pub failure: Option<Arc<Failure>>,
    /// What its tag holds, once read; `None` inside: it does not exist.
    pub held: Option<Result<Option<Arc<Document>>, Arc<Failure>>>,
    /// Where the tag pointed when the target was first looked at.
    began: Option<Option<Digest>>,
    in_flight: HashSet<Question>,
    /// The revision of the draft at which there was nothing more to ask.
    asked: Option<u64>,
}

impl Surveying {
    fn new(target: Target) -> Self {
        Self {
            target,
            answers: Answers::default(),
            failure: None,
            held: None,
            began: None,
            in_flight: HashSet::new(),
            asked: None,
        }
    }

    /// Whether questions are on their way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        !self.in_flight.is_empty()
    }
}

/// What is to be asked next.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::tui::app) struct Asking {
    pub(in crate::tui::app) questions: Vec<Question>,
    pub(in crate::tui::app) wants: Vec<Want>,
}

impl OpenDraft {
    /// Looks at the target, from the beginning where it is another one than before or `again`.
    pub(in crate::tui::app) fn look_at(&mut self, target: Target, again: bool) {
        let same = self.survey.as_ref().filter(|survey| survey.target == target);
        if same.is_some() && !again {
            return;
        }
        let began = same.and_then(|survey| survey.began.clone());
        self.survey = Some(Surveying { began, ..Surveying::new(target) });
        self.revision += 1;
    }

    /// What is to be asked before there is a plan.
    pub(in crate::tui::app) fn ask(&mut self) -> Asking {
        let Some(survey) = &mut self.survey else { return Asking::default() };
        if survey.failure.is_some() || survey.asked == Some(self.revision) {
            return Asking::default();
        }
        let free = MAX_QUESTIONS.saturating_sub(survey.in_flight.len());
        if free == 0 {
            return Asking::default();
        }
        let Missing { questions, wants, .. } =
            missing(&self.draft, &survey.target, &survey.answers);
        let new = questions.into_iter().filter(|it| !survey.in_flight.contains(it));
        let questions: Vec<Question> = new.take(free).collect();
        survey.in_flight.extend(questions.iter().cloned());
        let new = wants.into_iter().filter(|it| !self.in_flight.contains(it));
        let wants: Vec<Want> = new.take(free - questions.len()).collect();
        self.in_flight.extend(wants.iter().cloned());
        if questions.is_empty() && wants.is_empty() {
            survey.asked = Some(self.revision);
        }
        Asking { questions, wants }
    }

    /// The tag whose content is to be read, where it is not known yet.
    pub(in crate::tui::app) fn wants_held(&mut self) -> Option<Location> {
        let held = GatherFor::Held(self.survey.as_ref()?.target.clone());
        let asked = self.gathering.values().any(|(purpose, _)| *purpose == held);
        let now = self.tag_now().map(|digest| digest.cloned());
        let base = self.draft.base().map(|base| Arc::clone(&base.document));
        let survey = self.survey.as_mut()?;
        if survey.held.is_some() || asked || survey.failure.is_some() {
            return None;
        }
        match (now?, base) {
            (None, _) => survey.held = Some(Ok(None)),
            // What was read already is not read again.
            (Some(now), Some(base)) if now == base.digest => survey.held = Some(Ok(Some(base))),
            _ => {
                let tag = survey.target.tag()?;
                return Some(Location::Registry(survey.target.repository.tagged(tag)));
            }
        }
        self.revision += 1;
        None
    }

    /// Takes an answer of the target.
    pub(in crate::tui::app) fn answered(
        &mut self,
        target: &Target,
        question: Question,
        result: Result<Presence, Failure>,
    ) {
        let Some(survey) = self.survey.as_mut().filter(|survey| survey.target == *target) else {
            return;
        };
        survey.in_flight.remove(&question);
        match result {
            Ok(presence) => {
                let first = matches!(&question, Question::Tag(tag) if target.tag() == Some(tag));
                if first {
                    let found = match &presence {
                        Presence::There(digest) => Some(digest.clone()),
                        Presence::Absent => None,
                    };
                    survey.began.get_or_insert(found);
                }
                survey.answers.insert(question, presence);
            }
            Err(failure) => {
                survey.failure.get_or_insert(Arc::new(failure));
            }
        }
        self.revision += 1;
    }

    /// What must hold of the tag: that it points where it did when the draft began.
    pub(in crate::tui::app) fn guard(&self) -> Guard {
        let Some(survey) = &self.survey else { return Guard::Nothing };
        let target = &survey.target;
        let of_base = self.draft.base().and_then(|base| {
            let reference = base.location.reference()?;
            let same = reference.repository == target.repository
                && reference.tag.as_deref() == target.tag();
            same.then(|| base.document.digest.clone())
        });
        match (&self.pushed, of_base) {
            // What was pushed from here is what is expected there.
            (Some(pushed), _) => Guard::Unchanged(Some(pushed.clone())),
            (None, Some(base)) => Guard::Unchanged(Some(base)),
            (None, None) => Guard::Unchanged(survey.began.clone().flatten()),
        }
    }

    /// The plan; `None` while something is not known.
    pub(in crate::tui::app) fn plan(&self, guard: &Guard) -> Option<Plan> {
        let survey = self.survey.as_ref()?;
        plan(&self.draft, &survey.target, &survey.answers, guard).ok()
    }

    /// Where the first tag of the target points; the outer `None` where that is not known.
    #[must_use]
    pub fn tag_now(&self) -> Option<Option<&Digest>> {
        let survey = self.survey.as_ref()?;
        survey.answers.tag(survey.target.tag()?)
    }
}
