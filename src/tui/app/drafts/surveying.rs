//! What is known of the place that a draft is pushed to.

use std::sync::Arc;

use super::{GatherFor, OpenDraft};
use crate::model::draft::{
    Answers, Guard, Missing, Plan, Presence, Question, Target, Want, missing, plan,
};
use crate::oci::{Class, Digest, Document, Failure, Location};
use crate::tui::app::requests::Pump;
use crate::tui::app::{Query, RequestId, Requests, SessionId};

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
    /// Questions up to this one were asked before it was looked at again.
    after: RequestId,
    /// The revision of the draft at which there was nothing more to ask.
    asked: Option<u64>,
}

impl Surveying {
    fn new(target: Target, after: RequestId) -> Self {
        Self {
            target,
            answers: Answers::default(),
            failure: None,
            held: None,
            began: None,
            after,
            asked: None,
        }
    }

    /// What it is being asked.
    fn asked(&self, session: SessionId, requests: &Requests) -> Vec<Question> {
        let open = requests.of(session).filter(|(request, _)| *request > self.after);
        open.filter_map(|(_, question)| match question {
            Query::Presence { target, question } if *target == self.target => {
                Some(question.clone())
            }
            _ => None,
        })
        .collect()
    }
}

impl OpenDraft {
    /// Looks at the target, from the beginning if it is another one than before or `again`;
    /// answers to questions up to `after` do not count then.
    pub(in crate::tui::app) fn look_at(&mut self, target: Target, again: bool, after: RequestId) {
        let same = self.survey.as_ref().filter(|survey| survey.target == target);
        if same.is_some() && !again {
            return;
        }
        let began = same.and_then(|survey| survey.began.clone());
        self.survey = Some(Surveying { began, ..Surveying::new(target, after) });
        self.revision += 1;
    }

    /// Asks what is to be known before there is a plan.
    pub(in crate::tui::app) fn ask(&mut self, pump: &mut Pump<'_>) {
        let learning = self.asked(pump.requests);
        let (session, revision) = (self.session, self.revision);
        let Some(survey) = &mut self.survey else { return };
        if survey.failure.is_some() || survey.asked == Some(revision) {
            return;
        }
        let asked = survey.asked(session, pump.requests);
        let free = MAX_QUESTIONS.saturating_sub(asked.len());
        if free == 0 {
            return;
        }
        let Missing { questions, wants, .. } =
            missing(&self.draft, &survey.target, &survey.answers);
        let new = questions.into_iter().filter(|it| !asked.contains(it));
        let questions: Vec<Question> = new.take(free).collect();
        let new = wants.into_iter().filter(|it| !learning.contains(it));
        let wants: Vec<Want> = new.take(free - questions.len()).collect();
        if questions.is_empty() && wants.is_empty() {
            survey.asked = Some(revision);
        }
        for question in questions {
            pump.ask(session, Query::Presence { target: survey.target.clone(), question });
        }
        for want in wants {
            pump.ask(session, Query::Learn(want));
        }
    }

    /// The tag whose content is to be read, if it is not known yet.
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
        request: RequestId,
        target: &Target,
        question: Question,
        result: Result<Presence, Failure>,
    ) {
        let same = |survey: &&mut Surveying| survey.target == *target && request > survey.after;
        let Some(survey) = self.survey.as_mut().filter(same) else { return };
        match result {
            Ok(presence) => {
                let first = matches!(&question, Question::Tag(tag) if target.tag() == Some(tag));
                if first {
                    let found = match &presence {
                        Presence::There(digest) => Some(digest.clone()),
                        Presence::Absent | Presence::Lacking(_) => None,
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

    /// What keeps a plan from being made, however long one waits: what the target did not answer, else
    /// what cannot be read or given, and why.
    pub(in crate::tui::app) fn hindrances(&self) -> Vec<Arc<Failure>> {
        let Some(survey) = &self.survey else { return Vec::new() };
        if let Some(failure) = &survey.failure {
            return vec![Arc::clone(failure)];
        }
        let missing = missing(&self.draft, &survey.target, &survey.answers);
        missing.failures.into_iter().map(|(_, failure)| failure).collect()
    }

    /// Where the first tag of the target points; the outer `None` if that is not known.
    #[must_use]
    pub fn tag_now(&self) -> Option<Option<&Digest>> {
        let survey = self.survey.as_ref()?;
        survey.answers.tag(survey.target.tag()?)
    }

    /// What the target's tag holds came.
    pub(in crate::tui::app) fn held(
        &mut self,
        target: &Target,
        result: Result<Arc<Document>, Failure>,
    ) {
        let Some(survey) = self.survey.as_mut().filter(|it| it.target == *target) else { return };
        survey.held = Some(match result {
            Ok(document) => Ok(Some(document)),
            Err(failure) if failure.class == Class::NotFound => Ok(None),
            Err(failure) => Err(Arc::new(failure)),
        });
        self.revision += 1;
    }
}
