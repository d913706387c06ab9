//! Laying out large texts: piece by piece as time goes by, or all of the rest beside the loop where
//! the user wants to see the end.

use super::Explorer;
use crate::tui::app::Effect;
use crate::tui::app::detail::Content;

/// Whether the rest of the text on the screen is on its way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Rest {
    /// It comes piece by piece.
    #[default]
    InPieces,
    /// All of it is wanted.
    Wanted,
    /// All of it is being laid out.
    Asked,
}

impl Explorer {
    pub(super) fn want_rest(&mut self) {
        if self.rest == Rest::InPieces && !self.content.is_whole() {
            self.rest = Rest::Wanted;
        }
    }

    /// Asks for the rest, where it is wanted.
    pub(in crate::tui::app) fn ask_rest(&mut self) -> Option<Effect> {
        (self.rest == Rest::Wanted).then(|| {
            self.rest = Rest::Asked;
            Effect::LayOut {
                session: self.session,
                number: self.number,
                content: Box::new(self.content.clone()),
            }
        })
    }

    /// Takes a text that was laid out to its end, if it is still the one on the screen. Who looked
    /// at the end of what was there looks at the end now.
    pub(in crate::tui::app) fn laid_out(&mut self, number: u64, content: Content) {
        if self.number != number || self.rest != Rest::Asked {
            return;
        }
        let page = usize::from(self.areas.detail.height);
        let at_end = self.scroll + page >= self.content.len();
        self.content = content;
        self.rest = Rest::InPieces;
        if at_end {
            self.scroll = self.content.len();
        }
    }

    /// Lays out about this many bytes more, unless all comes anyway.
    pub(in crate::tui::app) fn grow(&mut self, bytes: usize) {
        if self.rest == Rest::InPieces {
            self.content.grow(bytes);
        }
    }

    /// Shows another text.
    pub(super) fn put_content(&mut self, content: Content) {
        self.number += 1;
        self.rest = Rest::InPieces;
        self.content = content;
    }
}
