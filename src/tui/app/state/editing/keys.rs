//! What the keys of the editor do, and what is asked for what it shows.

use super::super::drafting::words;
use super::super::{Screen, State, ToastKind};
use crate::model::draft::{Edit, Format, Presence, Question, Refused, Target, losses};
use crate::oci::Failure;
use crate::tui::app::drafts::{GatherFor, OpenDraft};
use crate::tui::app::editor::{Editor, EditorTab};
use crate::tui::app::{Action, Effect, RequestId, SessionId};

impl State {
    /// The editor on top and its draft.
    pub(in crate::tui::app::state) fn editing(&mut self) -> Option<(&mut Editor, &mut OpenDraft)> {
        match self.screens.last_mut() {
            Some(Screen::Editor(editor)) => {
                let open = self.drafts.get_mut(&editor.draft)?;
                Some((editor, open))
            }
            _ => None,
        }
    }

    /// Why an action of the editor cannot be done now.
    pub(in crate::tui::app::state) fn why_not_edit(
        &self,
        editor: &Editor,
        action: Action,
    ) -> Option<&'static str> {
        let open = self.drafts.get(&editor.draft)?;
        let draft = &open.draft;
        let on_entries = || match editor.tab {
            EditorTab::Entries => None,
            _ => Some("only among the entries (1)"),
        };
        match action {
            Action::Undo if !draft.can_undo() => Some("there is nothing to undo"),
            Action::Redo if !draft.can_redo() => Some("nothing was undone"),
            Action::EditEntry
            | Action::RemoveEntry
            | Action::RemoveKeeping
            | Action::ReplaceEntry
            | Action::BringReferrers
            | Action::Annotate => on_entries().or_else(|| editor.present().err()),
            Action::MoveDown => on_entries().or_else(|| editor.moved(true).err()),
            Action::MoveUp => on_entries().or_else(|| editor.moved(false).err()),
            Action::Fold => on_entries().or_else(|| {
                let row = editor.rows().rows.get(editor.cursor);
                let folds = row.is_some_and(|row| row.open.is_some() || row.below);
                (!folds).then_some("it has no attestations")
            }),
            Action::Fix => match editor.shown_problem() {
                None => Some("no problem is shown"),
                Some(problem) if problem.fix.is_none() => Some("this problem has no clear fix"),
                Some(_) => None,
            },
            Action::NextProblem if editor.problems() == (0, 0) => Some("there are no problems"),
            Action::Against if editor.tab != EditorTab::Preview => Some("only in the preview (2)"),
            Action::Survey if !matches!(editor.tab, EditorTab::Plan | EditorTab::Effects) => {
                Some("only in the plan (3) and the effects (4)")
            }
            Action::Survey if open.survey.is_none() => Some("no target yet; t says where to push"),
            Action::CopyDraftDigest if editor.tab == EditorTab::Entries => editor
                .entry()
                .is_none_or(|entry| entry.descriptor.is_none())
                .then_some("there is no digest here"),
            _ => None,
        }
    }

    pub(in crate::tui::app::state) fn act_on_editor(&mut self, action: Action) -> Vec<Effect> {
        let now = self.now;
        let Some((editor, open)) = self.editing() else { return Vec::new() };
        match action {
            Action::TabEntries => editor.show(EditorTab::Entries),
            Action::TabPreview => editor.show(EditorTab::Preview),
            Action::TabPlan => editor.show(EditorTab::Plan),
            Action::TabEffects => editor.show(EditorTab::Effects),
            Action::NextTab => editor.show(editor.tab.turned(true)),
            Action::PreviousTab => editor.show(editor.tab.turned(false)),
            Action::Against => {
                editor.against = editor.against.next();
                editor.scroll = 0;
            }
            Action::Undo | Action::Redo => {
                let done =
                    if action == Action::Undo { open.draft.undo() } else { open.draft.redo() };
                if done {
                    open.touch(now);
                }
            }
            Action::Fold => {
                editor.fold();
            }
            Action::NextProblem => editor.next_problem(),
            Action::EditEntry
            | Action::Annotate
            | Action::EditFields
            | Action::ReplaceEntry
            | Action::AddImage
            | Action::SetTarget => self.open_form(action),
            Action::RemoveEntry | Action::RemoveKeeping => {
                let keep_attestations = action == Action::RemoveKeeping;
                if let Some(entry) = editor.entry() {
                    let entries = vec![entry.id];
                    let name = entry
                        .platform()
                        .map_or_else(|| "the entry".to_owned(), ToString::to_string);
                    let before = open.draft.len();
                    let edit = Edit::Remove { entries, keep_attestations };
                    let result = open.apply(edit, now);
                    let along = before.saturating_sub(open.draft.len() + 1);
                    self.edited(result, || format!("removed {}", words(&name, along)));
                }
            }
            Action::MoveDown | Action::MoveUp => {
                if let Ok(edit) = editor.moved(action == Action::MoveDown) {
                    let result = open.apply(edit, now);
                    self.edited(result, String::new);
                }
            }
            Action::Fix => {
                if let Some(fix) = editor.shown_problem().and_then(|it| it.fix.clone()) {
                    let result = open.apply(fix.edit, now);
                    self.edited(result, || format!("done: {}", fix.label));
                }
            }
            Action::SwitchFormat => {
                let format = open.draft.format().other();
                let lost = losses(&open.draft, format);
                let result = open.apply(Edit::SetFormat(format), now);
                self.edited(result, || {
                    if lost.is_empty() {
                        format!("it is {} now; nothing is lost", an(format))
                    } else {
                        format!("it is {} now; lost: {}", an(format), lost.join(", "))
                    }
                });
            }
            Action::BringReferrers => {
                let entry = editor.entry();
                if let Some((entry, descriptor)) =
                    entry.and_then(|it| Some((it, it.descriptor.as_ref()?)))
                {
                    return vec![Effect::Referrers {
                        session: open.session,
                        from: entry.from.as_ref().clone(),
                        subject: descriptor.digest.clone(),
                    }];
                }
            }
            Action::Survey => {
                if let Some(target) = open.survey.as_ref().map(|it| it.target.clone()) {
                    open.look_at(target, true);
                }
            }
            Action::CopyDraftDigest => return self.copy_draft_digest(),
            Action::PushDraft => return self.open_push(),
            movement => editor.go(movement),
        }
        Vec::new()
    }

    fn copy_draft_digest(&mut self) -> Vec<Effect> {
        let Some((editor, open)) = self.editing() else { return Vec::new() };
        let (what, digest) = match (editor.tab, editor.entry()) {
            (EditorTab::Entries, Some(entry)) => {
                let Some(descriptor) = &entry.descriptor else { return Vec::new() };
                ("digest of the entry", &descriptor.digest)
            }
            _ => ("digest of the new list", &open.draft.document().digest),
        };
        vec![Effect::Copy { what: what.to_owned(), text: digest.to_string() }]
    }

    /// Says what an edit came to.
    pub(super) fn edited(&mut self, result: Result<(), Refused>, said: impl FnOnce() -> String) {
        match result {
            Ok(()) => {
                let text = said();
                if !text.is_empty() {
                    let undo = self.keymap.label(Action::Undo).unwrap_or_default();
                    self.say(ToastKind::Done, &format!("{text} ({undo} undoes)"));
                }
            }
            Err(refused) => self.say(ToastKind::Error, &refused.to_string()),
        }
    }

    pub(in crate::tui::app::state) fn new_request(&mut self) -> RequestId {
        self.last_request += 1;
        RequestId(self.last_request)
    }

    pub(in crate::tui::app::state) fn answered(
        &mut self,
        session: SessionId,
        target: &Target,
        question: Question,
        result: Result<Presence, Failure>,
    ) {
        if let Some(open) = self.drafts.of_session(session) {
            open.answered(target, question, result);
        }
    }

    /// Asks for what the editor on top shows: facts about the entries, the plan, what the tag
    /// holds.
    pub(in crate::tui::app::state) fn pump_drafts(&mut self) -> Vec<Effect> {
        let permits = self.permits;
        let (surveying, holding, weighing) = match self.screen() {
            Screen::Editor(editor) => (
                matches!(editor.tab, EditorTab::Plan | EditorTab::Effects)
                    || editor.against != crate::tui::app::editor::Against::Nothing,
                editor.tab == EditorTab::Effects
                    || editor.against != crate::tui::app::editor::Against::Nothing,
                editor.tab == EditorTab::Effects,
            ),
            Screen::Push(_) => (true, false, false),
            _ => return Vec::new(),
        };
        let request = RequestId(self.last_request + 1);
        let name = match self.screen() {
            Screen::Editor(editor) => editor.draft.clone(),
            Screen::Push(page) => page.draft.clone(),
            _ => return Vec::new(),
        };
        let Some(open) = self.drafts.get_mut(&name) else { return Vec::new() };
        let session = open.session;
        let mut effects: Vec<Effect> =
            open.pump(permits).into_iter().map(|want| Effect::Learn { session, want }).collect();
        if surveying {
            let asking = open.ask();
            let target = open.survey.as_ref().map(|it| it.target.clone());
            if let Some(target) = &target {
                effects.extend(asking.questions.into_iter().map(|question| Effect::Question {
                    session,
                    target: target.clone(),
                    question,
                }));
            }
            effects.extend(asking.wants.into_iter().map(|want| Effect::Learn { session, want }));
        }
        if holding
            && let Some(location) = open.wants_held()
            && let Some(target) = open.survey.as_ref().map(|it| it.target.clone())
        {
            open.gathering.insert(request, (GatherFor::Held(target), location.familiar()));
            effects.push(Effect::Gather { session, request, location });
            self.last_request += 1;
        } else if weighing && let Some(weighing) = open.weigh() {
            effects.push(Effect::Weigh { session, weighing });
        }
        effects
    }
}

fn an(format: Format) -> &'static str {
    match format {
        Format::Oci => "an OCI index",
        Format::Docker => "a Docker manifest list",
    }
}
