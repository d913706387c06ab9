//! Pushing a draft, and taking a push back.

use std::time::Duration;

use crossterm::event::KeyCode;
use tui_input::InputRequest;

use super::{Overlay, Screen, State, ToastKind};
use crate::model::draft::Guard;
use crate::model::push::{Entry, NoUndo, Outcome, Progress, Stopped, Tagged, Undo};
use crate::tui::app::drafts::DraftsPage;
use crate::tui::app::editor::{OpenForm, Purpose, parse_target};
use crate::tui::app::push::{Asked, Button, PushPage, Stage, last_of_each, lines, refusal};
use crate::tui::app::{Action, Effect, Key, SessionId};

impl State {
    /// Opens the page of a push; without a target it is asked for first.
    pub(super) fn open_push(&mut self) -> Vec<Effect> {
        let Some((editor, open)) = self.editing() else { return Vec::new() };
        let name = open.name.clone();
        match parse_target(&open.target) {
            Ok(target) => {
                // What was learned of it a while ago may be true no longer.
                open.look_at(target, true);
                self.push(Screen::Push(Box::new(PushPage::new(&name))))
            }
            Err(_) => {
                editor.form = Some(OpenForm::target(open, Purpose::TargetThenPush));
                Vec::new()
            }
        }
    }

    /// Brings the page of a push up to date.
    pub(super) fn settle_push(&mut self) {
        let size = self.size;
        let Some(Screen::Push(page)) = self.screens.last_mut() else { return };
        let Some(open) = self.drafts.get_mut(&page.draft) else { return };
        let problems = open.problems().to_vec();
        let errors = problems.iter().any(|it| it.severity == crate::model::draft::Severity::Error);
        let plan = open.plan(&open.guard());
        page.refused = match &plan {
            _ if errors => Some("the list has errors; esc goes back to them"),
            None => Some("it is not known yet what there is to do"),
            Some(_) => None,
        };
        page.offer = match &plan {
            Some(plan) if plan.conflict.is_some() => Some("Push anyway"),
            _ => Some("Push"),
        };
        let cells = usize::from(size.0.saturating_sub(6));
        let lines = lines(page, open, &problems, cells);
        page.settle(lines, size);
    }

    pub(super) fn act_on_push(&mut self, action: Action) -> Vec<Effect> {
        let Some(Screen::Push(page)) = self.screens.last_mut() else { return Vec::new() };
        match (action, &page.stage, page.button) {
            (Action::PushSwitch, _, _) => page.switch(),
            (Action::PushTake, Stage::Over { .. }, _) => return self.push_over(),
            (Action::PushTake, _, Button::Cancel) => return self.back(),
            (Action::PushTake, _, Button::Push) => return self.begin_push(),
            (movement, _, _) => page.go(movement),
        }
        Vec::new()
    }

    /// Letters that say what a button says.
    pub(super) fn push_typed(
        &mut self,
        key: Key,
        _request: Option<InputRequest>,
    ) -> Option<Vec<Effect>> {
        let Some(Screen::Push(page)) = self.screens.last_mut() else { return None };
        // While it is written, no key but esc may end anything by accident.
        let running = page.is_running() && key.code == KeyCode::Char('q');
        running.then(|| {
            self.say(ToastKind::Warning, "it is being pushed; esc stops it");
            Vec::new()
        })
    }

    fn begin_push(&mut self) -> Vec<Effect> {
        let now = self.now;
        let Some(Screen::Push(page)) = self.screens.last_mut() else { return Vec::new() };
        let Some(open) = self.drafts.get_mut(&page.draft) else { return Vec::new() };
        let guard = open.guard();
        let Some(plan) = open.plan(&guard) else { return Vec::new() };
        // The button said what it replaces.
        let guard = if plan.conflict.is_some() { Guard::Nothing } else { guard };
        let plan = Box::new(plan);
        page.began = Some(now);
        page.scroll = 0;
        page.stage = Stage::Running {
            plan: plan.clone(),
            progress: Progress::default(),
            rate: None,
            left: None,
            stopping: false,
        };
        vec![Effect::Push { session: open.session, plan, guard }]
    }

    /// Esc on the page: back, or stop what is under way. `None`: the page can be left.
    pub(super) fn leave_push(&mut self) -> Option<Vec<Effect>> {
        let Some(Screen::Push(page)) = self.screens.last_mut() else { return None };
        match &mut page.stage {
            Stage::Asking => None,
            Stage::Running { stopping, .. } => {
                *stopping = true;
                let session = self.drafts.get(&page.draft).map(|open| open.session);
                Some(session.map(Effect::StopPush).into_iter().collect())
            }
            Stage::Over { .. } => Some(self.push_over()),
        }
    }

