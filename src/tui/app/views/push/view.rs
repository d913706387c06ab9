//! The page of a push as a view.

use std::time::Duration;

use tui_input::InputRequest;

use super::{Button, PushPage, Stage, lines};
use crate::model::draft::{Guard, Plan, Severity};
use crate::model::push::{Outcome, Progress, Tagged};
use crate::oci::{Failure, Reference, Repository};
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::going::{Going, Opening};
use crate::tui::app::view::{Reason, Title, View, Words};
use crate::tui::app::views::draft_title;
use crate::tui::app::views::drafts::find_undo;
use crate::tui::app::{Action, Context, Key, Part, Query, Reply, RequestId, SessionId, Spot};

impl View for PushPage {
    fn open(opening: &Opening, cx: &mut Cx) -> Option<Self> {
        match opening {
            Opening::Push(draft) => Some(Self::new(draft, cx.new_session())),
            _ => None,
        }
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Push, Context::Move, Context::Everywhere]
    }

    fn title(&self, cx: &Cx, room: usize) -> Title {
        draft_title(cx, "push", &self.draft, room)
    }

    fn status(&self, cx: &Cx) -> Words {
        match &self.stage {
            Stage::Asking => "nothing is written before you choose Push".to_owned(),
            Stage::Running { stopping: false, .. } => {
                format!("pushing; {} stops it", cx.key(Action::Back))
            }
            Stage::Running { .. } => format!(
                "stopping: a tag that is being written has a few seconds; {} ends it now",
                cx.key(Action::Back)
            ),
            Stage::Over { plan, outcome, .. } if outcome.is_done() => {
                Self::done_words(plan, outcome, cx)
            }
            Stage::Over { .. } => {
                format!("{} looks again and asks again", cx.key(Action::PushTake))
            }
        }
        .into()
    }

    fn blocked(&self, action: Action, _cx: &Cx) -> Option<Reason> {
        match (&self.stage, action, self.button) {
            (
                Stage::Running { .. },
                Action::PushSwitch
                | Action::PushTake
                | Action::PushYes
                | Action::PushNo
                | Action::PushUndo
                | Action::Quit,
                _,
            ) => Some(Reason::new("it is being pushed").then(Action::Back, "stops it")),
            (Stage::Over { .. }, Action::PushSwitch | Action::PushYes | Action::PushNo, _) => {
                Some(Reason::new("it is over"))
            }
            (Stage::Over { plan, outcome, .. }, Action::PushUndo, _) => {
                Self::tag_to_put_back(plan, outcome).err()
            }
            (Stage::Asking, Action::PushUndo, _) => Some(Reason::new("nothing is pushed yet")),
            (Stage::Asking, Action::PushTake, Button::Push)
            | (Stage::Asking, Action::PushYes, _) => self.refused.clone(),
            _ => None,
        }
    }

    fn word(&self, action: Action, _cx: &Cx) -> Option<&'static str> {
        let is_running = matches!(self.stage, Stage::Running { .. });
        (action == Action::Back && is_running).then_some("stop")
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match (action, &self.stage, self.button) {
            (Action::PushSwitch, _, _) => self.switch(),
            (Action::PushYes, _, _) => self.begin(cx),
            (Action::PushNo, _, _) => cx.go(Going::StepBack),
            (Action::PushUndo, stage, _) => {
                let Stage::Over { plan, outcome, .. } = stage else { return };
                let Ok(tag) = Self::tag_to_put_back(plan, outcome) else { return };
                // What this page says of the tag would not be true for long.
                cx.go(Going::Back);
                find_undo(&tag, cx);
            }
            (Action::PushTake, Stage::Over { .. }, _) => self.over(cx),
            (Action::PushTake, _, Button::Cancel) => cx.go(Going::StepBack),
            (Action::PushTake, _, Button::Push) => self.begin(cx),
            (movement, _, _) => self.go(movement),
        }
    }

    fn takes_quit(&self) -> bool {
        self.is_running()
    }

    /// While it is written, no letter may end anything by accident. Ctrl-C stops the push, as the key
    /// for back does, and as it does in the commands.
    fn typed(&mut self, key: Key, _request: Option<InputRequest>, cx: &mut Cx) -> bool {
        let quits = cx.keymap.action(key, self.contexts()) == Some(Action::Quit);
        if !self.is_running() || !quits {
            return false;
        }
        if key.character().is_some() {
            let text = format!("it is being pushed; {} stops it", cx.key(Action::Back));
            cx.say(ToastKind::Warning, &text);
            return true;
        }
        self.back(cx)
    }

    fn paste(&mut self, _line: &str, _cx: &mut Cx) -> bool {
        true
    }

    fn click(&mut self, spot: Spot, _cx: &mut Cx) -> Option<Action> {
        let Spot::Line(line) = spot else { return None };
        if self.is_running() {
            return Some(Action::Back);
        }
        self.focus(line);
        Some(Action::PushTake)
    }

    fn wheel(&mut self, spot: Spot, lines: i32, _cx: &mut Cx) {
        if spot == Spot::Detail {
            self.wheel_over(lines);
        }
    }

    fn session(&self) -> Option<SessionId> {
        Some(self.session)
    }

    fn answer(
        &mut self,
        _request: RequestId,
        _question: &Query,
        answer: Result<Reply, Failure>,
        cx: &mut Cx,
    ) {
        match answer {
            Ok(Reply::Pushed(outcome)) => self.pushed(*outcome, cx),
            Ok(_) => {}
            Err(failure) => {
                self.stage = Stage::Asking;
                cx.say(ToastKind::Error, &failure.to_string());
            }
        }
    }

    fn part(&mut self, _question: &Query, part: Part, _cx: &mut Cx) {
        if let Part::Pushing { progress: now, rate: pace, left: rest } = part
            && let Stage::Running { progress, rate, left, .. } = &mut self.stage
        {
            *progress = now;
            (*rate, *left) = (pace, rest);
        }
    }

    fn leads_to_drafts(&self) -> bool {
        false
    }

    fn can_return(&self) -> bool {
        false
    }

    fn refresh(&mut self, on_top: bool, cx: &mut Cx) {
        if on_top {
            cx.pump_draft(&self.draft, true);
            self.lay_out(cx);
        }
    }

    fn is_busy(&self, cx: &Cx) -> bool {
        let draft = cx.drafts.get(&self.draft).map(|open| open.session);
        self.is_running() || draft.is_some_and(|session| cx.requests.is_busy(session))
    }

    fn repository(&self, cx: &Cx) -> Option<Repository> {
        cx.drafts.get(&self.draft)?.repository()
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        match &mut self.stage {
            Stage::Asking => return false,
            Stage::Running { stopping, request, .. } => {
                *stopping = true;
                let (session, request) = (self.session, *request);
                cx.effect(crate::tui::app::Effect::Stop { session, request });
            }
            Stage::Over { .. } => self.over(cx),
        }
        true
    }

    fn is_over(&self, cx: &Cx) -> bool {
        cx.drafts.get(&self.draft).is_none()
    }
}

