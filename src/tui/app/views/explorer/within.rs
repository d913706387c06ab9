//! Searching in the text of the detail pane.

use super::Explorer;

impl Explorer {
    /// Goes to the next or previous match, around the ends; `here_too`: the first line on the
    /// screen counts.
    pub(super) fn find_within(&mut self, forward: bool, here_too: bool) {
        if self.within.needle.is_empty() {
            return;
        }
        let from = self.within.at.unwrap_or(self.scroll);
        let here_too = here_too || self.within.at.is_none();
        let found = self.content.find(&self.within.needle, from, forward, here_too);
        // Around the end of a text is where it is laid out to.
        let goes_on = !self.content.is_whole()
            && found.is_none_or(|at| forward && (at < from || at == from && !here_too));
        if goes_on {
            self.within.waiting = Some(forward);
            self.want_rest();
            return;
        }
        self.within.waiting = None;
        self.within.at = found;
        if let Some(at) = found {
            let page = usize::from(self.areas.detail.height.max(1));
            if !(self.scroll..self.scroll + page).contains(&at) {
                self.scroll = at.saturating_sub(page / 3);
            }
        }
    }

    /// The rest of the text is there.
    pub(super) fn find_in_rest(&mut self) {
        if let Some(forward) = self.within.waiting.take() {
            self.find_within(forward, false);
        }
    }
}
