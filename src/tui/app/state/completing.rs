//! What completes the reference that is being typed in the view on top.

use crate::oci::Failure;
use crate::tui::app::completions::{Begun, Completions};
use crate::tui::app::{Query, Reply, State};

impl State {
    /// Something was typed: asks the registry for what completes it, where nobody did, and hands the
    /// view on top what is known.
    pub(super) fn complete_typed(&mut self) {
        let wanted = self.begun().and_then(|begun| self.cx.registry_names.wanted(&begun));
        if let Some(question) = wanted {
            self.cx.ask(self.cx.session, question);
        }
        self.offer();
    }

    /// The reference that is typed in the view on top.
    fn begun(&self) -> Option<Begun> {
        let typed = self.screens.last()?.view().typed_reference()?;
        Begun::of(typed, self.cx.here.as_ref(), &self.cx.aliases)
    }

    fn offer(&mut self) {
        let (begun, cx) = (self.begun(), &self.cx);
        let Some(screen) = self.screens.last_mut() else { return };
        let completions =
            begun.map_or_else(Completions::default, |begun| cx.registry_names.of(&begun));
        screen.view_mut().take_completions(completions);
    }

    /// A registry's names came, or do not come.
    pub(super) fn listed(&mut self, question: &Query, answer: Result<Reply, Failure>) {
        let page = match answer {
            Ok(Reply::Names(page)) => Ok(page),
            Ok(_) => return,
            Err(failure) => Err(failure),
        };
        if let Some(next) = self.cx.registry_names.take(question, page) {
            self.cx.ask(self.cx.session, next);
        }
        self.offer();
    }
}