impl PushPage {
    /// Brings the page up to date.
    fn lay_out(&mut self, cx: &mut Cx) {
        let (back, size) = (cx.key(Action::Back), cx.size);
        let Some(open) = cx.drafts.get_mut(&self.draft) else { return };
        let problems = open.problems();
        let errors = problems.iter().any(|it| it.severity == Severity::Error);
        let plan = open.plan(&open.guard());
        self.refused = match &plan {
            _ if errors => {
                Some(Reason::new("the list has errors").then(Action::Back, "goes back to them"))
            }
            None if open.hindrances().is_empty() => {
                Some(Reason::new("it is not known yet what there is to do"))
            }
            None => Some(Reason::new("not all of it can be had")),
            Some(_) => None,
        };
        self.offer = match &plan {
            Some(plan) if plan.conflict.is_some() => Some("Push anyway"),
            _ => Some("Push"),
        };
        let cells = usize::from(size.0.saturating_sub(6));
        let lines = lines(self, open, &problems, cells, &back);
        self.settle(lines, size);
    }

    fn begin(&mut self, cx: &mut Cx) {
        let Some(open) = cx.drafts.get_mut(&self.draft) else { return };
        let guard = open.guard();
        let Some(plan) = open.plan(&guard) else { return };
        // The button said what it replaces.
        let guard = if plan.conflict.is_some() { Guard::Nothing } else { guard };
        let plan = Box::new(plan);
        self.began = Some(cx.now);
        self.scroll = 0;
        let request = cx.ask(self.session, Query::Push { plan: plan.clone(), guard });
        self.stage = Stage::Running {
            plan,
            request,
            progress: Progress::default(),
            rate: None,
            left: None,
            stopping: false,
        };
    }

