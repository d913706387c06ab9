//! What the keys of the editor do, and why they cannot now.

use super::edited::edited;
use super::{Editor, EditorTab, OpenForm, Purpose};
use crate::model::draft::{Edit, Format, losses};
use crate::oci::Location;
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::drafts::{GatherFor, along_words};
use crate::tui::app::going::Opening;
use crate::tui::app::point::Point;
use crate::tui::app::target::parse as parse_target;
use crate::tui::app::view::Reason;
use crate::tui::app::{Action, Clip, Query};

impl Editor {
    /// Why an action of the editor cannot be done now.
    pub(super) fn why_not(&self, action: Action, cx: &Cx) -> Option<Reason> {
        let open = cx.drafts.get(&self.draft)?;
        let draft = &open.draft;
        let on_entries = || match self.tab {
            EditorTab::Entries => None,
            _ => Some(Reason::new("only among the entries").at(Action::TabEntries)),
        };
        match action {
            Action::Undo if !draft.can_undo() => Some(Reason::new("there is nothing to undo")),
            Action::Redo if !draft.can_redo() => Some(Reason::new("nothing was undone")),
            Action::EditEntry
            | Action::RemoveEntry
            | Action::RemoveKeeping
            | Action::ReplaceEntry
            | Action::BringReferrers
            | Action::Annotate => on_entries().or_else(|| self.present().err()),
            Action::MoveDown => on_entries().or_else(|| self.moved(true).err()),
            Action::MoveUp => on_entries().or_else(|| self.moved(false).err()),
            Action::Fold => on_entries().or_else(|| {
                let row = self.rows().rows.get(self.cursor);
                let folds = row.is_some_and(|row| row.open.is_some() || row.below);
                (!folds).then(|| Reason::new("it has no attestations"))
            }),
            Action::Fix => match self.shown_problem() {
                None => Some(Reason::new("no problem is shown")),
                Some(problem) if problem.fix.is_none() => {
                    Some(Reason::new("this problem has no clear fix"))
                }
                Some(_) => None,
            },
            Action::NextProblem if self.problems() == (0, 0) => {
                Some(Reason::new("there are no problems"))
            }
            Action::Against if self.tab != EditorTab::Preview => {
                Some(Reason::new("only in the preview").at(Action::TabPreview))
            }
            Action::Survey if !matches!(self.tab, EditorTab::Plan | EditorTab::Effects) => {
                Some(Reason::new(format!(
                    "only in the plan ({}) and the effects ({})",
                    cx.key(Action::TabPlan),
                    cx.key(Action::TabEffects)
                )))
            }
            Action::ExportDraft if parse_target(&open.target).is_err() => {
                Some(Reason::new("no target yet").then(Action::SetTarget, "says where to push"))
            }
            Action::Survey if open.survey.is_none() => {
                Some(Reason::new("no target yet").then(Action::SetTarget, "says where to push"))
            }
            Action::CopyDraftDigest if self.tab == EditorTab::Entries => self
                .entry()
                .is_none_or(|entry| entry.descriptor.is_none())
                .then(|| Reason::new("there is no digest here")),
            _ => None,
        }
    }

    pub(super) fn edit(&mut self, action: Action, cx: &mut Cx) {
        let (now, last) = (cx.now, cx.requests.last());
        let Some(open) = cx.drafts.get_mut(&self.draft) else { return };
        // Whoever does something else does not wait for it any more.
        open.exports = action == Action::ExportDraft;
        match action {
            Action::ExportDraft => {}
            Action::TabEntries => self.show(EditorTab::Entries),
            Action::TabPreview => self.show(EditorTab::Preview),
            Action::TabPlan => self.show(EditorTab::Plan),
            Action::TabEffects => self.show(EditorTab::Effects),
            Action::NextTab => self.show(self.tab.turned(true)),
            Action::PreviousTab => self.show(self.tab.turned(false)),
            Action::Against => {
                self.against = self.against.next();
                self.scroll = 0;
            }
            Action::Undo | Action::Redo => {
                let done =
                    if action == Action::Undo { open.draft.undo() } else { open.draft.redo() };
                if done {
                    open.touch(now);
                }
            }
            Action::Fold => {
                self.fold();
            }
            Action::NextProblem => self.next_problem(),
            Action::EditEntry
            | Action::Annotate
            | Action::EditFields
            | Action::ReplaceEntry
            | Action::AddImage
            | Action::SetTarget => self.open_form(action, cx),
            Action::RemoveEntry | Action::RemoveKeeping => {
                let keep_attestations = action == Action::RemoveKeeping;
                if let Some(entry) = self.entry() {
                    let entries = vec![entry.id];
                    let name = entry
                        .platform()
                        .map_or_else(|| "the entry".to_owned(), ToString::to_string);
                    let before = open.draft.len();
                    let edit = Edit::Remove { entries, keep_attestations };
                    let result = open.apply(edit, now);
                    let along = before.saturating_sub(open.draft.len() + 1);
                    edited(cx, result, || format!("removed {}", along_words(&name, along)));
                }
            }
            Action::MoveDown | Action::MoveUp => {
                if let Ok(edit) = self.moved(action == Action::MoveDown) {
                    let result = open.apply(edit, now);
                    edited(cx, result, String::new);
                }
            }
            Action::Fix => {
                if let Some(fix) = self.shown_problem().and_then(|it| it.fix.clone()) {
                    let result = open.apply(fix.edit, now);
                    edited(cx, result, || format!("done: {}", fix.label));
                }
            }
            Action::SwitchFormat => {
                let format = open.draft.format().other();
                let lost = losses(&open.draft, format);
                let result = open.apply(Edit::SetFormat(format), now);
                edited(cx, result, || {
                    if lost.is_empty() {
                        format!("it is {} now; nothing is lost", an(format))
                    } else {
                        format!("it is {} now; lost: {}", an(format), lost.join(", "))
                    }
                });
            }
            Action::BringReferrers => {
                let entry = self.entry();
                if let Some((entry, descriptor)) =
                    entry.and_then(|it| Some((it, it.descriptor.as_ref()?)))
                {
                    let (from, subject) = (entry.from.as_ref().clone(), descriptor.digest.clone());
                    let session = open.session;
                    cx.ask(session, Query::Referrers { from, subject });
                }
            }
            Action::Survey => {
                if let Some(target) = open.survey.as_ref().map(|it| it.target.clone()) {
                    open.look_at(target, true, last);
                }
            }
            Action::CopyDraftDigest => self.copy_digest(cx),
            Action::PushDraft => self.open_push(cx),
            Action::MarkDraft => self.mark(cx),
            Action::CompareDraft => self.compare(cx),
            movement => self.go(movement),
        }
    }

