//! What the parts of the screen say that all views have.

use crate::oci::Quota;
use crate::tui::app::overlay::Overlay;
use crate::tui::app::view::{Prompt, Title, TypingKey, typing_keys};
use crate::tui::app::{Areas, Context, Pane, State};

impl State {
    /// The contexts that the view on top, or what lies over it, listens to.
    #[must_use]
    pub fn contexts(&self) -> &'static [Context] {
        match self.cx.overlay {
            Some(_) => &[Context::Menu, Context::Move, Context::Everywhere],
            None => self.screen().view().contexts(),
        }
    }

    /// What the header says, as far as `room` cells reach.
    #[must_use]
    pub fn title(&self, room: usize) -> Title {
        let view = self.screen().view();
        let mut title = view.title(&self.cx, room);
        if self.cx.live.is_some() && view.can_look_again(&self.cx) {
            let dot = if title.note.is_empty() { "" } else { " · " };
            title.note = format!("{}{dot}every {} s", title.note, self.cx.interval.as_secs());
        }
        title
    }

    /// What the registry that the view on top asks said of its limit.
    #[must_use]
    pub fn quota(&self) -> Option<&Quota> {
        let host = self.screen().view().host(&self.cx)?;
        let mut all = self.cx.quotas.iter();
        all.find(|(name, _)| *name == host.to_string()).map(|(_, quota)| quota)
    }

    /// The line being typed in the place of the status line.
    #[must_use]
    pub fn prompt(&self) -> Option<Prompt<'_>> {
        if let Some(Overlay::Menu(menu)) = &self.cx.overlay
            && let Some(input) = menu.typed()
        {
            let (shown, all) = menu.counts();
            let words = std::borrow::Cow::Owned(format!("{shown} of {all}"));
            return Some(Prompt::new("/", input, words, false));
        }
        self.screen().view().prompt()
    }

    /// The keys while something is typed; empty if nothing is.
    #[must_use]
    pub fn typing_keys(&self) -> Vec<TypingKey> {
        let keys = match self.cx.overlay {
            Some(Overlay::Menu(ref menu)) if menu.typed().is_some() => {
                typing_keys(&[("↵", "choose"), ("↓ ↑", "move"), ("esc", "back")])
            }
            Some(_) => Vec::new(),
            None => self.screen().view().typing_keys(&self.cx),
        };
        keys.into_iter().map(|(key, word)| (self.cx.keymap.fixed(key), word)).collect()
    }

    /// Where the parts are on the screen that all views have.
    #[must_use]
    pub fn areas(&self) -> Areas {
        Areas::of(self.cx.size.0, self.cx.size.1, Pane::Tree)
    }
}