    /// Leaves a push that is over if it is done; if a guard or a failure stopped it, the question
    /// is put again.
    fn over(&mut self, cx: &mut Cx) {
        let Stage::Over { outcome, .. } = &self.stage else { return };
        if outcome.is_done() {
            return cx.go(Going::Back);
        }
        *self = Self::new(&self.draft, self.session);
        let last = cx.requests.last();
        if let Some(open) = cx.drafts.get_mut(&self.draft)
            && let Some(target) = open.survey.as_ref().map(|it| it.target.clone())
        {
            open.look_at(target, true, last);
        }
    }

    fn pushed(&mut self, outcome: Outcome, cx: &mut Cx) {
        let now = cx.now;
        if let Some(open) = cx.drafts.get_mut(&self.draft) {
            let holds = outcome.tags.iter().any(|(_, tagged)| *tagged == Tagged::New);
            if holds || (outcome.is_done() && outcome.tags.is_empty()) {
                open.pushed = Some(outcome.after.clone());
                // What was pushed needs not be kept.
                open.touch(now);
            }
        }
        let took = self.began.map_or(Duration::ZERO, |began| {
            Duration::try_from(now.duration_since(began)).unwrap_or_default()
        });
        if let Stage::Running { plan, .. } = &self.stage {
            let repository = plan.target.repository.clone();
            for (tag, _) in outcome.tags.iter().filter(|(_, it)| *it != Tagged::Untouched) {
                cx.look_again(&repository.tagged(tag), &outcome.after);
            }
            self.stage = Stage::Over { plan: plan.clone(), outcome: Box::new(outcome), took };
            self.scroll = 0;
        }
    }

    /// The tag that can be put back to what it held before; else why there is none.
    fn tag_to_put_back(plan: &Plan, outcome: &Outcome) -> Result<Reference, Reason> {
        let written = |(_, it): &&(String, Tagged)| *it == Tagged::New;
        let mut tags = outcome.tags.iter().filter(written);
        match (tags.next(), tags.next(), &outcome.before) {
            (Some((tag, _)), None, Some(_)) => Ok(plan.target.repository.tagged(tag)),
            (Some((tag, _)), None, None) => {
                let name = plan.target.repository.tagged(tag).familiar();
                Err(Reason::new(format!(
                    "{name} did not exist before; `platy tag rm {name}` deletes it"
                )))
            }
            (None, ..) => Err(Reason::new("no tag was written")),
            (Some(_), Some(_), _) => {
                let fact = "several tags were written";
                Err(Reason::new(fact).then(Action::Drafts, "lists them, and puts each back"))
            }
        }
    }

    /// What can be done about a push that is done.
    fn done_words(plan: &Plan, outcome: &Outcome, cx: &Cx) -> String {
        match Self::tag_to_put_back(plan, outcome) {
            Ok(_) => format!("done; {} puts the tag back", cx.key(Action::PushUndo)),
            Err(_) => format!("done; {} lists it", cx.key(Action::Drafts)),
        }
    }
}