    fn copy_digest(&self, cx: &mut Cx) {
        let Some(open) = cx.drafts.get(&self.draft) else { return };
        let (what, digest) = match (self.tab, self.entry()) {
            (EditorTab::Entries, Some(entry)) => {
                let Some(descriptor) = &entry.descriptor else { return };
                ("digest of the entry", &descriptor.digest)
            }
            _ => ("digest of the new list", &open.draft.document().digest),
        };
        let text = digest.to_string();
        cx.copy(Ok(Clip { what: what.to_owned(), text }));
    }

    /// Opens the page of a push; without a target it is asked for first.
    pub(super) fn open_push(&mut self, cx: &mut Cx) {
        let last = cx.requests.last();
        let Some(open) = cx.drafts.get_mut(&self.draft) else { return };
        match parse_target(&open.target) {
            Ok(target) => {
                // What was learned of it a while ago may be true no longer.
                open.look_at(target, true, last);
                cx.open(Opening::Push(self.draft.clone()));
            }
            Err(_) => self.form = Some(OpenForm::target(open, Purpose::TargetThenPush)),
        }
    }

    /// Reads what a reference names.
    pub(super) fn gather(&self, location: Location, purpose: GatherFor, cx: &mut Cx) {
        let Some(session) = cx.drafts.get(&self.draft).map(|open| open.session) else { return };
        let name = location.familiar();
        let request = cx.ask(session, Query::Gather(location));
        if let Some(open) = cx.drafts.get_mut(&self.draft) {
            open.gathering.insert(request, (purpose, name));
        }
    }

    /// Marks the draft as it is now, or takes the mark away from it.
    fn mark(&self, cx: &mut Cx) {
        let Some(location) = self.location(cx) else { return };
        if self.is_marked(cx) {
            cx.marked = None;
            return cx.say(ToastKind::Done, "the mark is taken away");
        }
        let id = cx.open_reference(location);
        let Some(open) = cx.opened.get_mut(id) else { return };
        open.as_marked = true;
        cx.marked = Some(Point::whole(open));
        let key = cx.key(Action::Compare);
        let text = format!("marked as it is now; {key} on a node compares both");
        cx.say(ToastKind::Done, &text);
    }

    /// Compares the marked node with the draft; without a mark elsewhere, asks for a reference.
    fn compare(&mut self, cx: &mut Cx) {
        match cx.marked.clone().filter(|_| !self.is_marked(cx)) {
            Some(marked) => self.compare_point(marked, cx),
            None => self.open_form(Action::CompareDraft, cx),
        }
    }

    /// Compares a reference with the draft.
    pub(super) fn compare_with(&self, location: Location, cx: &mut Cx) {
        let id = cx.open_reference(location);
        if let Some(point) = cx.opened.get(id).map(Point::whole) {
            self.compare_point(point, cx);
        }
    }

    fn compare_point(&self, a: Point, cx: &mut Cx) {
        let Some(location) = self.location(cx) else { return };
        let id = cx.open_reference(location);
        if let Some(b) = cx.opened.get(id).map(Point::whole) {
            cx.open(Opening::Compare(a, b));
        }
    }

    /// What the draft is called as a reference.
    fn location(&self, cx: &Cx) -> Option<Location> {
        Some(Location::Draft(cx.drafts.get(&self.draft)?.title()))
    }

    /// Whether the mark is on the draft as it is now. One that was edited since can be compared
    /// with what it was.
    fn is_marked(&self, cx: &Cx) -> bool {
        let marked = cx.marked.as_ref().and_then(|marked| cx.opened.get(marked.id));
        let (Some(marked), Some(now)) = (marked, cx.drafts.get(&self.draft)) else { return false };
        let digest = marked.tree.node(marked.tree.root()).and_then(|root| root.digest());
        self.location(cx).is_some_and(|draft| marked.location == draft)
            && digest.is_none_or(|digest| *digest == now.draft.document().digest)
    }
}

fn an(format: Format) -> &'static str {
    match format {
        Format::Oci => "an OCI index",
        Format::Docker => "a Docker manifest list",
    }
}
