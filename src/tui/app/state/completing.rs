//! What completes the reference that is being typed in the view on top.

use crate::oci::Failure;
use crate::tui::app::begun::NamesOf;
use crate::tui::app::completions::Completions;
use crate::tui::app::cx::ToastKind;
use crate::tui::app::typed_reference::TypedReference;
use crate::tui::app::{Query, Reply, State};

impl State {
    /// Asks the registry for what completes the reference that is typed in the view on top, as far
    /// as nobody did, and hands the view what is known.
    pub(super) fn complete(&mut self) {
        let cx = &mut self.cx;
        let Some(screen) = self.screens.last_mut() else { return };
        let typed = screen.view().typed_reference(cx);
        let is_typed = typed.is_some();
        let within = typed.as_ref().and_then(TypedReference::within);
        let begun = typed.and_then(|typed| typed.begun());
        if let Some(question) = cx.registry_names.wanted(begun.as_ref()) {
            cx.ask(cx.session, question);
        }
        if is_typed {
            let completions =
                begun.map_or_else(Completions::default, |begun| cx.registry_names.of(begun));
            screen.view_mut().take_completions(completions.within(within), cx);
        }
    }

    /// A registry's names came, or do not come: a line that is typed has no room for the reason.
    pub(super) fn listed(&mut self, question: &Query, answer: Result<Reply, Failure>) {
        match answer {
            Ok(Reply::Names(page)) => self.cx.registry_names.take(question, Ok(page)),
            Ok(_) => {}
            Err(failure) => {
                let what = NamesOf::asked(question).map(|it| it.title()).unwrap_or_default();
                self.cx.say(ToastKind::Error, &format!("{what}: {failure}"));
                self.cx.registry_names.take(question, Err(failure));
            }
        }
    }
}
