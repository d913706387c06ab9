//! What this machine's engines have of an image already.

use super::Explorer;
use crate::oci::{Failure, StoreKind};
use crate::tui::app::cx::Cx;
use crate::tui::app::{Query, Reply, Tab};

impl Explorer {
    /// Shows the layers, and asks the engines anew; not those that are being asked.
    pub(super) fn look_here(&mut self, cx: &mut Cx) {
        self.show(Tab::Layers);
        for kind in StoreKind::ENGINES {
            if self.on_machine.ask(kind) {
                cx.ask(self.session, Query::Stock(kind));
            }
        }
    }

    /// Takes what an engine answers.
    pub(super) fn heard_of(&mut self, kind: StoreKind, answer: Result<Reply, Failure>) {
        match answer {
            Ok(Reply::Stock(stocked)) => self.on_machine.answered(kind, Ok(stocked)),
            Ok(_) => {}
            Err(failure) => self.on_machine.answered(kind, Err(failure)),
        }
    }
}
