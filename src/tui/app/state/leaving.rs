//! Leaving: an unsaved draft asks once; drafts that were let go; the end.

use super::{Overlay, Screen, State, ToastKind};
use crate::tui::app::{DraftOrder, Effect};

/// What can become of an unsaved draft on the way out.
pub(super) const LEAVE: [Choice; 3] = [Choice::Keep, Choice::Stay, Choice::Discard];
/// Whether a draft is discarded.
pub(super) const DISCARD: [Choice; 2] = [Choice::Stay, Choice::Discard];
/// Whether a push is taken back.
pub(super) const UNDO: [Choice; 2] = [Choice::Stay, Choice::Discard];

/// A line of such a menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// The draft is kept as it is.
    Keep,
    /// Nothing happens.
    Stay,
    /// What is asked about is done.
    Discard,
}

impl State {
    /// The lines of the menu that lies over the screen, where it is a question.
    #[must_use]
    pub fn question(&self) -> Option<(String, Vec<String>, usize)> {
        let title = |name: &str| {
            self.drafts.get(name).map_or_else(|| "this draft".to_owned(), |open| open.title())
        };
        match self.overlay.as_ref()? {
            Overlay::Leave { at, quit } => {
                let name = match self.screen() {
                    Screen::Editor(editor) => title(&editor.draft),
                    _ => String::new(),
                };
                let keep = if *quit {
                    "quit and keep it: it is offered again at the next start"
                } else {
                    "keep it for later: D lists it, and so does the next start"
                };
                let lines = [keep, "stay", "discard it"].map(str::to_owned).to_vec();
                Some((format!("{name} is not pushed"), lines, *at))
            }
            Overlay::Discard { draft, at } => {
                let lines = ["keep it", "discard it"].map(str::to_owned).to_vec();
                Some((format!("discard {}, which is not pushed?", title(draft)), lines, *at))
            }
            Overlay::Undo(asked) => {
                let mut lines = vec!["leave it as it is".to_owned()];
                lines.push(if asked.undo.conflict.is_some() {
                    "put it back anyway".to_owned()
                } else {
                    "put it back".to_owned()
                });
                let name = asked.undo.entry.reference.familiar();
                Some((format!("put {name} back to what it held before?"), lines, asked.at))
            }
            _ => None,
        }
    }

    /// Takes the marked line of a question or of the images of a list.
    pub(super) fn menu_chosen(&mut self) -> Vec<Effect> {
        match self.overlay.take() {
            Some(Overlay::Picking(picking)) => {
                self.picked(&picking);
                Vec::new()
            }
            Some(Overlay::Leave { quit, at }) => match LEAVE.get(at) {
                Some(Choice::Keep) if quit => self.end(),
                Some(Choice::Keep) => {
                    self.screens.pop();
                    Vec::new()
                }
                Some(Choice::Discard) => {
                    let name = match self.screen() {
                        Screen::Editor(editor) => editor.draft.clone(),
                        _ => return Vec::new(),
                    };
                    let mut effects = self.discard(&name);
                    if quit {
                        effects.extend(self.end());
                    }
                    effects
                }
                Some(Choice::Stay) | None => Vec::new(),
            },
            Some(Overlay::Discard { draft, at }) => match DISCARD.get(at) {
                Some(Choice::Discard) => {
                    self.say(ToastKind::Done, "the draft is discarded");
                    self.discard(&draft)
                }
                _ => Vec::new(),
            },
            Some(Overlay::Undo(asked)) => match UNDO.get(asked.at) {
                Some(Choice::Discard) => {
                    let force = asked.undo.conflict.is_some();
                    vec![Effect::Undo { undo: Box::new(asked.undo), force }]
                }
                _ => Vec::new(),
            },
            other => {
                self.overlay = other;
                Vec::new()
            }
        }
    }

    /// What happens before the screen on top is left; `None`: it can be left.
    pub(super) fn leave_page(&mut self) -> Option<Vec<Effect>> {
        if let Some(effects) = self.leave_push() {
            return Some(effects);
        }
        let Screen::Editor(editor) = self.screen() else { return None };
        let name = editor.draft.clone();
        if self.drafts.get(&name).is_some_and(|open| open.is_unsaved()) {
            self.overlay = Some(Overlay::Leave { quit: false, at: 0 });
            return Some(Vec::new());
        }
        // Nothing would be lost: it is closed.
        Some(self.discard(&name))
    }

    /// Quits; an editor with an unsaved draft on top asks once.
    pub(super) fn quit(&mut self) -> Vec<Effect> {
        if let Screen::Editor(editor) = self.screen()
            && self.overlay.is_none()
            && self.drafts.get(&editor.draft).is_some_and(|open| open.is_unsaved())
        {
            self.overlay = Some(Overlay::Leave { quit: true, at: 0 });
            return Vec::new();
        }
        self.end()
    }

    /// The end: everything that is not pushed is kept first.
    fn end(&mut self) -> Vec<Effect> {
        let orders = self.drafts.keep(self.now, true);
        orders.into_iter().map(Effect::Drafts).chain([Effect::Quit]).collect()
    }

    /// Brings the screens of drafts up to date, asks for what they show, keeps what is due.
    pub(super) fn settle_drafts(&mut self) -> Vec<Effect> {
        let (size, now) = (self.size, self.now);
        let mut effects = self.pump_drafts();
        let keep = |order: DraftOrder| Effect::Drafts(order);
        effects.extend(self.drafts.keep(now, false).into_iter().map(keep));
        let [fix, next] = [crate::tui::app::Action::Fix, crate::tui::app::Action::NextProblem]
            .map(|action| self.keymap.label(action).unwrap_or_default());
        match self.screens.last_mut() {
            Some(Screen::Editor(editor)) => {
                if let Some(open) = self.drafts.get_mut(&editor.draft) {
                    editor.settle(open, size, &fix, &next);
                }
            }
            Some(Screen::Drafts(page)) => {
                let lines = self.drafts.open.len() + self.drafts.left.len();
                page.settle(lines + self.drafts.pushes.len(), size);
            }
            _ => {}
        }
        self.settle_push();
        effects
    }
}
