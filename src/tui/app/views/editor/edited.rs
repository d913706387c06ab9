//! Saying what an edit came to.

use crate::model::draft::Refused;
use crate::tui::app::Action;
use crate::tui::app::cx::{Cx, ToastKind};

/// Says what an edit came to, with the key that undoes it.
pub(in crate::tui::app) fn edited(
    cx: &mut Cx,
    result: Result<(), Refused>,
    said: impl FnOnce() -> String,
) {
    match result {
        Ok(()) => {
            let text = said();
            if !text.is_empty() {
                let undo = cx.key(Action::Undo);
                cx.say(ToastKind::Done, &format!("{text} ({undo} undoes)"));
            }
        }
        Err(refused) => cx.say(ToastKind::Error, &refused.to_string()),
    }
}
