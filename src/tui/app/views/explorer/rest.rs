//! Going through long texts: piece by piece as time goes by, or all of the rest beside the loop if
//! the user wants to see the end.

use std::sync::Arc;

use super::Explorer;
use crate::tui::app::cx::Cx;
use crate::tui::app::detail::Content;
use crate::tui::app::{Query, RequestId};

/// Whether the rest of the text on the screen is on its way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Rest {
    /// It comes piece by piece.
    #[default]
    InPieces,
    /// All of it is wanted.
    Wanted,
    /// All of it is being laid out.
    Asked(RequestId),
}

impl Explorer {
    pub(super) fn want_rest(&mut self) {
        if self.rest == Rest::InPieces && !self.content.is_whole() {
            self.rest = Rest::Wanted;
        }
    }

    /// Asks for the rest, if it is wanted.
    pub(super) fn ask_rest(&mut self, cx: &mut Cx) {
        if self.rest == Rest::Wanted {
            let content = Arc::new(self.content.clone());
            self.rest = Rest::Asked(cx.ask(self.session, Query::LayOut(content)));
        }
    }

    /// Takes a text that was laid out to its end, if it is still the one on the screen. Who looked
    /// at the end of what was there looks at the end now.
    pub(super) fn laid_out(&mut self, request: RequestId, content: Arc<Content>) {
        if self.rest != Rest::Asked(request) {
            return;
        }
        let page = usize::from(self.areas.detail.height);
        let at_end = self.scroll + page >= self.content.len();
        self.content = Arc::unwrap_or_clone(content);
        self.rest = Rest::InPieces;
        if at_end {
            self.scroll = self.content.len();
        }
    }

    /// The rest could not be laid out: it comes piece by piece.
    pub(super) fn not_laid_out(&mut self, request: RequestId) {
        if self.rest == Rest::Asked(request) {
            self.rest = Rest::InPieces;
        }
    }

    /// Lays out about this many bytes more, unless all comes anyway.
    pub(super) fn grow_by(&mut self, bytes: usize) {
        if self.rest == Rest::InPieces {
            self.content.grow(bytes);
        }
    }

    /// Shows another text.
    pub(super) fn put_content(&mut self, content: Content) {
        self.rest = Rest::InPieces;
        self.content = content;
        self.within.forget();
    }
}
