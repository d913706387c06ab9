//! What is read on the screen: a content with lines over it, the place in it, and the search.

use std::sync::Arc;

use tui_input::InputRequest;

use super::cx::Cx;
use super::detail::{Content, Line, Sought};
use super::view::Prompt;
use super::within::{Searching, Within};
use super::{Action, Key, Query, Reply, RequestId, SessionId, list};
use crate::text::count;

/// How much of a text is laid out at once for the place that was on the screen, in bytes; more comes
/// from beside the loop.
const FOR_PLACE: usize = 256 << 10;

/// A content that is read row by row.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Lines over the content.
    head: Vec<Line>,
    content: Arc<Content>,
    /// The first row on the screen.
    pub scroll: usize,
    /// The search in it.
    pub within: Within,
    rest: Rest,
    sought: Places,
    /// Questions about what is no longer shown.
    stale: Vec<RequestId>,
}

/// What is put back after a change of width, once it is known which rows have it: places in the
/// content.
#[derive(Debug, Clone, Default)]
struct Places {
    /// What was on top.
    top: Option<usize>,
    /// The match.
    found: Option<usize>,
}

/// Whether the rest of a long text is on its way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Rest {
    /// It comes piece by piece.
    #[default]
    InPieces,
    /// All of it is wanted.
    Wanted,
    /// All of it is being laid out.
    Asked(RequestId),
}

impl Sheet {
    /// Shows another content.
    pub(super) fn put(&mut self, head: Vec<Line>, content: Content) {
        self.leave();
        self.head = head;
        self.content = Arc::new(content);
        self.within.forget();
    }

    /// Waits for nothing about what is shown.
    fn leave(&mut self) {
        if let Rest::Asked(request) = std::mem::take(&mut self.rest) {
            self.stale.push(request);
        }
        if let Searching::Asked { request, .. } = &self.within.searching {
            self.stale.push(*request);
        }
        self.sought = Places::default();
    }

    /// Ends all questions about it.
    pub(super) fn close(&mut self, session: SessionId, cx: &mut Cx) {
        self.leave();
        self.within.forget();
        self.stop_stale(session, cx);
    }

    fn stop_stale(&mut self, session: SessionId, cx: &mut Cx) {
        for request in self.stale.drain(..) {
            cx.stop(session, request);
        }
    }

    /// Shows the same in another width, or with what is new in it: what was on top stays there, and so
    /// does the search.
    pub(super) fn put_anew(&mut self, head: Vec<Line>, content: Content) {
        let place = |row: usize| self.content.place_of(row.checked_sub(self.head.len())?);
        let before = std::mem::take(&mut self.sought);
        let places = Places {
            top: before.top.or_else(|| place(self.scroll)),
            found: before.found.or_else(|| place(self.within.at()?)),
        };
        let searching = match &self.within.searching {
            Searching::Asked { sought, steps, .. } => Searching::Again {
                place: self.content.place_of(sought.from).unwrap_or(0),
                sought: sought.clone(),
                steps: *steps,
            },
            again @ Searching::Again { .. } => again.clone(),
            Searching::None | Searching::Waiting => Searching::None,
        };
        self.put(head, content);
        (self.sought, self.within.searching) = (places, searching);
        if self.lacks_places() {
            self.grow(FOR_PLACE);
        }
        self.put_back();
    }

    /// Whether it is not known yet which rows have what is to be put back.
    fn lacks_places(&self) -> bool {
        let searched_from = match &self.within.searching {
            Searching::Again { place, .. } => Some(place),
            _ => None,
        };
        let Places { top, found } = &self.sought;
        top.iter()
            .chain(found)
            .chain(searched_from)
            .any(|place| self.content.row_of(*place).is_none())
    }

    /// Puts back what was on top, and the match, as soon as it is laid out.
    fn put_back(&mut self) {
        let row = |place: usize| self.content.row_of(place);
        if let Some(row) = self.sought.top.and_then(row) {
            self.sought.top = None;
            self.scroll = self.head.len() + row;
        }
        if let Some(from) = self.sought.found.and_then(row) {
            self.sought.found = None;
            // The row of old may be several now.
            let needle = self.within.needle.clone();
            let sought = Sought { needle, from, forward: true, here_too: true, steps: 1 };
            let found = self.content.find(&sought).map(|row| self.head.len() + row);
            self.within.found = found.into();
        }
        if self.lacks_places() {
            self.want_rest();
        }
    }

