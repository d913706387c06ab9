//! Keys that are about two panes: why one cannot be used, and how they scroll the second.

use super::Action;
use super::split::Way;
use super::view::Reason;

/// What there is of two panes, for the keys that are about them.
pub(super) struct Panes<M> {
    /// Why there is one pane by itself; `None` if both are shown.
    pub(super) alone: Option<Reason>,
    /// Whether the user has one shown alone.
    pub(super) zoomed: bool,
    /// Whether the text of the second pane is on the screen.
    pub(super) has_text: bool,
    /// Whether the rule between them can be moved on.
    pub(super) moves: M,
}

impl<M: Fn(Way) -> bool> Panes<M> {
    /// Why a key of [`Context::Panes`] cannot be used now.
    ///
    /// [`Context::Panes`]: super::Context::Panes
    pub(super) fn why_not(self, action: Action) -> Option<Reason> {
        match action {
            Action::Zoom if self.zoomed => None,
            Action::DetailDown | Action::DetailUp if self.has_text => None,
            _ if self.zoomed => {
                Some(Reason::new("one pane is shown alone").then(Action::Zoom, "shows both"))
            }
            _ if self.alone.is_some() => self.alone,
            Action::RuleBack | Action::RuleForth if !(self.moves)(Way::of(action)) => {
                Some(Reason::new("the pane cannot be smaller"))
            }
            _ => None,
        }
    }
}

/// How [`Action::DetailDown`] and [`Action::DetailUp`] move in the text of the second pane.
pub(super) fn half_page(action: Action) -> Action {
    if action == Action::DetailDown { Action::HalfDown } else { Action::HalfUp }
}
