//! The bottom two lines: what is going on, and which keys do what.

use super::command_keys::with_keys;
use super::cx::ToastKind;
use super::overlay::Overlay;
use super::view::Words;
use super::{Action, State};

/// So many lines of a menu are seen at once; it is not worth narrowing them.
const FEW: usize = 8;

/// What the status line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The sentence.
    pub text: String,
    /// How it is meant; `None` for the plain course of things.
    pub kind: Option<ToastKind>,
    /// Whether something is on its way (a throbber is before the sentence).
    pub busy: bool,
}

/// A key in the bottom line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What it does.
    pub action: Action,
    /// The key as shown.
    pub key: String,
    /// The word beside it.
    pub word: &'static str,
    /// How long it stays when room gets scarce.
    pub weight: u8,
}

impl State {
    /// What the status line says now.
    #[must_use]
    pub fn status(&self) -> Status {
        let busy = self.is_busy();
        if let Some(toast) = &self.cx.toast {
            return Status { text: self.with_keys(&toast.text), kind: Some(toast.kind), busy };
        }
        if let Some(wait) = &self.waiting {
            return Status { text: wait.clone(), kind: Some(ToastKind::Warning), busy: true };
        }
        let Words { text, kind } = self.screen().view().status(&self.cx);
        Status { text: self.with_keys(&text), kind, busy }
    }

    /// A sentence with keys in the place of the commands that keys of this screen do.
    #[must_use]
    pub fn with_keys(&self, text: &str) -> String {
        with_keys(text, &self.cx.keymap, self.contexts())
    }

    /// Whether there is a draft to go on with; its key is worth showing then.
    fn has_drafts(&self) -> bool {
        self.cx.overlay.is_none()
            && self.screen().view().leads_to_drafts()
            && !(self.cx.drafts.open.is_empty() && self.cx.drafts.left.is_empty())
    }

    /// The keys worth showing on this screen, most important first.
    #[must_use]
    pub fn hints(&self) -> Vec<Hint> {
        let contexts = self.contexts();
        let idle_here = |action| match &self.cx.overlay {
            None => false,
            // Nothing is chosen in the page of keys.
            Some(Overlay::Help(_)) => chooses(action),
            Some(Overlay::Messages(_) | Overlay::Requests(_)) => {
                chooses(action) || action == Action::MenuFilter
            }
            Some(Overlay::Menu(menu)) => {
                let refused = || matches!(menu.copied(), Some(Err(_))) || menu.takes_nothing();
                action == Action::Help
                    || (action == Action::MenuToggle && !menu.has_marks())
                    || (action == Action::MenuFilter && menu.items.len() <= FEW)
                    || (action == Action::MenuChoose && refused())
                    || (matches!(action, Action::MenuYes | Action::MenuNo) && !menu.has_answers())
            }
        };
        let view = self.screen().view();
        let mut hints: Vec<Hint> = Action::ALL
            .iter()
            .filter(|info| info.weight > 0 && contexts.contains(&info.context))
            .filter(|info| info.action != Action::Drafts || self.has_drafts())
            .filter(|info| !idle_here(info.action) && self.why_not(info.action).is_none())
            .filter_map(|info| {
                Some(Hint {
                    action: info.action,
                    key: self.cx.keymap.label(info.action)?,
                    word: view.word(info.action, &self.cx).unwrap_or(info.hint),
                    weight: info.weight,
                })
            })
            .collect();
        hints.sort_by_key(|hint| std::cmp::Reverse(hint.weight));
        hints
    }
}

/// Whether a key chooses in a menu, or shows the page of keys.
fn chooses(action: Action) -> bool {
    matches!(
        action,
        Action::Help | Action::MenuChoose | Action::MenuYes | Action::MenuNo | Action::MenuToggle
    )
}