    /// The content.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// How many rows there are, as far as it is known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.head.len() + self.content.len()
    }

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is known how many rows there are.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.content.is_whole()
    }

    /// A row.
    #[must_use]
    pub fn line(&self, row: usize) -> Option<Line> {
        match row.checked_sub(self.head.len()) {
            None => self.head.get(row).cloned(),
            Some(row) => self.content.line(row),
        }
    }

    /// The long text, if it is one: other content never changes.
    fn text_mut(&mut self) -> Option<&mut Content> {
        matches!(*self.content, Content::Text(_)).then(|| Arc::make_mut(&mut self.content))
    }

    /// Lays out about this many bytes more, unless all comes anyway.
    pub(super) fn grow(&mut self, bytes: usize) {
        if self.rest == Rest::InPieces
            && !self.content.is_whole()
            && let Some(text) = self.text_mut()
        {
            text.grow(bytes);
        }
    }

    /// After each message: the rows on the screen are ready.
    pub(super) fn settle(&mut self, page: usize) {
        self.scroll = self.scroll.min(self.len().saturating_sub(page));
        let first = self.scroll.saturating_sub(self.head.len());
        if let Some(text) = self.text_mut() {
            text.show(first, page);
        }
    }

    /// Goes where a key leads.
    pub(super) fn go(&mut self, action: Action, page: usize) {
        self.sought.top = None;
        if action == Action::Last {
            // Of a large text the end is on its way; until it comes, what is there ends here.
            self.want_rest();
            self.scroll = self.len();
        } else {
            self.scroll = list::target(action, self.scroll, self.len(), page.max(1));
        }
    }

    /// Scrolls by so many rows; back if negative.
    pub(super) fn wheel(&mut self, rows: i32) {
        self.sought.top = None;
        let rows = isize::try_from(rows).unwrap_or(0);
        self.scroll = self.scroll.saturating_add_signed(rows);
    }

    fn want_rest(&mut self) {
        if self.rest == Rest::InPieces && !self.content.is_whole() {
            self.rest = Rest::Wanted;
        }
    }

    /// Asks for what is wanted, and ends what is not wanted any more.
    pub(super) fn ask(&mut self, session: SessionId, cx: &mut Cx) {
        self.stop_stale(session, cx);
        if let Searching::Again { place, sought, steps } = &self.within.searching
            && let Some(from) = self.content.row_of(*place)
        {
            let (sought, steps) = (Sought { from, ..sought.clone() }, *steps);
            self.ask_search(sought, steps, (session, cx));
        }
        if self.rest == Rest::Wanted {
            let question = Query::LayOut(Arc::clone(&self.content));
            self.rest = Rest::Asked(cx.ask(session, question));
        }
    }

    /// A key of the line in which a needle is typed.
    pub(super) fn typed(
        &mut self,
        key: Key,
        request: Option<InputRequest>,
        page: usize,
        (session, cx): (SessionId, &mut Cx),
    ) {
        let under_way = self.within.under_way();
        let is_wanted = self.within.typed(key, request);
        if self.within.under_way() != under_way
            && let Some(request) = under_way
        {
            cx.stop(session, request);
        }
        if is_wanted || self.within.needle.is_empty() {
            self.sought.found = None;
        }
        if is_wanted {
            self.find(true, true, page, (session, cx));
        }
    }

    /// Ends the search; whether there was one.
    pub(super) fn end_search(&mut self, session: SessionId, cx: &mut Cx) -> bool {
        if let Some(request) = self.within.under_way() {
            cx.stop(session, request);
        }
        self.sought.found = None;
        !std::mem::take(&mut self.within).needle.is_empty()
    }

    /// Goes to the next or previous match, around the ends; `here_too`: the first row on the screen
    /// counts.
    pub(super) fn find(
        &mut self,
        forward: bool,
        here_too: bool,
        page: usize,
        (session, cx): (SessionId, &mut Cx),
    ) {
        if self.within.needle.is_empty() {
            return;
        }
        let step = if forward { 1 } else { -1 };
        if let Searching::Asked { steps, .. } | Searching::Again { steps, .. } =
            &mut self.within.searching
        {
            // From there it goes on.
            *steps += step;
            return;
        }
        self.sought.found = None;
        let at = self.within.at();
        let row = at.unwrap_or(self.scroll).saturating_sub(self.head.len());
        let sought = Sought {
            needle: self.within.needle.clone(),
            from: row,
            forward,
            here_too: here_too || at.is_none(),
            steps: 1,
        };
        if self.content.is_short() {
            self.go_to_found(self.content.find(&sought), page);
        } else {
            self.ask_search(sought, 0, (session, cx));
        }
    }

    fn ask_search(&mut self, sought: Sought, steps: isize, (session, cx): (SessionId, &mut Cx)) {
        let question = Query::Find(Arc::clone(&self.content), sought.clone());
        let request = cx.ask(session, question);
        self.within.searching = Searching::Asked { request, sought, steps };
    }

    /// Takes what came of a question about it; whether it was its question. `page` rows are on the
    /// screen.
    pub(super) fn answer(
        &mut self,
        request: RequestId,
        answer: Option<&Reply>,
        page: usize,
        (session, cx): (SessionId, &mut Cx),
    ) {
        match (answer, &self.within.searching) {
            (Some(Reply::LaidOut(content)), _) if self.rest == Rest::Asked(request) => {
                self.take_rest(content, page);
            }
            (None, _) if self.rest == Rest::Asked(request) => {
                self.rest = Rest::InPieces;
                if matches!(self.within.searching, Searching::Again { .. }) {
                    self.within.forget();
                }
            }
            (
                Some(Reply::Found { content, at }),
                Searching::Asked { request: asked, steps, .. },
            ) if *asked == request => {
                let steps = *steps;
                if let Some(content) = content {
                    self.take_rest(content, page);
                }
                self.go_to_found(*at, page);
                self.go_on(steps, (session, cx));
            }
            (None, Searching::Asked { request: asked, .. }) if *asked == request => {
                self.within.forget();
            }
            _ => {}
        }
    }

    /// Takes a text that was laid out to its end. Who looked at the end of what was there looks at the
    /// end now.
    fn take_rest(&mut self, content: &Arc<Content>, page: usize) {
        let waits = self.rest != Rest::InPieces && self.sought.top.is_none();
        let at_end = waits && self.scroll + page >= self.len();
        self.content = Arc::clone(content);
        // A search lays it out, too.
        if let Rest::Asked(request) = std::mem::take(&mut self.rest) {
            self.stale.push(request);
        }
        if at_end {
            self.scroll = self.len();
        }
        self.put_back();
    }

    fn go_to_found(&mut self, found: Option<usize>, page: usize) {
        self.within.searching = Searching::None;
        let found = found.map(|row| self.head.len() + row);
        self.within.found = found.into();
        if let Some(at) = found {
            self.sought.top = None;
            let page = page.max(1);
            if !(self.scroll..self.scroll + page).contains(&at) {
                self.scroll = at.saturating_sub(page / 3);
            }
        }
    }

    /// Goes on by the matches that were asked for meanwhile.
    fn go_on(&mut self, steps: isize, asker: (SessionId, &mut Cx)) {
        let Some(at) = self.within.at().filter(|_| steps != 0) else { return };
        let sought = Sought {
            needle: self.within.needle.clone(),
            from: at.saturating_sub(self.head.len()),
            forward: steps > 0,
            here_too: false,
            steps: steps.unsigned_abs(),
        };
        self.ask_search(sought, 0, asker);
    }

    /// The line in which a needle is typed, while it is.
    pub(super) fn prompt(&self) -> Option<Prompt<'_>> {
        self.within.prompt(self.content.searched())
    }

    /// What the search came to; `next` is the key that searches on.
    pub(super) fn words_of_search(&self, next: &str) -> String {
        self.within.words(self.content.searched(), next, |at| {
            let row = at.saturating_sub(self.head.len());
            let (kind, at, all) = match (self.content.line_of(row), &*self.content) {
                (Some((line, all)), _) => ("line", line, all),
                (None, Content::Hex(_)) => ("row", row + 1, self.content.len()),
                (None, _) => ("line", row + 1, self.content.len()),
            };
            format!("{kind} {} of {}", count(at as u64), count(all as u64))
        })
    }
}