    /// Leaves a push that is over: where it is done, with a word; where a guard or a failure
    /// stopped it, the question is put again.
    fn push_over(&mut self) -> Vec<Effect> {
        let Some(Screen::Push(page)) = self.screens.last_mut() else { return Vec::new() };
        let Stage::Over { outcome, .. } = &page.stage else { return Vec::new() };
        if outcome.is_done() {
            self.screens.pop();
            return Vec::new();
        }
        **page = PushPage::new(&page.draft);
        let name = page.draft.clone();
        if let Some(open) = self.drafts.get_mut(&name)
            && let Some(target) = open.survey.as_ref().map(|it| it.target.clone())
        {
            open.look_at(target, true);
        }
        Vec::new()
    }

    pub(super) fn push_moved(
        &mut self,
        session: SessionId,
        now_at: Progress,
        pace: (Option<f64>, Option<Duration>),
    ) {
        if let Some(page) = self.push_page(session)
            && let Stage::Running { progress, rate, left, .. } = &mut page.stage
        {
            *progress = now_at;
            (*rate, *left) = pace;
        }
    }

    pub(super) fn pushed(&mut self, session: SessionId, outcome: Outcome) -> Vec<Effect> {
        let now = self.now;
        let done = outcome.is_done();
        if let Some(open) = self.drafts.of_session(session) {
            let holds = outcome.tags.iter().any(|(_, tagged)| *tagged == Tagged::New);
            if holds || (done && outcome.tags.is_empty()) {
                open.pushed = Some(outcome.after.clone());
                // What was pushed needs not be kept.
                open.touch(now);
            }
        }
        let Some(page) = self.push_page(session) else { return Vec::new() };
        let took = page.began.map_or(Duration::ZERO, |began| {
            Duration::try_from(now.duration_since(began)).unwrap_or_default()
        });
        if let Stage::Running { plan, .. } = &page.stage {
            page.stage = Stage::Over { plan: plan.clone(), outcome: Box::new(outcome), took };
            page.scroll = 0;
        }
        Vec::new()
    }

    fn push_page(&mut self, session: SessionId) -> Option<&mut PushPage> {
        let name = self.drafts.of_session(session)?.name.clone();
        self.screens.iter_mut().find_map(|screen| match screen {
            Screen::Push(page) if page.draft == name => Some(page.as_mut()),
            _ => None,
        })
    }

    /// What was pushed lately came.
    pub(super) fn journal_came(&mut self, entries: &[Entry]) {
        self.drafts.pushes = last_of_each(entries);
    }

    pub(super) fn why_not_drafts(&self, page: &DraftsPage, action: Action) -> Option<&'static str> {
        let drafts = self.drafts.open.len() + self.drafts.left.len();
        let on_draft = page.cursor < drafts;
        match action {
            _ if drafts + self.drafts.pushes.len() == 0 => {
                Some("there are no drafts; e on a list or a on an image starts one")
            }
            Action::DraftOpen | Action::DraftDiscard if !on_draft => {
                Some("this is a push; u takes it back")
            }
            Action::UndoPush if on_draft => Some("this is a draft; only pushes are taken back"),
            _ => None,
        }
    }

    pub(super) fn act_on_drafts(&mut self, action: Action) -> Vec<Effect> {
        let drafts = self.drafts.open.len() + self.drafts.left.len();
        let Some(Screen::Drafts(page)) = self.screens.last_mut() else { return Vec::new() };
        match action {
            Action::DraftOpen => self.open_draft_at_cursor(),
            Action::DraftDiscard => self.discard_at_cursor(),
            Action::UndoPush => {
                let at = page.cursor.saturating_sub(drafts);
                match self.drafts.pushes.get(at) {
                    Some(entry) => {
                        let reference = entry.reference.clone();
                        self.say(ToastKind::Done, &format!("asking {}", reference.familiar()));
                        vec![Effect::FindUndo(reference)]
                    }
                    None => Vec::new(),
                }
            }
            movement => {
                page.go(movement);
                Vec::new()
            }
        }
    }

    /// What taking a push back would do came.
    pub(super) fn undo_found(&mut self, result: Result<Undo, NoUndo>) {
        self.toast = None;
        match result {
            Ok(undo) if self.overlay.is_none() => {
                self.overlay = Some(Overlay::Undo(Box::new(Asked { undo, at: 0 })));
            }
            Ok(_) => {}
            Err(why) => self.say(ToastKind::Warning, &refusal(&why)),
        }
    }

    /// How taking a push back went.
    pub(super) fn undone(
        &mut self,
        undo: &Undo,
        tagged: &Tagged,
        stopped: Option<Stopped>,
    ) -> Vec<Effect> {
        let name = undo.entry.reference.familiar();
        match (tagged, stopped) {
            (Tagged::New, None) => {
                let text = format!("put back: {name} points at {}", undo.list.digest.short());
                self.say(ToastKind::Done, &text);
            }
            (_, Some(Stopped::Failed { failure, .. })) => {
                self.say(ToastKind::Error, &failure.to_string());
            }
            (_, Some(Stopped::Conflict(conflict))) => {
                self.say(ToastKind::Error, &format!("not put back: {conflict}"));
            }
            _ => self.say(ToastKind::Warning, &format!("{name} is not what it was; look at it")),
        }
        vec![Effect::Journal]
    }
}
