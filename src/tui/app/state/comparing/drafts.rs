//! A draft as a side of a comparison: as it is at that moment, in the place of a reference.

use super::super::{Screen, State, ToastKind};
use crate::oci::Location;
use crate::tui::app::compare::Point;
use crate::tui::app::{Action, Effect};

impl State {
    /// Marks the draft of the editor on top as it is now, or takes the mark away from it.
    pub(in crate::tui::app::state) fn mark_draft(&mut self) -> Vec<Effect> {
        let Some(location) = self.draft_on_top() else { return Vec::new() };
        if self.marks_draft() {
            self.marked = None;
            self.say(ToastKind::Done, "the mark is taken away");
            return self.sweep();
        }
        let (point, mut effects) = self.keep(location);
        if let Some(kept) = self.kept.iter_mut().find(|it| it.session == point.session) {
            kept.as_marked = true;
        }
        self.marked = Some(point);
        let key = self.keymap.label(Action::Compare).unwrap_or_default();
        let text = format!("marked as it is now; {key} on a node compares both");
        self.say(ToastKind::Done, &text);
        effects.extend(self.sweep());
        effects
    }

    /// Compares the marked node with the draft; without a mark elsewhere, asks for a reference.
    pub(in crate::tui::app::state) fn compare_draft(&mut self) -> Vec<Effect> {
        match self.marked.clone().filter(|_| !self.marks_draft()) {
            Some(marked) => self.compare_point_with_draft(marked),
            None => {
                self.open_form(Action::CompareDraft);
                Vec::new()
            }
        }
    }

    /// Compares a reference with the draft.
    pub(in crate::tui::app::state) fn compare_draft_with(
        &mut self,
        location: Location,
    ) -> Vec<Effect> {
        let (point, mut effects) = self.keep(location);
        effects.extend(self.compare_point_with_draft(point));
        effects
    }

    fn compare_point_with_draft(&mut self, a: Point) -> Vec<Effect> {
        let Some(location) = self.draft_on_top() else { return Vec::new() };
        let (b, mut effects) = self.keep(location);
        effects.extend(self.open_compare(a, b));
        effects
    }

    /// What the draft of the editor on top is called as a reference.
    fn draft_on_top(&self) -> Option<Location> {
        match self.screen() {
            Screen::Editor(editor) => {
                Some(Location::Draft(self.drafts.get(&editor.draft)?.title()))
            }
            _ => None,
        }
    }

    /// Whether the mark is on the draft of the editor on top as it is now. One that was edited
    /// since can be compared with what it was.
    fn marks_draft(&self) -> bool {
        let marked = || self.explorer_with(self.marked.as_ref()?.session);
        let now = || match self.screen() {
            Screen::Editor(editor) => self.drafts.get(&editor.draft),
            _ => None,
        };
        let (Some(marked), Some(now)) = (marked(), now()) else { return false };
        let digest = marked.tree.node(marked.tree.root()).and_then(|root| root.digest());
        self.draft_on_top().is_some_and(|draft| marked.location == draft)
            && digest.is_none_or(|digest| *digest == now.draft.document().digest)
    }
}
